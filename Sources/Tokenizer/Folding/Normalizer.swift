/// Unicode normalization forms, UAX #15, on a word at a time.
///
/// Words without a `complex` scalar are in NFC and never come here.
enum Normalizer {
  /// Makes NFC of a scalar that is not `complex` and of the `complex` ones after it; `spare` is
  /// overwritten.
  ///
  /// This is `composeAll` without the steps that the quick check (UAX #15, section 9) proves to do
  /// nothing: most marks are in order, and many never compose.
  static func composeCluster(_ buffer: inout ScalarBuffer, spare: inout ScalarBuffer) {
    var isOrdered = true
    var mayCompose = false
    var lastClass: UInt32 = 0
    for index in 1..<buffer.count {
      let check = QuickCheck(buffer[index])
      // What is no mark may be a jamo, or one of those that lie beyond the table.
      if check.combiningClass == 0 || check.isNo { return composeAll(&buffer, spare: &spare) }
      if check.combiningClass < lastClass { isOrdered = false }
      if check.isMaybe { mayCompose = true }
      lastClass = check.combiningClass
    }
    if mayCompose, buffer[0] >= 0xA0, !ScalarMapping.canonical(buffer[0]).isIdentity {
      return composeAll(&buffer, spare: &spare)
    }
    if !isOrdered { reorder(&buffer, spare: &spare) }
    if mayCompose { compose(&buffer) }
  }

  /// Makes NFC of any scalars; `spare` is overwritten.
  static func composeAll(_ buffer: inout ScalarBuffer, spare: inout ScalarBuffer) {
    swap(&buffer, &spare)
    buffer.truncate()
    for index in 0..<spare.count {
      decompose(
        spare[index], compatibility: false, origin: spare.origin(index), into: &buffer)
    }
    reorder(&buffer, spare: &spare)
    compose(&buffer)
  }

  /// Appends the full decomposition of `scalar` to `buffer`, without canonical order.
  static func decompose(
    _ scalar: UInt32, compatibility: Bool, origin: UInt32, into buffer: inout ScalarBuffer
  ) {
    if scalar < 0xA0 { return buffer.append(scalar, origin: origin) }
    let syllable = scalar &- Hangul.syllableBase
    if syllable < Hangul.syllableCount {
      buffer.append(Hangul.leadBase + syllable / Hangul.lastCount, origin: origin)
      buffer.append(
        Hangul.vowelBase + syllable % Hangul.lastCount / Hangul.tailCount, origin: origin)
      let tail = syllable % Hangul.tailCount
      if tail != 0 { buffer.append(Hangul.tailBase + tail, origin: origin) }
      return
    }
    var mapping = ScalarMapping.canonical(scalar)
    if compatibility {
      let wider = ScalarMapping.compatibility(scalar)
      if !wider.isIdentity { mapping = wider }
    }
    for index in 0..<mapping.count { buffer.append(mapping[index], origin: origin) }
  }

  /// Puts runs of marks into canonical order; `spare` is overwritten.
  ///
  /// - Complexity: O(*n*), also for words made of nothing but marks.
  static func reorder(_ buffer: inout ScalarBuffer, spare: inout ScalarBuffer) {
    var index = 0
    while index < buffer.count {
      guard combiningClass(buffer[index]) != 0 else {
        index += 1
        continue
      }
      let start = index
      while index < buffer.count, combiningClass(buffer[index]) != 0 { index += 1 }
      if index - start <= insertionSortLimit {
        sortByInsertion(&buffer, from: start, to: index)
      } else {
        sortByCounting(&buffer, from: start, to: index, spare: &spare)
      }
    }
  }

