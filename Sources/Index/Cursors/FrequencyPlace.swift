/// Where the frequency of a posting stands, for those who may never read it.
struct FrequencyPlace {
  /// Where those of its block start in the list, or -1 if they are decoded.
  let offset: Int
  /// Its slot in the block, or the frequency itself.
  let value: UInt32
}
