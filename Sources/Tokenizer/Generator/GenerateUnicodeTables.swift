// Makes the Unicode tables of this module from the files of the Unicode Character Database.
//
//   swift Sources/Tokenizer/Generator/GenerateUnicodeTables.swift UCD-DIRECTORY [OUTPUT-DIRECTORY]
//
// UCD-DIRECTORY holds UnicodeData.txt, WordBreakProperty.txt, ... plain or gzipped (`.gz`).
// The tables are string literals of 7-bit bytes: they lie in the read-only part of a program, cost
// nothing at its start, and compile at once, where array literals of this size take minutes.
import Foundation

let unicodeVersion = "17.0.0"
let inputDirectory = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "."
let outputDirectory =
  CommandLine.arguments.count > 2 ? CommandLine.arguments[2] : "Sources/Tokenizer/Unicode"

// MARK: - Reading the Unicode Character Database

/// The bytes of a file of the database, unpacked if it is gzipped.
func readDatabaseFile(_ name: String) -> [UInt8] {
  let path = "\(inputDirectory)/\(name)"
  if let data = FileManager.default.contents(atPath: path) { return [UInt8](data) }
  let gzip = Process()
  gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  gzip.arguments = ["gzip", "-dc", path + ".gz"]
  let pipe = Pipe()
  gzip.standardOutput = pipe
  do { try gzip.run() } catch { fatalError("cannot run gzip: \(error)") }
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  gzip.waitUntilExit()
  precondition(gzip.terminationStatus == 0 && !data.isEmpty, "cannot read \(path)[.gz]")
  return [UInt8](data)
}

/// The lines of a file as fields between semicolons, without comments, blanks trimmed.
func forEachLine(of name: String, _ body: ([String]) -> Void) {
  for line in readDatabaseFile(name).split(separator: UInt8(ascii: "\n")) {
    let content = line.prefix { $0 != UInt8(ascii: "#") }
    let fields = content.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    guard fields.count > 1 else { continue }
    body(
      fields.map { field in
        let start = field.firstIndex { $0 != 32 } ?? field.endIndex
        let end = field.lastIndex { $0 != 32 && $0 != 13 }.map { $0 + 1 } ?? start
        return String(decoding: field[start..<max(start, end)], as: UTF8.self)
      })
  }
}

func parseHex(_ text: some StringProtocol) -> Int {
  guard let value = Int(text, radix: 16) else { fatalError("not a code point: \(text)") }
  return value
}

func parseRange(_ text: String) -> ClosedRange<Int> {
  let ends = text.components(separatedBy: "..")
  return parseHex(ends[0])...parseHex(ends[ends.count - 1])
}

func parseScalars(_ text: some StringProtocol) -> [Int] {
  text.split(separator: " ").map { parseHex($0) }
}

/// The code points for which a property file gives `value` in its second field.
func readSet(_ name: String, _ values: Set<String>) -> Set<Int> {
  var set: Set<Int> = []
  forEachLine(of: name) { fields in
    if values.contains(fields[1]) { set.formUnion(parseRange(fields[0])) }
  }
  return set
}

var generalCategory: [Int: String] = [:]
var combiningClass: [Int: Int] = [:]
var canonicalMapping: [Int: [Int]] = [:]
var compatibilityMapping: [Int: [Int]] = [:]
var simpleLowercase: [Int: Int] = [:]

do {
  var first = 0
  forEachLine(of: "UnicodeData.txt") { fields in
    let code = parseHex(fields[0])
    if fields[1].hasSuffix("First>") { first = code }
    for member in (fields[1].hasSuffix("Last>") ? first : code)...code {
      generalCategory[member] = fields[2]
    }
    if fields[3] != "0" { combiningClass[code] = Int(fields[3]) }
    if fields[5].hasPrefix("<") {
      let mapping = fields[5].drop { $0 != ">" }.dropFirst()
      compatibilityMapping[code] = parseScalars(mapping)
    } else if !fields[5].isEmpty {
      canonicalMapping[code] = parseScalars(fields[5])
    }
    if !fields[13].isEmpty { simpleLowercase[code] = parseHex(fields[13]) }
  }
}

var wordBreak: [Int: String] = [:]
forEachLine(of: "WordBreakProperty.txt") { fields in
  for code in parseRange(fields[0]) { wordBreak[code] = fields[1] }
}

var caseFolding: [Int: [Int]] = [:]
forEachLine(of: "CaseFolding.txt") { fields in
  if fields[1] == "C" || fields[1] == "F" {
    caseFolding[parseHex(fields[0])] = parseScalars(fields[2])
  }
}

