/// Scores as whole numbers: a term's share of a document's score, and bounds on it.
///
/// Shares are multiples of one scale, rounded down and one more, so that every match has one. The
/// scale is a power of two, chosen for each query so that no sum reaches 2^24. Sums of whole numbers
/// do not depend on the order of adding, so every algorithm gets the same bits, whatever lists it
/// takes first; comparisons with a threshold need no margins; and every sum is exactly a `Float`.
struct TermWeight {
  /// The share of a posting with the greatest saturated frequency, 1, in units of the scale.
  let scaledWeight: Float
  /// The same, in units of 2^-`weightBits`.
  private let fixedWeight: UInt64
  private static let weightBits: UInt64 = 8
  /// The saturated frequencies.
  let saturation: SaturationTable.View
  /// What impacts say of saturated frequencies.
  private let impacts: ImpactBounds
  /// Whether impacts alone are to be asked for bounds: the other bounds of a block tell no more.
  let impactsSuffice: Bool

  /// Weights for one segment.
  ///
  /// - Parameters:
  ///   - weight: the idf; of a phrase the sum of those of its words.
  ///   - impacts: what the impacts of the segment say of the scores of the query.
  init(
    weight: Float, scale: ScoreScale, saturation: SaturationTable.View, impacts: ImpactBounds
  ) {
    scaledWeight = weight * scale.factor
    // Below 2^24, so that a product with a saturation has less than 62 bits.
    fixedWeight = UInt64(scaledWeight * Float(1 << TermWeight.weightBits))
    self.saturation = saturation
    self.impacts = impacts
    impactsSuffice = impacts.areTight
  }

  /// The share of a posting.
  @inline(__always)
  func share(frequency: UInt32, norm: UInt8) -> UInt32 {
    // Plus one: every match has a share, so a sum is zero only where nothing matches.
    let product = fixedWeight &* UInt64(saturation.fixed(frequency: frequency, norm: norm))
    let shift = SaturationTable.fractionBits &+ TermWeight.weightBits
    return UInt32(truncatingIfNeeded: product &>> shift) &+ 1
  }

  /// The least saturated frequency, as `SaturationTable.View.fixed` gives it, whose share with
  /// `others` reaches `score`; more than there is, if none does.
  func leastSaturation(reaching score: UInt32, with others: UInt32) -> UInt32 {
    if score <= others &+ 1 { return 0 }
    guard fixedWeight > 0 else { return .max }
    // Below 2^62, as scores are below 2^24.
    let shift = SaturationTable.fractionBits &+ TermWeight.weightBits
    let product = UInt64(score &- others &- 1) &<< shift
    return UInt32(clamping: (product &+ fixedWeight &- 1) / fixedWeight)
  }

  /// A bound on the share of any posting.
  var maxShare: UInt32 { UInt32(scaledWeight) &+ 1 }

  /// A bound on the share of postings in a block of `list`, or in all of it if it has no skip
  /// data.
  @inline(__always)
  func bound(_ list: PostingList, block: Int) -> UInt32 {
    let bound = bound(impact: list.impact(block))
    if impactsSuffice { return bound }
    return min(bound, looseBound(list.looseBounds(block)))
  }

  /// A bound on the share of any posting of a list with skip data.
  func bound(_ list: PostingList) -> UInt32 {
    guard impactsSuffice else {
      var bound: UInt32 = 0
      for block in 0..<list.blockCount { bound = max(bound, self.bound(list, block: block)) }
      return bound
    }
    var impact: UInt8 = 0
    for block in 0..<list.blockCount { impact = max(impact, list.impact(block)) }
    return bound(impact: impact)
  }

  /// A bound on the share of a posting with at most this impact.
  @inline(__always)
  func bound(impact: UInt8) -> UInt32 {
    UInt32(min(impacts.upper(impact) * scaledWeight, scaledWeight)) &+ 2
  }

  /// What the share of a posting with this impact at least is.
  func lowerBound(impact: UInt8) -> UInt32 {
    UInt32(impacts.lower(impact) * scaledWeight)
  }

  @inline(never)
  private func looseBound(_ bounds: LooseBounds) -> UInt32 {
    if bounds.maxFrequency == 255 { return maxShare }
    return share(frequency: UInt32(bounds.maxFrequency), norm: bounds.minNorm) &+ 1
  }
}

/// The unit of a query's scores.
struct ScoreScale: Hashable {
  /// Scores are multiples of one over this, a power of two.
  let factor: Float

  /// A scale for sums of up to `count` shares whose weights add up to `totalWeight`.
  init(totalWeight: Float, count: Int) {
    // Each share is rounded down, and up by one. What the sum of the weights has lost of each by
    // rounding, a part of a unit, that share has lost too.
    let limit = Float((1 << 24) - 1 - count)
    guard totalWeight > 0, limit > 1 else {
      factor = 1
      return
    }
    var exponent = (limit / totalWeight).exponent
    exponent = min(exponent, 100)
    factor = Float(sign: .plus, exponent: exponent, significand: 1)
  }

  /// The share of a match that is worth `weight` in every document.
  ///
  /// Of a weight that is none of those the scale was made for, the greatest share there is: where
  /// a query has only words that nearly all documents have, units are small.
  func share(ofConstant weight: Float) -> UInt32 {
    max(1, UInt32(min(weight * factor, ScoreScale.limit)))
  }

  /// No sum of shares reaches this.
  private static let limit: Float = 0x1p24

  /// The score that a sum of shares stands for.
  func score(_ sum: UInt32) -> Float { Float(sum) / factor }
}
