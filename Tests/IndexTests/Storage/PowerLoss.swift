import Foundation
import Synchronization
import TestSupport

@testable import Index

/// What a device may hold of a folder if power is lost now.
///
/// Data of a file is safe from its last fsync on; of what was written since, each 512 bytes may be
/// there or not, and the file may have any length between. Names are safe from the folder's last
/// fsync on; each change since may be there or not, whatever became of those before it.
struct DeviceState {
  /// The number of a file, or nil where a name has none, by names.
  typealias Names = [String: Int?]

  /// What changes since the last fsync of the folder made of names, one call each.
  fileprivate(set) var pendingChanges: [Names] = []
  fileprivate var safeNames: Names = [:]
  fileprivate var files: [(safe: [UInt8], current: [UInt8])] = []

  /// How much of what is not safe is lost.
  enum Loss: CaseIterable {
    case nothing, names, data, namesAndData, tornData, anything
  }

  /// The files of a folder after a loss of power, by name.
  func files(after loss: Loss, _ random: inout SplitMix64) -> [String: [UInt8]] {
    var names = safeNames
    for change in pendingChanges {
      let isKept =
        switch loss {
        case .names, .namesAndData: false
        case .nothing, .data, .tornData: true
        case .anything: random.chance(0.5)
        }
      if isKept { names.merge(change) { $1 } }
    }
    return names.compactMapValues { $0 }.mapValues { file in
      let (safe, current) = files[file]
      return switch loss {
      case .nothing, .names: current
      case .data, .namesAndData: safe
      case .tornData: Self.torn(safe, current, &random)
      case .anything: random.chance(0.4) ? current : Self.torn(safe, current, &random)
      }
    }
  }

  private static func torn(
    _ safe: [UInt8], _ current: [UInt8], _ random: inout SplitMix64
  ) -> [UInt8] {
    let sectorByteCount = 512
    let counts = min(safe.count, current.count)...max(safe.count, current.count)
    let between = random.number(in: counts)
    let count = random.pick([
      safe.count, current.count, between,
      max(counts.lowerBound, between / sectorByteCount * sectorByteCount),
    ])
    var bytes = Array(safe.prefix(count))
    bytes += Array(repeating: 0, count: count - bytes.count)
    let chance = random.pick([0.1, 0.5, 0.9])
    for start in stride(from: 0, to: count, by: sectorByteCount) where random.chance(chance) {
      let sector = start..<max(start, min(start + sectorByteCount, count, current.count))
      bytes.replaceSubrange(sector, with: current[sector])
    }
    return bytes
  }
}

/// Watches the system calls on a folder, which come one at a time, and keeps the state before each.
final class DeviceRecorder: Sendable {
  private struct Recording {
    var states: [DeviceState]
    /// The numbers of the files that have names now, by their numbers in the file system.
    var fileNumbers: [Int: Int] = [:]
    var lastCall: SystemCall?
  }

  private let folder: String
  private let hearsSyncs: Bool
  private let recording = Mutex(Recording(states: []))

  /// Starts with the folder at `path`, of which all is safe.
  ///
  /// - Parameter hearsSyncs: whether fsync makes anything safe, as it should.
  init(_ path: String, hearsSyncs: Bool = true) {
    folder = path
    self.hearsSyncs = hearsSyncs
    recording.withLock { recording in
      var state = DeviceState()
      look(&state, &recording)
      Self.makeAllSafe(&state)
      recording.states = [state]
    }
  }

  /// Takes note of what the call before this one has done.
  func record(before call: SystemCall?) {
    recording.withLock { recording in
      guard var state = recording.states.last else { return }
      look(&state, &recording)
      if hearsSyncs, case .sync(let path) = recording.lastCall {
        if path == folder {
          Self.makeNamesSafe(&state)
        } else if let number = recording.fileNumbers[Self.number(path) ?? -1] {
          state.files[number].safe = state.files[number].current
        }
      }
      recording.lastCall = call
      recording.states.append(state)
    }
  }

  /// The states before all calls, and after the last.
  var states: [DeviceState] { recording.withLock { $0.states } }

  /// Brings `state` up to what is in the folder.
  private func look(_ state: inout DeviceState, _ recording: inout Recording) {
    var former = state.safeNames
    for change in state.pendingChanges { former.merge(change) { $1 } }
    var change = former.compactMapValues { $0 }.mapValues { _ in Int?.none }
    var fileNumbers: [Int: Int] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let path = folder + "/" + name
      guard let place = Self.number(path), let bytes = try? readFile(path) else { continue }
      let number = recording.fileNumbers[place] ?? state.files.count
      if number == state.files.count { state.files.append((safe: [], current: [])) }
      fileNumbers[place] = number
      state.files[number].current = bytes
      change[name] = number
    }
    recording.fileNumbers = fileNumbers
    change = change.filter { name, number in former[name] ?? nil != number }
    if !change.isEmpty { state.pendingChanges.append(change) }
  }

  private static func number(_ path: String) -> Int? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.systemFileNumber] as? NSNumber)?.intValue
  }

  private static func makeNamesSafe(_ state: inout DeviceState) {
    for change in state.pendingChanges { state.safeNames.merge(change) { $1 } }
    state.pendingChanges = []
  }

  private static func makeAllSafe(_ state: inout DeviceState) {
    makeNamesSafe(&state)
    for number in state.files.indices { state.files[number].safe = state.files[number].current }
  }
}
