import ClickHouseStore
import QueryCore
import Testing

@Suite("ClickHouse address")
struct ClickHouseAddressTests {
  private typealias Node = ClickHouseAddress.Node

  @Test func `servers, database and cluster are read`() throws {
    let address = try ClickHouseAddress(
      "http://10.0.0.1:8123,http://stats:secret@ch2.example.org/facts?cluster=main"
    )

    #expect(
      address.nodes == [
        Node(host: "10.0.0.1", port: 8123),
        Node(host: "ch2.example.org", port: 8123, user: "stats", password: "secret"),
      ]
    )
    #expect(address.nodes.map(\.url) == ["http://10.0.0.1:8123", "http://ch2.example.org:8123"])
    #expect(address.database == "facts")
    #expect(address.cluster == "main")
    #expect(address.name == "main")
  }

  @Test(arguments: [
    "http://ch1", "http://ch1:8123", "HTTP://ch1:8123/", "http://ch1:8123/playhead",
  ])
  func `port and database have defaults`(text: String) throws {
    let address = try ClickHouseAddress(text)

    #expect(address == ClickHouseAddress(nodes: [Node(host: "ch1")]))
    #expect(address.name == "ch1:8123")
  }

  @Test func `an IPv6 address is in brackets`() throws {
    let address = try ClickHouseAddress("http://user@[::1]:81/")

    #expect(address.nodes == [Node(host: "::1", port: 81, user: "user")])
    #expect(address.nodes[0].url == "http://[::1]:81")
    #expect("\(address)" == "http://user@[::1]:81/playhead")
  }

  @Test func `a cluster is named without a database`() throws {
    #expect(try ClickHouseAddress("http://a?cluster=x-1.b").cluster == "x-1.b")
    #expect(try ClickHouseAddress("http://a/?cluster=x").database == "playhead")
  }

  @Test(arguments: [
    ("p%40ss%2C%25", "p@ss,%"), ("p@ss", "p@ss"), ("a/b?c#d", "a/b?c#d"), ("a,b", "a,b"),
    (":x", ":x"), ("", ""), ("%c3%a9", "é"),
  ])
  func `a password may have any character`(written: String, password: String) throws {
    let address = try ClickHouseAddress("http://u:\(written)@h:1,http://v:\(written)@i:2/db")

    #expect(
      address.nodes == [
        Node(host: "h", port: 1, user: "u", password: password),
        Node(host: "i", port: 2, user: "v", password: password),
      ]
    )
  }

  @Test func `nothing that describes an address has its password`() throws {
    let address = try ClickHouseAddress("http://u:geheim@h:1,http://v:geheim@i/db?cluster=c")
    var dumped = ""
    dump(address, to: &dumped)
    dump(address.nodes, to: &dumped)

    #expect("\(address)" == "http://u@h:1,http://v@i:8123/db?cluster=c")
    for text in ["\(address)", "\(address.nodes)", "\(address.nodes[0])", address.name, dumped] {
      #expect(!text.contains("geheim"))
    }
    #expect(!String(reflecting: address).contains("geheim"))
  }

  @Test func `what is described without a password is read again`() throws {
    for text in ["http://a:1,http://u@b/db?cluster=c", "http://[::1]"] {
      let address = try ClickHouseAddress(text)
      #expect(try ClickHouseAddress(address.description) == address)
    }
  }

  @Test func `the sandbox has a database of its own`() throws {
    let address = try ClickHouseAddress("http://a/db?cluster=c")

    #expect(address.address(of: .production) == address)
    #expect(address.address(of: .sandbox).database == "db_sandbox")
    #expect(address.address(of: .sandbox).cluster == "c")
  }

  @Test(arguments: [
    ("", "each server is written http://host:port"),
    ("ch1:8123", "each server is written http://host:port"),
    ("https://a", "other protocols are not spoken"), ("tcp://a", "other protocols are not spoken"),
    ("http://", "with a port of 1 to 65535"), ("http://a:0", "with a port of 1 to 65535"),
    ("http://a:65536", "with a port of 1 to 65535"), ("http://a:", "with a port of 1 to 65535"),
    ("http://a:x", "with a port of 1 to 65535"), ("http://::1", "with a port of 1 to 65535"),
    ("http://[nope]", "with a port of 1 to 65535"), ("http://[::1", "with a port of 1 to 65535"),
    ("http://[::1]x", "with a port of 1 to 65535"), ("http://é", "with a port of 1 to 65535"),
    ("http://a b", "spaces or control characters"), ("http://a\u{1b}", "control characters"),
    ("http://@a", "no user before the @"), ("http://:p@a", "no user before the @"),
    ("http://u:%@a", "a % in a password is written %25"),
    ("http://u:%zz@a", "a % in a password is written %25"),
    ("http://u:%ff@a", "a % in a password is written %25"),
    ("http://%@a", "a % in a user name is written %25"),
    ("http://a,http://a:8123", "it names a:8123 twice"),
    ("http://a/x,http://b", "only the last server"),
    ("http://a?cluster=c,http://b", "only the last server"),
    ("http://a,", "with a port of 1 to 65535"), ("http://a,b:1", "with a port of 1 to 65535"),
    ("http://a,http:b", "each server is written http://host:port"),
    ("http://a/1", "a database has letters"), ("http://a/x/y", "a database has letters"),
    ("http://a/x;y", "a database has letters"), ("http://a/é", "a database has letters"),
    ("http://a/x#y", "only ?cluster=NAME"), ("http://a/x?y=z", "only ?cluster=NAME"),
    ("http://a/x?cluster=", "a cluster has a name"), ("http://a?cluster=a&b=c", "a cluster has"),
    ("http://a?cluster='", "a cluster has a name"),
  ])
  func `anything else is refused with a reason`(text: String, reason: String) {
    let error = #expect(throws: ClickHouseAddress.ReadingError.self) {
      try ClickHouseAddress(text)
    }

    #expect(error?.description.contains("is not a ClickHouse address: ") == true)
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    "http://u:geheim@", "http://u:geheim@a:x", "u:geheim@a", "http://u:geheim@a@b:x",
    "http://u:a,geheim@b/1", "http://u:geheim%@b", "http://a,http://u:geheim@b/1",
    "http://u:geheim@a/1,http://v:geheim@b", "http://u:geheim", "u:geheim", "http://u:geheim/db",
    "http://u:9geheim", "http://u:/geheim@a:x", "http://u:?geheim@a:x", "http://u:#geheim@a:x",
    "http://a/db?password=geheim", "http://a/db?cluster=c&password=geheim", "https://u:geheim@a",
    "http://u:http,http:geheim@a:x", "http://[::1]:geheim",
    "http://:geheim@a", "://u:geheim@a", "http://u:geheim @a",
  ])
  func `a refusal does not quote a password`(text: String) {
    let error = #expect(throws: ClickHouseAddress.ReadingError.self) {
      try ClickHouseAddress(text)
    }

    #expect(error?.description.contains("geheim") == false, "\(error?.description ?? "")")
  }

  @Test func `a text without a password is quoted as it is`() {
    for text in ["http://a:1/1", "ch1:8123", "http://u@a/x/y", "http://[::1]x", "http://a?x=y"] {
      let shown = text == "http://a?x=y" ? "http://a?***" : text
      #expect(ClickHouseAddress.withoutPasswords(text) == shown)
    }
  }
}
