import Foundation
import TestSupport

/// An MMDB file of two networks that are reserved for documentation, so that no test depends on the
/// databases of the machine.
enum CountryDatabase {
  /// 192.0.2.0/24 is in CH and 198.51.100.0/24 in DE.
  static let bytes = {
    var file = MMDBWriter(version: 4)
    file.insert([192, 0, 2], length: 24, .country("CH"))
    file.insert([198, 51, 100], length: 24, .country("DE"))
    return Data(file.bytes)
  }()
}
