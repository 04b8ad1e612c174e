"""A wall clock that is set while servers run."""
import time

from bench import Players, Server

DAY = 86400


def steps(bench, outcome, times):
    """The clock goes 400 days ahead for some seconds, back, or jumps about; facts stay and pings count."""
    def one(trial):
        store, clock = trial.folder / "store.db", trial.folder / "clock"
        environment = {"LD_PRELOAD": bench.shim("clock"), "CLOCK_FILE": str(clock)}
        clock.write_text("0")
        bench.run(["simulate", "--store", store, "--days", "30", "--facts", "30000"])
        before, _ = bench.plays(store)
        server = Server(bench, store, environment=environment)
        players = Players(f"clock{trial.number}", pings=1)
        load = players.load(server, 3, 0.003)
        kind = ["ahead", "back", "jumps"][trial.number % 3]
        plan = {"ahead": [400 * DAY], "back": [-trial.random.randint(1, 20) * DAY],
                "jumps": [int(trial.random.choice([-1, 1]) * 10 ** trial.random.uniform(1, 7.5)) for _ in range(8)]}
        time.sleep(0.3)
        for step in plan[kind]:
            clock.write_text(str(step))
            time.sleep(trial.random.uniform(2, 4) if kind != "jumps" else trial.random.uniform(0.2, 0.6))
            if trial.random.random() < 0.7:
                bench.run(["store", "compact", "--store", store], environment)
        clock.write_text("0")
        time.sleep(0.5)
        bench.run(["store", "compact", "--store", store], environment)
        if trial.number % 2:
            server.kill()
            load.stop()
            server = Server(bench, store, environment=environment)
        else:
            load.stop()
        if load.hung:
            trial.broken(f"{load.hung} pings were not answered; {kind} {plan[kind]}")
        for reason in players.reasons:
            trial.saw(f"ping: {reason}")
        for line in server.complaints()[:1]:
            trial.saw(line)
        players.settle(server)
        count, _ = server.plays()
        trial.compare(players, count - before)
        server.stop()
        is_sound, words = bench.check(store)
        if not is_sound:
            trial.wrong(f"store check: {words}; {kind} {plan[kind]}")
        if not outcome.seen:
            trial.saw("nothing")

    bench.each(outcome, times, one)