import PingCollector
import PlaybackFacts
import Testing

@Suite("Viewer hash")
struct ViewerHashTests {
  private let key = SipHash.Key(low: 1, high: 2)

  @Test func `the same viewer has the same hash under one key`() {
    #expect(
      ViewerHash.of(address: "192.0.2.1", userAgent: "a", key: key)
        == ViewerHash.of(address: "192.0.2.1", userAgent: "a", key: key)
    )
  }

  @Test func `another address, agent or key is another viewer`() {
    let hashes = [
      ViewerHash.of(address: "192.0.2.1", userAgent: "a", key: key),
      ViewerHash.of(address: "192.0.2.2", userAgent: "a", key: key),
      ViewerHash.of(address: "192.0.2.1", userAgent: "b", key: key),
      ViewerHash.of(address: "192.0.2.1", userAgent: "a", key: SipHash.Key(low: 1, high: 3)),
      ViewerHash.of(address: "192.0.2.1a", userAgent: "", key: key),
      ViewerHash.of(address: "", userAgent: "192.0.2.1a", key: key),
    ]

    #expect(Set(hashes).count == hashes.count)
  }
}
