import Testing

@Suite("Heap", .timeLimit(.minutes(10)))
struct HeapTests {
  /// Whoever looks for a setting by its name finds none, and says nothing, where nobody tells the linker.
  @Test func `malloc is jemalloc, set up for a program that runs for weeks`() async throws {
    try await World.with { world in
      let outcome = try await world.shell("MALLOC_CONF=stats_print:true playhead --version 2>&1")

      #expect(outcome.output.contains("opt.narenas: 1\n"))
      #expect(outcome.output.contains("opt.dirty_decay_ms: 1000 "))
      #expect(outcome.output.contains("opt.tcache_nslots_small_max: 4\n"))
    }
  }
}
