import TestSupport
import Testing
import Tokenizer

@testable import Index

/// Sums of shares stay below 2^24: queues count by their high bits, and `Float` holds them exactly.
@Suite struct ScoreScaleTests {
  /// The greatest sum of shares of terms with these weights.
  private func greatestSum(_ weights: [Float]) -> UInt64 {
    let scale = ScoreScale(totalWeight: weights.reduce(0, +), count: weights.count)
    let saturation = SaturationTable(.standard, averageLength: 10)
    return weights.reduce(0) { sum, weight in
      let term = TermWeight(
        weight: weight, scale: scale, saturation: saturation.view,
        impacts: ImpactBounds(
          .standard, segmentAverage: 10, collectionAverage: 10))
      return sum + UInt64(term.maxShare)
    }
  }

  @Test func noSumReachesTheLimit() {
    var random = SplitMix64(seed: TestSeed.value)
    for round in 0..<3_000 {
      let count = round % 30 == 0 ? 3_000 : random.number(in: 1...40)
      let weights = (0..<count).map { _ in Float(random.number(in: 1...(1 << 24))) }
      // All weights together just below, at and above what has room in one more bit.
      let limit = Double((1 << 24) - 1 - count)
      let border = limit * (1 + Double(random.number(in: -3...3)) * 0x1p-24)
      let factor = border / weights.reduce(0) { $0 + Double($1) } * 0x1p-20
      let scaled = weights.map { Float(Double($0) * factor) }
      let sum = greatestSum(scaled)
      #expect(sum < 1 << 24, "round \(round), seed \(TestSeed.value)")
      // And no bit is wasted, whatever the weights.
      #expect(sum > 1 << 22, "round \(round), seed \(TestSeed.value)")
    }
  }

  /// The share of a constant stays below the limit, if it is not one of the scale's weights too.
  @Test(arguments: [1e-30, 1e-6, 0.003, 1, 40] as [Float])
  func constantsHaveAShare(totalWeight: Float) {
    let scale = ScoreScale(totalWeight: totalWeight, count: 1)
    let share = scale.share(ofConstant: 1)
    #expect(share >= 1)
    #expect(share <= 1 << 24)
  }

  /// What single precision forgets of each weight as they are added up is less than a unit, and
  /// forgotten by its share too.
  @Test(arguments: [0.4, 0.49, 1.49, 2.26] as [Float])
  func weightsThatAreRoundedDownHaveRoom(units: Float) {
    let smallCount = 4_000
    let large = Float((1 << 24) - 2 - smallCount - Int(units) * smallCount)
    let weights = ([large] + Array(repeating: units, count: smallCount)).map { $0 * 0x1p-20 }
    #expect(weights.reduce(0, +) == (large + units.rounded(.down) * Float(smallCount)) * 0x1p-20)
    #expect(greatestSum(weights) == (1 << 24) - 1)
  }

  /// A share and what it is added to reach a score exactly where the saturated frequency is at
  /// least the one that was said to.
  @Test func leastSaturationsAreThoseThatReachAScore() {
    var random = SplitMix64(seed: TestSeed.value)
    let saturation = SaturationTable(.standard, averageLength: 10)
    for _ in 0..<2_000 {
      let weight = random.chance(0.05) ? 0 : Float(random.number(in: 1...4_000)) * 0x1p-8
      let scale = ScoreScale(totalWeight: weight * Float(random.number(in: 1...3)), count: 3)
      let term = TermWeight(
        weight: weight, scale: scale, saturation: saturation.view,
        impacts: ImpactBounds(
          .standard, segmentAverage: 10, collectionAverage: 10))
      let others = UInt32(random.below(1 << 20))
      let (frequency, norm) = (UInt32(random.number(in: 1...20)), UInt8(random.below(256)))
      let share = term.share(frequency: frequency, norm: norm)
      let sum = others + share
      let scores: [UInt32] = [sum - 1, sum, sum + 1, others, 1, (1 << 24) - 1]
      for score in scores {
        let least = term.leastSaturation(reaching: score, with: others)
        let reaches = term.saturation.fixed(frequency: frequency, norm: norm) >= least
        #expect(reaches == (sum >= score), "seed \(TestSeed.value)")
      }
    }
  }
}
