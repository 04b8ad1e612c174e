import OutgoingHTTP
import PingCollector
public import PlaybackFacts

/// The collectors that write to one cluster, as each of them knows them.
///
/// ```swift
/// let group = try CollectorGroup(["http://10.0.0.1:8080", "http://10.0.0.2:8080"], own: "http://10.0.0.2:8080")
/// group.order(of: PlaybackID("p1"))  // both, the one that has the playback first
/// ```
public struct CollectorGroup: Hashable, Sendable {
  /// Their addresses, in any order, each once.
  public let addresses: [String]
  /// The address of this one.
  public let own: String
  private let hashes: [UInt64]
  private let ownHash: UInt64

  /// Makes a group.
  ///
  /// - Parameters:
  ///   - addresses: URLs such as `http://10.0.0.1:8080`, with the base path where there is one.
  ///   - own: The one of this collector.
  /// - Throws: ``ServerError/invalidCollector(_:)`` for what is no URL, or an own address that is not among them.
  public init(_ addresses: [String], own: String) throws(ServerError) {
    let trimmed = addresses.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    for address in trimmed where HTTPAddress(address) == nil { throw .invalidCollector(address) }
    self.addresses = Set(trimmed).sorted()
    self.own = own.hasSuffix("/") ? String(own.dropLast()) : own
    hashes = self.addresses.map(Self.hash)
    ownHash = Self.hash(of: self.own)
    guard self.addresses.contains(self.own) else { throw .invalidCollector(own) }
  }

  /// The collectors in the order in which they take the pings of a playback: the first that can be reached has it.
  ///
  /// All collectors find the same order, whatever order they know the addresses in, and where one joins or leaves only
  /// its own playbacks move (rendezvous hashing).
  public func order(of playback: PlaybackID) -> [String] {
    zip(addresses, hashes).map { (address: $0, weight: playback.mixed(with: $1)) }
      .sorted { ($0.weight, $0.address) > ($1.weight, $1.address) }
      .map(\.address)
  }

  /// Whether this collector is the first in the order of a playback.
  public func comesFirst(for playback: PlaybackID) -> Bool {
    let own = (playback.mixed(with: ownHash), own)
    return zip(addresses, hashes).allSatisfy { address, hash in
      (playback.mixed(with: hash), address) <= own
    }
  }

  /// The hosts that are IP addresses: forwarded pings come from them.
  public var ipAddresses: [String] {
    addresses.compactMap { HTTPAddress($0)?.origin.host }.filter { IPAddress($0) != nil }
  }

  /// FNV-1a.
  private static func hash(of address: String) -> UInt64 {
    address.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
