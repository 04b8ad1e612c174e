public import PlaybackFacts
public import QueryCore

/// What every backend has to satisfy: over the same facts, the answers of ``FactModel`` to the last digit.
public enum BackendConformance {
  /// A question that a backend answers otherwise than the model.
  public struct Mismatch: Sendable, CustomStringConvertible {
    /// The question.
    public let query: SumQuery
    /// What the backend answers.
    public let answer: SumRows
    /// What the model answers.
    public let expected: SumRows

    /// All three, for a failed test.
    public var description: String { "\(query)\nanswers  \(answer)\nexpected \(expected)" }
  }

  /// Asks a backend and the model random questions about a timeframe.
  ///
  /// - Parameters:
  ///   - backend: what is tested; it has the facts and tags of the model.
  ///   - model: what is right.
  ///   - timeframe: what the questions are about.
  ///   - questions: how many are asked, all at once.
  ///   - seed: of the questions.
  /// - Returns: those that are answered otherwise.
  /// - Throws: what the backend throws.
  public static func mismatches(
    of backend: some QueryBackend,
    with model: FactModel,
    in timeframe: Timeframe,
    questions: Int = 60,
    seed: UInt64
  ) async throws -> [Mismatch] {
    var builder = FactBuilder(seed: seed)
    return try await mismatches(
      of: backend,
      with: model,
      (0..<questions).map { _ in builder.query(in: timeframe) }
    )
  }

  /// Asks a backend and the model some questions.
  ///
  /// - Returns: those that are answered otherwise.
  public static func mismatches(
    of backend: some QueryBackend,
    with model: FactModel,
    _ queries: [SumQuery]
  ) async throws -> [Mismatch] {
    let answer = try await backend.sums(for: queries)
    let expected = await model.sums(for: queries)
    return zip(queries, zip(answer.rows, expected.rows)).compactMap { query, rows in
      rows.0.isAnswer(to: query, among: rows.1)
        ? nil : Mismatch(query: query, answer: rows.0, expected: rows.1)
    }
  }
}
