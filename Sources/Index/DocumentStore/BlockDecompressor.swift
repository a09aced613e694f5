import Tokenizer

/// Restores what `BlockCompressor` wrote; hostile blocks fail, they never read or write outside.
struct BlockDecompressor {
  /// The number of bytes that the block holds.
  let rawByteCount: Int
  private let body: Bytes
  /// What matches may start in, as if the output went on from it.
  private let prefix: Bytes

  /// So many bytes more in the output let most copies be of whole vectors.
  static let slackByteCount = 64

  /// Why a block cannot be restored.
  enum Failure: Error, Hashable {
    /// The block ends before its content does.
    case truncated
    /// The content is longer than the block says, or can be.
    case tooLong
    /// A match starts before the block and what comes before that.
    case distance
    /// The block goes on after its content.
    case trailingBytes
  }

  /// Reads the head of `block`, which was compressed as what follows `prefix`.
  init(_ block: Bytes, after prefix: Bytes = .empty) throws(Failure) {
    self.prefix = prefix
    var reader = ByteReader(block)
    guard let count = try? reader.readVariable() else { throw .truncated }
    body = block.slice(at: reader.offset, count: reader.remaining)
    guard count <= UInt64(BlockFormat.maxCompressedRawByteCount) || count == body.count else {
      throw .tooLong
    }
    rawByteCount = Int(count)
  }

  /// Restores the first `count` bytes to the start of `output`.
  ///
  /// What follows them in `output` may be overwritten; `slackByteCount` bytes make it faster.
  /// - Precondition: `count` is at most `rawByteCount` and the size of `output`.
  func decompress(_ count: Int, to output: ColumnView<UInt8>) throws(Failure) {
    precondition(count >= 0 && count <= rawByteCount && count <= output.count)
    if count == 0 {
      if rawByteCount == 0 && body.count > 0 { throw .trailingBytes }
      return
    }
    if body.count == rawByteCount {
      output.copy(from: body.slice(at: 0, count: count))
      return
    }
    let end = try decompressBody(count, until: .max, to: output, from: Progress())
    if count == rawByteCount && end.offset != body.count { throw .trailingBytes }
  }

  /// How far a block is restored.
  struct Progress {
    /// The offset of what comes next in the body.
    fileprivate var offset = 0
    /// The bytes of output so far.
    fileprivate(set) var written = 0
    /// Whether all that is asked for at most is there.
    fileprivate(set) var isWhole = false
  }

  /// Restores at least `count` bytes, or all there are, beyond what `progress` says is there.
  ///
  /// - Precondition: `output` is the same for each step of a block, and has room for all of it.
  func decompress(
    atLeast count: Int, to output: ColumnView<UInt8>, _ progress: inout Progress
  ) throws(Failure) {
    precondition(rawByteCount <= output.count)
    if progress.isWhole || count <= progress.written && count < rawByteCount { return }
    if rawByteCount == 0 || body.count == rawByteCount {
      try decompress(rawByteCount, to: output)
      progress.written = rawByteCount
      progress.isWhole = true
      return
    }
    let at = try decompressBody(
      rawByteCount, until: count < rawByteCount ? count : .max, to: output, from: progress)
    if at.isWhole && at.offset != body.count { throw .trailingBytes }
    progress = at
  }

  /// Restores whole sequences until there are `end` bytes, or just `count` in all.
  ///
  /// One function for both ways of asking: what it calls is only inlined where there is one caller,
  /// which is a twelfth of the time.
  @inline(never)
  private func decompressBody(
    _ count: Int, until end: Int, to output: ColumnView<UInt8>, from start: Progress
  ) throws(Failure) -> Progress {
    var at = start
    let body = body
    // From these on, copies of whole vectors could run out of the body or the output.
    let fastBodyEnd = body.count &- 18
    let fastOutputEnd = min(count &- 33, output.count &- 65)
    while true {
      if at.written >= end { return at }
      guard at.offset < body.count else { throw .truncated }
      let token = Int(body[at.offset])
      at.offset &+= 1
      let literalCount = token &>> 4
      if literalCount < 15, at.offset <= fastBodyEnd, at.written <= fastOutputEnd {
        output.store(body.load(at: at.offset, as: SIMD2<UInt64>.self), at: at.written)
        at.offset &+= literalCount
        at.written &+= literalCount
      } else if try takeLiterals(literalCount, of: count, to: output, &at) {
        break
      }
      guard at.offset &+ 2 <= body.count else { throw .truncated }
      let distance = Int(UInt16(littleEndian: body.load(at: at.offset)))
      at.offset &+= 2
      let length = (token & 15) &+ BlockFormat.minMatchByteCount
      if length < Self.longMatchByteCount, at.written <= fastOutputEnd,
        copyShortMatch(distance: distance, in: output, at: at.written)
      {
        at.written &+= length
      } else if try takeMatch(length, distance: distance, of: count, in: output, &at) {
        break
      }
    }
    at.isWhole = true
    return at
  }

  /// The length of matches that more bytes of it may follow.
  private static let longMatchByteCount = BlockFormat.minMatchByteCount + 15

