/// `help`: on the program, on a command, or on what a query can say.
enum HelpCommand {
  static func run(_ arguments: ParsedArguments) throws(Failure) -> ExitStatus {
    guard let topic = arguments.operands.first else {
      return StandardOutput.show(HelpText.overview)
    }
    if topic == querySyntaxTopic { return StandardOutput.show(querySyntax) }
    guard let command = CommandTable.command(named: topic) else {
      if nearestName(to: topic, among: [querySyntaxTopic]) != nil {
        throw Failure(
          "help: '\(topic)': no such topic", hint: "did you mean 'search help query-syntax'?")
      }
      throw .unknownCommand(topic)
    }
    return StandardOutput.show(HelpText.long(command))
  }

  private static let querySyntaxTopic = "query-syntax"

  /// What a query can say.
  static let querySyntax = """
    What a query can say

    words         rachid kassim     documents with any of the words; the more of
                                    them, and the rarer they are, the higher the
                                    score (--all: only documents with all of them)
    "a phrase"    "saint-étienne"   the words next to each other, in this order;
                                    “ ” and « » do as well as " "
    a beginning   kass*             all words that begin so; whatever they are, and
                                    however often they stand in a document, they
                                    add 1 to its score

    Upper and lower case and accents make no difference: Étienne finds etienne.
    Articles that are written together with a word do not count: l'armée finds
    armée. Stop words (the, le, de) are left out as long as other words remain;
    within a phrase they count. A star counts at the end of a word only, and not
    within quotation marks.

    Every text is a query. A quotation mark without its pair ends with the text;
    other signs only separate words. What was mended or left out is told on standard
    error and in the warnings of --json; --strict makes an error of it.

    'search analyze TEXT' shows the words of a text as the index sees them.

    """
}
