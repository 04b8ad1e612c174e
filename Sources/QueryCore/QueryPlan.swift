import PlaybackFacts

/// What has to be added up to answer several questions, each sum query once.
///
/// ```
/// questions ─▶ sum queries ─▶ (backend) ─▶ sums ─▶ present ─▶ measured ─▶ ordered rows
/// ```
///
/// Questions that differ only in the sums they read, such as `play` and `play-rate` by country,
/// become one sum query.
struct QueryPlan: Sendable {
  /// What to ask a backend, in one call.
  private(set) var sumQueries: [SumQuery] = []
  private var steps: [Step] = []

  private struct Step {
    let question: Query
    let edges: IntervalEdges?
    /// Which of the sum queries answers it.
    let number: Int
  }

  /// Plans the answers to `questions`.
  init(_ questions: [Query]) throws(QueryError) {
    var numbers: [SumQuery: Int] = [:]
    for question in questions {
      let edges = try question.edges()
      let sumQuery = question.sumQuery(edges)
      var group = sumQuery
      (group.sums, group.leading) = ([], [])
      let number = numbers[group] ?? sumQueries.count
      if number == sumQueries.count {
        numbers[group] = number
        sumQueries.append(sumQuery)
      } else {
        sumQueries[number].sums.formUnion(sumQuery.sums)
        // All rows have the first ones among them.
        let isAll = sumQueries[number].leading.isEmpty || sumQuery.leading.isEmpty
        sumQueries[number].leading = isAll ? [] : sumQueries[number].leading.union(sumQuery.leading)
      }
      steps.append(Step(question: question, edges: edges, number: number))
    }
  }

  /// The ordered rows of each question, made of what the backend answered.
  func rows(of answer: SumAnswer) throws(QueryError) -> [Query: OrderedRows] {
    guard answer.rows.count == sumQueries.count else {
      throw .unavailable(reason: "The backend left questions without an answer.")
    }
    var rows: [Query: OrderedRows] = [:]
    for step in steps {
      rows[step.question] = try step.question.rows(of: answer.rows[step.number], step.edges)
    }
    return rows
  }
}
