/// What a mapping table says of one scalar.
///
///     code := 0                      the scalar itself
///           | 1 ... 0x10FFFF         another scalar
///           | 0x110000 + offset      the sequence at `offset` in the pool: count, scalars
struct ScalarMapping {
  private let code: UInt32
  private let scalar: UInt32

  @inline(__always)
  private init(
    _ scalar: UInt32, shift: UInt32, blockCount: UInt32, stage1: StaticString, stage2: StaticString
  ) {
    self.scalar = scalar
    let block = scalar >> shift
    guard block < blockCount else {
      code = 0
      return
    }
    let start = SevenBitTable(stage1).value14(Int(block)) << shift
    let index = start | scalar & (1 << shift &- 1)
    code = SevenBitTable(stage2).value21(at: 3 &* Int(index))
  }

  /// Full case folding (C + F), with apostrophes made U+0027.
  @inline(__always)
  static func caseFolding(_ scalar: UInt32) -> ScalarMapping {
    ScalarMapping(
      scalar, shift: FoldingTables.caseFoldingShift,
      blockCount: FoldingTables.caseFoldingBlockCount,
      stage1: FoldingTables.caseFoldingStage1, stage2: FoldingTables.caseFoldingStage2)
  }

  /// Accent and compatibility folding of a case-folded scalar.
  @inline(__always)
  static func accents(_ scalar: UInt32) -> ScalarMapping {
    ScalarMapping(
      scalar, shift: FoldingTables.accentsShift, blockCount: FoldingTables.accentsBlockCount,
      stage1: FoldingTables.accentsStage1, stage2: FoldingTables.accentsStage2)
  }

  /// Simple lower case.
  @inline(__always)
  static func lowercase(_ scalar: UInt32) -> ScalarMapping {
    ScalarMapping(
      scalar, shift: FoldingTables.lowercaseShift, blockCount: FoldingTables.lowercaseBlockCount,
      stage1: FoldingTables.lowercaseStage1, stage2: FoldingTables.lowercaseStage2)
  }

  /// Full canonical decomposition, except of Hangul syllables.
  static func canonical(_ scalar: UInt32) -> ScalarMapping {
    ScalarMapping(
      scalar, shift: NormalizationTables.canonicalShift,
      blockCount: NormalizationTables.canonicalBlockCount,
      stage1: NormalizationTables.canonicalStage1, stage2: NormalizationTables.canonicalStage2)
  }

  /// Full compatibility decomposition where it differs from the canonical one.
  static func compatibility(_ scalar: UInt32) -> ScalarMapping {
    ScalarMapping(
      scalar, shift: NormalizationTables.compatibilityShift,
      blockCount: NormalizationTables.compatibilityBlockCount,
      stage1: NormalizationTables.compatibilityStage1,
      stage2: NormalizationTables.compatibilityStage2)
  }

  /// Whether the scalar maps to itself.
  @inline(__always)
  var isIdentity: Bool { code == 0 }

  /// The number of scalars mapped to; may be 0.
  @inline(__always)
  var count: Int {
    code < 0x110000 ? 1 : Int(SevenBitTable(NormalizationTables.pool)[Int(code &- 0x110000)])
  }

  /// The scalar at `index`, which is in `0..<count`.
  @inline(__always)
  subscript(index: Int) -> UInt32 {
    if code == 0 { return scalar }
    if code < 0x110000 { return code }
    let offset = Int(code &- 0x110000) &+ 1 &+ 3 &* index
    return SevenBitTable(NormalizationTables.pool).value21(at: offset)
  }
}
