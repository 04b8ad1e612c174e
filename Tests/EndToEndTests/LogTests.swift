import Logging
import PlaybackFacts
import Synchronization
import Testing

@testable import playhead

@Suite("The log of a server")
struct LogTests {
  private final class Lines: Sendable {
    private let lines = Mutex([String]())

    var all: [String] { lines.withLock(\.self) }

    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  private let lines = Lines()

  private func output(_ style: LogOutput.Style, isJournal: Bool = false) -> LogOutput {
    LogOutput(
      style,
      isJournal: isJournal,
      now: { Timestamp(seconds: 1_716_981_307) },
      write: lines.add
    )
  }

  @Test func `a line of text has time, level, message and the rest by name`() {
    let logger = output(LogOutput.Style()).logger
    logger.info("ready", metadata: ["b": "two words", "a": "1", "c": "say \"x\\y\""])
    logger.error("a\u{1b}[31m\nline", metadata: ["d": ""])

    #expect(
      lines.all == [
        "2024-05-29T11:15:07+00:00 info ready a=1 b=\"two words\" c=\"say \\\"x\\\\y\\\"\"\n",
        "2024-05-29T11:15:07+00:00 error a·[31m line d=\"\"\n",
      ]
    )
  }

  @Test func `the journal gets the level as a number and no time`() {
    output(LogOutput.Style(), isJournal: true).logger.warning("late", metadata: ["a": "1"])

    #expect(lines.all == ["<4>late a=1\n"])
  }

  @Test func `a line of JSON is one object, and no name hides time, level or message`() {
    let logger = output(LogOutput.Style(format: .json)).logger
    logger.info("a \"line\"\n", metadata: ["store": "/x", "message": "other"])

    #expect(
      lines.all == [
        #"{"time":"2024-05-29T11:15:07+00:00","level":"info","logger":"playhead","message":"a \"line\"\u000a","store":"/x"}"#
          + "\n"
      ]
    )
  }

  @Test func `a change of the style reaches loggers that exist`() {
    let output = output(LogOutput.Style(level: .warning))
    let logger = output.logger
    logger.info("too small a matter")
    output.style = LogOutput.Style(format: .json, level: .debug)
    logger.debug("now it is told")

    #expect(lines.all.count == 1)
    #expect(lines.all.first?.contains("now it is told") == true)
  }

  @Test(arguments: [
    (Logger.Level.info, Logger.Level.warning), (.error, .error), (.debug, .debug),
    (.trace, .trace),
  ])
  func `libraries are heard when it matters, or when all is wanted`(
    level: Logger.Level,
    libraries: Logger.Level
  ) {
    let output = output(LogOutput.Style(level: level))

    #expect(output.logger.logLevel == level)
    #expect(output.libraryLogger.logLevel == libraries)
  }

  @Test func `a logger that is set by itself goes by that`() {
    var logger = output(LogOutput.Style()).logger
    logger.logLevel = .error
    logger[metadataKey: "a"] = "1"
    logger.warning("no")
    logger.error("yes")

    #expect(lines.all == ["2024-05-29T11:15:07+00:00 error yes a=1\n"])
  }
}
