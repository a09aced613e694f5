import TestSupport
import Testing
import Tokenizer

@testable import search

/// Words of Markdown that a reader sees stay, marks go, as CommonMark has it.
struct MarkdownTests {
  /// The text without the space around lines.
  private func text(_ source: String) -> String {
    markdown(source).text.split(separator: "\n").map { line in
      String(line.trimmingPrefix { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  @Test(arguments: [
    ("```code``` is a word", "code is a word"), ("```a`b\nc", "```a`b\nc"),
    ("``` swift\na *b*\n```\nc", "a *b*\nc"), ("~~~ a`b\n*c*\n~~~", "*c*"),
    ("- ```swift\n  *a*\n  ```\n- *b*", "*a*\nb"), ("> ```x\n> *a*\n> ```\n> *b*", "*a*\nb"),
    ("> ```x\n> *a*\n\n*b*", "*a*\nb"), ("1. ```x\n   *a*\n   ```\n*b*", "1.\n*a*\nb"),
    ("```\nnever *closed*", "never *closed*"), ("````\n```\n*a*\n````\n*b*", "```\n*a*\nb"),
  ])
  func codeHasLinesOfItsOwnOnlyAfterAFence(source: String, expected: String) {
    #expect(text(source) == expected)
  }

  @Test(arguments: [
    "[John]: Hello how are you", "[10:30]: Meeting started", "[10:30]: Started", "[10:30]: 11:45",
    "[John]: Hello.", "[a]: http://b.org and more", "[a]: http://b.org \"c\" d",
    "[^1]: http://b.org", "[a]:", "[]: http://b.org", "[a]: <b c", "[a]: /b(", "[a] : /b",
    "word\n[a]: /b", "[a[b]: /c",
  ])
  func aLineInBracketsThatDefinesNoTargetIsText(source: String) {
    #expect(text(source) == source)
  }

  @Test(arguments: [
    "[a]: http://b.org", "[a b]:  b.md  'c d'", "[a]: <b c> (d e)", "[a]: /b\n[c]: #d \"e\"",
    "# x\n[a]: mailto:b@c", "x\n\n[a\\]b]: /c", "- [a]: /b", "> [a]: /b",
  ])
  func aDefinitionOfATargetIsNoText(source: String) {
    #expect(["", "x"].contains(text(source)))
  }

  @Test(arguments: [
    ("born in\n1984. Then", "born in\n1984. Then"), ("1. one\n2) two", "1. one\n2) two"),
    ("> 7. [x] seven", "7. seven"), ("1. # Heading #", "1. Heading"), ("3.14 is", "3.14 is"),
    ("1.", "1."), ("- [x](http://y.org) z", "x z"), ("- [ ] open", "open"),
    ("# About C#", "About C#"), ("# a ##", "a"), ("## #", ""),
  ])
  func numbersOfListsAreText(source: String, expected: String) {
    #expect(text(source) == expected)
  }

  @Test(arguments: [
    ("`Map<String>` `std::vector<int>`", "Map<String> std::vector<int>"),
    ("`arr[i](xarg)` [x](y)", "arr[i](xarg) x"), ("`<script>` `a<b>c`", "<script> a<b>c"),
    ("`__init__` `a*b*` `&amp;` `\\`", "__init__ a*b* &amp; \\"),
    ("``a`b`` `` ` ``", "a`b  `"), ("`a <b> c", "`a  c"), ("\\`<b>\\`", "``"),
    ("[a `](b)` c](d)", "a ](b) c"), ("`a\n<b>c` <b>d", "a\n<b>c\nd"), ("`a\n\n<b>c`", "`a\nc`"),
    ("- `a\n- <b>c`", "`a\nc`"), ("``a` <i>b", "``a` b"), ("a | `b|c` |", "a   b|c"),
  ])
  func codeStaysAsItIs(source: String, expected: String) {
    #expect(text(source) == expected)
  }

  @Test(arguments: [
    ("    a<b>c[i](x)\n\t# d\n\n  \t[a]: /b\ne", "a<b>c[i](x)\n\t# d\n\t[a]: /b\ne"),
    ("a\n    <b>c", "a\nc"), ("- a\n\n    b <i>c", "a\nb c"), ("   # a\n    *b*", "a\n*b*"),
    ("- a\n\nb\n\n    <i>c", "a\nb\n<i>c"), ("1. a\n   b\n\n\t<i>c", "1. a\nb\nc"),
  ])
  func indentedCodeStaysAsItIs(source: String, expected: String) {
    #expect(text(source) == expected)
  }

  @Test(arguments: [
    ("snake__case snake_case a___b", "snake__case snake_case a___b"), ("__init__ _a_", "init a"),
    ("2*3*4 **b**old", "234 bold"), ("a*b", "a*b"), ("a**b c*d", "a**b c*d"),
    ("2 * 3 ** 4", "2 * 3 ** 4"),
    ("a~b ~~c~~", "a~b c"),
    // A mark that something else closes, or that is code or escaped, is no partner.
    ("alpha*beta is *very* big", "alpha*beta is very big"), ("x**2 is **big**", "x**2 is big"),
    ("gamma*delta and \\*star", "gamma*delta and *star"), ("n*m with `p*q`", "n*m with p*q"),
    ("uu*vv then 3 * 4", "uu*vv then 3 * 4"), ("a*b `c` d*", "ab c d"),
    ("price*quantity plus tax(rate)*surcharge", "price*quantity plus tax(rate)surcharge"),
    ("em*pha*sis and real*ly*", "emphasis and really"), ("(*a*)b", "(a)b"),
  ])
  func marksWithinWordsStay(source: String, expected: String) {
    #expect(text(source) == expected)
  }

  @Test(arguments: [
    ("one=1&copy=2", "one=1&copy=2"), ("http://x.org/?q=1&sect=7", "http://x.org/?q=1&sect=7"),
    ("&#65 &#x42", "&#65 &#x42"),
    ("&copy; &#65; &#x42; &notaname;", "© A B &notaname;"),
  ])
  func referencesNeedTheirSemicolon(source: String, expected: String) {
    #expect(text(source) == expected)
  }

  @Test(arguments: [
    ("---\n# Chapter One\ntext\n---", "Chapter One\ntext"), ("---\n- a\n---", "a"),
    ("---\nHe said: no\n---\nb", "He said: no\nb"), ("---\nhttp://a.org\n---", "http://a.org"),
    ("---\na: b\nsome text\n---", "a: b\nsome text"), ("---\n---\na", "a"), ("---\na: b", "a: b"),
    ("---\n# c\n\na: b\n  c\n- d\ne f: g\n---\nh", "h"), ("---\n\"a\":\n- b\n...\nc", "c"),
  ])
  func frontMatterIsWhatLooksLikeYAML(source: String, expected: String) {
    #expect(text(source) == expected)
  }

  @Test(arguments: [
    ("if a <b, c> d", "if a <b, c> d"), ("a <b c='d>e' f=g h/> i", "a  i"),
    ("a</b >c</b c>", "ac</b c>"),
    ("a <b c=d\"> e", "a <b c=d\"> e"), ("x<br>y<td>z<b>w</b>", "x y zw"), ("1 <2> 3", "1 <2> 3"),
    ("<!DOCTYPE html>a<?b c?>d<?e>", "ad<?e>"), ("<![CDATA[a]]>", "<![CDATA[a]]>"),
    ("<me@a.org> <https://b.org> <a:b c>", "me@a.org https://b.org <a:b c>"),
  ])
  func onlyTagsGo(source: String, expected: String) {
    #expect(text(source) == expected)
  }

  @Test(arguments: [
    ("a <!-- b --> c<!-->d<!--->e", "a   c d e"), ("<!-- a\n\nb\n--> c", "c"),
    ("a <!-- b\nc --> d", "a\nd"), ("a <!-- b\n\nc --> d", "a <!-- b\nc --> d"),
    ("<!-- a", "<!-- a"), ("`<!--` a\n\n`-->` b", "<!-- a\n--> b"), ("<!-- a --> b -->", "b -->"),
  ])
  func commentsGo(source: String, expected: String) {
    #expect(text(source) == expected)
  }

  @Test(arguments: [
    ("matrix[i][j]", "matrix[i][j]"), ("a[b][]", "a[b][]"), ("[a](b c)", "[a](b c)"),
    ("[ACT](enter the king)", "[ACT](enter the king)"), ("[a](b 'c d') [e](<f g>)", "a e"),
    ("[a](b (c d)) [e]() [f](g(h)i)", "a e f"), ("[a](b \"c\" d)", "[a](b \"c\" d)"),
    ("[a][B  c] [b c][] [d][e]\n\n[b C]: /x", "a b c [d][e]"), ("[![a](b)](c)", "a"),
    ("[a\\](b)", "[a](b)"), ("[a <b c=\"](x)\"> d](y) e", "a  d](y) e"),
  ])
  func linksWithATargetLoseIt(source: String, expected: String) {
    #expect(text(source) == expected)
  }

  /// Minutes would mean that time grows with the square of the length.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "[`", "`a\n", "` `` ", "1. # `\n1. `x\n", "<!--\n", "a<!--", "<!--\n\n", "[a](<", "[a]('",
      "[a]: /b\n", "[a][b", "<a b='", "a*b", "_", "*a", "- ```\n", "> ```\n", "---\n", "a:\n",
      "[\\",
      "<?", "</a", "1. ", "[a][a]", "<a:",
    ]) func hostileTextTakesTimeThatGrowsWithItsLength(unit: String)
  {
    for start in ["", "---\n", "[a]: /b\n\n"] {
      _ = text(start + String(repeating: unit, count: 20_000))
    }
    _ = text((1...300).map { String(repeating: "`", count: $0) }.joined(separator: " "))
  }
}
