import AnalyticsSource
import HTTPTypes
import Hummingbird
import PlaybackFacts
import QueryCore
import Synchronization
import TextAndBytes

/// Decides which environment a request may read.
///
/// It is the only source of the environments that routes read, so that no spelling of a path and no method
/// avoids the check. A key opens its own environment and no other.
final class AccessGate: Sendable {
  private let environments: [ServedEnvironment]
  private let requirement: KeyRequirement
  /// Whether requests without a key must name this machine.
  private let checksHost: Bool
  private let options: CurrentOptions
  private let failures: AddressLimit
  private let reads: ReadLimit
  private let refusals = Atomic(0)
  private let now: @Sendable () -> Timestamp

  /// Makes a gate.
  /// - Parameters:
  ///   - parts: The environments.
  ///   - options: Who needs a key.
  init(_ parts: ServerParts, _ options: CurrentOptions) {
    environments = parts.environments
    self.options = options
    requirement = options.atStart.keyRequirement
    checksHost = options.atStart.address.isLoopback && requirement == .onceThereAreAny
    failures = AddressLimit(perWindow: options.atStart.failuresPerAddress)
    reads = ReadLimit(perMinute: options.readsPerMinute)
    now = parts.now
  }

  /// How many requests showed a key or token that was not valid.
  var refusedCredentials: Int { refusals.load(ordering: .relaxed) }

  /// The environment that a request may read, which is counted under its key, or under its address.
  ///
  /// - Throws: ``AccessRefusal``, ``ReadLimit/Exceeded``, or `QueryError` where the keys can't be read.
  func environment(
    for request: Request,
    _ context: ServerContext
  ) async throws -> ServedEnvironment {
    let environment: ServedEnvironment
    do {
      let admitted = try await admitted(request, context)
      context.note.key = admitted?.key
      environment = admitted?.environment ?? environments[0]
    } catch let refusal as AccessRefusal {
      try count(context, in: environments[0])
      throw refusal
    }
    try count(context, in: environment)
    return environment
  }

  /// Whether whoever sent a request may still read an environment; only a key that is not valid any more
  /// counts, as a wrong one.
  func stillAdmits(
    _ request: Request,
    _ context: ServerContext,
    to environment: ServedEnvironment
  ) async -> Bool {
    do {
      let admitted = try await admitted(request, context)
      return (admitted?.environment ?? environments[0]).environment == environment.environment
    } catch {
      return false
    }
  }

  /// Counts a request that was admitted, and so counted once, as more requests.
  ///
  /// - Throws: ``ReadLimit/Exceeded``.
  func count(
    _ context: ServerContext,
    in environment: ServedEnvironment,
    weight: Int
  ) throws(ReadLimit.Exceeded) {
    try count(context, in: environment, weight: weight, counted: 1)
  }

  private func count(
    _ context: ServerContext,
    in environment: ServedEnvironment,
    weight: Int = 1,
    counted: Int = 0
  ) throws(ReadLimit.Exceeded) {
    do throws(ReadLimit.Exceeded) {
      try reads.take(
        context.client(of: environment.environment),
        of: environment.environment,
        weight: weight,
        counted: counted,
        at: now(),
        noting: context.note
      )
    } catch {
      environment.refusals.addRead()
      throw error
    }
  }

  /// How many requests the address has left that sent one which came to no route; it is counted.
  func standing(of context: ServerContext) -> RateStanding {
    try? reads.take(
      context.client(of: environments[0].environment),
      of: environments[0].environment,
      at: now(),
      noting: context.note
    )
    return context.note.standing ?? RateStanding(limit: 0, remaining: 0, resetSeconds: 0)
  }

