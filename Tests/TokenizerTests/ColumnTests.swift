import Testing

@testable import Tokenizer

@Suite struct ColumnTests {
  /// Columns on pages of their own and smaller ones; what follows stays.
  @Test(arguments: [0, 1, 1000, 524_288, 600_000, 1_048_576])
  func discardingLeavesTheRest(capacity: Int) {
    let column = Column<UInt32>(capacity: capacity)
    for index in 0..<capacity { column[index] = UInt32(index) + 1 }
    for count in [0, capacity / 3, capacity / 2, capacity] {
      column.discard(first: count)
      #expect((count..<capacity).allSatisfy { column[$0] == UInt32($0) + 1 })
    }
  }

  @Test func growingKeepsTheFirstValues() {
    var column = Column<UInt64>(capacity: 10)
    for index in 0..<10 { column[index] = UInt64(index) }
    column.grow(to: 400_000, keeping: 7)
    #expect(column.capacity >= 400_000)
    #expect((0..<7).allSatisfy { column[$0] == UInt64($0) })
    #expect((7..<column.capacity).allSatisfy { column[$0] == 0 })
  }
}
