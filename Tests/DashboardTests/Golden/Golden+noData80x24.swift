extension Golden {
  static let noData80x24 = """
    ● LIVE  last 24 h  since Sun 15:00    production  UTC+2  data 0 s old  14:05:32

      Plays        Play rate    Impressions  Avg watch    To end       First frame
      0            –            0            –            –            –
      –                         –
      ▁▁▁▁▁▁▁▁▁▁▁▁              ▁▁▁▁▁▁▁▁▁▁▁▁

    ▸ Plays by hour                                 ┄┄ previous 24 h   ▒ still open
      1 ┤
        │
        │
        │
        │
        │▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▒▒▒
      0 ┼──────────┬─────────────────┬──────────────────┬─────────────────┬────────
                   18:00             Mon 13             06:00             12:00

      Country      plays         Device      plays         Top media     plays
      – none in this time        – none in this time       – none in this time




      1h  6h [24h] 7d  30d  1y   ←→ shift  p pause  Enter filter  ? keys  q quit

    """
}
