import FactFiles
import PlaybackFacts
import Testing

@Suite("Fact reader on damaged files") struct FactReaderFuzzTests {
  @Test(arguments: FactFormat.allCases, 1...6)
  func `never fails but with an error, and keeps every row that is whole`(
    format: FactFormat,
    seed: UInt64
  ) throws {
    var samples = FactSamples(seed: seed)
    let facts = samples.facts(20)
    let sound = file(facts, as: format)
    for _ in 0..<40 {
      var bytes = sound
      for _ in 0..<Int.random(in: 1...4, using: &samples.generator) {
        samples.generator.mutate(&bytes)
      }
      let partSize = Int.random(in: 1...bytes.count + 1, using: &samples.generator)

      let whole = Result { try rows(of: bytes) }
      let parts = Result { try rows(of: bytes, inPartsOf: partSize) }

      switch (whole, parts) {
      case (.success(let whole), .success(let parts)):
        #expect(whole.facts == parts.facts)
        #expect(whole.refused == parts.refused)
        #expect(whole.facts.allSatisfy { $0.kind.allows($0.value) })
      case (.failure(let whole), .failure(let parts)):
        #expect(whole as? FactFileError == parts as? FactFileError)
      case (.success, .failure), (.failure, .success):
        Issue.record("the same file was read in one way only")
      }
    }
  }
}

extension SeededGenerator {
  /// Changes, removes, inserts or repeats something.
  fileprivate mutating func mutate(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    let start = Int.random(in: 0..<bytes.count, using: &self)
    let end = min(bytes.count, start + Int.random(in: 1...40, using: &self))
    switch Int.random(in: 0..<5, using: &self) {
    case 0: bytes[start] = UInt8.random(in: 0...255, using: &self)
    case 1: bytes.removeSubrange(start..<end)
    case 2: bytes.insert(contentsOf: bytes[start..<end], at: start)
    case 3: bytes[start] = Array("\",\n\r\\{}:-09".utf8).randomElement(using: &self) ?? 0
    default: bytes.removeSubrange(end...)
    }
  }
}
