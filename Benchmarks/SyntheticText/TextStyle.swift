/// What made-up text looks like: the frequent words and the sounds of one language.
public enum TextStyle: String, Sendable, CaseIterable {
  /// English: nothing but ASCII, now and then a possessive.
  case english = "en"
  /// French: accents, elision, both apostrophes.
  case french = "fr"
  /// Dutch: ij, trema, clitics.
  case dutch = "nl"

  /// The most frequent words, most frequent first; they take the first ranks.
  var frequentWords: [String] {
    switch self {
    case .english:
      split(
        "the of and in to a was is for on as by with he that at from his it an were are which "
          + "this also be has had their not or one its they who but have first been she two")
    case .french:
      split(
        "de la le et les des en à du un une est dans que par pour qui au sur il a plus ne pas "
          + "ce se son avec sont été où elle aux sa cette même sous très après là déjà maïs sûr")
    case .dutch:
      split(
        "de van het een in en is dat op te met voor zijn die aan er niet door ook om werd als "
          + "bij uit naar hij tot over maar wordt of nog meer zo'n één geïnd 's 't coördinatie")
    }
  }

  /// How syllables begin.
  var onsets: [String] {
    switch self {
    case .english: split("b br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sh st t th tr v w")
    case .french: split("b br c ch d f g gr j l m n p pl qu r s t tr v ç gn cl fr")
    case .dutch: split("b br d dr f g gr h j k kl l m n p r s sch sl st t tr v w z zw")
    }
  }

  /// What syllables turn on.
  var nuclei: [String] {
    switch self {
    case .english: split("a e i o u a e i o ea ee ai ou oo ie y")
    case .french: split("a e i o u é è ê ai au eu ou oi ie ï ô û œ â ë î")
    case .dutch: split("a e i o u aa ee oe ij ie eu ui oo ei ou ë ï é")
    }
  }

  /// How syllables end; mostly with nothing.
  var codas: [String] {
    switch self {
    case .english: ["", "", "", "n", "r", "s", "t", "l", "ng", "nd", "ck", "m"]
    case .french: ["", "", "", "", "n", "r", "s", "t", "l", "x"]
    case .dutch: ["", "", "", "n", "r", "s", "t", "l", "k", "cht", "nd", "ns"]
    }
  }

  /// What may stand before a word, joined to it.
  var prefixes: [String] {
    switch self {
    case .english: []
    case .french: ["l'", "d'", "l’", "d’", "qu’", "L’", "D'"]
    case .dutch: ["'s ", "’s "]
    }
  }

  /// What may stand after a word, joined to it.
  var suffixes: [String] {
    switch self {
    case .english: ["'s", "’s"]
    case .french: []
    case .dutch: ["'s", "’s"]
    }
  }

  private func split(_ words: String) -> [String] {
    words.split(separator: " ").map(String.init)
  }
}
