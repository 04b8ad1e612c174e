import AnalyticsAPI
import AnalyticsSource
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import PlaybackFacts
import QueryCore
import Testing
import TextAndBytes

@testable import AnalyticsServer

@Suite("Packed bodies")
struct BodyCodingTests {
  private static let text = Array(#"{"sid":"s","pid":"p","mid":"m","eve":[]}"#.utf8)

  private func unpacked(_ bytes: [UInt8], _ coding: String?, upTo limit: Int = 1000) throws
    -> [UInt8]
  {
    Array(
      try BodyCoding.unpacked(ByteBuffer(bytes: bytes), coding, upTo: limit).readableBytesView
    )
  }

  @Test(arguments: ["gzip", "GZIP", "x-gzip", "deflate"])
  func `gzip is undone under each of its names`(coding: String) throws {
    let packed = try #require(Self.text.gzipped())

    #expect(try unpacked(packed, coding) == Self.text)
  }

  @Test func `zlib is undone, which is what deflate means`() throws {
    // Of the text "pings".
    let packed: [UInt8] = [
      0x78, 0x9c, 0x2b, 0xc8, 0xcc, 0x4b, 0x2f, 0x06, 0x00, 0x06, 0x64, 0x02, 0x22,
    ]

    #expect(try unpacked(packed, "deflate") == Array("pings".utf8))
  }

  @Test(arguments: [nil, "", "identity", "Identity"])
  func `a plain body stays as it is`(coding: String?) throws {
    #expect(try unpacked(Self.text, coding) == Self.text)
  }

  @Test func `no more is unpacked than is wanted, however much there is`() throws {
    let bomb = try #require([UInt8](repeating: 0, count: 50_000_000).gzipped(level: 9))
    #expect(bomb.count < 65_536)

    #expect(throws: NIOTooManyBytesError.self) { try unpacked(bomb, "gzip", upTo: 65_536) }
  }

  @Test func `the limit itself is not too much`() throws {
    let packed = try #require(Self.text.gzipped())

    #expect(try unpacked(packed, "gzip", upTo: Self.text.count) == Self.text)
    #expect(throws: NIOTooManyBytesError.self) {
      try unpacked(packed, "gzip", upTo: Self.text.count - 1)
    }
  }

  @Test(arguments: [[], [0x1f], Array("{}".utf8)])
  func `what is not packed is refused`(bytes: [UInt8]) {
    #expect(throws: BodyCoding.Failure.self) { try unpacked(bytes, "gzip") }
  }

