import Foundation
import Index
import Synchronization
import TestSupport
import Testing
import Tokenizer

@testable import search

extension TemporaryDirectory {
  /// Writes a file, and the folders it needs.
  func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
    try write(Array(bytes), to: name)
  }

  /// Writes a text file, and the folders it needs.
  func write(_ name: String, _ text: String) throws {
    try write(text, to: name)
  }
}

extension SplitMix64 {
  /// True once in `count` times.
  mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }
}

/// A document as a feed hands it over.
struct FedDocument: Equatable {
  var id: String
  var title: String
  var text: String
}

/// Everything a feed hands over for some operands.
struct FedInput {
  var documents: [FedDocument] = []
  var report: InputReport
  var failure: Failure?

  init(
    _ operands: [String], walk: FolderWalker.Options = FolderWalker.Options(),
    fields: FieldNames = FieldNames(), policy: InputFeed.ErrorPolicy = .skip,
    byteLimit: Int = 1 << 20
  ) throws {
    let plan = try InputPlan(operands: operands.map { Path($0) }, options: walk)
    report = plan.report
    let feed = InputFeed(items: plan.items, fields: fields, policy: policy, report: report)
    let collected = Mutex<[FedDocument]>([])
    do {
      while let piece = try feed.nextPiece(byteLimit: byteLimit) {
        try feed.forEachDocument(in: piece) { (id, title, text) throws(IndexError) in
          let document = FedDocument(id: string(id), title: string(title), text: string(text))
          collected.withLock { $0.append(document) }
        }
      }
    } catch {
      failure = feed.failure
    }
    documents = collected.withLock { $0 }
  }
}

func string(_ span: Span<UInt8>) -> String {
  String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
}

func string(_ buffer: borrowing ByteBuffer) -> String { buffer.withSpan { string($0) } }

/// A buffer with these bytes.
func buffer(_ bytes: some Sequence<UInt8>) -> ByteBuffer {
  var buffer = ByteBuffer()
  buffer.append(bytes)
  return buffer
}

/// What is read of a page of HTML.
func html(_ source: String) -> (title: String, text: String) {
  let source = buffer(source.utf8)
  var text = ByteBuffer()
  var title = ByteBuffer()
  HTMLText.extract(source.view, 0..<source.count, text: &text, title: &title)
  return (string(title), string(text))
}

/// What is read of a text in Markdown.
func markdown(_ source: String) -> (title: String, text: String) {
  let source = buffer(source.utf8)
  var text = ByteBuffer()
  var title = ByteBuffer()
  MarkdownText.extract(source.view, 0..<source.count, text: &text, title: &title)
  return (string(title), string(text))
}
