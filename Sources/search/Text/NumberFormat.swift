/// An integer with commas between groups of three digits: `1,234,567`.
func grouped(_ number: Int) -> String {
  let digits = Array(String(number.magnitude))
  var text = number < 0 ? "-" : ""
  for (place, digit) in digits.enumerated() {
    if place > 0, (digits.count - place) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return text
}

/// A number with exactly `places` digits after the point, rounded to nearest; `places` is 0...9.
func fixed(_ number: Double, _ places: Int) -> String {
  guard number.isFinite, number.magnitude < 1e9 else { return "\(number)" }
  var scale = 1
  for _ in 0..<places { scale *= 10 }
  let scaled = Int((number.magnitude * Double(scale)).rounded())
  let sign = number < 0 && scaled > 0 ? "-" : ""
  guard places > 0 else { return sign + String(scaled) }
  let fraction = String(scaled % scale)
  return sign + String(scaled / scale) + "."
    + String(repeating: "0", count: places - fraction.utf8.count) + fraction
}

/// A number of bytes for people, in powers of 1000: `512 bytes`, `29.8 kB`, `21 kB`, `1.2 GB`.
func byteCountText(_ count: Int) -> String {
  guard count >= 1000 else { return count == 1 ? "1 byte" : "\(count) bytes" }
  var value = Double(count) / 1000
  var units = ["kB", "MB", "GB", "TB"][...]
  while value >= 999.95, units.count > 1 {
    value /= 1000
    units.removeFirst()
  }
  var text = fixed(value, value < 99.95 ? 1 : 0)
  if text.hasSuffix(".0") { text.removeLast(2) }
  return "\(text) \(units.first ?? "")"
}

/// A duration for people: `0.01 s`, `14.3 s`, `2 min 5 s`.
func secondsText(_ seconds: Double) -> String {
  if seconds < 9.995 { return fixed(seconds, 2) + " s" }
  if seconds < 119.95 { return fixed(seconds, 1) + " s" }
  let whole = Int(seconds.rounded())
  if whole < 7200 { return "\(whole / 60) min \(whole % 60) s" }
  return "\(whole / 3600) h \(whole / 60 % 60) min"
}

/// `1 file`, `2 files`.
func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
  "\(grouped(count)) \(count == 1 ? singular : plural ?? singular + "s")"
}
