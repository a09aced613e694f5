internal import Index

/// `touched`: which cache lines and pages a warm query touches, by section of the index.
///
/// Valgrind's `lackey` prints every access of a program and every call of the system. This program
/// is run under it as `serve`, each query twice; the second run lies between two looks at the
/// clock, so that its accesses can be told from all others. They are counted once for each line of
/// 64 bytes and each page of 4 KiB.
struct TouchedMemory {
  /// What one query did.
  private struct Touches {
    var instructionCount = 0
    var lines: [Int: Set<UInt>] = [:]
    var pages: [Int: Set<UInt>] = [:]
  }

  /// The sections of the file, then all memory that is no part of it.
  private let names: [String]
  /// Where each section starts in the file, and where the last one ends.
  private let starts: [Int]
  private let mappedByteCount: Int
  private var mapping: UInt?
  private var clockCount = 0
  private var current: Touches?
  private var finished: [Touches] = []

  /// Measures some queries of each kind and prints their means.
  static func run(_ options: BenchmarkOptions) throws {
    let context = BenchmarkContext(options)
    let index = try context.indexPath()
    let statistics = try context.reader().statistics()
    let queries = try context.queries()
    var rows: [[String]] = []
    var names: [String] = []
    for kind in BenchmarkQuery.Kind.allCases {
      let all = queries.filter { $0.kind == kind && $0.query != nil }
      let chosen = stride(from: 0, to: all.count, by: max(1, all.count / 8)).map { all[$0] }
      if chosen.isEmpty { continue }
      writeError("\(kind.rawValue): \(chosen.count) queries\n")
      var touched = TouchedMemory(
        sections: statistics.sections.map { ($0.name, $0.byteCount) },
        segmentByteCount: try segmentByteCount(at: index))
      try touched.trace(chosen, index: index, scratch: try context.scratch())
      names = touched.names
      rows.append([kind.rawValue] + touched.means)
    }
    var text = markdownRow(["lines (pages)", "instructions"] + names)
    text += markdownRow(["---"] + Array(repeating: "--:", count: names.count + 1))
    try writeOutput(text + rows.map(markdownRow).joined())
  }

  /// The size of the one file of an index that holds its sections.
  private static func segmentByteCount(at index: String) throws -> Int {
    try fileNames(in: index).map { fileByteCount(of: index + "/" + $0) }.max() ?? 0
  }

  /// Nothing touched yet in an index that has one file of sections, of `segmentByteCount` bytes.
  init(sections: [(name: String, byteCount: Int)], segmentByteCount: Int) {
    var start = 0
    var starts: [Int] = []
    for section in sections {
      starts.append(start)
      // Sections begin at lines.
      start = (start + section.byteCount + 63) / 64 * 64
    }
    self.starts = starts + [start]
    names = sections.map(\.name) + ["sums", "other memory"]
    mappedByteCount = segmentByteCount
  }

  private mutating func trace(
    _ queries: [BenchmarkQuery], index: String, scratch: ScratchFolder
  ) throws {
    let requests = queries.map { query in
      let terms = query.terms.map { String(decoding: $0, as: UTF8.self) }
      return "top\t10\t2\t0\t\(query.kind.rawValue)\t\(terms.joined(separator: " "))\n"
    }
    let input = scratch.path + "/requests"
    try writeFile(requests.joined(), to: input)
    let command =
      "exec valgrind --tool=lackey --trace-mem=yes --trace-syscalls=yes --log-fd=3 "
      + "\"$0\" serve --index \"$1\" < \"$2\" 3>&1 > /dev/null 2> /dev/null"
    var line: [UInt8] = []
    let status = try ChildProcess.run(
      ["/bin/sh", "-c", command, try ChildProcess.ownPath(), index, input], environment: nil
    ) { piece in
      for byte in piece {
        if byte != UInt8(ascii: "\n") {
          line.append(byte)
          continue
        }
        read(line)
        line.removeAll(keepingCapacity: true)
      }
    }
    guard status == 0, finished.count == queries.count else {
      throw BenchmarkFailure(
        "traced \(finished.count) of \(queries.count) queries (exit status \(status)): "
          + "is valgrind installed?")
    }
  }

  // MARK: - The trace

  /// Takes a line of the trace.
  mutating func read(_ line: [UInt8]) {
    guard line.count > 3 else { return }
    switch (line[0], line[1]) {
    case (UInt8(ascii: "I"), UInt8(ascii: " ")): current?.instructionCount += 1
    case (UInt8(ascii: " "), UInt8(ascii: "L")), (UInt8(ascii: " "), UInt8(ascii: "S")),
      (UInt8(ascii: " "), UInt8(ascii: "M")):
      if current != nil { addAccess(line) }
    default: readCall(String(decoding: line, as: UTF8.self))
    }
  }

  /// ` L 1ffeffe7f8,8`: a kind of access, an address and a number of bytes.
  private mutating func addAccess(_ line: [UInt8]) {
    var address: UInt = 0
    var index = 3
    while index < line.count, line[index] != UInt8(ascii: ",") {
      let byte = line[index]
      address = address << 4 | UInt(byte < 0x40 ? byte & 15 : (byte & 15) + 9)
      index += 1
    }
    var byteCount: UInt = 0
    for byte in line[min(index + 1, line.count)...] { byteCount = byteCount * 10 + UInt(byte & 15) }
    let section = section(of: address)
    for end in [address, address + max(byteCount, 1) - 1] {
      current?.lines[section, default: []].insert(end >> 6)
      current?.pages[section, default: []].insert(end >> 12)
    }
  }

  private func section(of address: UInt) -> Int {
    guard let mapping, address >= mapping, address - mapping < UInt(mappedByteCount) else {
      return names.count - 1
    }
    let offset = Int(address - mapping)
    return (starts.firstIndex { offset < $0 } ?? starts.count) - 1
  }

  private mutating func readCall(_ line: String) {
    if line.contains("clock_gettime") {
      // Four for a request: before and after each of two runs.
      clockCount += 1
      switch clockCount % 4 {
      case 3: current = Touches()
      case 0:
        if let current { finished.append(current) }
        current = nil
      default: break
      }
    } else if let call = line.firstRange(of: "sys_mmap ( "),
      let success = line.firstRange(of: "Success(0x")
    {
      let arguments = line[call.upperBound...].split(separator: ",")
      let size = arguments.dropFirst().first.flatMap { Int($0.drop { $0 == " " }) }
      if size == mappedByteCount {
        mapping = UInt(line[success.upperBound...].prefix { $0 != ")" }, radix: 16)
      }
    }
  }

  /// Means over the queries: instructions, then lines and pages by section.
  var means: [String] {
    func mean(_ count: (Touches) -> Int) -> Int {
      let sum = finished.reduce(0) { $0 + count($1) }
      return Int((Double(sum) / Double(max(1, finished.count))).rounded())
    }
    return [grouped(mean(\.instructionCount))]
      + names.indices.map { section in
        let lines = mean { $0.lines[section]?.count ?? 0 }
        let pages = mean { $0.pages[section]?.count ?? 0 }
        return lines == 0 && pages == 0 ? "-" : "\(grouped(lines)) (\(pages))"
      }
  }
}
