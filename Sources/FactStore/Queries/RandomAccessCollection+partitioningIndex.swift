extension RandomAccessCollection where Index == Int {
  /// The first place at which a claim holds that holds for all later ones too.
  func partitioningIndex(where claim: (Element) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = (low + high) / 2
      if claim(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
