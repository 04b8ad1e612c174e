"""A disk that fails, that is full, and files that are taken from under a running server."""
import json
import re
import shutil
import subprocess
import time

from bench import Crash, Hang, Players, RefusedAnswer, RefusedStart, Server, detail, last_line

CALLS = {
    "pwrite64": ["EIO", "ENOSPC", "EACCES"], "fdatasync": ["EIO", "ENOSPC"], "fsync": ["EIO", "ENOSPC"],
    "pread64": ["EIO"], "openat": ["EIO", "EACCES", "ENOSPC", "EMFILE"], "ftruncate": ["EIO", "ENOSPC"],
}


def strace(store, call, error, when):
    """The prefix of a command whose system calls on a store fail."""
    return ["strace", "-f", "-qq", "-o", "/dev/null", "--seccomp-bpf",
            *[part for end in ("", "-wal", "-shm", "-journal") for part in ("-P", f"{store}{end}")],
            "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}"]


def failing(bench, outcome, times):
    """strace makes system calls on the store fail: once, now and then, or all from some time on."""
    combinations = [(call, error) for call, errors in CALLS.items() for error in errors]
    def one(trial):
        call, error = combinations[trial.number % len(combinations)]
        store = trial.folder / "store.db"
        bench.run(["simulate", "--store", store, "--days", "2", "--facts", "20000"])
        before, watched = bench.plays(store)
        # A quarter strikes commands, which do little: their first calls.
        if trial.number % 4 == 3:
            command(bench, trial, store, call, error, before)
            return
        first = trial.random.choice([1, 2, 5, 20, 60])
        when = trial.random.choice([f"{first}", f"{first}..{first + 5}", f"{first}+7", f"{first}+"])
        what = f"{call} fails with {error} ({when})"
        try:
            server = Server(bench, store, prefix=strace(store, call, error, when))
        except RefusedStart as refusal:
            judge_words(trial, error, str(refusal), what)
            server = None
        players = Players(f"fail{trial.number}", pings=2)
        if server:
            load = players.load(server, 3, 0.002)
            end = time.monotonic() + 1
            while time.monotonic() < end and server.process.poll() is None:
                status, body = server.ask("/data/metrics/play/count")
                if status == 200 and json.loads(body)["data"] is None:
                    trial.wrong(f"no number and no error; {what}")
                elif status != 200:
                    judge_words(trial, error, detail(body), what)
                time.sleep(0.1)
            load.stop()
            if load.hung:
                trial.broken(f"{load.hung} pings were not answered; {what}")
            for line in server.complaints():
                judge_words(trial, error, line, what)
            for reason in players.reasons:
                trial.saw(reason)
            try:
                server.stop()
            except (Crash, Hang) as problem:
                trial.broken(f"{problem}; {what}")
        server = Server(bench, store)
        count, seconds = server.plays()
        trial.compare(players, count - before)
        if not players.settle(server):
            trial.wrong(f"no pings are taken after the fault: {dict(players.reasons)}; {what}")
        count, seconds = server.plays()
        trial.compare(players, count - before, seconds - watched)
        server.stop()
        is_sound, words = bench.check(store)
        if not is_sound:
            trial.wrong(f"store check: {words}; {what}")

    bench.each(outcome, times, one)


def command(bench, trial, store, call, error, before):
    """A command whose system calls fail answers with an error or the truth, and says what it is."""
    first = trial.random.choice([1, 2, 3, 8])
    for words in (["query", "metrics", "play", "count", "--format", "json", "--last", "360d"], ["store", "check"],
                  ["store", "compact"], ["dash", "--once", "--format", "text"]):
        what = f"{words[0]} {words[1]}: {call} fails with {error} ({first}+)"
        try:
            code, out, err = bench.run([*words, "--store", store], prefix=strace(store, call, error, f"{first}+"))
        except (Crash, Hang) as problem:
            trial.broken(f"{problem}; {what}")
            continue
        if code == 0 and words[0] == "query" and json.loads(out)["data"] != before:
            trial.wrong(f"{json.loads(out)['data']} plays instead of {before}; {what}")
        if code:
            judge_words(trial, error, last_line(err) or out, what)
    is_sound, words = bench.check(store)
    if not is_sound:
        trial.wrong(f"store check afterwards: {words}")


