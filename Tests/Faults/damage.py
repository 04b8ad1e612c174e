"""Stores whose bytes have changed: flipped bits, swapped pages, columns with values that nobody wrote."""
import json
import shutil
import sqlite3
import time
from collections import Counter

from bench import Crash, Hang, Players, RefusedStart, Server

# The answers before the damage are what the answers after it are compared with.
QUESTIONS = [
    ["metrics", "play", "count"], ["metrics", "watch-time", "sum"], ["metrics", "view", "count", "--unique"],
    ["buckets", "play", "media-id", "--page-size", "100"], ["buckets", "play", "country"],
    ["buckets", "watch-time-sum", "browser"], ["buckets", "start-rate", "referrer", "--page-size", "100"],
    ["timeseries", "play", "--interval", "day"], ["metrics", "ccv", "peak"],
    ["buckets", "play", "operating-system", "--filter", "browser=chrome"],
]


class Sample:
    """A store that has something of everything, closed, and what it answers."""

    def __init__(self, bench):
        self.bench, self.store = bench, bench.folder / "sample.db"
        if not self.store.exists():
            bench.run(["simulate", "--store", self.store, "--days", "10", "--facts", "40000",
                       "--seed", str(bench.seed)])
            bench.run(["keys", "create", "wall", "--store", self.store])
            server = Server(bench, self.store)
            players, connection = Players("sample", pings=3), server.connection()
            for _ in range(900):
                players.one("sender", connection)
            # As a killed server leaves it: with a journal and states that are in the file.
            server.kill()
            database = sqlite3.connect(self.store)
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.close()
        self.bytes = self.store.read_bytes()
        self.span = ["--from", time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() - 20 * 86400)),
                     "--to", time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() + 86400))]
        copy = bench.folder / "copy.db"
        shutil.copyfile(self.store, copy)
        self.answers = self.ask(copy)
        assert all(answer is not None for answer in self.answers.values()), self.answers

    def ask(self, store):
        """What a store answers; None for an error."""
        answers = {}
        for question in QUESTIONS:
            code, out, _ = self.bench.run(["query", *question, "--store", store, "--format", "json", *self.span],
                                          within=20)
            answers[" ".join(question)] = json.dumps(json.loads(out)["data"]) if code == 0 else None
        for words in (["export", "facts", *self.span], ["media", "list"]):
            code, out, _ = self.bench.run([*words, "--store", store], within=30)
            answers[words[0]] = out if code == 0 else None
        return answers

    def differences(self, store):
        """Questions whose answers differ from what they were, though no error was reported."""
        return [question for question, answer in self.ask(store).items()
                if answer is not None and answer != self.answers[question]]


def flips(bench, outcome, times):
    """One bit of the store is flipped: check finds it, or no answer changes, or an answer is wrong."""
    sample = Sample(bench)
    counts = Counter()
    def one(trial):
        store = trial.folder / "store.db"
        data = bytearray(sample.bytes)
        at, bit = trial.random.randrange(len(data)), trial.random.randrange(8)
        data[at] ^= 1 << bit
        store.write_bytes(data)
        what = f"bit {bit} of byte {at} (page {at // 4096 + 1})"
        try:
            is_sound, words = bench.check(store)
            store.write_bytes(data)
            differences = sample.differences(store)
        except (Crash, Hang) as problem:
            trial.broken(f"{problem}; {what}")
            return
        if not is_sound:
            counts["found"] += 1
            counts["found and other answers"] += bool(differences)
            trial.saw(f"store check: {words}")
        elif differences:
            trial.wrong(f"store check finds nothing, other answers to {', '.join(differences)[:200]}; {what}")
        else:
            counts["harmless"] += 1

    bench.each(outcome, times, one)
    outcome.notes.append(
        f"{counts['found']} found by store check (of these {counts['found and other answers']} change an answer of "
        f"queries), {counts['harmless']} change no answer, {outcome.wrong} change answers unnoticed")


