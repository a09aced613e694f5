import Tokenizer

extension AnalyzerOptions {
  /// What `--language` and `--stopwords` ask for.
  init(_ arguments: ParsedArguments) throws(Failure) {
    var policy = StopWordPolicy.keep
    switch arguments.value(.stopwords) {
    case nil, "keep": break
    case "drop": policy = .drop
    case .some(let path):
      do throws(SystemFailure) {
        let bytes = try readSmallFile(Path(path))
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        let words = lines.map { $0.drop { $0 == " " } }.filter { !$0.isEmpty && $0.first != "#" }
        policy = .custom(words.map { String($0) })
      } catch {
        throw Failure(error, hint: "--stopwords takes keep, drop, or a file of words")
      }
    }
    self.init(
      language: arguments.value(.language).flatMap { Language(code: $0) }, stopWords: policy)
  }
}
