import ArgumentParser
import Foundation
import QueryCore
import Testing

@testable import playhead

@Suite("The manual")
struct ManualTests {
  /// Every subcommand by its name, such as `query metrics`.
  private static let subcommands = subcommands(of: Playhead.self)

  private static func subcommands(of command: any ParsableCommand.Type) -> [String] {
    command.configuration.subcommands.flatMap { child in
      let name = child.configuration.commandName ?? "\(child)".lowercased()
      return [name] + subcommands(of: child).map { "\(name) \($0)" }
    }
  }

  /// The command lines in a text: what follows `playhead` in a shell, one word each.
  private static func words(of line: some StringProtocol) -> [String] {
    let line = line.prefix { !"|>".contains($0) }
    let words = line.split(separator: " ").map {
      $0.trimmingCharacters(in: CharacterSet(charactersIn: "'"))
    }
    return Array(words.drop { $0.contains("=") && $0.first?.isUppercase == true }.dropFirst())
  }

  private static let readme: String = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../README.md")
    return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
  }()

  /// The command lines that the README shows.
  private static let readmeLines: [String] = readme.split(separator: "`")
    .map { String($0).replacing("\n", with: " ") }
    .filter { $0.hasPrefix("playhead ") }

  @Test(arguments: [""] + subcommands)
  func `help exits with 0 and has examples that are understood`(name: String) async throws {
    try await World.with { world in
      let names = name.words
      let help = try await world.run(names + ["--help"])

      #expect(help.code == 0)
      #expect(help.error.isEmpty)
      #expect(!help.output.contains("\u{1b}"))
      let examples = help.output
        .split(separator: "\n\n")
        .flatMap { paragraph in
          // Long examples are wrapped.
          paragraph.replacing("\n", with: " ").split(separator: "Example: ").dropFirst(
            paragraph.hasPrefix("Example: ") ? 0 : 1
          )
        }
      #expect(!examples.isEmpty)
      for example in examples {
        #expect(throws: Never.self, "\(example)") {
          _ = try Playhead.parseAsRoot(Self.words(of: example))
        }
      }
    }
  }

  @Test func `the command lines of the README are understood`() throws {
    #expect(Self.readmeLines.count >= 10)
    for line in Self.readmeLines {
      #expect(throws: Never.self, "\(line)") {
        _ = try Playhead.parseAsRoot(Self.words(of: line))
      }
    }
  }

  @Test func `the command lines of the README that need no terminal work`() async throws {
    // A key that is made is told of beside the output; `KeyTests` makes some.
    // What needs servers of ClickHouse is tried by `StoreMoveTests` and those beside it.
    let others = ["demo", "serve", "dash", "keys", "clickhouse", "move"]
    try await World.with { world in
      try await world.fill()
      let facts = try world.write(World.facts(), to: "facts.csv")
      #expect(try await world.shell("gzip -k \(facts)").code == 0)
      try world.write("mediaId,title,tags,duration\nvi0,A title,news;live,90\n", to: "titles.csv")
      var count = 0
      for line in Self.readmeLines where !others.contains(Self.words(of: line).first ?? "") {
        let outcome = try await world.shell(line)
        #expect(outcome.code == 0, "\(line)")
        #expect(outcome.error.isEmpty, "\(line): \(outcome.error)")
        #expect(!outcome.output.isEmpty, "\(line)")
        count += 1
      }
      #expect(count >= 8)
    }
  }

  @Test func `the README's first ping is kept`() async throws {
    let block = try #require(Self.readme.split(separator: "$ now=").dropFirst().first)
    let (line, answer) = try #require(
      block.range(of: "HTTP/1.1").map { (block[..<$0.lowerBound], block[$0.lowerBound...]) }
    )
    let status = answer.prefix { $0 != "\n" }
    try await World.with { world in
      try await world.serve { url in
        let host = url.dropFirst("http://".count)
        // Bash can speak HTTP where there is no curl.
        let curl = """
          curl() {
            exec 3<>/dev/tcp/\(host.replacing(":", with: "/"))
            printf 'POST /watch HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n' >&3
            printf 'User-Agent: %s\\r\\n' "$3" >&3
            printf 'Content-Length: %d\\r\\n\\r\\n%s' "${#6}" "$6" >&3
            [ "$1 $2 $4 $5" = "-i -A http://127.0.0.1:8080/watch -d" ] && cat <&3
          }
          """
        let outcome = try await world.shell("\(curl)\nnow=\(line)")
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(outcome.output.hasPrefix(status), "\(outcome.output)")
      }
      #expect(try await world.number("play", "count") == "1")
      #expect(try await world.number("watch-time", "sum") == "2.9")
      #expect(try await world.number("play", "count", "--bots", "only") == "0")
    }
  }

  @Test func `the catalogue has every metric`() async throws {
    try await World.with { world in
      let output = try await world.output("metrics")
      let rows = output.split(separator: "\n").map { String($0).words }
      for metric in MetricCatalog.metrics {
        for measure in metric.measures {
          #expect(
            rows.contains { $0.starts(with: [metric.name, measure.aggregation.rawValue]) },
            "\(metric.name) \(measure.aggregation)"
          )
        }
        #expect(output.contains(metric.meaning))
      }
    }
  }

  @Test func `the version is told`() async throws {
    try await World.with { world in
      try await #expect(world.output("--version") == Playhead.configuration.version + "\n")
    }
  }
}
