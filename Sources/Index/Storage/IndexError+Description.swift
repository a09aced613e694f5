internal import Tokenizer

extension IndexError: CustomStringConvertible {
  /// What is wrong and where, in a sentence for people.
  public var description: String {
    switch self {
    case .noIndex(let path): "\(path): no index there"
    case .locked(let path, let holder):
      "\(path): another process is writing" + (holder.isEmpty ? "" : " (\(holder))")
    case .unsupportedFormat(let path, let found, let supported):
      "\(path): format \(found) is \(found > supported.upperBound ? "newer" : "older") than this "
        + "program reads (\(Self.text(supported)))"
    case .unsupportedAnalysis(let path):
      "\(path): its text became terms by other rules than this program has "
        + "(analysis \(Analyzer.analysisVersion), Unicode \(Analyzer.unicodeVersion))"
    case .damaged(let damage): "\(damage.path): damaged: \(damage)"
    case .system(let operation, let path, let code):
      "\(path): \(operation): \(SystemCalls.reason(of: code))"
    case .invalidInput(let message), .limitExceeded(let message): message
    case .noDocuments: "there are no documents"
    case .cancelled: "interrupted"
    }
  }

  private static func text(_ versions: ClosedRange<Int>) -> String {
    versions.count == 1
      ? "\(versions.lowerBound)" : "\(versions.lowerBound) to \(versions.upperBound)"
  }
}

extension Damage: CustomStringConvertible {
  /// Section, detail and bytes; not the file.
  public var description: String {
    (section.isEmpty ? "" : "\(section): ") + detail
      + (byteRange.isEmpty ? "" : " (bytes \(byteRange.lowerBound)-\(byteRange.upperBound - 1))")
  }
}
