import FactFiles
import Glibc
import PlaybackFacts
import Testing

@Suite("Fact file") struct FactFileTests {
  @Test func `is read from the disk to its end`() throws {
    var samples = FactSamples(seed: 10)
    let facts = samples.facts(5000)
    let bytes = file(facts, as: .csv)
    let path = try temporaryFile(bytes)
    defer { unlink(path) }

    var read = FactFileRows()
    var file = try FactFile(path: path, since: FactSamples.edge, now: FactSamples.now)
    while let rows = try file.next() { read.append(rows) }

    #expect(read.facts == facts)
    #expect(file.size == Int64(bytes.count))
    #expect(file.bytesRead == Int64(bytes.count))
  }

  @Test func `says what is wrong if there is none`() {
    #expect(
      throws: FactFileError.cannotOpen(
        path: "/nowhere/facts.csv",
        reason: "No such file or directory"
      )
    ) {
      _ = try FactFile(path: "/nowhere/facts.csv", since: FactSamples.edge, now: FactSamples.now)
    }
  }

  @Test func `says what is wrong if it can't be read`() throws {
    var file = try FactFile(path: "/", since: FactSamples.edge, now: FactSamples.now)

    do throws(FactFileError) {
      _ = try file.next()
      Issue.record("a directory was read")
    } catch {
      #expect(error == .cannotRead(reason: "Is a directory"))
    }
  }

  private func temporaryFile(_ bytes: [UInt8]) throws -> String {
    var template = Array("\(P_tmpdir)/facts-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    try #require(descriptor >= 0)
    #expect(bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count)
    close(descriptor)
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
