import Foundation

/// An MMDB file of two networks that are reserved for documentation, so that no test depends on the
/// databases of the machine.
enum CountryDatabase {
  /// 192.0.2.0/24 is in CH and 198.51.100.0/24 in DE.
  static let bytes = make([
    (network: [192, 0, 2], country: "CH"), (network: [198, 51, 100], country: "DE"),
  ])

  /// A tree of nodes with two records of 24 bits, 16 zeros, the data, and what describes them.
  private static func make(_ entries: [(network: [UInt8], country: String)]) -> Data {
    enum Record {
      case nothing
      case node(Int)
      case data(Int)
    }
    var nodes: [[Record]] = [[.nothing, .nothing]]
    var data: [UInt8] = []
    for (network, country) in entries {
      let bits = network.flatMap { byte in (0..<8).map { Int(byte >> (7 - $0)) & 1 } }
      var node = 0
      for bit in bits.dropLast() {
        if case .node(let next) = nodes[node][bit] {
          node = next
        } else {
          nodes.append([.nothing, .nothing])
          nodes[node][bit] = .node(nodes.count - 1)
          node = nodes.count - 1
        }
      }
      nodes[node][bits[bits.count - 1]] = .data(data.count)
      data += map(1) + text("country") + map(1) + text("iso_code") + text(country)
    }
    let tree = nodes.joined().flatMap { record in
      let number =
        switch record {
        case .nothing: nodes.count
        case .node(let index): index
        case .data(let offset): nodes.count + 16 + offset
        }
      return [UInt8(number >> 16), UInt8(number >> 8 & 0xff), UInt8(number & 0xff)]
    }
    let described =
      map(9) + text("node_count") + [0xc2, UInt8(nodes.count >> 8), UInt8(nodes.count & 0xff)]
      + text("record_size") + short(24) + text("ip_version") + short(4)
      + text("database_type") + text("Test") + text("binary_format_major_version") + short(2)
      + text("binary_format_minor_version") + short(0) + text("build_epoch") + [0x01, 0x02, 1]
      + text("languages") + [0x00, 0x04] + text("description") + map(0)
    return Data(
      tree + [UInt8](repeating: 0, count: 16) + data + [0xab, 0xcd, 0xef]
        + Array("MaxMind.com".utf8) + described
    )
  }

  private static func map(_ count: UInt8) -> [UInt8] { [0xe0 | count] }

  private static func text(_ text: String) -> [UInt8] {
    [0x40 | UInt8(text.utf8.count)] + Array(text.utf8)
  }

  private static func short(_ number: UInt8) -> [UInt8] { [0xa1, number] }
}
