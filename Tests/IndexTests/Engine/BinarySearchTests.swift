import Testing

@testable import Index

@Suite struct BinarySearchTests {
  /// The first place is found, and no place that is not there is looked at.
  @Test func theFirstPlaceThatIsNotBeforeIsFound() {
    for count in 0...70 {
      for first in 0...count {
        let found = BinarySearch.firstIndex(of: count) { index in
          #expect((0..<count).contains(index))
          return index < first
        }
        #expect(found == first)
      }
    }
  }
}
