import Testing

/// What the other tests of this folder take for code.
struct CodeReaderTests {
  @Test(arguments: [
    ("let a = 1  // \"b\"", "let a = 1  "),
    (#"f("a // b", c)  // d"#, #"f("", c)  "#),
    (#"f("a \"b\" \\", c)"#, #"f("", c)"#),
    (#"f("\(a) and \(b.c(d)) e")"#, #"f("(a)(b.c(d))")"#),
    (#"f("\(g("x \(y)")) z") + h"#, #"f("(g("(y)"))") + h"#),
    (##"f(#"a "b" \(c) \#(d)"#, e)"##, #"f("(d)", e)"#),
    (#"let r = /"/"#, #"let r = /""#),
  ])
  func literalsKeepOnlyWhatIsInterpolated(line: String, code: String) {
    var reader = CodeReader()
    #expect(reader.code(of: line) == code)
    #expect(reader.code(of: "next") == "next")
  }

  @Test func literalsMayHaveManyLines() {
    var reader = CodeReader()
    let lines = [#"f(""""#, #"  One "Two" \(Three.four) // Five"#, #"  """, six)  // Seven"#]
    #expect(lines.map { reader.code(of: $0) } == [#"f(""#, "(Three.four)", #"", six)  "#])
  }
}
