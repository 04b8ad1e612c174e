"""Everything at once: players, questions, maintenance, backups, a clock that is set, kills and restarts."""
import threading
import time

from bench import Crash, Hang, Players, RefusedAnswer, Server

DAY = 86400


class Service:
    """A server that is started again after each kill; senders find its port here."""

    def __init__(self, bench, store, environment):
        self.bench, self.store, self.environment = bench, store, environment
        self.start()

    def start(self):
        self.server = Server(self.bench, self.store, environment=self.environment)

    def connection(self):
        return self.server.connection()


def mixed(bench, outcome, times):
    """As many minutes of all that."""
    for trial in bench.trials(outcome, 1):
        outcome.times = times
        store, clock, folder = trial.folder / "store.db", trial.folder / "clock", trial.folder
        environment = {"LD_PRELOAD": bench.shim("clock"), "CLOCK_FILE": str(clock)}
        clock.write_text("0")
        bench.run(["simulate", "--store", store, "--days", "60", "--facts", "200000"])
        before, _ = bench.plays(store)
        service = Service(bench, store, environment)
        players = Players(f"mixed{bench.seed}", pings=1)
        load = players.load(service, 4, 0.002)
        is_over = threading.Event()
        counts = {"questions": 0, "kills": 0, "steps": 0, "compactions": 0, "backups": 0, "refused questions": 0}
        is_shifted = threading.Event()

        def ask():
            while not is_over.wait(0.05):
                least, shifted = players.acknowledged, is_shifted.is_set()
                try:
                    count, _ = service.server.plays()
                except (OSError, ValueError, RefusedAnswer, Crash):
                    counts["refused questions"] += 1
                    continue
                except Hang as hang:
                    trial.broken(str(hang))
                    continue
                counts["questions"] += 1
                most = players.acknowledged + players.unsure
                if not shifted and not is_shifted.is_set() and not least <= count - before <= most:
                    trial.wrong(f"{count - before} plays, when {least} to {most} playbacks were acknowledged")

        def maintain():
            number = 0
            while not is_over.wait(2):
                number += 1
                backup = folder / f"backup{number}.db"
                for words, name in ((["compact"], "compactions"), (["backup", backup], "backups")):
                    try:
                        code, _, err = bench.run(["store", *words, "--store", store], environment)
                        counts[name] += code == 0
                    except (Crash, Hang) as problem:
                        trial.broken(str(problem))
                if backup.exists():
                    if number % 5 == 0 and not bench.check(backup)[0]:
                        trial.wrong(f"a backup is not sound: {bench.check(backup)[1]}")
                    backup.unlink()

        threads = [threading.Thread(target=work, daemon=True) for work in (ask, maintain)]
        for thread in threads:
            thread.start()
        end = time.monotonic() + 60 * times
        while time.monotonic() < end:
            time.sleep(trial.random.uniform(1, 5))
            if trial.random.random() < 0.5:
                service.server.kill()
                service.start()
                counts["kills"] += 1
            else:
                is_shifted.set()
                clock.write_text(str(trial.random.choice([400 * DAY, -DAY, -3600, 3600, 30, -30, 45 * DAY])))
                time.sleep(trial.random.uniform(0.5, 5))
                clock.write_text("0")
                time.sleep(0.2)
                is_shifted.clear()
                counts["steps"] += 1
        is_over.set()
        load.stop()
        for thread in threads:
            thread.join(90)
        if load.hung:
            trial.broken(f"{load.hung} pings were not answered")
        players.settle(service.server)
        count, _ = service.server.plays()
        trial.compare(players, count - before)
        for reason in players.reasons:
            trial.saw(f"ping: {reason}")
        service.server.stop()
        is_sound, words = bench.check(store)
        if not is_sound:
            trial.wrong(f"store check: {words}")
        outcome.notes.append(f"{players.acknowledged:,} playbacks, "
                             + ", ".join(f"{count:,} {name}" for name, count in counts.items()))
