"""Stores whose bytes have changed: flipped bits, swapped pages, columns with values that nobody wrote."""
import json
import shutil
import sqlite3
import struct
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


MASK = 2 ** 64 - 1
PRIMES = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5)


def rotate(number, bits):
    return (number << bits | number >> 64 - bits) & MASK


def xxh64(data, seed):
    """The hash of bytes, 32 at least and a multiple of eight (github.com/Cyan4973/xxHash, doc/xxhash_spec.md)."""
    one, two, three, four, _ = PRIMES
    words = struct.unpack(f"<{len(data) // 8}Q", data)
    lanes = [seed + one + two & MASK, seed + two & MASK, seed, seed - one & MASK]
    whole = len(words) // 4 * 4
    for start in range(0, whole, 4):
        lanes = [rotate(lane + word * two & MASK, 31) * one & MASK
                 for lane, word in zip(lanes, words[start:start + 4])]
    value = sum(rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18))) & MASK
    for lane in lanes:
        value = ((value ^ rotate(lane * two & MASK, 31) * one & MASK) * one + four) & MASK
    value = value + len(data) & MASK
    for word in words[whole:]:
        value = (rotate(value ^ rotate(word * two & MASK, 31) * one & MASK, 27) * one + four) & MASK
    value = (value ^ value >> 33) * two & MASK
    value = (value ^ value >> 29) * three & MASK
    return value ^ value >> 32


def with_checksums(data):
    """A store that another program has written to, with the checksums of its pages as Playhead writes them."""
    data, size = bytearray(data), 16384
    for start in range(0, len(data), size):
        value = xxh64(bytes(data[start:start + size - 8]), start // size + 1)
        data[start + size - 8:start + size] = struct.pack("<Q", value)
    return bytes(data)


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
            self.store.write_bytes(with_checksums(self.store.read_bytes()))
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


def use(bench, trial, sample, store, what, is_valid=False):
    """Does everything with a damaged store; nothing may crash or hang, or be wrong without a word.

    What is valid is another store, with answers of its own: true where they differ and nothing is found.
    """
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
        if is_sound and differences and is_valid:
            return True
        if is_sound and differences:
            trial.wrong(f"store check finds nothing, other answers to {', '.join(differences)[:200]}; {what}")
    except (Crash, Hang) as problem:
        trial.broken(f"{problem}; {what}")
    return False


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


# Any text is a title, and any list of texts are tags.
FREE_TEXTS = {("media", "title"), ("media", "tags")}


def count_rows(database, table):
    return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def columns(bench, outcome, times):
    """A column of some rows has an extreme value or one of another type, or rows or a table are gone.

    Another title, and a batch of the journal or a title less, make a store that is as valid as before.
    """
    sample = Sample(bench)
    valid = [0]
    def one(trial):
        store = trial.folder / "store.db"
        random = trial.random
        while True:
            is_valid = False
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
                    is_valid = table in ("journal", "media")
                    database.execute(what)
                else:
                    table = random.choice(filled)
                    column = random.choice([row[1] for row in database.execute(f"PRAGMA table_info({table})")])
                    value = random.choice(VALUES)
                    is_valid = (table, column) in FREE_TEXTS and isinstance(value, str)
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
        store.write_bytes(with_checksums(store.read_bytes()))
        valid[0] += use(bench, trial, sample, store, what, is_valid)

    bench.each(outcome, times, one)
    outcome.notes.append(f"{valid[0]} left a store as valid as before, with another title, or with a title or batch less")
