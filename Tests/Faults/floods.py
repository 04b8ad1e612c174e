"""More connections, questions and answers than there is room for."""
import json
import os
import re
import resource
import subprocess
import sys
import time

from bench import Crash, HERE, Hang, Players, Server, percentile

# Of anonymous memory, in MB, whatever clients do.
MEMORY_LIMIT = 512
WATCH_LIMIT = 0.1


class Crowd:
    """Connections of one kind, held open by a process of its own (crowd.py), so that it has files enough."""

    def __init__(self, bench, port, kind, count):
        self.process = subprocess.Popen([sys.executable, "-B", HERE / "crowd.py", str(port), kind, str(count)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        bench.started.append(self.process)
        self.opened = int(self.process.stdout.readline().split()[0])

    def end(self):
        """How many connections were still open."""
        self.process.stdin.close()
        try:
            return int((self.process.stdout.readline() or "0").split()[0])
        finally:
            self.process.kill()
            self.process.wait()


def with_files(limit):
    return ["prlimit", f"--nofile={limit}:{limit}"] if limit else []


def connections(bench, outcome, times):
    """Thousands of connections that are idle, slow, or never read their answers, and players beside them."""
    kinds = [("idle", 1024), ("slow", 1024), ("unread", None), ("pipelined", None), ("idle", None), ("slow", None)]
    def one(trial):
        kind, files = kinds[trial.number % len(kinds)]
        most = min(trial.bench.connections, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 500)
        count = {"unread": min(300, most), "pipelined": min(100, most)}.get(kind, most)
        store = trial.folder / "store.db"
        if kind in ("unread", "pipelined"):
            titles(bench, trial, store)
        server = Server(bench, store, prefix=with_files(files))
        players = Players(f"flood{trial.number}", pings=1)
        steady = players.load(server, 1, 0.01)
        time.sleep(0.3)
        crowd = Crowd(bench, server.port, kind, count)
        what = f"{crowd.opened:,} {kind} connections" + (f", ulimit -n {files}" if files else "")
        # Somebody who comes later.
        came, failed, began, memory = 0, 0, time.monotonic(), 0
        spent = processor(server)
        while time.monotonic() - began < bench.flood_seconds:
            server.must_run()
            memory = max(memory, server.memory())
            try:
                connection = server.connection(10)
                if players.one("late", connection) == 204:
                    came += 1
                else:
                    failed += 1
                connection.close()
            except (OSError, ValueError):
                failed += 1
            time.sleep(0.1)
        spent = (processor(server) - spent) / (time.monotonic() - began)
        steady.stop()
        if steady.hung:
            trial.broken(f"{steady.hung} pings of a connection opened before were not answered; {what}")
        if not came:
            trial.broken(f"not one of {failed} new connections got a ping through; {what}")
        elif failed:
            trial.saw(f"503 for some new connections while all are in use")
        if memory > MEMORY_LIMIT:
            trial.broken(f"{memory:.0f} MB of memory; {what}")
        for line in server.complaints()[:1]:
            trial.saw(line)
        for reason in players.reasons:
            trial.saw(f"ping: {reason}")
        try:
            server.stop()
            took = f"stopped in {server.took:.1f} s"
        except (Hang, Crash) as problem:
            trial.broken(f"{problem}; {what}")
            took = "did not stop"
        outcome.notes.append(f"{what}: new connections {came} of {came + failed} got through, /watch p95 "
                             f"{percentile(steady.latencies, .95) * 1000:.0f} ms, {memory:.0f} MB, "
                             f"CPU {spent * 100:.0f} %, {took}")
        crowd.end()
        server = Server(bench, store)
        players.settle(server)
        trial.compare(players, *server.plays())
        server.stop()

    bench.each(outcome, times, one)


def processor(server):
    fields = open(f"/proc/{server.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def titles(bench, trial, store):
    """A catalogue that takes 8 MB on a page."""
    catalogue = trial.folder / "titles.ndjson"
    with open(catalogue, "w") as file:
        for number in range(1000):
            file.write(json.dumps({"mediaId": f"vi{number}", "title": f"{number:08d}" * 100,
                                   "tags": [f"{tag:03d}-{number:08d}" * 6 for tag in range(100)]}) + "\n")
    code, out, err = bench.run(["media", "import", catalogue, "--store", store])
    if code:
        raise AssertionError(err)


def questions(bench, outcome, times):
    """Many clients ask expensive questions, each another one; pings of new playbacks beside them."""
    def one(trial):
        askers = [64, 400][trial.number % 2]
        store = trial.folder / "store.db"
        bench.run(["simulate", "--store", store, "--days", "300", "--facts", "1000000"])
        before, _ = bench.plays(store)
        server = Server(bench, store)
        players = Players(f"ask{trial.number}", pings=1)
        ask = bench.start(["wrk", "-t1", f"-c{askers}", f"-d{int(bench.flood_seconds) + 2}s", "--timeout", "20s", "-s",
                           HERE / "questions.lua", f"http://127.0.0.1:{server.port}"], stdout=subprocess.PIPE)
        time.sleep(0.5)
        load = players.load(server, 2, 0.01)
        time.sleep(bench.flood_seconds)
        load.stop()
        server.must_run()
        out = ask.communicate(timeout=40)[0].decode()
        answered, refused, broken = (int(n) for n in re.search(r"RESULT (\d+) (\d+) (\d+)", out).groups())
        p50, p95, p99 = (percentile(load.latencies, part) for part in (.5, .95, .99))
        if load.hung or not load.latencies:
            trial.broken(f"{load.hung} pings were not answered beside {askers} askers")
        elif p95 > WATCH_LIMIT:
            trial.broken(f"/watch p95 {p95 * 1000:.0f} ms beside {askers} askers")
        outcome.notes.append(f"{askers} askers: {answered:,} questions, {refused:,} of them refused, {broken} broken; "
                             f"/watch p50 {p50 * 1000:.1f}, p95 {p95 * 1000:.1f}, p99 {p99 * 1000:.1f} ms, "
                             f"{server.memory():.0f} MB")
        for reason in players.reasons:
            trial.saw(f"ping: {reason}")
        if refused:
            trial.saw("503 with Retry-After for questions beyond what is answered at once")
        players.settle(server)
        count, _ = server.plays()
        trial.compare(players, count - before)
        server.stop()
        if not outcome.seen:
            trial.saw("questions take longer")

    bench.each(outcome, times, one)