def judge_words(trial, error, words, what):
    """A disk that fails is no damage, and a file that may not be read is not missing."""
    trial.saw(words)
    if re.search(r"damaged|malformed|corrupt", words) and error != "EACCES":
        trial.wrong(f"told as damage: “{words}”; {what}")
    elif error == "EACCES" and "there is no store" in words.lower():
        trial.wrong(f"told as missing: “{words}”; {what}")


def full(bench, outcome, times):
    """A file system without room: pings get 503, nothing acknowledged is lost, and with room all goes on."""
    def one(trial):
        disk = trial.folder / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], check=True)
        try:
            fill(bench, trial, disk)
        finally:
            bench.end()
            subprocess.run(["umount", "-l", disk], check=True)

    bench.each(outcome, times, one)


def fill(bench, trial, disk):
    store = disk / "store.db"
    server = Server(bench, store)
    players = Players(f"full{trial.number}", pings=2)
    load = players.load(server, 4)
    time.sleep(trial.random.uniform(0.2, 0.8))
    with open(disk / "ballast", "wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(4096))
        except OSError:
            pass
    end = time.monotonic() + 15
    while players.refused < 50 and time.monotonic() < end:
        time.sleep(0.05)
    if players.refused < 50:
        trial.wrong(f"pings are taken on a full disk: {players.refused} refused")
    for reason in players.reasons:
        trial.saw(f"ping: {reason}")
        if not reason.startswith("503"):
            trial.wrong(f"a ping on a full disk got {reason}")
    time.sleep(1.5)
    health = {path: server.ask(path) for path in ("/healthz", "/health/ready", "/health")}
    if health["/health/ready"][0] == 200:
        trial.wrong("/health/ready answers 200 on a full disk")
    trial.saw(f"/health/ready: {health['/health/ready'][0]} {detail(health['/health/ready'][1])}")
    if b"degraded" not in health["/healthz"][1] and health["/healthz"][0] == 200:
        trial.wrong(f"/healthz says {health['/healthz'][1].decode()!r} on a full disk, not that it is degraded")
    if not server.complaints():
        trial.wrong("the log is silent on a full disk")
    for line in server.complaints()[:1]:
        trial.saw(f"log: {line}")
    count, _ = server.plays()
    trial.compare(players, count)
    code, out, _ = bench.run(["dash", "--once", "--format", "text", "--store", store])
    if code == 0 and re.search(r"collector down|no collector", out, re.I):
        trial.wrong("the dashboard says that no collector is running")
    load.stop()
    refused = players.refused
    if trial.number % 2:
        # Killed while the disk is full.
        server.kill()
    (disk / "ballast").unlink()
    if trial.number % 2:
        server = Server(bench, store)
    end = time.monotonic() + 20
    while not players.settle(server) and time.monotonic() < end:
        time.sleep(0.2)
    if players.tried:
        trial.wrong(f"with room again, pings get {players.reasons.most_common(1)}")
    load = players.load(server, 2, 0.005)
    time.sleep(0.5)
    load.stop()
    players.settle(server)
    trial.compare(players, *server.plays())
    if not trial.number % 2:
        time.sleep(2)
        ledger = json.loads(server.ask("/health")[1])
        told = json.dumps(ledger.get("ledger") or {})
        numbers = [int(n) for n in re.findall(r"\d+", told)]
        if not any(refused * 0.9 <= number <= refused * 1.1 + 20 for number in numbers):
            trial.wrong(f"{refused} refused pings are in no ledger")
    server.stop()
    is_sound, words = bench.check(store)
    if not is_sound:
        trial.wrong(f"store check: {words}")


KINDS = ["rm -wal", "rm -shm", "rm store", "mv store", "mv store, copy of a backup", "cp of a backup over it",
         "cp of a backup over it, -wal and -shm removed"]


def taken(bench, outcome, times):
    """Files that are removed, moved or overwritten while a server runs, which is then killed or stopped."""
    def one(trial):
        kind = KINDS[trial.number % len(KINDS)]
        is_killed = (trial.number // len(KINDS)) % 2 == 0
        store, backup, moved = (trial.folder / name for name in ("store.db", "backup.db", "moved.db"))
        server = Server(bench, store)
        players = Players(f"taken{trial.number}", pings=1)
        # The media items of after the fault are known before it, for what is new is looked up and may be noticed.
        players.media = "late"
        connection = server.connection()
        while players.of_media["late"] < 50:
            players.one("first", connection)
        connection.close()
        players.media = "vi"
        load = players.load(server, 2, 0.004)
        time.sleep(0.4)
        bench.run(["store", "backup", backup, "--store", store])
        time.sleep(0.4)
        wal, shm = (trial.folder / f"store.db{end}" for end in ("-wal", "-shm"))
        if kind == "rm -wal":
            wal.unlink()
        elif kind == "rm -shm":
            shm.unlink()
        elif kind == "rm store":
            store.unlink()
        elif kind.startswith("mv"):
            store.rename(moved)
            if "copy" in kind:
                shutil.copy(backup, store)
        else:
            shutil.copyfile(backup, store)
            if "removed" in kind:
                wal.unlink()
                shm.unlink()
        time.sleep(0.05)
        # From now on they are of other media items, so that they can be told from those before.
        players.media = "late"
        time.sleep(trial.random.uniform(1.5, 3))
        for reason, _ in players.reasons.most_common(1):
            trial.saw(f"{kind}: {reason}")
        for line in server.complaints()[:1]:
            trial.saw(f"{kind}: {line}")
        what = f"{kind}, then {'kill -9' if is_killed else 'TERM'}"
        if is_killed:
            server.kill()
        load.stop()
        if not is_killed:
            try:
                server.stop()
            except (Crash, Hang) as problem:
                trial.broken(f"{problem}; {what}")
        if kind == "mv store":
            moved.rename(store)    # what its log has belongs to it
        # What was in a file that was removed or overwritten is lost to whoever did that: not what came after it.
        only = None if kind in ("rm -wal", "rm -shm", "mv store") else "late"
        known = 50 if only else 0
        owed = players.of_media[only] - known if only else players.acknowledged
        counts = {}
        for path in trial.folder.iterdir():
            if path.name.startswith(("backup", "store-sandbox")) or not path.read_bytes().startswith(b"SQLite format"):
                continue
            try:
                counts[path.name], _ = bench.plays(path, media=only)
            except RefusedAnswer as refusal:
                trial.saw(f"{kind}, afterwards: {refusal}")
            except (Crash, Hang) as problem:
                trial.broken(f"{problem}; {what}")
        trial.lost(max(0, owed - max(0, max(counts.values(), default=0) - known)),
                   f"{owed} acknowledged{' after it' if only else ''}, {counts} there; {what}")
        # Whatever is at the path now: a server takes pings there, or says why not.
        try:
            server = Server(bench, store)
            status, body = server.ask("/watch", "POST", Players("x").body(0, 0, int(time.time() * 1000) - 21000))
            if status != 204:
                trial.saw(f"{kind}, next start: {status} {detail(body)}")
            server.stop()
            is_sound, words = bench.check(store)
            if not is_sound:
                trial.wrong(f"a server takes pings on a store of which check says: {words}; {what}")
        except RefusedStart as refusal:
            trial.saw(f"{kind}, next start: {refusal}")
        except (Crash, Hang) as problem:
            trial.broken(f"next start: {problem}; {what}")

    bench.each(outcome, times, one)