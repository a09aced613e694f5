import Index
import Synchronization

/// What a build did, for people: how much, how fast, and what was left out.
struct BuildSummary {
  let plan: InputPlan
  let fields: FieldNames
  let report: BuildReport
  let seconds: Double
  let target: String

  /// Prints it to standard error.
  func print() { StandardError.write(text) }

  private var text: String {
    var text = "indexed \(subject) in \(secondsText(seconds))\(rate)\n"
    text += "index \(printable(target))  \(byteCountText(report.indexByteCount))"
    if let count = segmentCount { text += "  \(counted(count, "segment"))" }
    text += "\n"
    if report.documentCount == 0 {
      let nothing = Self.nothing(of: plan)
      text += "warning: \(nothing.text)\n" + (nothing.hint.map { "hint: \($0)\n" } ?? "")
    }
    if report.duplicateIDCount > 0 {
      text +=
        "warning: \(counted(report.duplicateIDCount, "document has", "documents have")) "
        + "the id of an earlier one (both are kept): "
        + examples(report.duplicateIDExamples, of: report.duplicateIDCount) + "\n"
    }
    return text + Self.skippedText(plan.report) + missingFieldsText + mendedText
  }

  /// Why there is no document.
  static func nothing(of plan: InputPlan) -> (text: String, hint: String?) {
    if !plan.items.isEmpty { return ("there was no document in the input", nil) }
    if plan.report.finding(.notMatching).count > 0 {
      return ("nothing to index: no file that --glob chooses", nil)
    }
    if plan.report.finding(.unreadable).count > 0 {
      return ("nothing to index: nothing that could be read", nil)
    }
    return (
      "nothing to index: no file with a known extension",
      "name the files, choose them with --glob '*.EXT', or say --format text"
    )
  }

  /// `5 files (29.8 kB of text)`, `1,000,000 documents from stdin`.
  private var subject: String {
    let size = byteCountText(report.textByteCount)
    let records = plan.items.filter { $0.format.holdsRecords }
    guard !records.isEmpty else {
      return "\(counted(report.documentCount, "file")) (\(size) of text)"
    }
    let readCount = plan.report.fileCount.load(ordering: .relaxed)
    let source = plan.items.count == 1 ? plan.items[0].name : counted(readCount, "file")
    return
      "\(counted(report.documentCount, "document")) from \(printable(source)) (\(size) of text)"
  }

  private var rate: String {
    guard seconds >= 1 else { return "" }
    let bytes = Int(Double(plan.report.byteCount.load(ordering: .relaxed)) / seconds)
    let documents = Int(Double(report.documentCount) / seconds)
    // Of a few very large ones the number says nothing.
    let pace = documents > 0 ? ", \(grouped(documents)) documents/s" : ""
    return ": \(byteCountText(bytes))/s\(pace)"
  }

  private var segmentCount: Int? {
    guard let reader = try? IndexReader(path: target) else { return nil }
    return reader.statistics().segmentCount
  }

  // MARK: What was left out

  /// The files and lines that were left out, by reason.
  static func skippedText(_ report: InputReport) -> String {
    var text = ""
    for reason in InputReport.Reason.allCases where reason.concern == .file {
      let finding = report.finding(reason)
      guard finding.count > 0 else { continue }
      let names = exampleText(finding.examples.map { $0.text }, of: finding.count)
      let kind = reason.isExpected ? "note" : "warning"
      text += "\(kind): skipped \(grouped(finding.count)) \(reason.text): \(names)"
      text += (reason.remedy.map { " (\($0))" } ?? "") + "\n"
    }
    let lines = report.skippedLines
    if let first = lines.first {
      text +=
        "warning: \(first), skipped; \(counted(lines.count, "line")) skipped in all "
        + "(--on-error stop to stop at the first)\n"
    }
    return text
  }

  /// The fields that were named and that no record had: a misspelt one is missed by nobody else.
  private var missingFieldsText: String {
    guard let found = plan.report.foundFields else { return "" }
    return fields.named.filter { !found.contains($0.name) }.map { field in
      let name = printable("'\(field.name)'")
      return "warning: no record has the field \(name) that --\(field.option.rawValue) names\n"
    }.joined()
  }

  private var mendedText: String {
    var text = ""
    let missing = plan.report.finding(.missingID)
    if missing.count > 0 {
      text +=
        "warning: \(counted(missing.count, "line has", "lines have")) no id, and got FILE:LINE: "
        + Self.exampleText(missing.examples.map { $0.text }, of: missing.count) + "\n"
    }
    let mended = plan.report.finding(.illFormedText)
    if mended.count > 0 {
      text +=
        "warning: \(counted(mended.count, "byte")) of ill-formed text became U+FFFD: "
        + Self.exampleText(mended.examples.map { $0.text }, of: Int.max) + "\n"
    }
    let renamed = plan.report.finding(.illFormedName)
    if renamed.count > 0 {
      text +=
        "warning: \(counted(renamed.count, "name is", "names are")) not UTF-8, "
        + "and the id has U+FFFD there: "
        + Self.exampleText(renamed.examples.map { $0.text }, of: renamed.count) + "\n"
    }
    return text
  }

  private func examples(_ names: [String], of count: Int) -> String {
    Self.exampleText(names.prefix(InputReport.exampleLimit).map { printable($0) }, of: count)
  }

  private static func exampleText(_ names: [String], of count: Int) -> String {
    names.joined(separator: ", ") + (count > names.count && count < Int.max ? ", ..." : "")
  }
}

extension InputReport.Reason {
  /// The reason as it follows `skipped 3`.
  fileprivate var text: String {
    switch self {
    case .unreadable: "unreadable"
    case .binary: "binary"
    case .compressed: "compressed"
    case .empty: "empty"
    case .otherType: "of other types"
    case .notAFile: "neither file nor folder"
    case .symbolicLink: "behind symbolic links"
    case .namedTwice: "named twice"
    case .missingColumn: "without the columns"
    case .index: "holding an index"
    case .hidden: "hidden"
    case .ignored: "named by .gitignore"
    case .notMatching: "not matching --glob"
    case .badLine: "bad lines"
    case .noText: "lines without text"
    case .tooLong: "with a line that is too long"
    case .missingID, .illFormedText, .illFormedName: ""
    }
  }

  /// Whether leaving it out is what the user will have expected.
  fileprivate var isExpected: Bool {
    switch self {
    case .hidden, .ignored, .notMatching, .namedTwice, .otherType, .symbolicLink, .empty, .index:
      true
    default: false
    }
  }

  /// What to do to have it all the same.
  fileprivate var remedy: String? {
    switch self {
    case .otherType: "--glob '*.EXT' or --format takes them"
    case .hidden: "--hidden takes them"
    case .ignored: "--no-ignore takes them"
    case .symbolicLink: "name them to follow them"
    case .compressed: "unpack them, or pipe: zcat FILE | search build-index -"
    default: nil
    }
  }
}
