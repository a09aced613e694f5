import Foundation
import TestSupport
import Testing
import Tokenizer

@testable import search

/// HTML and Markdown to text, titles, encodings.
struct TextTests {
  @Test func htmlLeavesWhatAReaderSees() {
    let page = html(
      """
      <!DOCTYPE html><html><head><title>A &amp; B</title><style>p { color: red }</style>
      <script>if (a < b) alert("</p>")</script></head>
      <body class="x > y"><h1>L&rsquo;arm&eacute;e</h1><!-- not this --><p>One<b>two</b>
        three&nbsp;four &#233;&#xE9; 5 &lt; 6 &unknown; AT&T</p><ul><li>a<li>b</ul><br>end</body>
      """)
    #expect(page.title == "A & B")
    #expect(
      page.text
        == "A & B\nL’armée\nOnetwo three\u{A0}four éé 5 < 6 &unknown; AT&T\na\nb\nend")
  }

  @Test func htmlWithoutATitleHasItsFirstHeading() {
    let page = html("<p>before</p><h2>The <i>heading</i></h2><h1>Other</h1>text")
    #expect(page.title == "The heading")
    #expect(page.text == "before\nThe heading\nOther\ntext")
  }

  @Test(arguments: [
    ("a < b and c > d", "a < b and c > d"), ("<p>x<p>y", "x\ny"), ("x<!-- open", "x"),
    ("<script>never closed", ""), ("<a href='>'>k</a>", "k"), ("&#0;&#x110000;&#128;", "��€"),
    ("<head><p>body without end of head", "body without end of head"),
    ("<pre>a\n  b</pre>c", "a\nb\nc"), ("<", "<"), ("</", "</"), ("&", "&"), ("&#", "&#"),
    ("<![CDATA[x]]>", "x]]>"), ("<td>a</td><td>b</td>", "a b"),
  ])
  func oddHTMLIsTakenAsBrowsersDo(source: String, expected: String) {
    let text = html(source).text
    #expect(text.trimmingCharacters(in: .whitespacesAndNewlines) == expected)
  }

  @Test func markdownLeavesTheText() {
    let page = markdown(
      """
      ---
      title: "Front"
      date: 2016-09-14
      ---
      # Heading *one* #

      Some **bold**, _emphasis_, `code_with_marks`, snake_case and a [link](http://x.org/a_(b))
      and ![an image](i.png). 2 * 3 \\* 4 &eacute; <b>tag</b> <http://y.org>

      > quoted
      - item
      1. [x] numbered

      ```swift
      let a = b * c
      ```
      [ref]: http://z.org

      | a | b |
      |---|---|
      """)
    #expect(page.title == "Front")
    let lines = page.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(
      lines == [
        "Front", "Heading one",
        "Some bold, emphasis, code_with_marks, snake_case and a link",
        "and an image. 2 * 3 * 4 é tag http://y.org",
        "quoted", "item", "1. numbered", "let a = b * c", "a   b",
      ])
  }

  @Test func aTitleThatNoHeadingSaysIsTextToo() {
    #expect(html("<title>Only here</title><p>x").text == "Only here\nx")
    #expect(html("<title>\n T \n</title>").text == "T\n")
    #expect(html("<title>The  one</title><p>x<h1>The&nbsp;one</h1>").text == "x\nThe\u{A0}one")
    #expect(html("<title>The one</title><h1>The one and more</h1>").text.hasPrefix("The one\nThe"))
    #expect(markdown("---\ntitle: Only here\n---\nx").text == "Only here\nx\n")
    #expect(markdown("---\ntitle: 'T t'\n---\n# T  t\nx").text == "T  t\nx\n")
    let long = String(repeating: "word ", count: 100) + "last"
    #expect(html("<title>\(long)</title><p>x").text == "\(long)\nx")
  }

  @Test(arguments: [
    ("Under\n=====\ntext", "Under"), ("## Two ##\n# One", "Two"),
    ("no heading\nmore", "no heading"),
    ("---\nnot closed\n", "not closed"), ("---\ntitle: x\n---\n# y", "x"), ("", ""),
    ("#hashtag is no heading\n", "#hashtag is no heading"),
  ])
  func markdownTitles(source: String, title: String) {
    #expect(markdown(source).title == title)
  }

  /// Minutes would mean that time grows with the square of the length.
  @Test(.timeLimit(.minutes(1))) func anyMarkupIsTakenInTimeThatGrowsWithItsLength() {
    for unit in ["[", "](", "[](", "<a", "<!--", "&", "![[", "`", "**", "&#x", "> ", "<p", "\n- "] {
      let source = String(repeating: unit, count: 20_000)
      _ = markdown(source)
      _ = html(source)
    }
    var random = SplitMix64(seed: TestSeed.value)
    let parts = [
      "<", ">", "/", "!", "-", "p", "script", "title", "h1", "&", "#", ";", "\"", "[", "]", "(",
      ")", "\n", "*", "`", "\\", "é",
    ]
    for _ in 0..<2000 {
      let source = (0..<random.below(60)).map { _ in random.pick(parts) }.joined()
      _ = markdown(source)
      _ = html(source)
    }
  }

  @Test func titlesAreCutBetweenCharactersAndAtSpaces() {
    func title(_ text: String) -> String {
      let source = buffer(text.utf8)
      return String(
        decoding: Title.firstLine(of: source.view, 0..<source.count).map { source.view[$0] },
        as: UTF8.self)
    }
    #expect(title("\n \r\n  first line \r\nsecond") == "first line")
    #expect(title("") == "")
    #expect(title(" \n ") == "")
    let long = String(repeating: "é", count: 300)
    #expect(title(long) == String(repeating: "é", count: 100))
    let words = title(String(repeating: "abcdefg ", count: 100))
    #expect(words.utf8.count <= 200 && words.hasSuffix("abcdefg"))
  }

  @Test func illFormedTextIsMendedAsTheStandardLibraryDoes() {
    var random = SplitMix64(seed: TestSeed.value)
    let parts: [[UInt8]] = [
      [0x41], [0xC3, 0xA9], [0xE2, 0x82, 0xAC], [0xF0, 0x9F, 0x98, 0x80], [0x80], [0xC3],
      [0xE2, 0x82],
      [0xF0, 0x9F], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF5], [0xFF], [0xF4, 0x90, 0x80, 0x80],
    ]
    for _ in 0..<3000 {
      let bytes = (0..<random.below(12)).flatMap { _ in random.pick(parts) }
      let source = buffer(bytes)
      var target = ByteBuffer()
      let count = TextEncoding.repair(source.view, 0..<bytes.count, into: &target)
      #expect(string(target) == String(decoding: bytes, as: UTF8.self), "seed \(random.seed)")
      #expect(TextEncoding.isWellFormed(source.view, 0..<bytes.count) == (count == 0))
    }
  }

  @Test func illFormedBytesAreFoundWhereverTheyAre() {
    var random = SplitMix64(seed: TestSeed.value)
    let parts: [[UInt8]] = [
      [0xC3, 0xA9], [0xE2, 0x82, 0xAC], [0xF0, 0x9F, 0x98, 0x80], [0xC3], [0xE2, 0x82], [0xBF],
    ]
    for round in 0..<3000 {
      var bytes: [UInt8] = []
      for _ in 0..<random.below(4) {
        bytes += [UInt8](repeating: 0x61, count: random.below(70))
        // All but half of the texts are well-formed.
        bytes += random.pick(round % 2 == 0 ? Array(parts.prefix(3)) : parts)
      }
      bytes += [UInt8](repeating: 0x61, count: random.below(70))
      let start = random.below(bytes.count + 1)
      let source = buffer(bytes)
      let expected = String(validating: bytes[start...], as: UTF8.self) != nil
      #expect(
        TextEncoding.isWellFormed(source.view, start..<bytes.count) == expected,
        "seed \(random.seed)")
    }
  }

  @Test func utf16IsDecodedWhereverItIsCut() throws {
    let text = "Aé€😀 l’armée"
    let folder = try TemporaryDirectory()
    for (mark, encoding) in [
      ([0xFF, 0xFE] as [UInt8], String.Encoding.utf16LittleEndian),
      ([0xFE, 0xFF], .utf16BigEndian),
    ] {
      let bytes = mark + Array(try #require(text.data(using: encoding)))
      try folder.write("a.txt", bytes)
      #expect(try FedInput(["\(folder.path)/a.txt"]).documents.map { $0.text } == [text])
      for cut in 0...bytes.count {
        let source = buffer(bytes)
        var target = ByteBuffer()
        var decoder = UTF16Decoder(isBigEndian: encoding == .utf16BigEndian)
        decoder.decode(source.view, 0..<cut, into: &target)
        decoder.decode(source.view, cut..<bytes.count, into: &target)
        decoder.finish(into: &target)
        #expect(string(target) == text)
      }
    }
  }

  @Test func filesAreReadWithTheirTitles() throws {
    let folder = try TemporaryDirectory()
    try folder.write("a.txt", [0xEF, 0xBB, 0xBF] + Array("First line\r\n\r\nText".utf8))
    try folder.write("b.md", "# Heading\n\ntext\n")
    try folder.write("c.html", "<title>T</title><p>x")
    let documents = try FedInput([folder.path]).documents
    #expect(documents.map { $0.title } == ["First line", "Heading", "T"])
    #expect(documents.map { $0.id } == ["a.txt", "b.md", "c.html"].map { "\(folder.path)/\($0)" })
    #expect(documents[0].text == "First line\r\n\r\nText")
  }
}
