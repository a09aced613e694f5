import Tokenizer

/// Saturated frequencies for the standard parameters, times 255 and rounded up.
struct ImpactTable: ~Copyable {
  private static let rowLength = SaturationTable.tabulatedFrequencyCount
  private let saturation: SaturationTable
  private let table = Column<UInt8>(capacity: 256 * ImpactTable.rowLength)

  init(averageLength: Float) {
    saturation = SaturationTable(.standard, averageLength: averageLength)
    for norm in 0..<256 {
      for frequency in 1..<ImpactTable.rowLength {
        table[norm * ImpactTable.rowLength + frequency] = ImpactTable.impact(
          saturation.view.saturated(frequency: UInt32(frequency), norm: UInt8(norm)))
      }
    }
  }

  private static func impact(_ saturated: Float) -> UInt8 {
    UInt8(min(255, (saturated * PostingsFormat.impactScale).rounded(.up)))
  }

  @inline(__always)
  func callAsFunction(frequency: UInt32, norm: UInt8) -> UInt8 {
    if frequency < ImpactTable.rowLength {
      return table[Int(norm) &* ImpactTable.rowLength &+ Int(frequency)]
    }
    return ImpactTable.impact(saturation.view.saturated(frequency: frequency, norm: norm))
  }
}
