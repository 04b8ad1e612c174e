import PlaybackFacts
import Testing

@Suite("Identifiers")
struct IdentifiersTests {
  @Test(arguments: [
    ("0000000000000000", UInt64(0)), ("00000000000000ff", 255), ("00000000000000FF", 255),
    ("ffffffffffffffff", .max), ("0123456789abcdef", 0x0123_4567_89ab_cdef),
  ])
  func `sixteen hex digits are taken as they are`(text: String, id: UInt64) {
    #expect(hashedID(text) == id)
  }

  @Test(arguments: [
    "", "1", "ff", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeg", "+123456789abcdef",
    " 123456789abcdef", "é123456789abcde",
  ])
  func `all else is hashed, without a secret`(text: String) {
    let key = SipHash.Key(low: 0x706c_6179, high: 0x6865_6164)

    #expect(hashedID(text) == SipHash.hash(text.utf8, key: key))
  }

  @Test func `the hash is the same in every process`() {
    // Files keep these hashes: this number may never change.
    #expect(hexDigits(hashedID("viewer-1")) == "a2c13d381caef809")
  }

  @Test(arguments: [UInt64(0), 1, 0xabc, .max, 0x8000_0000_0000_0000])
  func `hex digits are read back`(id: UInt64) {
    #expect(hexDigits(id).count == 16)
    #expect(hashedID(hexDigits(id)) == id)
  }

  @Test func `playbacks and viewers are named alike`() {
    #expect(PlaybackID("a").rawValue == ViewerID("a").rawValue)
    #expect(PlaybackID("a") != PlaybackID("b"))
  }
}
