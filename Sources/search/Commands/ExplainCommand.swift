import Index

/// `explain`: why a document has its score.
enum ExplainCommand {
  static func run(_ arguments: ParsedArguments) throws(Failure) -> ExitStatus {
    let reader = try IndexLocation.open(arguments).reader
    let id = arguments.operands[0]
    let text = arguments.operands.dropFirst().joined(separator: " ")
    let options = SearchOptions(arguments)
    let parsed = reader.parse(text, mode: ParsedQuery.Mode(arguments))
    if !arguments.has(.quiet) {
      for warning in parsed.warnings where warning.code != .stopWordsIgnored {
        StandardError.write("warning: \(warning.message)\n")
      }
    }
    let addresses = try translatingErrors { () throws(IndexError) in
      try reader.addresses(ofID: id)
    }
    guard !addresses.isEmpty else {
      throw Failure(
        "\(id): no such document", hint: "'search query -l TEXT' prints the ids of hits")
    }
    var explanations: [Explanation] = []
    try translatingErrors { () throws(IndexError) in
      for address in addresses {
        let explanation = try reader.explain(address, for: parsed.query, options: options)
        if let explanation { explanations.append(explanation) }
      }
    }
    if explanations.count > 1, !arguments.has(.quiet) {
      let count = grouped(explanations.count)
      StandardError.write("note: \(count) hits have this id; this is the best of them\n")
    }
    // The first of the best, as in the answer to the query.
    guard let explanation = explanations.max(by: { $0.score < $1.score }) else {
      if arguments.has(.json) {
        _ = StandardOutput.show(json(nil, id: id, text: text, options) + "\n")
      }
      if !arguments.has(.quiet) { StandardError.write("not a hit: \(excerpt(text))\n") }
      return .negative
    }
    let output =
      arguments.has(.json)
      ? json(explanation, id: id, text: text, options) + "\n" : table(explanation, options)
    return StandardOutput.show(output)
  }

  private static func table(_ explanation: Explanation, _ options: SearchOptions) -> String {
    let parts = explanation.parts
    let sum = parts.map { "\(score($0.score)) \($0.term)" }.joined(separator: " + ")
    var table = TextTable(alignments: [.right, .left, .left])
    // What is the same for every match does not depend on the length.
    let firstScored = parts.firstIndex { !$0.isConstant }
    for (index, part) in parts.enumerated() {
      var occurrences = part.frequency == 1 ? "once" : "\(grouped(part.frequency)) times"
      if index == firstScored {
        occurrences +=
          ", length \(grouped(explanation.length)), average "
          + fixed(Double(explanation.averageLength), 0)
          + ", k1 \(options.k1), b \(options.b)"
      }
      // A phrase weighs what its words do together.
      let scope = part.term.hasPrefix("\"") ? "all its words; the rarest in" : "in"
      let documents =
        "(\(scope) \(grouped(part.documentFrequency)) of \(grouped(explanation.documentCount)))"
      let factors =
        part.isConstant
        ? "the same for every match \(documents)"
        : "idf \(fixed(Double(part.idf), 4)) \(documents)  x  tf \(fixed(Double(part.tf), 4))"
      table.add([" " + score(part.score), part.term, "\(factors) (\(occurrences))"])
    }
    return printable(score(explanation.score) + "  = " + sum) + "\n" + table.text
  }

  private static func score(_ value: Float) -> String { fixed(Double(value), 3) }

  /// One object; for a document that is no hit without a score, and without parts of one.
  private static func json(
    _ explanation: Explanation?, id: String, text: String, _ options: SearchOptions
  ) -> String {
    var json = JSONWriter()
    json.object { json in
      json.member("v", JSONPrinter.schemaVersion)
      json.member("id", id)
      json.member("query", text)
      json.member("score", explanation?.score ?? .nan)
      if let explanation {
        json.member("length", explanation.length)
        json.member("average_length", explanation.averageLength)
        json.member("documents", explanation.documentCount)
        json.member("k1", options.k1)
        json.member("b", options.b)
      }
      json.name("parts")
      json.array { json in
        for part in explanation?.parts ?? [] {
          json.object { json in
            json.member("term", part.term)
            json.member("score", part.score)
            json.member("idf", part.idf)
            json.member("document_frequency", part.documentFrequency)
            json.member("tf", part.tf)
            json.member("frequency", part.frequency)
            json.member("constant", part.isConstant)
          }
        }
      }
    }
    return json.text
  }
}
