extension Golden {
  static let sandboxPaused80x24 = """
    ○ PAUSED since 14:05:32  24 h  no comparison     SANDBOX   UTC+2  data 1 m 01 s
      country FR ×
      Plays        Play rate    Impressions  Avg watch    To end       First frame
      40.5 k       60.6 %       65.2 k       3 m 16 s     41.3 %       349 ms
      –            –            –            –            –            –
      ▅▅▆██▄▂▁▂▄▄▅ ▄▄▄▄▄▄▄▄▄▄▄▄ ▅▅▆██▄▂▁▂▄▄▅ ▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄

      Plays by hour                                                    ▒ still open
      4 k ┤                     ▂▂▂▁▁▁
          │                  ▃▃▃██████▂▂▂
          │▁▁▁      ▁▁▁▄▄▄███████████████                                    ▁▁▁
      2 k ┤███▅▅▅▆▆▆█████████████████████▆▆▆                        ▃▃▃▄▄▄▅▅▅███
          │█████████████████████████████████▆▆▆▁▁▁            ▂▂▂███████████████
          │███████████████████████████████████████▆▆▆▅▅▅▄▄▄▆▆▆██████████████████▒▒▒
        0 ┼─────────┬─────────────────┬─────────────────┬─────────────────┬────────
                    18:00             Mon 13            06:00             12:00

    ▸ Country      plays         Device      plays         Top media     plays
    ▸ FR France   13.6 k ████    phone      26.5 k ████    The long w…   3.6 k ████
                                 computer   13.1 k ██      Keynote, p…   2.7 k ███
                                 tablet      2.7 k ▍       li4pqNqGUk…   2.2 k ██▍
                                 tv          1.7 k ▎       How to fol…   1.9 k ██▏
                                 console     325   ▏       Ten minute…   1.8 k ██
      1h  6h [24h] 7d  30d  1y   ←→ shift  l live  p pause  ? keys  q quit

    """
}
