import Foundation
import TestSupport
import Testing

@testable import Tokenizer

struct LanguageGuesserTests {
  @Test(arguments: [
    (Language.english, "The Federal Prosecutor's Office is conducting an investigation."),
    (.english, "It doesn't matter who they are, and we'll see them all."),
    (.french, "Le parquet fédéral a ouvert une enquête sur la diffusion de photos."),
    (.french, "L’ordre a été donné aujourd’hui d’ouvrir l’école."),
    (.dutch, "Het federaal parket heeft een onderzoek geopend naar de verspreiding."),
    (.dutch, "Ik heb 'm gezien op de fiets, en hij zag mij niet."),
    (.undetermined, ""),
    (.undetermined, "Москва 日本語 12345 !!!"),
    (.undetermined, "Der Mann und die Frau sind nicht mit dem Auto nach Hause gefahren."),
    (.undetermined, "El niño come una manzana con los otros niños por la mañana."),
    (.undetermined, "xyzzy plugh"),
  ])
  func theLanguageOfASentenceIsGuessed(language: Language, text: String) {
    let analyzer = Analyzer(AnalyzerOptions())
    #expect(analyzer.language(of: text.utf8Span.span) == language)
  }

  /// Files from some systems have their accents decomposed.
  @Test(arguments: [
    (Language.french, "L'État fédéral, délégué général à l'éducation"),
    (.french, "Comité d’éthique médicale, délégué européen"),
    (.french, "ÉLECTION À GENÈVE, MÊME À L'ÉCOLE"),
    (.dutch, "Het één en het ander van de zeeën in België"),
    (.undetermined, "Größe und Überraschung für schöne Mädchen"),
    (.undetermined, "Việt Nam, Đà Nẵng, phở, ăn sáng ở chợ"),
  ])
  func itDoesNotMatterHowAccentsAreSpelt(language: Language, text: String) {
    let analyzer = Analyzer(AnalyzerOptions())
    let decomposed = text.decomposedStringWithCanonicalMapping
    #expect(decomposed.utf8.count > text.utf8.count)
    #expect(analyzer.language(of: text.utf8Span.span) == language)
    #expect(analyzer.language(of: decomposed.utf8Span.span) == language)
    let terms = analyzer.tokens(in: text).map(\.term)
    #expect(analyzer.tokens(in: decomposed).map(\.term) == terms)
  }

  @Test(arguments: [
    "l\u{2BC}armée", "l\u{2018}armée", "l\u{FF07}armée", "l\u{AD}’armée", "\u{FEFF}l’armée",
    "Vu\u{A0}dans\u{202F}: le\u{A0}soir", "«\u{A0}Les\u{A0}Belges\u{A0}»", "—\u{200E}“Même”…",
  ])
  func typographyDoesNotHideFrench(text: String) {
    #expect(Analyzer(AnalyzerOptions()).language(of: text.utf8Span.span) == .french)
  }

  /// What is taken off words must be so in the shortest of texts, or the words are not found.
  @Test(arguments: [
    ("Anna's house", "anna house"), ("St. John’s", "st john"), ("Levi's", "levi"),
    ("De auto's", "de auto"), ("John's pub in Paris", "john pub in paris"),
    ("Rock 'n' roll at Anna's", "rock n roll at anna"), ("Anna's rock'n'roll", "anna rock'n'roll"),
    ("Guns N’ Roses, Anna’s tour", "guns n roses anna tour"),
    ("Mind the t's, Anna's", "mind the t anna"),
    ("Lorsqu'Anne chante", "anne chante"), ("Jusqu’ici", "ici"),
    ("Puisqu'Emma vient", "emma vient"),
    ("Van Dyck, l'artiste", "van dyck artiste"), ("l'« Humanité »", "l humanite"),
    ("D'11 à 12 h, l'armée", "d 11 a 12 h armee"), ("j't'aime", "aime"),
  ])
  func cliticsAreLeftOutOfShortTexts(text: String, terms: String) {
    let found = Analyzer(AnalyzerOptions()).tokens(in: text).map(\.term)
    #expect(found.joined(separator: " ") == terms)
  }

  /// Names say little of the language of what is around them.
  @Test(arguments: [
    (Language.french, "Mathieu Van der Poel remporte l'étape, et les favoris ont perdu."),
    (.french, "Van Rompuy. Herman Van Rompuy a quitté hier l'hôpital."),
    (.french, "Rogier van der Weyden, l'un des peintres"), (.french, "Van der Elst : l'interview"),
    (.french, "Ben Ali. Ben Ali a quitté le pays dans la nuit."),
    (.french, "L'hymne « Боже, царя храни »"),
    (.french, "L'élection de Łódź : Wałęsa, Kaczyński"), (.french, "L’Équipe"),
    (.english, "Le Pen's rally. Marine Le Pen said she had won."),
    (.english, "Van der Poel. He won the race and the tour."),
    (.english, "Les Misérables. Les Misérables is the story of a man who had been in prison."),
    (.english, "L'Oréal's profit falls"), (.english, "N'Golo Kanté's club"),
    (.dutch, "Le Pen. Marine Le Pen won de verkiezingen niet."),
    (.dutch, "De EM-functionaliteit ondersteunt de volgende scenario's"),
  ])
  func namesTellLittle(language: Language, text: String) {
    let analyzer = Analyzer(AnalyzerOptions())
    #expect(analyzer.language(of: text.utf8Span.span) == language)
    let decomposed = text.decomposedStringWithCanonicalMapping
    #expect(analyzer.language(of: decomposed.utf8Span.span) == language)
  }

  @Test(arguments: ["Rock 'n' roll", "rock'n'roll", "Guns N’ Roses", "K'nex", "Qur'an", "O'Neill"])
  func anApostropheAloneIsNotFrench(text: String) {
    #expect(Analyzer(AnalyzerOptions()).language(of: text.utf8Span.span) == .undetermined)
  }

  @Test func aFixedLanguageIsNotGuessed() {
    let analyzer = Analyzer(AnalyzerOptions(language: .dutch))
    #expect(analyzer.language(of: "This is the end".utf8Span.span) == .dutch)
  }

  @Test func anyBytesHaveALanguage() {
    let seed = TestSeed.value
    var random = RandomText(seed: seed)
    let analyzer = Analyzer(AnalyzerOptions())
    for _ in 0..<2000 {
      let text = random.text(pieceCount: 30, withIllFormedBytes: true)
      #expect(analyzer.language(of: text.span) != Language.plain, "seed \(seed)")
    }
  }
}
