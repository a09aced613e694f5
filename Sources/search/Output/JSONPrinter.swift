import Index

/// Answers as JSON: numbers are numbers, ids are strings, times are microseconds.
enum JSONPrinter {
  /// The version of what the objects look like.
  static let schemaVersion = 1

  /// One answer as one object on one line.
  static func text(of answer: Answer, showsProfile: Bool) -> String {
    var json = JSONWriter()
    json.object { json in
      json.member("v", schemaVersion)
      if let id = answer.id { json.member("id", id) }
      json.member("query", answer.text)
      json.member("parsed", answer.parsed.query.description)
      json.member("total", answer.total)
      json.member("total_exact", answer.totalIsExact)
      json.member("took_us", answer.nanoseconds / 1000)
      json.name("warnings")
      json.array { json in for warning in answer.parsed.warnings { add(warning, to: &json) } }
      json.name("hits")
      json.array { json in for hit in answer.hits { add(hit, to: &json) } }
      if showsProfile {
        json.name("profile")
        json.object { json in
          for (name, count) in answer.profile { json.member(name, count) }
        }
      }
    }
    return json.text
  }

  private static func add(_ warning: QueryWarning, to json: inout JSONWriter) {
    json.object { json in
      json.member("code", warning.code.rawValue)
      json.name("range")
      json.range(warning.byteRange)
      json.member("message", warning.message)
    }
  }

  private static func add(_ hit: Answer.Hit, to json: inout JSONWriter) {
    json.object { json in
      json.member("rank", hit.rank)
      json.member("score", hit.score)
      json.member("id", hit.id)
      json.member("title", hit.title)
      guard let snippet = hit.snippet else { return }
      json.member("snippet", snippet.text)
      json.name("highlights")
      json.array { json in for range in snippet.highlights { json.range(range) } }
    }
  }
}
