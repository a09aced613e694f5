/// A seeded source of random numbers: the same seed gives the same numbers everywhere.
///
/// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators (2014), the finaliser of
/// variant 13. Not for secrets.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  /// What the numbers follow from; tests print it where they fail.
  public let seed: UInt64
  private var state: UInt64

  /// A generator that starts at `seed`.
  public init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// A number in `0 ..< limit`.
  ///
  /// - Precondition: `limit > 0`.
  public mutating func below(_ limit: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(limit)).high)
  }

  /// A number in `range`.
  public mutating func number(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  /// A number in `0 ..< 1`.
  public mutating func fraction() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// True with the probability `probability`.
  public mutating func chance(_ probability: Double) -> Bool {
    fraction() < probability
  }

  /// One of `choices`.
  ///
  /// - Precondition: `choices` is not empty.
  public mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[below(choices.count)]
  }

  /// A generator whose numbers are independent of what this one gives from here on.
  public mutating func split() -> SplitMix64 {
    SplitMix64(seed: next())
  }
}
