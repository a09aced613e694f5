/// The rules that turn the words of a document into terms.
///
/// Raw values are stored in indexes and never change meaning.
public enum Language: UInt8, Sendable, CaseIterable {
  /// No analysis beyond plain tokens: maximal runs of letters and digits, lower-cased; the code is
  /// `none`.
  case plain = 0
  /// Unicode words, normalised, folded, without the rules of any one language.
  case undetermined = 1
  /// English: possessives, English stop words.
  case english = 2
  /// French: elision, French stop words.
  case french = 3
  /// Dutch: clitics and the final 's, Dutch stop words.
  case dutch = 4

  /// The code users type and see: `none`, `und`, `en`, `fr`, `nl`.
  public var code: String {
    switch self {
    case .plain: "none"
    case .undetermined: "und"
    case .english: "en"
    case .french: "fr"
    case .dutch: "nl"
    }
  }

  /// The language of a code, or nil.
  public init?(code: String) {
    guard let match = Language.allCases.first(where: { $0.code == code }) else { return nil }
    self = match
  }
}
