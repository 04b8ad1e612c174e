import CellCanvas
import Testing

@Suite("Colour depth")
struct ColorDepthTests {
  @Test("a depth has a name", arguments: ColorDepth.allCases)
  func name(depth: ColorDepth) {
    #expect(ColorDepth(name: depth.name) == depth)
  }

  @Test("other names have none", arguments: ["", "auto", "0", "true"])
  func unknown(name: String) {
    #expect(ColorDepth(name: name) == nil)
  }

  @Test(
    "series and gradient steps stay within their roles",
    arguments: [
      (Role.series(0), Role.series1), (.series(8), .series1), (.series(-1), .series8),
      (.gradient(0), .gradient1), (.gradient(1), .gradient8), (.gradient(.nan), .gradient1),
      (.gradient(.infinity), .gradient8), (.gradient(0.5), .gradient5),
    ]
  )
  func roles(role: Role, expected: Role) {
    #expect(role == expected)
  }
}