var quickCheckNo: Set<Int> = []
var quickCheckMaybe: Set<Int> = []
var compositionExclusions: Set<Int> = []
forEachLine(of: "DerivedNormalizationProps.txt") { fields in
  if fields[1] == "NFC_QC" {
    if fields[2] == "N" {
      quickCheckNo.formUnion(parseRange(fields[0]))
    } else {
      quickCheckMaybe.formUnion(parseRange(fields[0]))
    }
  } else if fields[1] == "Full_Composition_Exclusion" {
    compositionExclusions.formUnion(parseRange(fields[0]))
  }
}

var alphabetic: Set<Int> = []
var defaultIgnorable: Set<Int> = []
forEachLine(of: "DerivedCoreProperties.txt") { fields in
  if fields[1] == "Alphabetic" {
    alphabetic.formUnion(parseRange(fields[0]))
  } else if fields[1] == "Default_Ignorable_Code_Point" {
    defaultIgnorable.formUnion(parseRange(fields[0]))
  }
}

let latinOrGreek = readSet("Scripts.txt", ["Latin", "Greek"])
let emoji = readSet("emoji-data.txt", ["Emoji"])
let emojiPresentation = readSet("emoji-data.txt", ["Emoji_Presentation"])
let pictographic = readSet("emoji-data.txt", ["Extended_Pictographic"])

// MARK: - Normalization and folding, as the tables need them

let hangulSyllables = 0xAC00...0xD7A3

func decompose(_ code: Int, compatibility: Bool) -> [Int] {
  if hangulSyllables.contains(code) {
    let index = code - 0xAC00
    let tail = index % 28
    let lead = [0x1100 + index / 588, 0x1161 + index % 588 / 28]
    return tail == 0 ? lead : lead + [0x11A7 + tail]
  }
  if let mapping = canonicalMapping[code] ?? (compatibility ? compatibilityMapping[code] : nil) {
    return mapping.flatMap { decompose($0, compatibility: compatibility) }
  }
  return [code]
}

func reorder(_ scalars: [Int]) -> [Int] {
  var result: [Int] = []
  for scalar in scalars {
    var index = result.count
    let ownClass = combiningClass[scalar] ?? 0
    while ownClass != 0, index > 0, (combiningClass[result[index - 1]] ?? 0) > ownClass {
      index -= 1
    }
    result.insert(scalar, at: index)
  }
  return result
}

var compositions: [[Int]: Int] = [:]
for (code, mapping) in canonicalMapping
where mapping.count == 2 && !compositionExclusions.contains(code) {
  compositions[mapping] = code
}

func compose(_ scalars: [Int]) -> [Int] {
  var result: [Int] = []
  var starter: Int?
  var lastClass = 0
  for scalar in scalars {
    let ownClass = combiningClass[scalar] ?? 0
    if let index = starter, index == result.count - 1 || (lastClass != 0 && lastClass < ownClass) {
      let base = result[index]
      var composite = compositions[[base, scalar]]
      if (0x1100...0x1112).contains(base), (0x1161...0x1175).contains(scalar) {
        composite = 0xAC00 + ((base - 0x1100) * 21 + scalar - 0x1161) * 28
      }
      if hangulSyllables.contains(base), (base - 0xAC00) % 28 == 0,
        (0x11A8...0x11C2).contains(scalar)
      {
        composite = base + scalar - 0x11A7
      }
      if let composite {
        result[index] = composite
        continue
      }
    }
    if ownClass == 0 { starter = result.count }
    lastClass = ownClass
    result.append(scalar)
  }
  return result
}

func normalize(_ scalars: [Int], compatibility: Bool) -> [Int] {
  reorder(scalars.flatMap { decompose($0, compatibility: compatibility) })
}

/// Characters used as an apostrophe; all become U+0027.
let apostrophes: Set<Int> = [0x2018, 0x2019, 0x201B, 0x02BC, 0x02BB, 0xFF07]

/// Latin letters that Unicode does not take apart but readers do.
let handFolding: [Int: String] = [
  0xE6: "ae", 0x153: "oe", 0xF8: "o", 0x111: "d", 0xF0: "d", 0xFE: "th", 0x142: "l", 0x127: "h",
  0x131: "i", 0x138: "q", 0x14B: "n", 0x167: "t", 0x192: "f",
]

/// Case folding (C + F) of one scalar, with the apostrophes made one.
func foldCase(_ code: Int) -> [Int] {
  (caseFolding[code] ?? [code]).map { apostrophes.contains($0) ? 0x27 : $0 }
}

