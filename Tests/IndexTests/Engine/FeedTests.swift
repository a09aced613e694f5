import Foundation
import Synchronization
import TestSupport
import Testing
import Tokenizer

@testable import Index

/// What a feed may do that the engine does not expect.
@Suite struct FeedTests {
  private static func build(
    _ feed: some DocumentFeed, at path: String, isWanted: @escaping @Sendable (Int) -> Bool
  ) throws(IndexError) -> BuildReport {
    try IndexBuilder(options: BuildOptions(threadCount: 2)).build(from: feed, at: path) {
      documentCount, _ in isWanted(documentCount)
    }
  }

  @Test(arguments: [true, false]) func idsAndTitlesHaveALimit(isTitle: Bool) throws {
    let folder = try TemporaryDirectory()
    let feed = LongNameFeed(byteCount: 1 << 30 + 1, isTitle: isTitle)
    guard
      case .limitExceeded? = thrownError({ _ = try Self.build(feed, at: folder.path) { _ in true } }
      )
    else {
      Issue.record("no such error")
      return
    }
    #expect(try FileNames.inFolder(folder.path) == ["lock"])
  }

  @Test func aFeedOfNothingMayBeAnErrorThatLeavesTheFormerIndex() throws {
    let folder = try TemporaryDirectory()
    let builder = IndexBuilder(options: BuildOptions(requiresDocuments: true))
    _ = try builder.build(from: [Document(id: "1", text: "word")], at: folder.path)
    #expect(throws: IndexError.noDocuments) {
      try builder.build(from: [Document](), at: folder.path)
    }
    #expect(try IndexReader(path: folder.path).statistics().documentCount == 1)
    _ = try IndexBuilder().build(from: [Document](), at: folder.path)
    #expect(try IndexReader(path: folder.path).statistics().documentCount == 0)
  }

  /// Where pieces are much smaller than what the engine asks for, there are many runs.
  @Test func aSmallRunTakesLittleMemory() throws {
    var inverter = Inverter(analyzer: Analyzer(AnalyzerOptions()), byteLimit: 1 << 16)
    try inverter.add(text: Array("three small words".utf8).span)
    let run = inverter.finishUnit()
    #expect(run.terms.capacity < 1024)
  }

  /// Pieces may be larger than what the engine asks for, if there is memory for them.
  @Test func aPieceOfTooManyTokensIsAnError() throws {
    var inverter = Inverter(
      analyzer: Analyzer(AnalyzerOptions(language: .plain)), byteLimit: 1 << 16,
      tokenLimit: 3)
    let text = Array("a b c".utf8)
    try inverter.add(text: text.span)
    var error: IndexError?
    do throws(IndexError) { try inverter.add(text: text.span) } catch let thrown { error = thrown }
    guard case .limitExceeded? = error else {
      Issue.record("no such error")
      return
    }
  }

  /// Where longer terms are is said in 32 bits.
  @Test(arguments: [1, 3]) func aPieceOfTooManyLongTermsIsAnError(documentCount: Int) throws {
    let terms = (0..<6).map { String(repeating: "x", count: 13 + $0) }
    // With their lengths, and those that are known count once.
    let limit = 4 + terms.reduce(0) { $0 + 4 + $1.utf8.count }
    for isEnough in [true, false] {
      var inverter = Inverter(
        analyzer: Analyzer(AnalyzerOptions(language: .plain)), byteLimit: 1 << 16,
        longTermByteLimit: isEnough ? limit : limit - 1)
      let share = terms.count / documentCount
      let error = thrownError {
        for document in 0..<documentCount {
          let words = terms[document * share..<(document + 1) * share]
          try inverter.add(text: Array((["short"] + words).joined(separator: " ").utf8).span)
        }
      }
      if isEnough {
        #expect(error == nil)
        #expect(inverter.finishUnit().termCount == terms.count + 1)
        // The next unit has all the room again.
        try inverter.add(text: Array(terms.joined(separator: " ").utf8).span)
        continue
      }
      guard case .limitExceeded? = error else {
        Issue.record("no such error")
        return
      }
    }
  }

  /// A document whose error was lost would be missing, or in the index by half.
  @Test func anErrorThatAFeedCatchesEndsTheBuild() throws {
    let folder = try TemporaryDirectory()
    let asked = Atomic<Bool>(false)
    #expect(throws: IndexError.cancelled) {
      try Self.build(CatchingFeed(), at: folder.path) { _ in
        asked.exchange(true, ordering: .relaxed)
      }
    }
  }

  /// What a feed says after an error means nothing, and would hide the error.
  @Test func aFeedThatThrewIsNotAskedAgain() throws {
    let folder = try TemporaryDirectory()
    let feed = ThrowingFeed()
    #expect(throws: IndexError.invalidInput("call 3")) {
      try IndexBuilder(options: BuildOptions(threadCount: 4)).build(from: feed, at: folder.path)
    }
    #expect(feed.callCount.load(ordering: .relaxed) == 3)
  }
}

/// Throws from the third call on, once other threads wait to make the fourth.
private final class ThrowingFeed: DocumentFeed {
  let callCount = Atomic<Int>(0)

  func nextPiece(byteLimit: Int) throws(IndexError) -> Int? {
    let call = callCount.wrappingAdd(1, ordering: .relaxed).newValue
    if call < 3 { return call }
    Thread.sleep(forTimeInterval: 0.05)
    throw .invalidInput("call \(call)")
  }

  func forEachDocument(
    in piece: Int, _ body: (Span<UInt8>, Span<UInt8>, Span<UInt8>) throws(IndexError) -> Void
  ) throws(IndexError) {
    let text: [UInt8] = [97]
    try body(text.span, text.span, text.span)
  }
}

/// One document with an id or a title of zeros, which take no memory as long as nobody writes them.
private final class LongNameFeed: DocumentFeed {
  private let byteCount: Int
  private let isTitle: Bool
  private let isDone = Atomic<Bool>(false)

  init(byteCount: Int, isTitle: Bool) {
    self.byteCount = byteCount
    self.isTitle = isTitle
  }

  func nextPiece(byteLimit: Int) -> Int? {
    isDone.exchange(true, ordering: .relaxed) ? nil : 0
  }

  func forEachDocument(
    in piece: Int, _ body: (Span<UInt8>, Span<UInt8>, Span<UInt8>) throws(IndexError) -> Void
  ) throws(IndexError) {
    let zeros = Column<UInt8>(capacity: byteCount)
    defer { extendLifetime(zeros) }
    let short: [UInt8] = [97]
    try zeros.view.bytes(count: byteCount).withSpan { (long) throws(IndexError) in
      try body(isTitle ? short.span : long, isTitle ? long : short.span, short.span)
    }
  }
}

/// Catches what the engine throws, and goes on.
private final class CatchingFeed: DocumentFeed {
  private let isDone = Atomic<Bool>(false)

  func nextPiece(byteLimit: Int) -> Int? {
    isDone.exchange(true, ordering: .relaxed) ? nil : 0
  }

  func forEachDocument(
    in piece: Int, _ body: (Span<UInt8>, Span<UInt8>, Span<UInt8>) throws(IndexError) -> Void
  ) throws(IndexError) {
    let id: [UInt8] = [97]
    let text = [UInt8](repeating: 97, count: 1 << 20)
    for _ in 0..<3 {
      try? body(id.span, id.span, text.span)
    }
  }
}