def use(bench, trial, sample, store, what):
    """Does everything with a damaged store; nothing may crash or hang, or be wrong without a word."""
    data = store.read_bytes()
    try:
        server = Server(bench, store, within=20)
        try:
            for path in ("/health", "/data/state", "/data/metrics/play/count", "/data/buckets/play/country",
                         "/media", "/live"):
                server.ask(path)
            for number in range(3):
                server.ask("/watch", "POST", Players("damage").body(number, 0, int(time.time() * 1000) - 21000))
        except (OSError, ValueError):
            server.must_run()
        server.stop()
    except RefusedStart as refusal:
        trial.saw(str(refusal))
    except (Crash, Hang) as problem:
        trial.broken(f"{problem}; {what}")
    store.with_name(store.name + "-wal").unlink(missing_ok=True)
    store.with_name(store.name + "-shm").unlink(missing_ok=True)
    store.write_bytes(data)
    for words in (["dash", "--once", "--format", "text"], ["store", "info"], ["store", "compact"]):
        try:
            bench.run([*words, "--store", store], within=30)
        except (Crash, Hang) as problem:
            trial.broken(f"{problem}; {what}")
    store.with_name(store.name + "-wal").unlink(missing_ok=True)
    store.with_name(store.name + "-shm").unlink(missing_ok=True)
    store.write_bytes(data)
    try:
        is_sound, words = bench.check(store)
        if not is_sound:
            trial.saw(f"store check: {words}")
        differences = sample.differences(store)
        if is_sound and differences:
            trial.wrong(f"store check finds nothing, other answers to {', '.join(differences)[:200]}; {what}")
    except (Crash, Hang) as problem:
        trial.broken(f"{problem}; {what}")


def swaps(bench, outcome, times):
    """Two pages of the store are swapped, or one is zeroed or a copy of another."""
    sample = Sample(bench)
    def one(trial):
        store = trial.folder / "store.db"
        data = bytearray(sample.bytes)
        pages = len(data) // 4096
        first, second = (trial.random.randrange(1, pages) * 4096 for _ in range(2))
        kind = trial.random.choice(["swapped with", "swapped with", "copied over", "zeroed, not"])
        one, other = bytes(data[first:first + 4096]), bytes(data[second:second + 4096])
        if kind != "zeroed, not":
            data[second:second + 4096] = one
        if kind != "copied over":
            data[first:first + 4096] = bytes(4096) if kind == "zeroed, not" else other
        store.write_bytes(data)
        use(bench, trial, sample, store, f"page {first // 4096 + 1} {kind} page {second // 4096 + 1}")

    bench.each(outcome, times, one)


VALUES = [None, 0, -1, 1, 2 ** 31, 2 ** 32, 2 ** 62, 2 ** 63 - 1, -2 ** 63, 1e308, float("-inf"), 0.5, "", "x",
          "9" * 40, "\x00", b"", b"\x00", b"\xff" * 9, b"\x80" * 100, b"\xff" * 100000, bytes(5000)]


def count_rows(database, table):
    return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def columns(bench, outcome, times):
    """A column of some rows has an extreme value or one of another type, or a table is gone."""
    sample = Sample(bench)
    def one(trial):
        store = trial.folder / "store.db"
        random = trial.random
        while True:
            store.write_bytes(sample.bytes)
            database = sqlite3.connect(store, isolation_level=None)
            database.execute("PRAGMA ignore_check_constraints = ON")
            tables = [name for name, in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
            filled = [name for name in tables if count_rows(database, name)]
            kind = random.randrange(10)
            try:
                if kind == 0:
                    what = f"DROP TABLE {random.choice(tables)}"
                    database.execute(what)
                elif kind == 1:
                    table = random.choice(filled)
                    what = f"DELETE FROM {table} WHERE {random.choice(['1', 'rowid % 2'])}"
                    database.execute(what)
                else:
                    table = random.choice(filled)
                    column = random.choice([row[1] for row in database.execute(f"PRAGMA table_info({table})")])
                    value = random.choice(VALUES)
                    if random.random() < 0.3:
                        old = database.execute(f"SELECT {column} FROM {table} LIMIT 1 OFFSET "
                                               f"{random.randrange(count_rows(database, table))}").fetchone()[0]
                        if isinstance(old, bytes) and old:
                            value = bytearray(old)
                            value[random.randrange(len(value))] = random.choice([0, 1, 127, 128, 255])
                            value = bytes(value)[:random.choice([len(value), len(value) // 2])]
                    some = f"rowid IN (SELECT rowid FROM {table} LIMIT 3 OFFSET {random.randrange(50)})"
                    where = random.choice(["1", f"rowid = (SELECT max(rowid) FROM {table})", some])
                    what = f"UPDATE OR REPLACE {table} SET {column} = {str(value)[:60]!r} WHERE {where}"
                    changed = database.execute(f"UPDATE OR REPLACE {table} SET {column} = ? WHERE {where}",
                                               (value,)).rowcount
                    if not changed:
                        continue
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                break
            except sqlite3.Error:
                continue
            finally:
                database.close()
        use(bench, trial, sample, store, what)

    bench.each(outcome, times, one)