  /// Composes what canonical order allows, in place.
  static func compose(_ buffer: inout ScalarBuffer) {
    var length = 0
    var starter = -1
    var lastClass: UInt32 = 0
    for index in 0..<buffer.count {
      let scalar = buffer[index]
      let ownClass = combiningClass(scalar)
      let isBlocked = starter != length - 1 && (lastClass == 0 || lastClass >= ownClass)
      if starter >= 0, !isBlocked, let composite = composition(buffer[starter], scalar) {
        buffer[starter] = composite
        continue
      }
      if ownClass == 0 { starter = length }
      lastClass = ownClass
      buffer.copy(index, to: length)
      length += 1
    }
    buffer.truncate(to: length)
  }

  /// The canonical combining class of `scalar`.
  @inline(__always)
  static func combiningClass(_ scalar: UInt32) -> UInt32 {
    scalar < 0x300 ? 0 : QuickCheck(scalar).combiningClass
  }

  /// The primary composite of two scalars, or nil.
  static func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
    // The generator checks that no composition has such a second scalar.
    guard second >= 0x300 else { return nil }
    let lead = first &- Hangul.leadBase
    let vowel = second &- Hangul.vowelBase
    if lead < Hangul.leadCount, vowel < Hangul.vowelCount {
      return Hangul.syllableBase + (lead * Hangul.vowelCount + vowel) * Hangul.tailCount
    }
    let syllable = first &- Hangul.syllableBase
    let tail = second &- Hangul.tailBase
    if syllable < Hangul.syllableCount, syllable % Hangul.tailCount == 0,
      tail &- 1 < Hangul.tailCount - 1
    {
      return first + tail
    }
    let table = SevenBitTable(NormalizationTables.compositions)
    let slots = SevenBitTable(NormalizationTables.compositionSlots)
    let slotBits = NormalizationTables.compositionSlotBits
    // The hash function of the generator.
    var slot = (first &* 0x9E37_79B1 &+ second &* 0x85EB_CA6B) >> (32 &- slotBits)
    while true {
      let entry = Int(slots.value14(Int(slot)))
      guard entry != 0 else { return nil }
      let offset = 9 &* (entry &- 1)
      if table.value21(at: offset &+ 3) == second, table.value21(at: offset) == first {
        return table.value21(at: offset &+ 6)
      }
      slot = (slot &+ 1) & (1 << slotBits &- 1)
    }
  }

  private static let insertionSortLimit = 16

  private static func sortByInsertion(_ buffer: inout ScalarBuffer, from start: Int, to end: Int) {
    for index in start + 1..<max(end, start + 1) {
      let scalar = buffer[index]
      let origin = buffer.origin(index)
      let ownClass = combiningClass(scalar)
      var place = index
      while place > start, combiningClass(buffer[place - 1]) > ownClass {
        buffer.copy(place - 1, to: place)
        place -= 1
      }
      buffer.put(scalar, origin: origin, at: place)
    }
  }

  private static func sortByCounting(
    _ buffer: inout ScalarBuffer, from start: Int, to end: Int, spare: inout ScalarBuffer
  ) {
    var places = InlineArray<257, Int>(repeating: 0)
    spare.truncate()
    for index in start..<end {
      places[Int(combiningClass(buffer[index])) + 1] += 1
      spare.append(buffer[index], origin: buffer.origin(index))
    }
    for value in 1..<257 { places[value] += places[value - 1] }
    for index in 0..<spare.count {
      let ownClass = Int(combiningClass(spare[index]))
      buffer.copy(spare, index, at: start + places[ownClass])
      places[ownClass] += 1
    }
  }
}

/// The constants of Hangul syllable composition (The Unicode Standard 17, section 3.12).
private enum Hangul {
  static let syllableBase: UInt32 = 0xAC00
  static let leadBase: UInt32 = 0x1100
  static let vowelBase: UInt32 = 0x1161
  static let tailBase: UInt32 = 0x11A7
  static let leadCount: UInt32 = 19
  static let vowelCount: UInt32 = 21
  static let tailCount: UInt32 = 28
  /// Vowels times tails.
  static let lastCount: UInt32 = 588
  static let syllableCount: UInt32 = 11172
}
