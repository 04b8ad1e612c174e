import TextAndBytes
import Testing

@Suite("Base64")
struct Base64Tests {
  @Test(
    arguments: [
      ("", "", ""), ("f", "Zg==", "Zg"), ("fo", "Zm8=", "Zm8"), ("foo", "Zm9v", "Zm9v"),
      ("foob", "Zm9vYg==", "Zm9vYg"), ("ÿ?>", "w78/Pg==", "w78_Pg"),
    ]
  )
  func `bytes are encoded and decoded`(text: String, encoded: String, inURL: String) {
    #expect(Base64.text(of: text.utf8) == encoded)
    #expect(Base64.urlText(of: text.utf8) == inURL)
    #expect(Base64.bytes(of: encoded) == Array(text.utf8))
    #expect(Base64.bytes(of: encoded.filter { $0 != "=" }) == Array(text.utf8))
  }

  @Test(arguments: ["Z", "Zg=", "Zg===", "=", "====", "Zm=v", "Zm9v\n", " Zm9v", "Zm-_", "Zh=="])
  func `what is no base64 is refused`(text: String) {
    #expect(Base64.bytes(of: text) == nil)
  }
}
