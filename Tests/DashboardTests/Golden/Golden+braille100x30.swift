extension Golden {
  static let braille100x30 = """
    ● LIVE  last 6 h  since Mon 08:06          production · local  Europe/Paris  data 0 s old  14:05:32

      Plays         Play rate     Impressions   Avg watch     To end        First frame   Error rate
      30.4 k        60.4 %        48.9 k        3 m 05 s      38.8 %        400 ms        0.43 %
      ▲ 159 %       ▲ 0.4 pt      ▲ 159 %       ▲ 2.7 %       ▼ 2.3 pt!     ▼ 55 ms       ▲ 0.2 pt!
      ⣤⣤⣶⣶⣶⣶⣶⣶⣶⣾⣿⣇⣀ ⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤ ⣤⣤⣶⣶⣶⣶⣶⣶⣶⣾⣿⣇⣀ ⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤ ⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤ ⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤ ⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤⣤

    ▸ Plays by minute                                                    ┄┄ previous 6 h   ▒ still open
      150 ┤                                                                                           ⡀
          │                                                                           ⢀ ⢀ ⡀⡀⢀⢀⣀⢀  ⡀⢀⣀⣠⠗
          │                                                             ⢀⡀          ⢀ ⣿⠶⣿⡿⣷⡟⡏⠺⠟⡏⢦⢼⡟⣾⡿⠉
      100 ┤                             ⣦⣶⣤⢆⢠⡦⡄⣀⣄⣴⣤⢀⣴⢠⣀⣆⣶⣼⣦⡼⡆⣧⠖⣧⢧⢳⣇⣴⡰⣴⢦⡿⠿⠙⠚⢱⢧⣤⠷⠋⡾⡞⠟⠳⣸⢆⠇ ⠁        ⠈
          │ ┄┄┄┄  ┄┄  ┄┄⢸⠢⡞⡦⠔⢳⡴⡰⠒⣦⣾⣴⢷⢿⣴⠖⠋⠘⠙⠈⠉ ⠙⠋⠛⠙⠘⠁ ⠁⠙⠉ ⠉⠉ ⠈⠁    ⠈ ⠁⠁
          │┄    ┄┄  ┄┄  ⢸      ⠁      ⠁                                                              ┄▒
       50 ┤⠚⠛⠋⠛⠋⠑⠓⠱⠉⠚⠳⠛⠓⠛┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ ┄┄┄┄┄┄┄┄                                   ┄  ┄┄   ┄   ▒
          │                                   ┄        ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ ┄┄  ┄┄┄ ┄┄ ▒
          │                                                                                           ▒
        0 ┼──────────────┬───────────────┬──────────────┬──────────────┬───────────────┬──────────────┬
                         09:00           10:00          11:00          12:00           13:00      14:00

      Country           plays           Device      plays               Top media          plays
      FR France        10.2 k ██████    phone      16.4 k ██████████    The long walk      2.6 k ██████
      DE Germany        4.6 k ██▊       computer    7.9 k ████▉         Keynote, part 1    2.3 k █████▍
      US United Stat…   3.7 k ██▏       tablet      1.9 k █▏            li4pqNqGUkhKfWc…   1.7 k ████
      GB United King…   2.4 k █▍        tv          1.3 k ▊             How to fold a m…   1.5 k ███▌
      ES Spain          2.2 k █▎        console     235   ▏             Ten minutes of …   1.4 k ███▎
      IT Italy          1.8 k █▏        unknown     112   ▏             北京的一天         1.0 k ██▍
      NL The Netherl…   1.2 k ▊                                         vi0000000000000…   889   ██

      1h [6h] 24h  7d  30d  1y   ←→ shift  p pause  Enter filter  m metric  z zoom  ? keys  q quit

    """
}
