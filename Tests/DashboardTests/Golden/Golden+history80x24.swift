extension Golden {
  static let history80x24 = """
    ◆ HISTORY  Sat 15:00 – Sun 15:00      production  UTC+2  data 0 s old  14:05:32

      Plays        Play rate    Impressions  Avg watch    To end       First frame
      125.3 k      63.2 %       201.8 k      3 m 03 s     42.2 %       463 ms
      ▲ 11.4 %     ▲ 2.7 pt     ▲ 11.4 %     ▼ 6.5 %!     ▲ 2.5 pt     ▲ 7 ms
      ▅▅▆██▄▂▁▂▅▅▆ ▄▄▄▄▄▄▄▄▄▄▄▄ ▅▅▆██▄▂▁▂▅▅▆ ▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄ ▅▄▄▄▅▅▅▄▄▄▄▄

    ▸ Plays by hour                                                ┄┄ previous 24 h
      10 k ┤                     ▅▅▅▅▅▅
           │               ▄▄▄┄┄┄┄┄┄┄┄┄▅▅▅                                       ▃▃
           │▄▄▄▂▂▂▂▂▂▅▅▅▇▇▇┄┄┄████████████▁▁▁                        ▂▂▂▁▁▁▄▄▄▆▆▆┄┄
       5 k ┤███┄┄┄┄┄┄█████████████████████┄┄┄▂▂▂                  ▄▄▄┄┄┄┄┄┄┄┄┄█████
           │████████████████████████████████████▄▄▄┄┄┄┄┄┄   ┄┄┄▆▆▆█████████████████
           │██████████████████████████████████████████▆▆▆▅▅▅▇▇▇████████████████████
         0 ┼─────────┬─────────────────┬─────────────────┬─────────────────┬───────
                     18:00             Sun 12            06:00             12:00

      Country      plays         Device      plays         Top media     plays
      FR France   37.9 k ████    phone      76.5 k ████    The long w…  11.2 k ████
      US United…  19.0 k ██      computer   42.3 k ██▎     Keynote, p…   8.6 k ███▏
      DE Germany  15.9 k █▋      tablet      8.2 k ▍       li4pqNqGUk…   7.8 k ██▊
      ES Spain    10.7 k █▏      tv          4.6 k ▎       How to fol…   6.1 k ██▏
      GB United…   8.1 k ▉       console     986   ▏       Ten minute…   5.8 k ██▏
      1h  6h [24h] 7d  30d  1y   ←→ shift  l live  p pause  ? keys  q quit

    """
}
