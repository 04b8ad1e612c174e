import Testing

@testable import playhead

@Suite("Layers of settings")
struct SettingsLayersTests {
  private static let layers = SettingsLayers(
    options: [.theme: "a"],
    variables: [
      "PLAYHEAD_THEME": "b", "PLAYHEAD_CACHE_SIZE": "2M", "PLAYHEAD_GRAPH": "", "THEME": "z",
    ],
    file: [.theme: "c", .cacheSize: "3M", .graph: "ascii", .apiKey: "secret"],
    defaults: [.theme: "d", .cacheSize: "4M", .graph: "auto", .listen: "127.0.0.1:8080"]
  )

  @Test func `the first that says a setting is in force`() {
    for (setting, text, layer) in [
      (Setting.theme, "a", SettingsLayers.Layer.option), (.cacheSize, "2M", .variable),
      // A variable that is set to nothing says nothing.
      (.graph, "ascii", .file), (.listen, "127.0.0.1:8080", .standard), (.apiKey, "secret", .file),
    ] {
      let value = Self.layers.value(setting)

      #expect(value?.text == text)
      #expect(value?.layer == layer)
    }
    #expect(Self.layers.value(.remote) == nil)
  }

  @Test func `what is taken out is said by the next`() {
    var layers = Self.layers
    layers.options[.theme] = nil
    #expect(layers.value(.theme)?.layer == .variable)
    layers.remove([.theme])
    #expect(layers.value(.theme)?.layer == .standard)
    layers.file[.cacheSize] = "9M"
    #expect(layers.value(.cacheSize)?.text == "2M")
  }

  @Test func `every setting is found under the name of its variable`() {
    for setting in Setting.allCases {
      let layers = SettingsLayers(
        options: [:],
        variables: [setting.variable: "x"],
        file: [:],
        defaults: [:]
      )
      #expect(layers.value(setting)?.text == "x")
    }
  }

  @Test func `many can ask at once`() async {
    await withTaskGroup { group in
      for setting in [Setting.theme, .cacheSize, .graph, .listen] {
        for _ in 0..<100 {
          group.addTask { Self.layers.value(setting).map { (setting, $0.layer) } }
        }
      }
      for await case let (setting, layer)? in group {
        let expected: [Setting: SettingsLayers.Layer] = [
          .theme: .option, .cacheSize: .variable, .graph: .file, .listen: .standard,
        ]
        #expect(layer == expected[setting])
      }
    }
  }
}
