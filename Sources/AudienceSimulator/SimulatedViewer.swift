import PlaybackFacts

/// Somebody who watches; the same number of the same country is always the same one.
public struct SimulatedViewer: Sendable {
  /// The address, of a private network: it lies in no country.
  public let address: String
  /// How far the clock of the device is ahead of the right time, in ms.
  public let clockError: Int64
  let country: AudienceCountry
  let device: DeviceProfile

  /// What the device calls itself.
  public var userAgent: String { device.userAgent }
  /// The country the viewer is in, ISO 3166 alpha-2.
  public var countryCode: String { country.code }

  private static let devices = WeightedChoice(weights: DeviceProfile.all.map(\.weight))
  private static let bots = WeightedChoice(weights: DeviceProfile.bots.map(\.weight))

  init(seed: UInt64, country index: Int, number: Int) {
    var generator = SeededGenerator(seed: seed, .viewer, UInt64(index), UInt64(number))
    country = AudienceCountry.all[index]
    let person = DeviceProfile.all[Self.devices.pick(&generator)]
    let bits = generator.next()
    address = "10.\(bits & 255).\(bits >> 8 & 255).\(bits >> 16 & 255)"
    // Most clocks are right to a second; some were never set.
    let isWrong = generator.chance(0.03)
    let furthest = isWrong ? 20 * Milliseconds.minute : Milliseconds.second
    clockError = Int64((generator.unit() * 2 - 1) * Double(furthest))
    let isBot = person.sender == .web && generator.chance(0.02)
    device = isBot ? DeviceProfile.bots[Self.bots.pick(&generator)] : person
  }
}
