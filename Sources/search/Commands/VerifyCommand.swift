import Index

/// `verify`: every checksum and every structure.
enum VerifyCommand {
  static func run(_ arguments: ParsedArguments) throws(Failure) -> ExitStatus {
    LackOfMemory.explain(
      """
      search: out of memory
      hint: use fewer threads, as with --threads 1, or allow the process more (ulimit -v)

      """)
    let path = try IndexLocation.existing(arguments)
    let threadCount = arguments.integer(.threads) ?? Environment.processorCount
    let start = Environment.nanoseconds
    let report = try translatingErrors { () throws(IndexError) in
      try IndexReader.verify(path: path, threads: threadCount)
    }
    let seconds = Double(Environment.nanoseconds - start) / 1e9
    var output = StandardOutput()
    if arguments.has(.json) {
      output.writeLine(json(report, path))
    } else {
      for segment in report.segments { output.write(text(of: segment)) }
      output.writeLine(verdict(report))
    }
    output.flush()
    if !arguments.has(.quiet) {
      let size = byteCountText(report.segments.reduce(0) { $0 + $1.byteCount })
      StandardError.write(
        report.isIntact
          ? "\(size) verified in \(secondsText(seconds))\n"
          : "hint: rebuild with 'search build-index --force PATH...'\n")
    }
    return report.isIntact ? .success : .negative
  }

  private static func text(of segment: VerificationReport.Segment) -> String {
    var parts = [
      segment.name,
      "checksums \(grouped(segment.intactUnitCount))/\(grouped(segment.unitCount))",
    ]
    guard segment.damages.isEmpty else {
      return parts.joined(separator: "  ") + "\n"
        + segment.damages.map { "  \(printable($0.summary))\n" }.joined()
    }
    parts += segment.checks.map { "\($0.name) \(grouped($0.count)) ok" }
    return parts.joined(separator: "  ") + "\n"
  }

  /// The last line: whether all is well.
  static func verdict(_ report: VerificationReport) -> String {
    if report.isIntact { return "ok" }
    let damaged = report.segments.reduce(0) { $0 + $1.unitCount - $1.intactUnitCount }
    let all = report.segments.reduce(0) { $0 + $1.unitCount }
    if damaged == 0 {
      // Written wrong, or forged: no disk does that.
      let count = report.segments.reduce(0) { $0 + $1.damages.count }
      return "damaged: \(counted(count, "structure")), though all checksums are right"
    }
    return "damaged: \(counted(damaged, "block")) of \(grouped(all))"
  }

  private static func json(_ report: VerificationReport, _ path: String) -> String {
    var json = JSONWriter()
    json.object { json in
      json.member("v", JSONPrinter.schemaVersion)
      json.member("index", path)
      json.member("ok", report.isIntact)
      json.name("segments")
      json.array { json in for segment in report.segments { add(segment, to: &json) } }
    }
    return json.text
  }

  private static func add(_ segment: VerificationReport.Segment, to json: inout JSONWriter) {
    json.object { json in
      json.member("name", segment.name)
      json.member("bytes", segment.byteCount)
      json.member("units", segment.unitCount)
      json.member("intact_units", segment.intactUnitCount)
      json.name("checks")
      json.object { json in for check in segment.checks { json.member(check.name, check.count) } }
      json.name("damages")
      json.array { json in
        for damage in segment.damages {
          json.object { json in
            json.member("path", damage.path)
            json.member("section", damage.section)
            json.name("bytes")
            json.range(Int(damage.byteRange.lowerBound)..<Int(damage.byteRange.upperBound))
            json.member("detail", damage.detail)
          }
        }
      }
    }
  }
}
