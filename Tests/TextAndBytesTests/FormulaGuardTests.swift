import TextAndBytes
import Testing

@Suite("Formula guard") struct FormulaGuardTests {
  @Test(arguments: [
    "=1", "+1", "-1", "@a", "\ta", "\ra", "\n", "'=1", "''-", "'", "''", "'a", "", "a", " =1",
    "1-1",
    "\"=1\"",
  ])
  func `what is guarded comes back as it was`(text: String) {
    let field = FormulaGuard.adding(to: text)

    let isOn = FormulaGuard.isOn(field.utf8)
    #expect((isOn ? String(field.dropFirst()) : field) == text)
    #expect(field.utf8.first.map { !"=+-@\t\r\n".utf8.contains($0) } ?? true)
  }

  @Test(arguments: ["a", "", "'", "'a", "1-1", " =1", "vi4k0jvEUuaTdRAEjQ4Prklg"])
  func `other texts stay as they are`(text: String) {
    #expect(FormulaGuard.adding(to: text) == text)
  }
}
