/// The looks of all roles at one colour depth: what turns a canvas into something visible.
public struct Palette: Hashable, Sendable {
  /// The colours the looks make use of.
  public let depth: ColorDepth
  private let looks: [Role: Look]

  /// Makes a palette; a role without a look is shown in the terminal's own colours.
  public init(depth: ColorDepth, looks: [Role: Look]) {
    self.depth = depth
    self.looks = looks
  }

  /// Whether any of its looks has a colour.
  public var hasColor: Bool { looks.values.contains { $0.foreground != nil } }

  /// The look of a style.
  public subscript(style: Style) -> Look {
    let plain = looks[.text] ?? Look()
    var look = looks[style.role] ?? Look()
    look.background = look.background ?? plain.background
    look.attributes.formUnion(style.attributes)
    if style.attributes.contains(.selected) {
      let selection = looks[.selection] ?? Look(attributes: .reverse)
      look.background = selection.background ?? look.background
      look.attributes.formUnion(selection.attributes)
    }
    look.attributes.remove(.selected)
    return look
  }

  /// No colour at all; the selection is reversed, the rest told apart by weight.
  public static let mono = Palette(
    depth: .mono,
    looks: [
      .dim: Look(attributes: .dim), .accent: Look(attributes: .bold),
      .warn: Look(attributes: .bold), .bad: Look(attributes: [.bold, .underline]),
      .selection: Look(attributes: .reverse), .border: Look(attributes: .dim),
      .title: Look(attributes: .bold),
    ]
  )
}
