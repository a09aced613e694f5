// swift-tools-version: 6.2
import PackageDescription

/// The one list of settings for every target: memory safety is checked, warnings are errors.
let house: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "search",
  platforms: [.macOS("26.0"), .iOS("26.0")],
  products: [
    .library(name: "Tokenizer", targets: ["Tokenizer"]),
    .library(name: "Index", targets: ["Index"]),
    .executable(name: "search", targets: ["search"]),
  ],
  targets: [
    .target(name: "Tokenizer", exclude: ["Generator"], swiftSettings: house),
    .target(name: "Index", dependencies: ["Tokenizer"], swiftSettings: house),
    .executableTarget(name: "search", dependencies: ["Index", "Tokenizer"], swiftSettings: house),
    .target(
      name: "SyntheticText", path: "Benchmarks/SyntheticText", swiftSettings: house),
    .executableTarget(
      name: "Benchmarks", dependencies: ["Index", "SyntheticText", "Tokenizer"],
      path: "Benchmarks", exclude: ["Baselines", "SyntheticText", "measure"], swiftSettings: house),
    .target(
      name: "TestSupport", dependencies: ["Index", "SyntheticText", "Tokenizer"],
      path: "Tests/TestSupport", swiftSettings: house),
    .testTarget(
      name: "TokenizerTests", dependencies: ["Tokenizer", "TestSupport"], swiftSettings: house),
    .testTarget(name: "IndexTests", dependencies: ["Index", "TestSupport"], swiftSettings: house),
    .testTarget(
      name: "SearchTests", dependencies: ["search", "TestSupport"], swiftSettings: house),
    .testTarget(
      name: "HouseTests", dependencies: ["Benchmarks", "Index", "TestSupport"], swiftSettings: house
    ),
  ]
)

// The fuzz target links only with `--sanitize=fuzzer`, so it is there only when asked for.
if Context.environment["FUZZ"] == "1" {
  package.targets.append(
    .executableTarget(
      name: "Fuzz", dependencies: ["Index", "SyntheticText", "Tokenizer"], path: "Tests/Fuzz",
      swiftSettings: house + [.unsafeFlags(["-parse-as-library"])]))
}
