import Index
import Synchronization
import Tokenizer

/// The documents of files and of standard input, for the builder of the index.
///
/// Files of text are handed out as lists of paths and read by the threads that need them; files of
/// records are read in order, block by block, and taken apart by those threads.
final class InputFeed: DocumentFeed {
  /// Some input.
  enum Piece: Sendable {
    /// The items at these places in the list.
    case files(Range<Int>)
    case records(RecordBlock)
  }

  /// What to do about a bad line or file.
  enum ErrorPolicy: Sendable { case skip, stop }

  let report: InputReport
  private let items: [InputItem]
  private let fields: FieldNames
  private let policy: ErrorPolicy

  private struct State: ~Copyable {
    var nextItem = 0
    var reader: RecordReader?
    /// Blocks that are free to be filled again.
    var freeBlocks: [RecordBlock] = []
    /// What ended the reading, with the hint that the builder's error has no place for.
    var failure: Failure?
  }
  private let state = Mutex(State())

  init(items: [InputItem], fields: FieldNames, policy: ErrorPolicy, report: InputReport) {
    self.items = items
    self.fields = fields
    self.policy = policy
    self.report = report
  }

  /// What ended the reading, if something did.
  var failure: Failure? { state.withLock { $0.failure } }

  // MARK: Pieces

  func nextPiece(byteLimit: Int) throws(IndexError) -> Piece? {
    if Interruption.isRequested { throw .cancelled }
    return try state.withLock { state throws(IndexError) in
      while true {
        if state.reader != nil {
          if let block = try readBlock(&state, byteLimit) { return .records(block) }
          continue
        }
        guard state.nextItem < items.count else {
          // What follows needs the memory.
          state.freeBlocks = []
          return nil
        }
        if items[state.nextItem].format.holdsRecords {
          try openRecords(&state)
        } else {
          return .files(takeFiles(&state, byteLimit))
        }
      }
    }
  }

  private func takeFiles(_ state: inout State, _ byteLimit: Int) -> Range<Int> {
    let first = state.nextItem
    var byteCount = 0
    while state.nextItem < items.count, !items[state.nextItem].format.holdsRecords {
      let size = items[state.nextItem].byteCount
      if state.nextItem > first, byteCount + size > byteLimit { break }
      byteCount += size
      state.nextItem += 1
    }
    return first..<state.nextItem
  }

  /// Keeps a block to be filled again, if there is something left to fill it with.
  private func free(_ block: RecordBlock) {
    state.withLock { state in
      if state.reader != nil || state.nextItem < items.count { state.freeBlocks.append(block) }
    }
  }

  private func openRecords(_ state: inout State) throws(IndexError) {
    let index = state.nextItem
    let item = items[index]
    state.nextItem += 1
    do throws(SystemFailure) {
      state.reader = RecordReader(
        try item.open(), item: index, format: item.format, fields: fields, report: report)
    } catch {
      try handle(InputFault(.unreadable, item.name, error.reason), at: index, &state)
    }
  }

  private func readBlock(_ state: inout State, _ byteLimit: Int) throws(IndexError)
    -> RecordBlock?
  {
    let block = state.freeBlocks.popLast() ?? RecordBlock()
    do throws(InputFault) {
      if try state.reader?.read(into: block, byteLimit: byteLimit) == true { return block }
      report.fileCount.wrappingAdd(1, ordering: .relaxed)
    } catch {
      try handle(error, at: state.nextItem - 1, &state)
      // What was left out is then the file, or else only the line.
      if error.reason.concern == .line { report.fileCount.wrappingAdd(1, ordering: .relaxed) }
    }
    state.freeBlocks.append(block)
    state.reader = nil
    return nil
  }

  /// Counts a file that cannot be used, or ends the reading.
  private func handle(_ fault: InputFault, at index: Int, _ state: inout State)
    throws(IndexError)
  {
    if Interruption.isRequested { throw .cancelled }
    // To pass over all that was named would put an index of nothing in place of the old one.
    let isAllThereIs = items.count == 1 && fault.reason != .empty
    let isAskedFor = items[index].isNamed && (items[index].format.holdsRecords || isAllThereIs)
    if policy == .skip, !isAskedFor {
      report.add(fault.reason, at: InputReport.Place(item: index, line: 0)) {
        "\(fault.name): \(fault.detail)"
      }
    } else {
      throw fail(fault.failure, &state)
    }
  }

  private func fail(_ failure: Failure, _ state: inout State) -> IndexError {
    if state.failure == nil { state.failure = failure }
    return .invalidInput(failure.message)
  }

  // MARK: Documents

  func forEachDocument(
    in piece: Piece,
    _ body: (_ id: Span<UInt8>, _ title: Span<UInt8>, _ text: Span<UInt8>) throws(IndexError)
      -> Void
  ) throws(IndexError) {
    switch piece {
    case .files(let range):
      var reader = FileDocumentReader(report: report)
      for index in range {
        if Interruption.isRequested { throw .cancelled }
        do throws(InputFault) {
          try reader.read(items[index], index: index)
        } catch {
          try state.withLock { state throws(IndexError) in try handle(error, at: index, &state) }
          continue
        }
        try reader.withDocument(body)
        report.fileCount.wrappingAdd(1, ordering: .relaxed)
      }
    case .records(let block):
      // A block of another feed would not come back here, but there is none.
      defer { free(block) }
      var documents = RecordDocuments(block: block, fields: fields, report: report)
      defer { report.addFields(documents.foundFields) }
      while let place = documents.next() {
        if Interruption.isRequested { throw .cancelled }
        switch place {
        case .document: try documents.withDocument(body)
        case .bad(let line, let detail):
          if policy == .stop {
            let failure = Failure(
              "\(block.name): line \(grouped(line)): \(detail)",
              hint: "mend the line, or leave out such lines with --on-error skip")
            throw state.withLock { fail(failure, &$0) }
          }
        }
      }
    }
  }
}