  @Test func `what ends too early or is damaged is refused`() throws {
    let packed = try #require(Self.text.gzipped())
    var damaged = packed
    damaged[packed.count - 6] ^= 1

    #expect(throws: BodyCoding.Failure.damaged(reason: "it ends too early")) {
      try unpacked(packed.dropLast(4), "gzip")
    }
    #expect(throws: BodyCoding.Failure.damaged(reason: "incorrect data check")) {
      try unpacked(damaged, "gzip")
    }
  }

  @Test(arguments: ["br", "gzip, gzip", "zstd"])
  func `other codings are refused by name`(coding: String) throws {
    #expect(throws: BodyCoding.Failure.unknownCoding(coding)) { try unpacked([1], coding) }
  }

  // MARK: - Requests

  @Test func `a packed ping reaches the collector plain`() async throws {
    let collector = StubCollector()
    let packed = try #require(Self.text.gzipped())

    let answer = try await server(collector: collector).send(packed, coding: "gzip")

    #expect(answer.status == .noContent)
    #expect(collector.pings.map(\.body) == [String(decoding: Self.text, as: UTF8.self)])
  }

  @Test(
    arguments: [
      ("br", [1, 2], 415, "unsupported-content-encoding"), ("gzip", [1, 2], 400, "invalid-body"),
    ] as [(String, [UInt8], Int, String)]
  )
  func `a ping that can't be unpacked is a problem that pages may read`(
    coding: String,
    body: [UInt8],
    status: Int,
    type: String
  ) async throws {
    let answer = try await server().send(body, coding: coding)

    #expect(answer.status.code == status)
    #expect(try answer.problem().type == "/problems/\(type)")
    #expect(answer.headers[.accessControlAllowOrigin] == "*")
    #expect(answer.headers[.acceptEncoding] == (status == 415 ? "gzip, deflate, identity" : nil))
  }

  // MARK: - Answers

  @Test(arguments: [
    (["gzip"], true), (["deflate, GZIP;q=0.5"], true), (["br", "gzip"], true), (["*"], true),
    (["x-gzip"], true), (["gzip ; q=1.0"], true), ([], false), ([""], false), (["br"], false),
    (["gzip;q=0"], false), (["gzip;q=0.000, *"], false), (["*;q=0"], false), (["gzip;q=x"], false),
  ])
  func `gzip is what a client takes`(fields: [String], takes: Bool) {
    #expect(acceptsGzip(fields) == takes)
  }

  /// An answer of 100 rows, over 1 KB.
  private func answer(
    _ accepted: String?,
    _ method: HTTPRequest.Method = .get,
    _ path: String = "/data/buckets/play/media-id?pageSize=100"
  ) async throws -> TestResponse {
    var headers = HTTPFields()
    headers[.acceptEncoding] = accepted
    let rows = (0..<100).map {
      QueryResult.Bucket(value: .integer(7), dimensionValue: "media-\($0)")
    }
    let data = StubAnswering { query in
      QueryResult(query: query, rows: .buckets(rows), itemsTotal: rows.count)
    }
    return try await server(data: data).answer(method, path, headers: headers)
  }

  @Test func `a long answer is packed for who takes it, and says so`() async throws {
    let plain = try await answer(nil)
    let packed = try await answer("gzip")

    #expect(plain.headers[.contentEncoding] == nil)
    #expect(packed.headers[.contentEncoding] == "gzip")
    #expect(packed.body.readableBytes * 4 < plain.body.readableBytes)
    #expect(
      try unpacked(Array(packed.body.readableBytesView), "gzip", upTo: 1 << 20)
        == Array(plain.body.readableBytesView)
    )
    for answer in [plain, packed] {
      #expect(answer.headers[values: .vary].contains("Accept-Encoding"))
      #expect(answer.headers[.contentLength] == String(answer.body.readableBytes))
    }
  }

  @Test(arguments: [nil, "gzip"])
  func `HEAD has the headers of GET and no body`(accepted: String?) async throws {
    let get = try await answer(accepted)
    let head = try await answer(accepted, .head)

    #expect(head.headers == get.headers)
    #expect(head.status == get.status)
    #expect(head.body.readableBytes == 0)
  }

  @Test func `a short answer goes out as it is`() async throws {
    let answer = try await answer("gzip", .get, "/healthz")

    #expect(answer.headers[.contentEncoding] == nil)
    #expect(answer.text == "ok\n")
    #expect(answer.headers[values: .vary].contains("Accept-Encoding"))
  }

  @Test func `an entity tag of packed bytes is weak`() async throws {
    let items = (0..<100).map { MediaItem(id: "vi\($0)", title: "Title \($0)") }
    let source = StubSource(media: MediaList(version: 17, items: items))
    var headers: HTTPFields = [.acceptEncoding: "gzip"]
    let packed = try await server(source: source)
      .answer(.get, "/media?pageSize=100", headers: headers)
    let tag = try #require(packed.headers[.eTag])
    #expect(packed.headers[.contentEncoding] == "gzip")
    #expect(tag.hasPrefix("W/\""))

    headers[.ifNoneMatch] = tag
    let known = try await server(source: source)
      .answer(.get, "/media?pageSize=100", headers: headers)

    #expect(known.status == .notModified)
    #expect(known.headers[values: .vary].contains("Accept-Encoding"))
    #expect(known.headers[.contentEncoding] == nil)
    #expect(known.body.readableBytes == 0)
  }
}

extension ServerApplication {
  /// Sends a packed ping to the routes.
  fileprivate func send(_ body: [UInt8], coding: String) async throws -> TestResponse {
    try await application().test(.router) { client in
      try await client.execute(
        uri: "/watch",
        method: .post,
        headers: [.contentEncoding: coding],
        body: ByteBuffer(bytes: body)
      )
    }
  }
}
