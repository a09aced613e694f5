/// Colour at the terminal, or none.
struct TextStyle {
  let isColored: Bool

  /// What `--color` and the environment ask for: https://no-color.org, CLICOLOR_FORCE, TERM=dumb.
  init(_ choice: String?) {
    func isSet(_ name: String) -> Bool { Environment.value(name).map { !$0.isEmpty } ?? false }
    switch choice {
    case "always": isColored = true
    case "never": isColored = false
    default:
      if isSet("NO_COLOR") {
        isColored = false
      } else if let force = Environment.value("CLICOLOR_FORCE"), !force.isEmpty, force != "0" {
        isColored = true
      } else {
        isColored = Terminal.outputIsTerminal && Environment.value("TERM") != "dumb"
      }
    }
  }

  func name(_ text: String) -> String { paint(text, "35") }
  func strong(_ text: String) -> String { paint(text, "1") }
  func faint(_ text: String) -> String { paint(text, "2") }

  /// A word that was searched for; without colour it stands in guillemets.
  func match(_ text: String) -> String { isColored ? paint(text, "1;31") : "«\(text)»" }

  private func paint(_ text: String, _ code: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
