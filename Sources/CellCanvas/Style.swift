/// How a cell should look, said without colours: a role, attributes on top of it, and what it lies on.
public struct Style: Hashable, Sendable {
  /// What is added to the look of a role.
  public struct Attributes: OptionSet, Hashable, Sendable {
    /// The set as bits.
    public let rawValue: UInt8

    /// Makes a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Heavier.
    public static let bold = Attributes(rawValue: 1)
    /// Fainter.
    public static let dim = Attributes(rawValue: 2)
    /// Foreground and background exchanged.
    public static let reverse = Attributes(rawValue: 4)
    /// With a line below.
    public static let underline = Attributes(rawValue: 8)
    /// Lying on the selection: the role's foreground on the selection's background.
    public static let selected = Attributes(rawValue: 16)
  }

  /// What the cell means.
  public var role: Role
  /// What is added to the role's look.
  public var attributes: Attributes
  /// The role whose colour is the background of the cell; nil is the background of everything.
  ///
  /// Where that role has no colour, the cell is underlined if the role is, else reversed.
  public var ground: Role?

  /// Makes a style from a role, attributes on top of its look, and the role it lies on.
  public init(_ role: Role, _ attributes: Attributes = [], on ground: Role? = nil) {
    self.role = role
    self.attributes = attributes
    self.ground = ground
  }

  /// The same style with more attributes.
  public func adding(_ more: Attributes) -> Style {
    Style(role, attributes.union(more), on: ground)
  }

  /// The same style on another ground.
  public func on(_ ground: Role?) -> Style { Style(role, attributes, on: ground) }

  /// Plain text.
  public static let text = Style(.text)
  /// Less important text.
  public static let dim = Style(.dim)
  /// The one colour that draws the eye.
  public static let accent = Style(.accent)
  /// Better.
  public static let good = Style(.good)
  /// Worth a look.
  public static let warn = Style(.warn)
  /// Broken.
  public static let bad = Style(.bad)
  /// Under the cursor.
  public static let selection = Style(.selection)
  /// Lines and axes.
  public static let border = Style(.border)
  /// Headings.
  public static let title = Style(.title)

  /// The style of the `index`th thing compared, from 0.
  public static func series(_ index: Int) -> Style { Style(Role.series(index)) }
}
