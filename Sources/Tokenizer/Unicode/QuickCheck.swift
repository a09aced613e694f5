/// What normalization needs to know of one scalar, beyond its mappings: 10 bits from one table.
///
/// The table ends before the compatibility ideographs (U+2F800), all of which have a decomposition:
/// of these, `isNo` is false. They are `complex`, and no marks.
struct QuickCheck {
  private let bits: UInt32

  /// The values of `scalar`, at most U+10FFFF.
  @inline(__always)
  init(_ scalar: UInt32) {
    let shift = NormalizationTables.quickCheckShift
    let block = scalar >> shift
    guard block < NormalizationTables.quickCheckBlockCount else {
      bits = 0
      return
    }
    let start = SevenBitTable(NormalizationTables.quickCheckStage1).value14(Int(block)) << shift
    let index = start | scalar & (1 << shift &- 1)
    bits = SevenBitTable(NormalizationTables.quickCheckStage2).value14(Int(index))
  }

  /// The canonical combining class.
  @inline(__always)
  var combiningClass: UInt32 { bits & 0xFF }

  /// Whether the scalar may compose with one before it: NFC_QC is Maybe.
  @inline(__always)
  var isMaybe: Bool { bits & 1 << 8 != 0 }

  /// Whether the scalar is in no text in NFC: NFC_QC is No.
  @inline(__always)
  var isNo: Bool { bits & 1 << 9 != 0 }
}