  /// Copies literals with any checks; true if all `count` bytes are there.
  private func takeLiterals(
    _ tokenCount: Int, of count: Int, to output: ColumnView<UInt8>, _ at: inout Progress
  ) throws(Failure) -> Bool {
    var literalCount = tokenCount
    if literalCount == 15 { literalCount &+= try readLength(&at.offset) }
    guard literalCount <= body.count &- at.offset else { throw .truncated }
    let wanted = min(literalCount, count &- at.written)
    copyLiterals(wanted, at: at.offset, to: output, at: at.written)
    at.offset &+= literalCount
    at.written &+= wanted
    if try isCut(literalCount, to: wanted, of: count) { return true }
    // The last sequence has no match.
    guard at.offset == body.count || (at.written == count && count < rawByteCount) else {
      return false
    }
    guard at.written == count else { throw .truncated }
    return true
  }

  /// Repeats a match with any checks; true if all `count` bytes are there.
  private func takeMatch(
    _ tokenLength: Int, distance: Int, of count: Int, in output: ColumnView<UInt8>,
    _ at: inout Progress
  ) throws(Failure) -> Bool {
    let start = prefix.count &- (distance &- at.written)
    guard distance > 0, distance <= at.written || start >= 0 else { throw .distance }
    var length = tokenLength
    if length == Self.longMatchByteCount { length &+= try readLength(&at.offset) }
    let wanted = min(length, count &- at.written)
    if distance <= at.written {
      copyMatch(wanted, distance: distance, in: output, at: at.written)
    } else {
      copyMatch(wanted, distance: distance, fromPrefixAt: start, in: output, at: at.written)
    }
    at.written &+= wanted
    return try isCut(length, to: wanted, of: count)
  }

  /// Whether a length goes beyond the `count` bytes that are asked for: an error if these are all.
  @inline(__always)
  private func isCut(_ length: Int, to wanted: Int, of count: Int) throws(Failure) -> Bool {
    guard wanted < length else { return false }
    if count == rawByteCount { throw .tooLong }
    return true
  }

  /// Copies the 20 bytes from `distance` before `written`, if that can be done at once.
  @inline(__always)
  private func copyShortMatch(
    distance: Int, in output: ColumnView<UInt8>, at written: Int
  ) -> Bool {
    if distance <= written {
      guard distance >= 16 else { return false }
      let source = written &- distance
      output.store(output.load(at: source, as: SIMD2<UInt64>.self), at: written)
      output.store(output.load(at: source &+ 16, as: UInt32.self), at: written &+ 16)
      return true
    }
    let start = prefix.count &- (distance &- written)
    guard start >= 0, start &+ 20 <= prefix.count else { return false }
    output.store(prefix.load(at: start, as: SIMD2<UInt64>.self), at: written)
    output.store(prefix.load(at: start &+ 16, as: UInt32.self), at: written &+ 16)
    return true
  }

  /// The bytes of a length beyond what its token holds.
  @inline(__always)
  private func readLength(_ offset: inout Int) throws(Failure) -> Int {
    var length = 0
    while true {
      guard offset < body.count else { throw .truncated }
      let byte = body[offset]
      offset &+= 1
      length &+= Int(byte)
      if byte < 255 { return length }
    }
  }

  @inline(__always)
  private func copyLiterals(
    _ count: Int, at offset: Int, to output: ColumnView<UInt8>, at written: Int
  ) {
    guard offset &+ count &+ 16 <= body.count, written &+ count &+ 16 <= output.count else {
      output.slice(at: written, count: count).copy(from: body.slice(at: offset, count: count))
      return
    }
    var done = 0
    while done < count {
      output.store(
        body.load(at: offset &+ done, as: SIMD2<UInt64>.self), at: written &+ done)
      done &+= 16
    }
  }

  /// Repeats `count` bytes from `distance` before `written`, first to last, of which the first lie
  /// in the prefix.
  private func copyMatch(
    _ count: Int, distance: Int, fromPrefixAt start: Int, in output: ColumnView<UInt8>,
    at written: Int
  ) {
    let prefixCount = min(count, prefix.count &- start)
    output.slice(at: written, count: prefixCount).copy(
      from: prefix.slice(at: start, count: prefixCount))
    copyMatch(count &- prefixCount, distance: distance, in: output, at: written &+ prefixCount)
  }

  /// Repeats `count` bytes from `distance` before `written`, first to last.
  @inline(__always)
  private func copyMatch(
    _ count: Int, distance: Int, in output: ColumnView<UInt8>, at written: Int
  ) {
    var done = 0
    let source = written &- distance
    if written &+ count &+ 16 <= output.count {
      if distance >= 16 {
        while done < count {
          output.store(
            output.load(at: source &+ done, as: SIMD2<UInt64>.self), at: written &+ done)
          done &+= 16
        }
        return
      }
      if distance >= 8 {
        while done < count {
          output.store(output.load(at: source &+ done, as: UInt64.self), at: written &+ done)
          done &+= 8
        }
        return
      }
      // What repeats after fewer bytes repeats after a multiple of them, too.
      let period = distance &* ((15 &+ distance) / distance)
      let start = min(count, period &- distance)
      while done < start {
        output[written &+ done] = output[source &+ done]
        done &+= 1
      }
      while done < count {
        output.store(
          output.load(at: written &+ done &- period, as: SIMD2<UInt64>.self), at: written &+ done)
        done &+= 16
      }
      return
    }
    while done < count {
      output[written &+ done] = output[source &+ done]
      done &+= 1
    }
  }
}
