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
      #expect(analyzer.language(of: text.span) != Language.none, "seed \(seed)")
    }
  }
}
