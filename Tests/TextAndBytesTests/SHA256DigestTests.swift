import TextAndBytes
import Testing

@Suite("SHA-256")
struct SHA256DigestTests {
  /// The examples of FIPS 180-4.
  @Test(
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ]
  )
  func `a text has the hash of the standard`(text: String, hash: String) {
    let digest = SHA256Digest(of: text)
    let hex = digest.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(hex == hash)
  }

  @Test func `parts have the hash of the whole`() {
    var hasher = SHA256Hasher()
    for part in ["a", "", "bc"] { Array(part.utf8).withUnsafeBytes { hasher.update($0) } }
    #expect(hasher.digest() == SHA256Digest(of: "abc"))
    #expect(hasher.digest() == SHA256Digest(of: "abc"))
  }

  @Test(arguments: 0..<SHA256Digest.byteCount)
  func `hashes that differ in one byte are not equal`(place: Int) throws {
    let digest = SHA256Digest(of: "abc")
    var bytes = digest.bytes
    bytes[place] ^= 1
    #expect(try #require(SHA256Digest(bytes: bytes)) != digest)
  }

  @Test func `a hash of another length is none`() {
    #expect(SHA256Digest(bytes: [1, 2]) == nil)
  }
}
