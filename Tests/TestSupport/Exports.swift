// Tests and benchmarks make up their text with the same generator; whoever imports the tests'
// support gets it too.
@_exported public import SyntheticText
