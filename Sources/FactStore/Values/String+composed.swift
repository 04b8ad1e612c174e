import Foundation

extension String {
  /// The text with composed characters, the same for all texts that are equal.
  var composed: String {
    // Of scalars below U+0300 none composes.
    utf8.allSatisfy { $0 < 0xcc } ? self : precomposedStringWithCanonicalMapping
  }
}
