import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Impacts are made for the standard parameters; what they bound is asked for with any.
@Suite struct ImpactBoundsTests {
  private struct Case {
    let bm25: BM25
    let averages: (segment: Float, collection: Float)

    var bounds: ImpactBounds {
      ImpactBounds(bm25, segmentAverage: averages.segment, collectionAverage: averages.collection)
    }
  }

  /// Parameters at the edges and anywhere, averages that agree or do not.
  private static func cases(_ random: inout SplitMix64) -> [Case] {
    var k1s: [Float] = [0, 0.001, 0.9, 1.2, 2, 1000]
    var bs: [Float] = [0, 0.1, 0.4, 0.75, 0.999_999, 1]
    k1s.append(Float(random.number(in: 0...5000)) / 1000)
    bs.append(Float(random.number(in: 0...1000)) / 1000)
    return k1s.flatMap { k1 in
      bs.map { b in
        let average = Float(random.number(in: 1...100_000)) / 100
        let other =
          random.chance(0.5) ? average : average * Float(random.number(in: 50...200)) / 100
        return Case(bm25: BM25(k1: k1, b: b), averages: (average, other))
      }
    }
  }

  /// Frequencies, often small, and lengths of any order of magnitude.
  private static func posting(_ random: inout SplitMix64) -> (frequency: UInt32, norm: UInt8) {
    let frequency = UInt32(1 + random.below(random.pick([3, 20, 300, 1 << 20])))
    return (frequency, UInt8(1 + random.below(random.pick([60, 160, 255]))))
  }

  @Test func noSaturatedFrequencyIsOutsideOfItsBounds() {
    var random = SplitMix64(seed: TestSeed.value)
    for example in Self.cases(&random) {
      let impacts = ImpactTable(averageLength: example.averages.segment)
      let asked = SaturationTable(example.bm25, averageLength: example.averages.collection)
      let bounds = example.bounds
      for _ in 0..<2_000 {
        let (frequency, norm) = Self.posting(&random)
        let impact = impacts(frequency: frequency, norm: norm)
        let saturation = asked.view.saturated(frequency: frequency, norm: norm)
        let comment: Comment = "\(example), \(frequency), \(norm), seed \(TestSeed.value)"
        #expect(saturation <= bounds.upper(impact), comment)
        #expect(saturation >= bounds.lower(impact), comment)
      }
    }
  }

  /// A forged file may say that the best posting of a block is worth nothing: that is a number, too.
  @Test func everyImpactHasBounds() {
    var random = SplitMix64(seed: TestSeed.value)
    for example in Self.cases(&random) {
      for impact in UInt8.min...UInt8.max {
        let (lower, upper) = (example.bounds.lower(impact), example.bounds.upper(impact))
        let comment: Comment = "\(example), impact \(impact), seed \(TestSeed.value)"
        #expect(lower >= 0 && lower <= upper && upper < 2, comment)
      }
    }
  }

  /// With the standard b and one average a bound is at most a step of an impact away.
  @Test(arguments: [0.4, 0.9, 1.2, 3, 1000] as [Float])
  func forAnyK1BoundsAreTight(k1: Float) {
    var random = SplitMix64(seed: TestSeed.value)
    let bounds = ImpactBounds(
      BM25(k1: k1, b: 0.75), segmentAverage: 250, collectionAverage: 250)
    #expect(bounds.areTight)
    let impacts = ImpactTable(averageLength: 250)
    let asked = SaturationTable(BM25(k1: k1, b: 0.75), averageLength: 250)
    for _ in 0..<5_000 {
      let (frequency, norm) = Self.posting(&random)
      let impact = impacts(frequency: frequency, norm: norm)
      let saturation = asked.view.saturated(frequency: frequency, norm: norm)
      let stepBelow = bounds.upper(impact - 1)
      #expect(stepBelow <= saturation * 1.003, "\(frequency), \(norm), seed \(TestSeed.value)")
      let stepAbove = bounds.lower(UInt8(min(255, Int(impact) + 1)))
      #expect(impact == 255 || stepAbove * 1.003 >= saturation, "seed \(TestSeed.value)")
    }
  }

  @Test func boundsOfOtherLengthsAreNotTight() {
    for b in [0, 0.2, 1] as [Float] {
      let bounds = ImpactBounds(BM25(k1: 1.2, b: b), segmentAverage: 250, collectionAverage: 250)
      #expect(!bounds.areTight)
    }
  }
}