/// Accent folding of one case-folded scalar that stands alone.
func foldAccents(_ code: Int) -> [Int] {
  var current = [code]
  while true {
    var result: [Int] = []
    var base = 0
    for scalar in normalize(current, compatibility: true) {
      if (combiningClass[scalar] ?? 0) == 0 { base = scalar }
      if (0x300...0x36F).contains(scalar) && latinOrGreek.contains(base) { continue }
      if scalar == 0x20 || defaultIgnorable.contains(scalar) { continue }
      result += foldCase(scalar).flatMap { folded in
        handFolding[folded].map { $0.unicodeScalars.map { Int($0.value) } } ?? [folded]
      }
    }
    result = compose(normalize(result, compatibility: false))
    if result == current { return result }
    current = result
  }
}

// MARK: - Encoding tables

/// A table of code points in two stages, its values stored in 7-bit bytes.
struct TwoStageTable {
  let name: String
  let summary: String
  let valueByteCount: Int
  var shift = 0
  var stage1: [UInt8] = []
  var stage2: [UInt8] = []

  /// Tries all block sizes and keeps the smallest table.
  init(name: String, summary: String, valueByteCount: Int, values: [Int]) {
    self.name = name
    self.summary = summary
    self.valueByteCount = valueByteCount
    var bestCount = Int.max
    for shift in 4...8 {
      var blocks: [[Int]: Int] = [:]
      var first: [UInt8] = []
      var second: [UInt8] = []
      for start in stride(from: 0, to: values.count, by: 1 << shift) {
        let block = Array(values[start..<min(values.count, start + 1 << shift)])
        var index = blocks[block]
        if index == nil {
          index = blocks.count
          blocks[block] = index
          for value in block { second += encode(value, byteCount: valueByteCount) }
        }
        first += encode(index ?? 0, byteCount: 2)
      }
      if first.count + second.count < bestCount {
        bestCount = first.count + second.count
        (self.shift, stage1, stage2) = (shift, first, second)
      }
    }
  }

  /// The declarations of the table as static members.
  var source: String {
    """
      /// The base-2 logarithm of the block size of `\(name)`.
      static let \(name)Shift: UInt32 = \(shift)
      /// The number of blocks `\(name)` covers; above lie only defaults.
      static let \(name)BlockCount: UInt32 = \(stage1.count / 2)
    \(literal("\(name)Stage1", "The block of each range of code points: \(summary).", stage1))
    \(literal("\(name)Stage2", "The values of each block: \(summary).", stage2))

    """
  }
}

/// `value` in `byteCount` bytes of 7 bits, low bits first.
func encode(_ value: Int, byteCount: Int) -> [UInt8] {
  precondition(value >= 0 && value < 1 << (7 * byteCount))
  return (0..<byteCount).map { UInt8(value >> (7 * $0) & 0x7F) }
}

/// A static member holding 7-bit bytes as a string literal.
func literal(_ name: String, _ summary: String, _ bytes: [UInt8]) -> String {
  var text = "  /// \(summary)\n  static var \(name): StaticString {\n    \"\"\"\n"
  var line = ""
  for byte in bytes {
    let piece: String
    switch byte {
    case 0: piece = "\\0"
    case 9: piece = "\\t"
    case 10: piece = "\\n"
    case 13: piece = "\\r"
    case 34: piece = "\\\""
    case 92: piece = "\\\\"
    case 32..<127: piece = String(UnicodeScalar(byte))
    default: piece = "\\u{\(String(byte, radix: 16))}"
    }
    if line.utf8.count + piece.utf8.count > 94 {
      text += "    \(line)\\\n"
      line = ""
    }
    line += piece
  }
  return text + "    \(line)\n    \"\"\"\n  }"
}

/// The scalar sequences a mapping needs beyond single scalars; one pool for all mappings.
var pool: [UInt8] = []
var poolOffsets: [[Int]: Int] = [:]

/// The code of a mapping's result: 0 = itself, a scalar, or 0x110000 + an offset into the pool.
func encodeMapping(_ code: Int, _ result: [Int]) -> Int {
  if result == [code] { return 0 }
  if result.count == 1, result[0] != 0 { return result[0] }
  if let offset = poolOffsets[result] { return 0x110000 + offset }
  let offset = pool.count
  poolOffsets[result] = offset
  pool += encode(result.count, byteCount: 1)
  for scalar in result { pool += encode(scalar, byteCount: 3) }
  return 0x110000 + offset
}

/// Tables cover the code points below this and, for properties, U+E0000...U+E0FFF after them.
let tableLimit = 0x34000

