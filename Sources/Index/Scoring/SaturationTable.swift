import Tokenizer

/// The saturated frequency tf / (tf + k1 * (1 - b + b * length / averageLength)) of every norm and
/// small frequency: scoring a posting is one load and one multiplication.
///
/// As whole numbers of 30 bits: a product of whole numbers and a shift take half the time of a
/// conversion from floating point, which has to be checked.
///
/// Rows of 16 numbers by norm: the norms of a collection lie close together, so few of the 256
/// cache lines are in use.
struct SaturationTable: ~Copyable {
  /// Frequencies below this are in the table.
  static let tabulatedFrequencyCount = 16

  /// The bits of the fraction.
  static let fractionBits: UInt64 = 30

  private let table: Column<UInt32>
  private let saturations: Column<Float>

  /// Fills the table.
  init(_ bm25: BM25, averageLength: Float) {
    table = Column(capacity: 256 * SaturationTable.tabulatedFrequencyCount)
    saturations = Column(capacity: 256)
    for norm in 0..<256 {
      let length = Float(FieldNorm(rawValue: UInt8(norm)).length)
      let relative = averageLength > 0 ? length / averageLength : 1
      let k = bm25.k1 * (1 - bm25.b + bm25.b * relative)
      saturations[norm] = k
      for frequency in 1..<SaturationTable.tabulatedFrequencyCount {
        table[norm * SaturationTable.tabulatedFrequencyCount + frequency] = SaturationTable.fixed(
          UInt32(frequency), k)
      }
    }
  }

  @inline(__always)
  fileprivate static func saturated(_ frequency: UInt32, _ k: Float) -> Float {
    Float(frequency) / (Float(frequency) + k)
  }

  @inline(__always)
  fileprivate static func fixed(_ frequency: UInt32, _ k: Float) -> UInt32 {
    UInt32(saturated(frequency, k) * Float(1 << fractionBits))
  }

  /// A view for hot loops, valid while the table lives.
  var view: View { View(table: table.view, saturations: saturations.view) }

  /// A copyable view of the table.
  struct View {
    fileprivate let table: ColumnView<UInt32>
    fileprivate let saturations: ColumnView<Float>

    /// The saturated frequency, 0 ..< 1 (1 only if k1 is 0).
    @inline(__always)
    func saturated(frequency: UInt32, norm: UInt8) -> Float {
      SaturationTable.saturated(frequency, saturations[Int(norm)])
    }

    /// The same as a whole number, in units of 2^-`fractionBits`, rounded down.
    @inline(__always)
    func fixed(frequency: UInt32, norm: UInt8) -> UInt32 {
      let rowLength = SaturationTable.tabulatedFrequencyCount
      if Int(frequency) < rowLength { return table[Int(norm) &* rowLength &+ Int(frequency)] }
      return SaturationTable.fixed(frequency, saturations[Int(norm)])
    }
  }
}
