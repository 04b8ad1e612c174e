extension Golden {
  static let failing80x24 = """
    ● LIVE  last 24 h  since Sun 15:00   production  UTC+2  data 1 m 01 s  14:06:33
      ! connection refused by 10.1.2.3:8080  frame 1 m 01 s old  retry 1 s
      Plays        Play rate    Impressions  Avg watch    To end       First frame
      129.8 k      60.6 %       209.0 k      3 m 16 s     41.3 %       349 ms
      ▲ 9.3 %      ▼ 2.6 pt     ▲ 9.3 %      ▲ 7.4 %      ▼ 0.9 pt     ▼ 114 ms
      ▅▅▆██▄▂▁▂▄▄▅ ▄▄▄▄▄▄▄▄▄▄▄▄ ▅▅▆██▄▂▁▂▄▄▅ ▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄ ▄▄▄▄▄▄▄▄▄▄▄▄

    ▸ Plays by hour                                 ┄┄ previous 24 h   ▒ still open
      15 k ┤
           │                     ▄▄▄▃▃▃
      10 k ┤               ▃▃▃▆▆▆┄┄┄┄┄┄▅▅▅
           │▅▅▅▂▂▂▃▃▃▅▅▅┄┄┄███████████████▃▃▃                        ▁▁▁▁▁▁▂▂▂▅▅▅┄┄
       5 k ┤█████████████████████████████████▄▄▄┄┄┄┄┄┄      ┄┄┄▁▁▁▆▆▆████████████
           │███████████████████████████████████████▅▅▅▄▄▄▄▄▄▅▅▅██████████████████▒▒
         0 ┼─────────┬─────────────────┬─────────────────┬─────────────────┬───────
                     18:00             Mon 13            06:00             12:00

      Country      plays         Device      plays         Top media     plays
      FR France   43.7 k ████    phone      84.9 k ████    The long w…  11.6 k ████
      DE Germany  19.4 k █▊      computer   42.1 k ██      Keynote, p…   8.7 k ███
      US United…  19.3 k █▊      tablet      8.8 k ▍       li4pqNqGUk…   6.9 k ██▍
      ES Spain    10.2 k ▉       tv          5.4 k ▎       How to fol…   6.1 k ██▏
      GB United…   7.9 k ▊       console     1.0 k ▏       Ten minute…   5.6 k ██
      1h  6h [24h] 7d  30d  1y   ←→ shift  p pause  Enter filter  ? keys  q quit

    """
}
