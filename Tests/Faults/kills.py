"""Servers that are killed or stopped at any moment, and a machine that loses its power."""
import os
import signal
import subprocess
import time
from random import Random

from bench import Hang, Players, RefusedAnswer, RefusedStart, Server, Trial, detail
from powercut import Replay


def kill(bench, outcome, times):
    """kill -9 of a server under load, on a store that grows, then a new server and a count."""
    store = bench.folder / "kill.db"
    players = Players(f"kill{bench.seed}")

    def one(trial):
        server = Server(bench, store)
        if trial.number:
            # Before anything is sent again: all that was acknowledged is there, and nothing that was not sent.
            trial.compare(players, *server.plays())
            if players.settle(server):
                trial.compare(players, *server.plays())
        load = players.load(server, senders=6)
        helper = None
        if trial.random.random() < 0.3:
            helper = bench.start([bench.playhead, "store", "compact", "--store", store],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(trial.random.uniform(0.02, 0.6))
        server.kill()
        if helper:
            helper.kill()
            helper.wait()
        load.stop()
        if load.hung:
            trial.broken(f"{load.hung} pings were not answered")

    bench.each(outcome, times, one)
    trial = Trial(bench, outcome, times - 1, bench.folder)
    server = Server(bench, store)
    players.settle(server)
    trial.compare(players, *server.plays())
    server.stop()
    is_sound, words = bench.check(store)
    if not is_sound:
        trial.wrong(f"store check: {words}")
    outcome.notes.append(f"{players.acknowledged:,} playbacks, {players.sent:,} pings")
    outcome.seen["nothing: senders send again what was not acknowledged"] += 1


def kill_at_first(bench, outcome, times):
    """A server is killed while it makes its store; the next one makes it, or goes on with what is there."""
    def one(trial):
        store = trial.folder / "new.db"
        process = bench.start([bench.playhead, "serve", "--store", store, "--listen", "127.0.0.1:0"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 5
        while not store.exists() and time.monotonic() < end:
            time.sleep(0.0005)
        time.sleep(trial.random.uniform(0, 0.03))
        process.kill()
        process.wait()
        server = Server(bench, store)
        status, body = server.ask("/watch", "POST", Players("first").body(0, 0, int(time.time() * 1000) - 21000))
        if status != 204:
            trial.wrong(f"a store whose making was killed takes no pings: {status} {detail(body)}")
        trial.saw("nothing: the next server makes the store")
        server.stop()

    bench.each(outcome, times, one)


def stopped(bench, outcome, times):
    """SIGSTOP and SIGCONT: of one of two servers on a store, of a reader in the middle of its answer."""
    def one(trial):
        store = trial.folder / "store.db"
        bench.run(["simulate", "--store", store, "--days", "3", "--facts", "60000"])
        before, _ = bench.plays(store)
        first, second = Server(bench, store), Server(bench, store)
        players = Players(f"stop{trial.number}")
        loads = [players.load(first, 2, 0.003), players.load(second, 2, 0.003, offset=10)]
        reader = bench.start([bench.playhead, "export", "facts", "--store", store, "--last", "360d"],
                             stdout=open(trial.folder / "facts", "wb"), stderr=subprocess.DEVNULL)
        time.sleep(trial.random.uniform(0.01, 0.2))
        if reader.poll() is None:
            os.kill(reader.pid, signal.SIGSTOP)
        time.sleep(trial.random.uniform(0.2, 0.6))
        stopped_server = trial.random.choice([first, second])
        stopped_server.send_signal(signal.SIGSTOP)
        other = second if stopped_server is first else first
        already = players.acknowledged
        # A long stop outlasts the lease of maintenance, a minute.
        time.sleep(70 if trial.number % 10 == 9 else trial.random.uniform(1, 3))
        if players.acknowledged == already:
            trial.saw("pings of the other server wait or get 503 while the stopped one holds the store")
        else:
            trial.saw("the other server goes on")
        began = time.monotonic()
        status, _ = other.ask(f"/data/metrics/play/count")
        if status != 200:
            trial.saw(f"the other server answers questions with {status}")
        stopped_server.send_signal(signal.SIGCONT)
        if reader.poll() is None:
            os.kill(reader.pid, signal.SIGCONT)
        time.sleep(0.5)
        # Who asked the stopped one has waited, of course.
        hung = {load.server: load.stop().hung for load in loads}[other]
        if hung:
            trial.broken(f"{hung} pings of the other server were not answered within 20 s")
        if reader.wait(30):
            trial.wrong(f"an export that was stopped and continued ended with {reader.returncode}")
        players.settle(first)
        for server in (first, second):
            count, _ = server.plays()
            trial.compare(players, count - before)
        if trial.number % 2:
            first.send_signal(signal.SIGSTOP)
            second.stop()
            first.send_signal(signal.SIGCONT)
        else:
            second.stop()
        first.stop()
        is_sound, words = bench.check(store)
        if not is_sound:
            trial.wrong(f"store check: {words}")

    bench.each(outcome, times, one)


CUTS_OF_A_LOG = 40


def power_cut(bench, outcome, times):
    """Logs the writes and syncs of a server under load, and tries what a disk may hold after a power cut."""
    logged = {}

    def one(trial):
        group, place = divmod(trial.number, CUTS_OF_A_LOG)
        if group not in logged:
            logged.clear()
            logged[group] = Logged(bench, group)
        replay, players, positions = logged[group].replay, logged[group].players, logged[group].positions
        position = positions[place]
        replay.advance(position)
        how = replay.write_image(trial.random, trial.folder)
        judge(bench, trial, trial.folder / "store.db", sum(at <= position for at in players.acknowledged_at),
              sum(at <= position for at in players.sent_at), f"cut at byte {position} of the log, {how}")

    bench.each(outcome, times, one)
    outcome.notes.append("what had not been synced was lost in every way: all, none, a part, torn at 4 KiB")


class Logged:
    """The log of a server that makes a store and takes pings, beside two compactions, and where to cut it."""

    def __init__(self, bench, number):
        folder, log = bench.folder / f"power{number}", bench.folder / f"writes{number}.log"
        folder.mkdir()
        log.touch()
        store = folder / "store.db"
        shim = {"LD_PRELOAD": bench.shim("writes"), "WRITES_FOLDER": f"{folder}/", "WRITES_LOG": str(log)}
        server = Server(bench, store, environment=shim)
        self.players = LoggedPlayers(f"power{bench.seed}-{number}", log)
        load = self.players.load(server, senders=6)
        time.sleep(1.5)
        for _ in range(2):
            bench.run(["store", "compact", "--store", store], shim)
            time.sleep(0.7)
        server.stop() if number % 2 else server.kill()
        load.stop()
        self.replay = Replay(log)
        random = Random(f"{bench.seed}/power/{number}")
        self.positions = sorted(
            random.choice([random.randrange(self.replay.size), self.replay.near_a_sync(random)])
            for _ in range(CUTS_OF_A_LOG))


def judge(bench, trial, store, acknowledged, sent, what):
    """Whether a store after a power cut has what was acknowledged, and takes pings."""
    if not acknowledged:
        # Perhaps there was no store yet; a server makes one then.
        try:
            server = Server(bench, store)
        except RefusedStart as refusal:
            trial.broken(f"serve does not start after a power cut: {refusal}; {what}")
            return
        status, _ = server.ask("/watch", "POST", Players("after").body(0, 0, int(time.time() * 1000) - 21000))
        if status != 204:
            trial.wrong(f"the first ping after a power cut got {status}; {what}")
        server.stop()
        return
    is_sound, words = bench.check(store)
    if not is_sound:
        trial.wrong(f"store check: {words}; {what}")
    trial.saw("the store opens as it was at the last acknowledged ping")
    try:
        count, _ = bench.plays(store)
    except RefusedAnswer as refusal:
        trial.lost(acknowledged, f"{refusal}; {what}")
        return
    if count < acknowledged:
        trial.lost(acknowledged - count, f"{acknowledged} acknowledged, {count} there; {what}")
    if count > sent:
        trial.wrong(f"{count} plays, {sent} playbacks sent; {what}")


class LoggedPlayers(Players):
    """Players that note how much was logged when they sent a ping, and when it was acknowledged."""

    def __init__(self, seed, log):
        super().__init__(seed, pings=1)
        self.log, self.sent_at, self.acknowledged_at = log, [], []

    def one(self, sender, connection):
        new = sender not in self.pending
        at = os.stat(self.log).st_size
        status = super().one(sender, connection)
        if new:
            self.sent_at.append(at)
        if status == 204:
            self.acknowledged_at.append(os.stat(self.log).st_size)
        return status
