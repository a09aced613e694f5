/// A drawing in SVG: text that can be selected, no scripts, colours for light and dark.
struct Drawing {
  private let width: Double
  private let title: String
  private let description: String
  private var elements: [String] = []

  /// An empty drawing; the title and the description are what a screen reader says.
  init(width: Double, title: String, description: String) {
    self.width = width
    self.title = title
    self.description = description
  }

  /// Where a text is held.
  enum Anchor: String {
    case start, middle, end
  }

  /// Adds a line of text on the base line `y`; `classes` are those of the style sheet.
  mutating func addText(
    _ text: String, x: Double, y: Double, anchor: Anchor = .start, classes: String = ""
  ) {
    let style = classes.isEmpty ? "" : " class=\"\(classes)\""
    elements.append(
      "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" text-anchor=\"\(anchor.rawValue)\""
        + "\(style)>\(Self.escaped(text))</text>")
  }

  /// Adds a straight line.
  mutating func addLine(from: (x: Double, y: Double), to: (x: Double, y: Double), classes: String) {
    elements.append(
      "<line x1=\"\(Self.number(from.x))\" y1=\"\(Self.number(from.y))\" "
        + "x2=\"\(Self.number(to.x))\" y2=\"\(Self.number(to.y))\" class=\"\(classes)\"/>")
  }

  /// Adds a bar, which says `hint` when it is pointed at.
  mutating func addBar(
    x: Double, y: Double, width: Double, height: Double, classes: String, hint: String
  ) {
    elements.append(
      "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" "
        + "height=\"\(Self.number(height))\" rx=\"2\" class=\"\(classes)\">"
        + "<title>\(Self.escaped(hint))</title></rect>")
  }

  /// Adds straight lines from point to point.
  mutating func addPath(_ points: [(x: Double, y: Double)], classes: String) {
    let list = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
    elements.append("<polyline points=\"\(list)\" class=\"\(classes)\"/>")
  }

  /// Adds a point, which says `hint` when it is pointed at.
  mutating func addPoint(_ point: (x: Double, y: Double), classes: String, hint: String) {
    elements.append(
      "<circle cx=\"\(Self.number(point.x))\" cy=\"\(Self.number(point.y))\" r=\"3\" "
        + "class=\"\(classes)\"><title>\(Self.escaped(hint))</title></circle>")
  }

  /// The file, for a drawing of the height `height`.
  func svg(height: Double) -> String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.number(width)) \
    \(Self.number(height))" role="img" aria-labelledby="title description">
    <title id="title">\(Self.escaped(title))</title>
    <desc id="description">\(Self.escaped(description))</desc>
    <style>
    \(Self.style)
    </style>
    \(elements.joined(separator: "\n"))
    </svg>

    """
  }

  /// Contrast is at least 4.5 for text, on white and on black alike.
  private static let style = """
    text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
    .head { font-weight: 600; }
    .muted { fill: #59636e; }
    .own-text { font-weight: 600; fill: #0757b0; }
    .grid { stroke: #d1d9e0; stroke-width: 1; }
    .guide { stroke: #818b98; stroke-width: 1; stroke-dasharray: 4 4; }
    .bar { fill: #9aa4af; }
    .own { fill: #0969da; }
    .curve { fill: none; stroke-width: 2; stroke: #59636e; }
    .point { fill: #59636e; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .muted { fill: #9ea7b3; }
      .own-text { fill: #79b8ff; }
      .grid { stroke: #3d444d; }
      .guide { stroke: #818b98; }
      .bar { fill: #6e7681; }
      .own { fill: #4493f8; }
      .curve { stroke: #9ea7b3; }
      .point { fill: #9ea7b3; }
    }
    """

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
    return escaped
  }

  /// A coordinate to a tenth, so that the same figures give the same file everywhere.
  private static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? String(tenths / 10) : String(Double(tenths) / 10)
  }
}
