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
    if let ground = style.ground {
      let below = looks[ground] ?? Look()
      if let color = below.foreground {
        look.background = color
      } else {
        look.attributes.insert(below.attributes.contains(.underline) ? .underline : .reverse)
      }
    }
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
      .title: Look(attributes: .bold), .comparison: Look(attributes: .bold),
      .grid: Look(attributes: .dim), .share: Look(attributes: .underline),
      .shareBetween: Look(attributes: .underline),
    ]
  )
}

/// A style made concrete: colours of the terminal's palette, and attributes.
public struct Look: Hashable, Sendable {
  /// Palette index of the glyph's colour; nil is the terminal's own.
  public var foreground: UInt8?
  /// Palette index of the cell's colour; nil is the terminal's own.
  public var background: UInt8?
  /// Bold, dim, reverse, underline; never `selected`, which a palette has resolved.
  public var attributes: Style.Attributes

  /// Makes a look.
  public init(
    foreground: UInt8? = nil,
    background: UInt8? = nil,
    attributes: Style.Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}

/// How many colours can be shown.
public enum ColorDepth: Int, CaseIterable, Comparable, Hashable, Sendable {
  /// None: only bold, dim, reverse and underline.
  case mono = 0
  /// The eight of ANSI.
  case eight = 8
  /// The eight and their bright twins.
  case sixteen = 16
  /// The 256 palette of xterm.
  case twoHundredFiftySix = 256

  /// The deepest of the depths a terminal with `colors` colours can show.
  public init(colors: Int) {
    self = Self.allCases.last { $0.rawValue <= colors } ?? .mono
  }

  /// The depth that a user names: `mono`, `8`, `16` or `256`.
  public init?(name: String) {
    guard let depth = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = depth
  }

  /// `mono`, `8`, `16` or `256`.
  public var name: String { self == .mono ? "mono" : "\(rawValue)" }

  /// Fewer colours first.
  public static func < (left: ColorDepth, right: ColorDepth) -> Bool {
    left.rawValue < right.rawValue
  }
}
