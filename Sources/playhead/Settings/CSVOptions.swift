import ArgumentParser

/// How CSV is written.
struct CSVOptions: ParsableArguments {
  @Flag(
    inversion: .prefixedNo,
    help: "In CSV, put a ' before texts that a spreadsheet would run as a formula (=, +, -, @)."
  )
  var guardFormulas = true
}
