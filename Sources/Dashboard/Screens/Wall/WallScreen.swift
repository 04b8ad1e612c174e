import CellCanvas
import PlaybackFacts
import QueryCore

/// The most telling numbers in digits that are read from afar.
struct WallScreen: Screen {
  static let meaning = "the main numbers in big digits, to be read from afar"
  static let traits = ScreenTraits(hasTab: false)
  static let panels: [ScreenPanel] = [.wall]

  /// The first of the numbers, where there is no room for all.
  private(set) var firstTile = 0

  func questions(_ selection: Selection) -> Questions {
    Questions(tiles: Self.tiles(selection).compactMap { $0 })
  }

  func view(of panel: ScreenPanel, _ context: ScreenContext) -> any View {
    WallTiles(tiles: tiles(context), firstTile: firstTile)
  }

  /// The numbers of the newest answer; until it is one to this screen, those of them that it has.
  private func tiles(_ context: ScreenContext) -> Tiles {
    Tiles(
      tiles: context.asked.questions.tiles.map { question in
        Tiles.Tile(
          question: question,
          result: context.snapshot?.tiles.first { $0.measure == question.measure }
        )
      },
      isComparing: context.request.isComparing,
      lastIsOpen: context.hasOpenInterval,
      symbols: context.symbols
    )
  }

  mutating func scroll(by lines: Int, in size: Size, _ context: ScreenContext) {
    let count = tiles(context).tiles.count
    let shown = WallTiles.Grid(in: size, of: count)?.count ?? count
    firstTile = max(0, min(firstTile + lines, count - shown))
  }

  func table(of panel: ScreenPanel, _ context: ScreenContext) -> ExportTable {
    var table = ExportTable(["metric", "value", "previous"])
    for tile in tiles(context).tiles {
      table.add([
        .text(tile.measure.title), .number(tile.result?.value), .number(tile.result?.previous),
      ])
    }
    return table
  }

  private static func tiles(_ selection: Selection) -> [TileQuestion?] {
    [
      .viewers(selection),
      TileQuestion("play", .count, "Plays"),
      TileQuestion("play", .rate, "Play rate"),
      TileQuestion("error", .rate, "Errors"),
      TileQuestion("impression-time", .average, "First frame"),
      TileQuestion("watch-time", .average, "Avg watch"),
    ]
  }
}

extension ScreenPanel {
  static let wall = ScreenPanel("wall", .scrolled)
}
