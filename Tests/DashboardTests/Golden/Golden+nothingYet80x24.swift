extension Golden {
  static let nothingYet80x24 = """
    ● LIVE  last 24 h  since Sun 15:00    production  UTC+2  data 0 s old  14:05:32

      Plays        Play rate    Impressions  Avg watch    To end       First frame
      ?            ?            ?            ?            ?            ?



    ▸ Plays by hour
      ?








      Country      plays         Device      plays         Top media     plays
      ?                          ?                         ?




      1h  6h [24h] 7d  30d  1y   ←→ shift  p pause  Enter filter  ? keys  q quit

    """
}
