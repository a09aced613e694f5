import TestSupport
import Testing
import Tokenizer

@testable import search

/// HTML is cut into tags and text where browsers cut it, so that no text goes with a tag.
struct HTMLTests {
  @Test(arguments: [
    ("<html><head><title>T</title><a href=x>b</a> c", "T\nb c"), ("<head>a<b>c</b>", "ac"),
    ("<head><meta name=a><link> <base>\n<script>a</script>b", "b"), ("<head><span>a", "a"),
    ("<head><title>T</title>\n<img alt=a>b", "T\nb"), ("<head></body>a", "a"),
    ("<html><head>\n <style>a</style>\n</head>\n<body>\n b", "b"), ("<head>&eacute;", "é"),
    ("<head><title>T</title><title>U</title><p>a", "T\nU\na"),
  ])
  func theHeadEndsWithTheFirstThingThatCannotBeInIt(source: String, expected: String) {
    #expect(html(source).text == expected)
  }

  @Test(arguments: [
    ("<title>The <template> element</title><p>a", "The <template> element", "a"),
    ("<title>a &lt;b&gt; <!-- c</title>d", "a <b> <!-- c", "d"),
    ("<title>a</titles></TITLE >b", "a</titles>", "b"),
    ("<title>a<body><p>b", "a", "b"), ("<title>a", "a", ""), ("<title/>a</title>b", "a", "b"),
  ])
  func aTitleHoldsTextOnly(source: String, title: String, rest: String) {
    let page = html(source)
    #expect(page.title == title)
    #expect(page.text == "\(title)\n\(rest)")
  }

  @Test(arguments: [
    ("a<!-->b", "ab"), ("a<!--->b", "ab"), ("a<!--b--!>c", "ac"), ("a<!--b-->c", "ac"),
    ("a<!--!>b-->c", "ac"), ("a<!--->b-->c", "ab-->c"), ("a<!---->b", "ab"), ("a<!--b>c--", "a"),
    ("a<!--b->c-->d", "ad"), ("a<!----!>b", "ab"),
  ])
  func commentsEndWhereTheStandardEndsThem(source: String, expected: String) {
    #expect(html(source).text == expected)
  }

  @Test(arguments: [
    ("<template-wrapper>a</template-wrapper>b", "ab"), ("<style-guide>a</style-guide>", "a"),
    ("<title-bar>a</title-bar>b", "ab"), ("<script_x>a", "a"), ("<Script>a</sCRIPT>b", "b"),
    ("<template>a</template-x>b</template>c", "c"), ("<style\n>a</style\n>b", "b"),
    ("<p/x>a<p\u{11}>b", "ab"), ("<svg-icon>a", "a"), ("<h1x>a<br/>b", "a\nb"),
  ])
  func aNameEndsWithTheTagOrAtASpaceOrSlash(source: String, expected: String) {
    #expect(html(source).text == expected)
  }

  @Test(arguments: [
    ("<script src=https://a.org/>b</script>c", "c"), ("<script src='a'/>b</script>c", "c"),
    ("<?xml version='1.0'?><html><script src='a'/>b</html>", "b"), ("a<svg/>b", "a b"),
    ("<?xml?><title/>a<svg><title>b</title></svg>", "a"),
    ("a<svg width=1/>b</svg>c", "a c"), ("a<svg>b", "a b"), ("a<template>b", "a b"),
    ("<a b=c'd>e'>", "e'>"), ("<a b = 'c>d' e>f", "f"), ("<a =b='c>d'>e", "e"), ("<a b=>c", "c"),
    ("<a b='c'd='>'>e", "e"), ("<a 'b>c'>", "c'>"), ("<a b=/ c>d", "d"), ("a<b c='d", "a"),
  ])
  func tagsEndWhereTheirAttributesEnd(source: String, expected: String) {
    #expect(html(source).text == expected)
  }

  @Test(arguments: [
    "address", "caption", "center", "details", "dialog", "dir", "fieldset", "figcaption", "hgroup",
    "legend", "menu", "optgroup", "search", "summary",
  ])
  func blocksHaveLinesOfTheirOwn(name: String) {
    #expect(html("a<\(name)>b</\(name)>c").text == "a\nb\nc")
  }

  @Test(arguments: ["button", "option", "select", "td", "textarea", "th", "video"])
  func whatStandsApartSeparatesWords(name: String) {
    #expect(html("a<\(name)>b</\(name)>c").text == "a b c")
    #expect(html("a<img>b<input>c").text == "a b c")
    #expect(html("a<b>b</b><i>c</i>").text == "abc")
  }

  @Test func formulasKeepTheirSigns() {
    let formula =
      "<math><semantics><mi>E</mi><mo>=</mo><mi>mc</mi><annotation>\\frac</annotation></semantics></math>"
    #expect(html("a \(formula) b<svg><text>c</text></svg>").text == "a E=mc b")
  }

  @Test func aTextAreaHoldsTextOnly() {
    #expect(html("<textarea>a <b> &amp; <script></textarea>c").text == "a <b> & <script> c")
    #expect(html("<textarea>a<b>c").text == "ac")
  }

  @Test(arguments: [
    ("&Lstrok;&oacute;d&zacute;", "Łódź"), ("&zcaron;&ZCARON;", "ž&ZCARON;"),
    ("&ccaron", "&ccaron"),
    ("&scedil;&Idot;&inodot;&odblac;", "şİıő"), ("&ffilig;&eogon;", "ﬃę"),
    ("&eacute&eacute;", "éé"),
    ("Hello&nbspworld l&#39;&eacutecole", "Hello\u{A0}world l'école"),
    ("&copy2024 R&ampD", "©2024 R&D"),
    ("caf&eacute2 &notit; &a&ap &centre", "café2 ¬it; &a&ap ¢re"),
    ("&apos &apos;&eacut", "&apos '&eacut"),
  ])
  func namesOfLatinLettersAreKnown(source: String, expected: String) {
    #expect(html(source).text == expected)
  }

  /// Minutes would mean that time grows with the square of the length.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "<title>", "<textarea>", "<svg>", "<template>", "<!--", "<!-->", "<a b='", "<a b=\"c' ",
      "</title",
      "<title></titl", "<p =", "<a/", "<!--!>", "<script>", "<title></title>", "<h1>", "<pre>\n",
    ]) func hostilePagesTakeTimeThatGrowsWithTheirLength(unit: String)
  {
    for start in ["", "<head>", "<title>"] {
      _ = html(start + String(repeating: unit, count: 20_000))
    }
  }
}
