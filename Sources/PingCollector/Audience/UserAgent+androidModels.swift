import PlaybackFacts

// Android says its model in the first parentheses. Few words there tell the kind of device across
// the models of many makers; they count where nothing before has told it.
extension UserAgent {
  /// What the words of a model tell; the first rule any of whose phrases occurs decides.
  static let androidModels: [Rule] = [
    // Not tablets, whatever their names end with.
    Rule("phone", [" coolpad", " padfone", " fold "]),
    Rule(
      "console",
      [
        " ouya", " console", " gaming", " gamepad", " gamestick", " anbernic", " ayn ", " ayaneo",
        " gpd ", " jxd", " powkiddy", " retroid", " odin", " g cloud ", " razer edge", " rg3",
        " rg4", " rgc", " rg c", " switch ",
      ]
    ),
    Rule(
      "computer",
      [
        " subsystem for android", " chromebook", " laptop", " desktop", " notebook", " netbook",
        " convertible", " 2 in 1 ", " all in one ", " aio ", " remix ", " phoenix os ", " primeos",
        " vmware", " virtualbox", " bluestacks", " genymotion",
      ]
    ),
    Rule(
      "wearable",
      [
        "watch", " wear ", " moto 360", " gear ", " glass ", " lem", " zeblaze", " kospet",
        " finow",
      ]
    ),
    Rule(
      "tablet",
      [
        // Words, and sizes in inches that no phone has.
        "pad ", " pad ", " mediapad", " slate", " kids ", " e reader ", " ereader ", " ebook",
        " nook", " kindle", " mid ", " mid1", " mid7", " mid8", " mid9", " 7 85 ", " 9 7 ",
        " 10 1 ", " 10 inch", " 8 inch", " 7 inch", " lifetab",
        // Series, of which the rest of the name is the model: Amazon's, Samsung's, Sony's, Lenovo's,
        // Huawei's without a telephone, Asus's, Acer's, Google's.
        " kf", " gt p", " sgp", " yt ", " yt1 ", " yt2 ", " yt3 ", " yb1 ", " tb ", " tb1", " tb2",
        " tb3", " tb5", " tb7", " tb8", " tb9", " w00", " w09", " w10 ", " w19", " w20 ", " w29",
        " k00", " k01", " p00", " p01", " p02", " me1", " me3", " tf1", " tf2", " tf3", " tf7",
        " transformer", " iconia", " a1 8", " b1 7", " b3 a", " xoom", " nexus 7 ", " nexus 9 ",
        " nexus 10 ",
      ]
    ),
    Rule(
      "tv",
      [
        "tv ", " tv", "box ", "stick ", " dongle", "projector", " 4k", " 8k ", " uhd", " qled",
        " oled", " led ", " lcd ", " hdmi", " stb", " ott", "streamer", " set top", "settop",
        " mediaplayer", " media player", " nexus player ", " dvb", " soundbar",
        // Chips of TV boxes, which many sellers name them after, and names that many of them share.
        " rk32", " rk33", " rk35", " rockchip", " amlogic", " meson", " s802", " s805", " s812",
        " s905", " s912", " s922", " h313", " h616", " h618", " mxq", " mxi", " h96", " t95 ",
        " qm1", " tpm1",
      ]
    ),
  ]

  /// The kind of device that an Android model is; nil where its name does not say.
  static func typeOfAndroidModel(in bytes: UnsafeBufferPointer<UInt8>) -> String? {
    let comment = firstParentheses(in: bytes)
    var model = comment
    if let build = firstIndex(ofBuildIn: comment) {
      if let type = typeOfBuild(UnsafeBufferPointer(rebasing: comment[build...])) { return type }
      model = UnsafeBufferPointer(rebasing: comment[..<build])
    }
    let line = tables.firstLines(in: model)[3]
    if line != PhraseTables.none, androidModels[Int(line)].value != "tv" {
      return androidModels[Int(line)].value
    }
    if isTabletCode(model) { return "tablet" }
    return line != PhraseTables.none || namesScreenSize(bytes) ? "tv" : nil
  }

  /// What stands in the first parentheses; empty where there are none.
  private static func firstParentheses(
    in bytes: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    guard let start = bytes.firstIndex(of: UInt8(ascii: "(")) else {
      return UnsafeBufferPointer(rebasing: bytes[..<0])
    }
    let rest = bytes[(start + 1)...]
    return UnsafeBufferPointer(rebasing: rest.prefix { $0 != UInt8(ascii: ")") })
  }

  /// Where `Build/` begins.
  private static func firstIndex(ofBuildIn comment: UnsafeBufferPointer<UInt8>) -> Int? {
    let word = Array("Build/".utf8)
    guard comment.count >= word.count else { return nil }
    return (0...(comment.count - word.count)).first { start in
      comment[start] == word[0] && comment[start..<(start + word.count)].elementsEqual(word)
    }
  }

  /// What the branch of Android tells that a build is of: the second letter of its name, as in
  /// `STT2.230203.001`, is T on TVs and W on watches.
  private static func typeOfBuild(_ build: UnsafeBufferPointer<UInt8>) -> String? {
    let name = build.dropFirst("Build/".utf8.count).prefix(5)
    guard name.count == 5, name.last == UInt8(ascii: "."), let first = name.first,
      isCapital(first), name.dropLast().allSatisfy({ isCapital($0) || isDigit($0) })
    else { return nil }
    return switch name[name.startIndex + 1] {
    case UInt8(ascii: "T"): "tv"
    case UInt8(ascii: "W"): "wearable"
    default: nil
    }
  }

  /// Whether a word of the model is built as two makers name tablets: three letters, the number of
  /// the generation and what it connects by (`AGS3-L09`, `JDN2-AL50`, `BAH4-W19`), or year, month,
  /// a digit and `RP` (`23043RP34G`).
  private static func isTabletCode(_ model: UnsafeBufferPointer<UInt8>) -> Bool {
    model.split { !isCapital($0) && !isDigit($0) && $0 != UInt8(ascii: "-") }.contains { word in
      let shape = String(
        decoding: word.prefix(9).map { byte in
          isDigit(byte) ? UInt8(ascii: "9") : byte
        },
        as: UTF8.self
      )
      if shape.hasPrefix("9999"), word.count > 7 {
        let rest = shape.dropFirst(4)
        return rest.first.map { "9ABC".contains($0) } == true && rest.dropFirst().hasPrefix("RP")
      }
      return word.count >= 8 && word.prefix(3).allSatisfy(isCapital)
        && ["9-L99", "9-AL99", "9-DL99", "9-W99"].contains { shape.dropFirst(3).hasPrefix($0) }
    }
  }
}
