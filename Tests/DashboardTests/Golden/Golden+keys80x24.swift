extension Golden {
  static let keys80x24 = """
    ● LI┌ Keys ────────────────────────────────────────────────────────────────┐:32
        │ 1 – 6       the last 1h, 6h, 24h, 7d, 30d, 1y                        │
      Pl│ ← →         back or on by half a range                               │me
      12│ l           back to LIVE, from anywhere                              │
      ▲ │ p Space     freeze the screen for reading, or go on                  │
      ▅▅│ c           compare with the period before, or not                   │▄▄▄
        │ Tab         to the next panel; Shift-Tab to the one before           │
    ▸ Pl│ ↑ ↓  k j    rows of the panel; on the chart, its metric              │pen
      15│ PgUp PgDn   ten rows; Home and End for first and last                │
        │ Enter       only what the row under the cursor says                  │
      10│ Backspace   take the last filter off                                 │
        │ m           choose the metric of the chart                           │▅┄┄
       5│ z           the panel fills the screen, or not                       │█
        │ Esc         close, zoom out, let go of the row                       │█▒▒
        │ g           graphs of blocks, braille or ASCII                       │───
        │ T           the next theme                                           │
        │ r           ask the source again now                                 │
      Co│ Ctrl-L      draw the screen anew                                     │
      FR│ ?           these keys                                               │███
      DE│ q           quit; Ctrl-C from anywhere                               │██
      US│                                                                      │█▍
      ES│ ▲ ▼         more or less than before; ! worse by a twentieth or more │█▏
      GB│ –  ?        no data; late or out of reach                            │█
      1h└──────────────────────────────────────────────────────────────────────┘

    """
}
