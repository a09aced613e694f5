/// Little-endian integers, one after the other in a file, each verified when it is read.
struct VerifiedArray<Element: FixedWidthInteger & BitwiseCopyable & Sendable>: Sendable {
  private let file: VerifiedFile
  private let byteOffset: Int
  /// The number of integers.
  let count: Int

  /// The `count` integers that start at `byteOffset` of the file.
  init(_ file: VerifiedFile, at byteOffset: Int, count: Int) {
    self.file = file
    self.byteOffset = byteOffset
    self.count = count
  }

  /// Where the integer at `index` lies in the file.
  func byteRange(of index: Int) -> Range<Int> {
    let start = byteOffset + index * MemoryLayout<Element>.size
    return start..<start + MemoryLayout<Element>.size
  }

  /// The integer at `index`.
  ///
  /// - Throws: `damaged`.
  @inline(__always)
  func value(at index: Int) throws(IndexError) -> Element {
    precondition(index >= 0 && index < count)
    let range = byteRange(of: index)
    try file.verify(range)
    return Element(littleEndian: file.bytes.load(at: range.lowerBound))
  }

  /// The first index within `range` whose integer is greater than `value`, or its end.
  ///
  /// - Precondition: the integers do not decrease; if they do, some index of the range or its
  ///   end is returned.
  /// - Complexity: O(log *n*).
  func firstIndex(above value: Element, in range: Range<Int>) throws(IndexError) -> Int {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      let middle = low + (high - low) / 2
      if try self.value(at: middle) > value { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
