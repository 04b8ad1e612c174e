extension Golden {
  static let small40x10 = """
    ● LIVE  24h             UTC+2  data 0 s
      Plays              Play rate
      129.8 k            60.6 %
      ▲ 9.3 %            ▼ 2.6 pt
      ▅▄▅▅▆██▇▄▂▁▁▁▂▄▄▄▅ ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
    ▸ Plays by hour      ┄┄ before   ▒ open

      ┄┄┄┄┄┄┄▁▂▂▃▅▅▅▃▃┄             ┄┄┄┄┄┄┄
      ██▇▇▇███████████▇▄▄▃▃▂▂▂▁▂▂▃▅▅▆▇▇▇██▒
     ? keys  q quit

    """
}