func mappingTable(_ name: String, _ summary: String, _ mapping: (Int) -> [Int]) -> TwoStageTable {
  var values = [Int](repeating: 0, count: tableLimit)
  var last = 0
  for code in 0..<0x110000 where !(0xD800...0xDFFF).contains(code) {
    let value = encodeMapping(code, mapping(code))
    if value == 0 { continue }
    precondition(code < tableLimit)
    values[code] = value
    last = code
  }
  return TwoStageTable(
    name: name, summary: summary, valueByteCount: 3, values: Array(values[0...(last | 255)]))
}

func write(_ fileName: String, from inputs: String, _ content: String) {
  let text = """
    // Generated by GenerateUnicodeTables.swift from \(inputs),
    // Unicode \(unicodeVersion). Do not edit.
    // swift-format-ignore-file
    \(content)
    """
  do {
    try text.write(toFile: "\(outputDirectory)/\(fileName)", atomically: true, encoding: .utf8)
  } catch {
    fatalError("cannot write \(fileName): \(error)")
  }
}

// MARK: - The tables

/// The order is that of the cases of `WordBreakClass`.
let wordBreakClasses = [
  "Other", "CR", "LF", "Newline", "Extend", "ZWJ", "Format", "Katakana", "Hebrew_Letter",
  "ALetter", "Single_Quote", "Double_Quote", "MidNumLet", "MidLetter", "MidNum", "Numeric",
  "ExtendNumLet", "Regional_Indicator", "WSegSpace", "Pictographic", "Pictographic_ALetter",
  "Colon", "Narrow_Space",
]

func wordBreakClass(_ code: Int) -> Int {
  var name = wordBreak[code] ?? "Other"
  if pictographic.contains(code) {
    precondition(name == "Other" || name == "ALetter")
    name = name == "Other" ? "Pictographic" : "Pictographic_ALetter"
  }
  if [0x3A, 0xFE13, 0xFE55, 0xFF1A].contains(code) {
    precondition(name == "MidLetter")
    name = "Colon"
  }
  if code == 0x202F {
    precondition(name == "ExtendNumLet")
    name = "Narrow_Space"
  }
  guard let index = wordBreakClasses.firstIndex(of: name) else { fatalError(name) }
  return index
}

/// Whether an emoji counts as a word: not the text symbols and arrows that may look like one.
func isEmojiWord(_ code: Int) -> Bool {
  emojiPresentation.contains(code)
    || emoji.contains(code) && ((0x2600...0x27BF).contains(code) || code >= 0x1F000)
}

/// Whether a scalar, alone or through its compatibility decomposition, may change its neighbours.
func isComplex(_ code: Int) -> Bool {
  func joins(_ scalar: Int) -> Bool {
    combiningClass[scalar] != nil || quickCheckMaybe.contains(scalar)
  }
  if joins(code) || quickCheckNo.contains(code) { return true }
  if hangulSyllables.contains(code) { return false }
  let decomposed = normalize([code], compatibility: true)
  return decomposed != [code] && joins(decomposed[0])
}

func propertyBits(_ code: Int) -> Int {
  let category = generalCategory[code] ?? "Cn"
  let isLetter = category.hasPrefix("L")
  var bits = wordBreakClass(code)
  if isLetter || category == "Nd" || category == "Nl" || isEmojiWord(code) { bits |= 1 << 5 }
  if alphabetic.contains(code) || category.hasPrefix("N") { bits |= 1 << 6 }
  if defaultIgnorable.contains(code) { bits |= 1 << 7 }
  if isComplex(code) { bits |= 1 << 8 }
  if latinOrGreek.contains(code) { bits |= 1 << 9 }
  if foldCase(code) != [code] { bits |= 1 << 10 }
  if accentFolding(code) != [code] { bits |= 1 << 11 }
  if simpleLowercase[code] != nil { bits |= 1 << 12 }
  if isLetter { bits |= 1 << 13 }
  return bits
}

/// Accent folding where it can be asked for: of scalars that NFC and case folding leave behind.
func accentFolding(_ code: Int) -> [Int] {
  if isComplex(code) || foldCase(code) != [code] { return [code] }
  if hangulSyllables.contains(code) || defaultIgnorable.contains(code) { return [code] }
  let inWords = wordBreakClass(code) != 0 || propertyOfWords(code)
  return inWords ? foldAccents(code) : [code]
}

func propertyOfWords(_ code: Int) -> Bool {
  alphabetic.contains(code) || (generalCategory[code] ?? "Cn").hasPrefix("N")
}

