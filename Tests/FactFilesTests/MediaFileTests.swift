import FactFiles
import PlaybackFacts
import Testing

@Suite("Files of media items")
struct MediaFileTests {
  private func read(_ text: String) throws -> MediaFile {
    try MediaFile(Array(text.utf8))
  }

  @Test func `CSV has a header, and columns in any order`() throws {
    let file = try read(
      "\u{FEFF}tags,mediaId,duration,title\r\n"
        + "news; sport,vi1,192.5,\"A, \"\"B\"\"\nC\"\r\n,li2,,\n\n"
    )

    #expect(file.refused == [])
    #expect(
      file.items == [
        MediaItem(id: "vi1", title: "A, \"B\"\nC", tags: ["news", "sport"], duration: 192_500),
        MediaItem(id: "li2"),
      ]
    )
  }

  @Test(arguments: [
    "mediaId;title;tags;duration\r\nvi1;Été, à Paris;\"travel;city\";192,5\r\n;;;\r\nvi2;;;60.25\r\n",
    "\r\nmediaId\ttitle\ttags\tduration\nvi1\tÉté, à Paris\ttravel;city\t192,5\n\t\t\t\n"
      + "vi2\t\t\t60.25\n",
  ])
  func `columns are separated as in the header, and a duration may have a decimal comma then`(
    text: String
  ) throws {
    let file = try read(text)

    #expect(file.refused == [])
    #expect(
      file.items == [
        MediaItem(id: "vi1", title: "Été, à Paris", tags: ["travel", "city"], duration: 192_500),
        MediaItem(id: "vi2", duration: 60_250),
      ]
    )
  }

  @Test func `a number with a comma is no duration where columns are separated by commas`() throws {
    let file = try read("mediaId,duration\nvi1,\"192,5\"\n,\nvi2,1\n")

    #expect(file.refused == [RefusedRow(line: 2, fault: .badDuration("192,5"))])
    #expect(file.items.map(\.id) == ["vi2"])
  }

  @Test(arguments: ["mediaId,title\nvi1,A\n", "{\"mediaId\":\"vi1\"}\n"])
  func `UTF-16 is read as UTF-8 is`(text: String) throws {
    for mark in ["", "\u{FEFF}"] {
      let units = (mark + text).utf16
      let files = [
        units.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] },
        units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] },
      ]
      for bytes in files {
        let file = try MediaFile(bytes)
        #expect(file.items.map(\.id) == ["vi1"])
        #expect(file.refused == [])
      }
    }
  }

  @Test(arguments: [
    "sep=;\r\nMedia ID; TITLE ;Duration\r\nvi1;A, b;3:12\r\n;;\r\nvi2;;1:03:12,5\r\n",
    "\u{FEFF}SEP=,\nmedia_id,title,duration\nvi1,\"A, b\",03:12.0\n,,\nvi2,,63:12.5\n",
    "sep=\t\nMEDIAID\tTitle\tDURATION\nvi1\tA, b\t192\nvi2\t\t1:3:12,5\n",
    "sep=|\nmedia-id|title|duration\nvi1|A, b|0:03:12\nvi2||3792.5\n",
  ])
  func `a file may be as spreadsheets save it`(text: String) throws {
    let file = try read(text)

    #expect(file.refused == [])
    #expect(
      file.items == [
        MediaItem(id: "vi1", title: "A, b", duration: 192_000),
        MediaItem(id: "vi2", duration: 3_792_500),
      ]
    )
  }

  @Test(arguments: [
    "3:60", "3:-1", "-3:12", "1:60:00", "1:2:3:4", ":12", "3:", "3:1x", "3:0x1", "3:nan", "a:12",
    "3:+1", "99999999:00",
  ])
  func `a clock that can't be is no duration`(text: String) throws {
    let file = try read("mediaId,duration\nvi1,\(text)\n")

    #expect(file.refused == [RefusedRow(line: 2, fault: .badDuration(text))])
  }

  /// As the hosted API answers `GET /videos`, shortened.
  private static let list = #"""
    {
      "data": [
        {
          "videoId": "vi1", "title": "The long walk", "description": "", "public": true,
          "tags": ["nature", "series"], "metadata": [{"key": "Author", "value": "John"}],
          "publishedAt": "2024-05-28T11:15:07+00:00", "assets": {"mp4": "https://a.example/1.mp4"}
        },
        {"liveStreamId": "li1", "name": "Live \ud83d", "tags": []},
        {"videoId": "", "title": "None"}
      ],
      "pagination": {"currentPage": 1, "pageSize": 3, "pagesTotal": 2, "itemsTotal": 5}
    }
    """#

  @Test func `the hosted API's list of videos is read as it is`() throws {
    let file = try read(Self.list)

    #expect(
      file.items == [
        MediaItem(id: "vi1", title: "The long walk", tags: ["nature", "series"]),
        MediaItem(id: "li1", title: "Live \u{FFFD}"),
      ]
    )
    #expect(
      file.refused == [
        RefusedRow(line: 1, fault: .inList(number: 3, "mediaId is missing"))
      ]
    )
    #expect(file.missingPages?.found == 1)
    #expect(file.missingPages?.of == 2)
  }

  @Test func `a mistake in one item of the list is its own, and the others count`() throws {
    let items = [
      (#"{"videoId":7,"title":"A"}"#, "videoId is not text"),
      (#"{"videoId":"vi2","title":["B"]}"#, "title is not text"),
      (#"{"videoId":"vi3","tags":"sea"}"#, "tags is not a list of texts"),
      (#"{"videoId":"vi4","tags":["sea",4]}"#, "tags is not a list of texts"),
      (#"{"liveStreamId":"li5","name":5}"#, "name is not text"),
      ("null", "the item is not an object"), ("[]", "the item is not an object"),
      (#""vi8""#, "the item is not an object"), ("{}", "mediaId is missing"),
    ]
    let good = #"{"videoId":"vi9","title":null,"tags":null}"#
    let list = items.map(\.0).joined(separator: ",")
    let file = try read(
      #"{"data":[\#(list),\#(good)],"pagination":{"currentPage":"1","pagesTotal":2}}"#
    )

    #expect(file.items == [MediaItem(id: "vi9")])
    #expect(
      file.refused
        == items.enumerated().map { index, item in
          RefusedRow(line: 1, fault: .inList(number: index + 1, item.1))
        }
    )
    #expect(file.missingPages == nil)
  }

  @Test func `pages of the list may follow each other, one a line`() throws {
    let pages = (1...2).map { number in
      #"{"data":[{"videoId":"vi\#(number)"}],"pagination":{"currentPage":\#(number),"pagesTotal":2}}"#
    }
    let file = try read(pages.joined(separator: "\n"))

    #expect(file.items.map(\.id) == ["vi1", "vi2"])
    #expect(file.refused == [])
    #expect(file.missingPages == nil)
  }

  @Test func `texts that a spreadsheet would run are guarded, and read as they were`() throws {
    let items = [
      MediaItem(id: "=cmd", title: "-5 °", tags: ["+1", "a"]), MediaItem(id: "'=a", title: "'a"),
      MediaItem(id: "@a", title: "''@a"),
    ]

    let guarded = MediaFormat.csv.text(of: items)
    let plain = MediaFormat.csv.text(of: items, guardsFormulas: false)

    #expect(guarded.contains("\n'=cmd,'-5 °,'+1;a,\n''=a,'a,,\n'@a,'''@a,,\n"))
    #expect(plain.contains("\n=cmd,-5 °,+1;a,\n"))
    #expect(try read(guarded).items == items)
  }

  @Test func `NDJSON has an object in each line`() throws {
    let file = try read(
      """
      {"mediaId":"vi1","title":"北京的一天","tags":["News","news"],"duration":60}

      {"mediaId":"vi2","title":null}
      """
    )

    #expect(file.refused == [])
    #expect(
      file.items == [
        MediaItem(id: "vi1", title: "北京的一天", tags: ["News", "news"], duration: 60_000),
        MediaItem(id: "vi2"),
      ]
    )
  }

  @Test func `of several rows of an item, the last one that fills a field counts`()
    throws
  {
    let csv = try read(
      "mediaId,title,tags,duration\nvi7,Dawn,sea;calm,90.5\nvi8,Dusk,,\nvi7,Noon,,\nvi8,,city,7\n"
    )
    let json = try read(
      """
      {"mediaId":"vi7","title":"Dawn","tags":["sea","calm"],"duration":90.5}
      {"mediaId":"vi8","title":"Dusk"}
      {"mediaId":"vi7","title":"Noon","tags":[]}
      {"mediaId":"vi8","tags":["city"],"duration":7,"title":null}
      """
    )

    #expect(csv.refused == [])
    #expect(json.refused == [])
    #expect(
      csv.items == [
        MediaItem(id: "vi7", title: "Noon", tags: ["sea", "calm"], duration: 90_500),
        MediaItem(id: "vi8", title: "Dusk", tags: ["city"], duration: 7000),
      ]
    )
    #expect(json.items == csv.items)
  }

  @Test(arguments: [
    (#"x\ud83d"#, "x\u{fffd}"), (#"\udc00y"#, "\u{fffd}y"), (#"\ud83d\ud83d\ude00"#, "\u{fffd}😀"),
    (#"\ud83dz\ude00"#, "\u{fffd}z\u{fffd}"), (#"\\ud83d"#, #"\ud83d"#), (#"\uFFFD!"#, "\u{fffd}!"),
    (#"\ud83d\n."#, "\u{fffd}\n."),
  ])
  func `half a surrogate pair is replaced`(escaped: String, text: String) throws {
    let file = try read("{\"mediaId\":\"vi1\",\"title\":\"\(escaped)\"}")

    #expect(file.refused == [])
    #expect(file.items.map(\.title) == [text])
  }

  @Test func `a file of nothing describes nothing`() throws {
    #expect(try read("").items == [])
    #expect(try read("mediaId,title\n").items == [])
  }

  @Test(arguments: MediaFormat.allCases)
  func `what is written is read as the same`(format: MediaFormat) throws {
    let items = [
      MediaItem(id: "vi1", title: "a \"b\", c\n/d\\", tags: ["x y", "ελλάδα"], duration: 1),
      MediaItem(id: "vi2", title: nil, tags: [], duration: 7_200_000),
      MediaItem(id: "li3", title: "\u{1B}[31m\u{202E}abc", tags: ["live"], duration: 20_250),
    ]

    let file = try read(format.text(of: items))

    #expect(file.refused == [])
    #expect(file.items == items)
  }

  @Test(arguments: [
    ("mediaId,title\n,x\n", RowFault.missing(column: "mediaId")),
    ("mediaId,title\nvi1\n", .fieldCount(found: 1, expected: 2)),
    ("mediaId,title\nvi1,\"x\"y\n", .textAfterQuote),
    ("mediaId,duration\nvi1,long\n", .badDuration("long")),
    ("mediaId,duration\nvi1,-1\n", .badDuration("-1.0")),
    ("mediaId,duration\nvi1,nan\n", .badDuration("nan")),
    ("mediaId,duration\nvi1,0X1F\n", .badDuration("0X1F")),
    ("mediaId,duration\nvi1,0x1p4\n", .badDuration("0x1p4")),
    ("{\"mediaId\":\"vi1\",\"name\":1}", .unknownKey("name")),
    ("{\"mediaId\":\"vi1\",\"tags\":\"news\"}", .notA(form: "a list of texts", column: "tags")),
    ("{\"mediaId\":7}", .notA(form: "text", column: "mediaId")),
    (
      "{\"mediaId\":\"vi1\",\"duration\":\"60\"}",
      .notA(form: "a number of seconds", column: "duration")
    ),
    ("{\"mediaId\":\"vi1\"", .notAnObject(byte: 1)),
    ("{\"mediaId\":\"vi1\",\"tags\":[\"a\\nb\"]}", .lineBreakInTag),
  ])
  func `a row that makes no sense is refused, and the rest counts`(
    text: String,
    fault: RowFault
  ) throws {
    let good = text.hasPrefix("{") ? "{\"mediaId\":\"vi9\"}\n" : ""
    let file = try read(good + text)

    #expect(file.refused == [RefusedRow(line: 2, fault: fault)])
    #expect(file.items.map(\.id) == (good.isEmpty ? [] : ["vi9"]))
  }

  @Test func `texts and tags have limits`() throws {
    let long = String(repeating: "x", count: 1001)
    let tags = (0...100).map { "t\($0)" }.joined(separator: ";")
    let file = try read("mediaId,title,tags\nvi1,\(long),\nvi2,,\(tags)\n\(long),,\n")

    #expect(
      file.refused.map(\.fault) == [
        .tooLong(column: "title", limit: 1000), .tooManyTags(limit: 100),
        .tooLong(column: "mediaId", limit: 1000),
      ]
    )
  }

  @Test(arguments: [
    ("time,fact\n", FactFileError.notAMediaFile), ("mediaId,name\n", .unknownMediaColumn("name")),
    ("mediaId,Media ID\n", .repeatedColumn("mediaId")), ("title\n", .missingColumn("mediaId")),
    ("mediaId\n\"vi1\n", .unclosedQuote(line: 2)),
  ])
  func `a file whose rows are uncertain is refused whole`(
    text: String,
    error: FactFileError
  ) throws {
    #expect(throws: error) { try read(text) }
  }

  @Test func `of many bad rows some are listed and all are counted`() throws {
    let rows = (0..<3000).map { "a\($0),t,x,-1" }.joined(separator: "\n")
    let csv = try MediaFile(Array(("mediaId,title,tags,duration\n" + rows).utf8))
    let json = try MediaFile(Array(String(repeating: "{\"mediaId\":3}\n", count: 3000).utf8))

    for file in [csv, json] {
      #expect(file.refusedCount == 3000)
      #expect(file.refused.count == 1000)
    }
    #expect(csv.refused.first?.line == 2)
  }

  @Test(arguments: ["mediaId\n", "{}\n"])
  func `a file with more rows than anybody has media items is refused`(header: String) {
    let text = Array(header.utf8) + [UInt8](repeating: 0x0a, count: MediaFile.mostRows + 1)

    #expect(throws: FactFileError.tooManyRows(limit: MediaFile.mostRows)) {
      try MediaFile(text)
    }
  }
}
