extension Golden {
  static let zoomed60x15 = """
    ● LIVE  last 24 h     production  UTC+2  data 0 s  14:05:32
    ▸ Top media 147          plays   share   change
    ▸ The long walk         11.6 k   8.9 %  ▲ 8.9 % ███████████
      Keynote, part 1        8.7 k   6.7 %  ▲ 7.0 % ████████▎
      li4pqNqGUkhKfWcBGpZ…   6.9 k   5.3 %  ▼ 6.9 % ██████▌
      How to fold a map      6.1 k   4.7 %  ▲ 5.4 % █████▊
      Ten minutes of rain…   5.6 k   4.3 %  ▲ 2.1 % █████▍
      vi0000000000000000     4.3 k   3.3 %  ▲ 9.3 % ████▏
      vi9e3779b97f4a7c15     4.2 k   3.2 % ▲ 22.1 % ████
      北京的一天             4.2 k   3.2 % ▲ 18.1 % ████
      vi3c6ef372fe94f82a     4.1 k   3.1 % ▲ 43.6 % ███▉
      vidaa66d2c7ddf743f     3.8 k   2.9 % ▲ 40.4 % ███▋
      Café ·[31mrouge·       3.4 k   2.6 % ▲ 38.6 % ███▎
      vi1715609f7c746c69     3.4 k   2.6 % ▲ 16.9 % ███▎
      1h  6h [24h] 7d  30d  1y   ←→ shift  ? keys  q quit

    """
}