var properties = (0..<tableLimit).map(propertyBits)
properties += (0xE0000...0xE0FFF).map(propertyBits)
for code in Array(tableLimit..<0xE0000) + Array(0xE1000..<0x110000) {
  precondition(wordBreak[code] == nil && !alphabetic.contains(code))
  precondition(!defaultIgnorable.contains(code) && combiningClass[code] == nil)
}
let propertyTable = TwoStageTable(
  name: "properties", summary: "word break class and flags, 14 bits", valueByteCount: 2,
  values: properties)

let caseTable = mappingTable("caseFolding", "full case folding (C + F)", foldCase)
let lowercaseTable = mappingTable("lowercase", "simple lower case") { code in
  [simpleLowercase[code] ?? code]
}
let accentTable = mappingTable("accents", "accents and compatibility", accentFolding)
let canonicalTable = mappingTable("canonical", "full canonical decompositions") { code in
  hangulSyllables.contains(code) ? [code] : normalize([code], compatibility: false)
}
let compatibilityTable = mappingTable("compatibility", "full compatibility decompositions") {
  code in
  if hangulSyllables.contains(code) { return [code] }
  let full = normalize([code], compatibility: true)
  return full == normalize([code], compatibility: false) ? [code] : full
}
/// The combining class, and what NFC_QC says beyond it; decoded by `QuickCheck`.
func quickCheck(_ code: Int) -> Int {
  (combiningClass[code] ?? 0)
    | (quickCheckMaybe.contains(code) ? 1 << 8 : 0) | (quickCheckNo.contains(code) ? 1 << 9 : 0)
}
let quickCheckTable = TwoStageTable(
  name: "quickCheck", summary: "combining class, 256 for NFC_QC Maybe, 512 for No",
  valueByteCount: 2, values: (0..<0x1F000).map(quickCheck))
precondition(quickCheckMaybe.allSatisfy { $0 < 0x1F000 })
precondition(combiningClass.keys.allSatisfy { $0 < 0x1F000 })

let sortedPairs = compositions.sorted { ($0.key[0], $0.key[1]) < ($1.key[0], $1.key[1]) }
let pairBytes = sortedPairs.flatMap { pair in
  (pair.key + [pair.value]).flatMap { encode($0, byteCount: 3) }
}
// `Normalizer.composition` looks at no pair with a smaller second scalar.
precondition(sortedPairs.allSatisfy { $0.key[1] >= 0x300 })

let compositionSlotBits = 11
var compositionSlots = [Int](repeating: 0, count: 1 << compositionSlotBits)
for (number, pair) in sortedPairs.enumerated() {
  let product =
    UInt32(pair.key[0]) &* 0x9E37_79B1 &+ UInt32(pair.key[1]) &* 0x85EB_CA6B
  var slot = Int(product >> (32 - UInt32(compositionSlotBits)))
  while compositionSlots[slot] != 0 { slot = (slot + 1) % compositionSlots.count }
  compositionSlots[slot] = number + 1
}
let slotBytes = compositionSlots.flatMap { encode($0, byteCount: 2) }
let compositionSlotSummary =
  "The hash table of the compositions, with linear probing: 1 + the number of one, or 0."

write(
  "PropertyTable.swift",
  from: "WordBreakProperty, UnicodeData, DerivedCoreProperties, Scripts, emoji-data",
  """

  /// Word break classes and flags of all code points, decoded by `ScalarProperties`.
  enum PropertyTable {
  \(propertyTable.source)}

  """)
write(
  "FoldingTables.swift", from: "CaseFolding, UnicodeData, Scripts",
  """

  /// Case and accent folding, decoded by `ScalarMapping`.
  enum FoldingTables {
  \(caseTable.source)
  \(lowercaseTable.source)
  \(accentTable.source)}

  """)
write(
  "NormalizationTables.swift", from: "UnicodeData, DerivedNormalizationProps",
  """

  /// Decompositions, compositions and combining classes, decoded by `Normalizer` and `QuickCheck`.
  enum NormalizationTables {
  \(canonicalTable.source)
  \(compatibilityTable.source)
  \(quickCheckTable.source)
  \(literal("compositions", "Sorted (first, second, composite), 3 bytes of 7 bits each.", pairBytes))
    /// The base-2 logarithm of the number of `compositionSlots`.
    static let compositionSlotBits: UInt32 = \(compositionSlotBits)
  \(literal("compositionSlots", compositionSlotSummary, slotBytes))
  \(literal("pool", "Sequences: a count, then scalars of 3 bytes of 7 bits.", pool))
  }

  """)