  /// The environments whose counts a request may read: all with the token for metrics.
  ///
  /// - Throws: ``AccessRefusal``, or `QueryError` where the keys can't be read.
  func environmentsForMetrics(
    _ request: Request,
    _ context: ServerContext
  ) async throws -> [ServedEnvironment] {
    guard let metricsToken = options.metricsToken.map({ SHA256Digest(of: $0) }) else {
      return try await admitted(request, context).map { [$0.environment] } ?? environments
    }
    if case .accessToken(let text) = request.credential, SHA256Digest(of: text) == metricsToken {
      return environments
    }
    // Who has set a token wants it to be asked for, also before there are keys.
    guard let environment = try await admitted(request, context)?.environment else {
      if requirement == .never { return environments }
      throw try refusal(of: request, context)
    }
    return [environment]
  }

  /// Tokens for what a request shows.
  ///
  /// - Throws: ``AccessRefusal``, or `QueryError` where the keys can't be read.
  func tokens(for credential: Credential, _ context: ServerContext) async throws -> AccessTokens {
    for environment in environments {
      let tokens = try await environment.access?.issueTokens(for: credential, at: now())
      if let tokens { return tokens }
    }
    try countFailure(of: context)
    throw AccessRefusal.noTokens
  }

  /// The key that a request shows, with its environment; nil where it shows none and needs none.
  private func admitted(
    _ request: Request,
    _ context: ServerContext
  ) async throws -> (environment: ServedEnvironment, key: Int64)? {
    guard try await needsKey(request) else {
      if checksHost, !context.isThroughProxy, let host = request.head.authority, !host.isEmpty,
        !HostRule.namesThisMachine(host)
      {
        throw AccessRefusal.unknownHost(String(host.prefix(200)))
      }
      return nil
    }
    if let credential = request.credential {
      for environment in environments {
        guard let key = try await environment.access?.key(of: credential, at: now()) else {
          continue
        }
        return (environment, key)
      }
    }
    throw try refusal(of: request, context)
  }

  private func needsKey(_ request: Request) async throws -> Bool {
    let showsKey = request.headers.contains(.authorization)
    switch requirement {
    case .always: return true
    case .never where !showsKey: return false
    case .never, .onceThereAreAny:
      for environment in environments
      where try await environment.access?.hasKeys(at: now()) ?? false {
        return true
      }
      return false
    }
  }

  private func refusal(of request: Request, _ context: ServerContext) throws -> AccessRefusal {
    guard request.headers.contains(.authorization) else { return .missing }
    try countFailure(of: context)
    return .notValid
  }

  /// Counts a credential that is not valid.
  ///
  /// A key is too long to be guessed, with a limit or without. The limit makes a client wait that repeats a wrong
  /// key all the time. A valid key is never refused because of others behind the same address.
  private func countFailure(of context: ServerContext) throws {
    refusals.add(1, ordering: .relaxed)
    do {
      try failures.admit(context.sender, at: now())
    } catch {
      environments[0].refusals.addRead()
      throw AccessRefusal.tooMany(retryAfterSeconds: error.retryAfterSeconds)
    }
  }
}

extension Request {
  /// What it shows to be let in; nil where that is nothing, or can't be read.
  fileprivate var credential: Credential? {
    headers[.authorization].flatMap { Credential(authorization: $0) }
  }
}

/// Who may read without an API key.
public enum KeyRequirement: Hashable, Sendable {
  /// Everybody; a key that is shown all the same has to be valid.
  case never
  /// Everybody until there is a key in any environment, which suits a server that only its machine reaches.
  case onceThereAreAny
  /// Nobody.
  case always
}

extension Credential {
  /// Reads an `Authorization` field: HTTP Basic with a key as user name and an empty password, or a token as
  /// Bearer; nil where it is neither.
  init?(authorization field: String) {
    let parts = field.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let text = parts[1].drop { $0 == " " }
    switch parts[0].lowercased() {
    case "basic":
      guard let bytes = Base64.bytes(of: text),
        let pair = String(validating: bytes, as: UTF8.self),
        pair.last == ":", let key = pair.split(separator: ":").first, key.count == pair.count - 1
      else { return nil }
      self = .apiKey(String(key))
    case "bearer": self = .accessToken(String(text))
    default: return nil
    }
  }
}
