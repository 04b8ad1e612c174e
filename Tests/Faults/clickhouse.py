"""Servers of a cluster that are killed, hang or can't be reached, and collectors that are killed meanwhile.

Two shards of ClickHouse, `playhead serve --clickhouse` with an outbox, and players that send a ping again until
it is acknowledged. What was acknowledged counts once, whatever happened on the way.
"""
import itertools
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

from bench import HERE, SPAN, Connection, Crash, Hang, Players, RefusedAnswer, RefusedStart, Server, Trial, detail, last_line

sys.path.insert(0, str(HERE.parent / "TerminalProbe"))
from probing import probe

SCRIPT = HERE.parent / "ClickHouse" / "servers"
# Each cluster has ports of its own, for two faults may happen at the same time.
ports = itertools.count(31_000, 20)
NAME = "playhead_test"
# What an idle outbox keeps or has sent within seconds.
DRAIN_LIMIT = 90


class Cluster:
    """Two shards with the tables of Playhead, which end with the fault."""

    def __init__(self, bench, network=None):
        self.bench, self.network = bench, network
        self.folder, self.port = bench.folder / f"cluster{next(bench.counter)}", next(ports)
        self.host = network.host if network else "127.0.0.1"
        self.pids = {}
        for line in self.call("start", self.folder, 2, self.port).splitlines():
            self.pids[len(self.pids) + 1] = int(re.search(r"pid=(\d+)", line).group(1))
        self.url = self.address(self.port, self.port + 3)
        code, _, err = bench.run(["clickhouse", "migrate", "--clickhouse", self.url])
        if code:
            raise RefusedStart(last_line(err))

    def address(self, first, second, host=None):
        host = host or self.host
        return f"http://{host}:{first},http://{host}:{second}/playhead?cluster={NAME}"

    def call(self, *words):
        run = subprocess.run([*(self.network.prefix if self.network else []), "bash", SCRIPT, *map(str, words)],
                             env={**os.environ, "CLICKHOUSE_HOST": self.host}, capture_output=True, text=True)
        if run.returncode:
            raise RefusedStart(last_line(run.stderr))
        return run.stdout

    def kill(self, number):
        self.call("kill", self.folder, number)

    def restart(self, number):
        self.pids[number] = int(re.search(r"pid=(\d+)", self.call("restart", self.folder, number)).group(1))

    def signal(self, number, name):
        os.kill(self.pids[number], name)

    def end(self):
        for pid in self.pids.values():
            try:
                os.kill(pid, signal.SIGCONT)
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def sql(self, statement, number=1):
        url = f"http://{self.host}:{self.port + 3 * (number - 1)}/?database=playhead"
        with urllib.request.urlopen(url, statement.encode(), timeout=30) as answer:
            return answer.read().decode().split()

    def query(self, *words, within=60):
        """The answer of `playhead query metrics`."""
        code, out, err = self.bench.run(["query", "metrics", *words, "--clickhouse", self.url, "--format", "json",
                                         *SPAN], within=within)
        if code:
            raise RefusedAnswer(last_line(err))
        return json.loads(out)["data"] or 0

    def plays(self):
        return self.query("play", "count"), self.query("watch-time", "sum")

    def disagreements(self):
        """What the four tables that a block fills tell differently, and blocks that one has twice."""
        blocks = "(SELECT block, count() AS n FROM {} GROUP BY block)"
        told = {
            "facts": "SELECT sum(length(kinds)), sum(plays), uniqExact(block) FROM facts",
            "hourly": "SELECT sumIf(facts, dimension = 0), sumIf(plays, dimension = 0), "
                      "uniqExactIf(name, dimension = 255) FROM hourly",
            "totals": "SELECT sumIf(facts, dimension = 1), sumIf(plays, dimension = 1), "
                      "uniqExactIf(name, dimension = 255) FROM totals",
            "blocks": f"SELECT sum(facts), 'no', count() FROM blocks"}
        told = {table: self.sql(statement) for table, statement in told.items()}
        told["blocks"][1] = told["facts"][1]
        twice = self.sql(f"SELECT countIf(n > 1) FROM {blocks.format('blocks')}")[0]
        faults = [] if len(set(map(tuple, told.values()))) == 1 else [f"the tables disagree: {told}"]
        return faults + ([f"{twice} blocks are there twice"] if twice != "0" else [])


class Network:
    """A network between this one and a cluster, which can be cut so that packets vanish."""
    host, near = "10.77.0.2", "10.77.0.1"

    def __init__(self, bench):
        self.holder = bench.start(["unshare", "--net", "sleep", "infinity"])
        self.prefix = ["nsenter", "-t", str(self.holder.pid), "-n"]
        own = os.readlink("/proc/self/ns/net")
        while os.readlink(f"/proc/{self.holder.pid}/ns/net") == own:
            time.sleep(0.01)
        for line in ("ip link add near type veth peer name far netns {pid}", "ip addr add {near}/30 dev near",
                     "ip link set near up", "inside ip addr add {host}/30 dev far", "inside ip link set far up",
                     "inside ip link set lo up"):
            words = line.format(pid=self.holder.pid, host=self.host, near=self.near).split()
            self.run(*words[1:]) if words[0] == "inside" else subprocess.run(words, check=True)

    def run(self, *words):
        subprocess.run([*self.prefix, *words], check=True)

    def cut(self):
        self.run("ip", "link", "set", "far", "down")

    def mend(self):
        self.run("ip", "link", "set", "far", "up")

    def end(self):
        subprocess.run(["ip", "link", "del", "near"], check=False)


class Proxy:
    """Passes on what comes at a port, or resets it, or says nothing."""

    def __init__(self, target):
        self.target, self.mode, self.sockets = target, "pass", set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                if self.mode == "reset":
                    raise ConnectionError
                far = socket.create_connection(self.target)
            except OSError:
                self.reset(near)
                continue
            self.sockets |= {near, far}
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self.copy, args=pair, daemon=True).start()

    def copy(self, source, sink):
        try:
            while part := source.recv(1 << 16):
                while self.mode == "silence":
                    time.sleep(0.02)
                sink.sendall(part)
        except OSError:
            pass
        for end in (source, sink):
            self.reset(end)

    def reset(self, end):
        self.sockets.discard(end)
        try:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            end.shutdown(socket.SHUT_RDWR) if self.mode == "pass" else None
        except OSError:
            pass
        end.close()

    def become(self, mode):
        self.mode = mode
        if mode == "reset":
            for end in list(self.sockets):
                self.reset(end)

    def end(self):
        self.mode = "pass"
        self.listener.close()


class Repeating(Players):
    """Players that now and then send a ping once more that was acknowledged."""
    repeated = 0

    def one(self, sender, connection):
        with self.lock:
            before = self.pending.get(sender)
        status = super().one(sender, connection)
        if before and status == 204 and before[0] % 7 == 3:
            again, _ = connection.request("POST", "/watch", self.body(*before))
            self.repeated += again == 204
        return status


class Collector:
    """A server that collects for a cluster with an outbox, and is started again on it."""

    def __init__(self, bench, cluster, outbox, url=None, options=()):
        self.bench, self.cluster, self.outbox, self.url = bench, cluster, outbox, url or cluster.url
        self.options = options
        self.start()

    def start(self):
        self.server = Server(self.bench, None, *self.options, place=["--clickhouse", self.url, "--outbox", self.outbox])

    def connection(self):
        return self.server.connection()

    def must_run(self):
        self.server.must_run()

    def waiting(self):
        """What the outbox still has to send; only when no server has it open."""
        file = sqlite3.connect(self.outbox)
        try:
            return [file.execute(f"SELECT count(*) FROM {what}").fetchone()[0]
                    for what in ("batch", "shipment WHERE destination = 'facts_in' AND sent IS NULL")]
        finally:
            file.close()


def settled(trial, collector, players):
    """Sends what is unsure again, waits until the cluster has all, and compares; the server is stopped."""
    cluster = collector.cluster
    if not players.settle(collector, within=60):
        trial.wrong(f"pings are refused after the fault: {players.reasons.most_common(2)}")
    end = time.monotonic() + DRAIN_LIMIT
    plays, watched = 0, 0
    while time.monotonic() < end:
        try:
            plays, watched = cluster.plays()
            if plays >= players.acknowledged and watched >= players.watched:
                break
        except RefusedAnswer as refusal:
            plays = None
            last = str(refusal)
        time.sleep(0.3)
    if plays is None:
        trial.wrong(f"questions fail {DRAIN_LIMIT} s after the fault: {last}")
        return
    collector.server.stop()
    waiting = collector.waiting()
    if any(waiting):
        trial.wrong(f"the outbox still has {waiting[0]} batches and {waiting[1]} blocks")
    plays, watched = cluster.plays()
    trial.compare(players, plays, watched)
    for fault in cluster.disagreements():
        trial.wrong(fault)


def collector(bench, outcome, times):
    """kill -9 of a collector under load, and a new one on its outbox."""
    cluster = Cluster(bench)
    players = Repeating(f"ch{bench.seed}")
    outbox = bench.folder / "collector.outbox"

    def one(trial):
        service = Collector(bench, cluster, outbox)
        load = players.load(service, 6, 0.002)
        time.sleep(trial.random.uniform(0.02, 1.2))
        service.server.kill()
        load.stop()
        if load.hung:
            trial.broken(f"{load.hung} pings were not answered")
        if trial.number % 20 == 19:
            settled(trial, Collector(bench, cluster, outbox), players)

    try:
        bench.each(outcome, times, one)
        trial = Trial(bench, outcome, times - 1, bench.folder)
        settled(trial, Collector(bench, cluster, outbox), players)
        outcome.notes.append(f"{players.acknowledged:,} playbacks, {players.sent:,} pings, {players.repeated:,} of "
                             "them again after they were acknowledged")
        outcome.seen["nothing: senders send again what was not acknowledged"] += 1
    finally:
        cluster.end()


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Collectors:
    """Collectors of one cluster, of which each ping goes to any that answers."""

    def __init__(self, bench, cluster, count=3):
        self.cluster, self.random = cluster, random.Random(bench.seed)
        ports = free_ports(count)
        self.urls = urls = [f"http://127.0.0.1:{port}" for port in ports]
        self.all = [Collector(bench, cluster, bench.folder / f"{port}.outbox",
                              options=["--listen", f"127.0.0.1:{port}", "--collectors", ",".join(urls),
                                       "--own-address", url]) for port, url in zip(ports, urls)]

    @property
    def server(self):
        return self

    def connection(self):
        return Balanced(self)

    def must_run(self):
        for one in self.all:
            one.must_run()

    def stop(self):
        for one in self.all:
            one.server.stop()

    def waiting(self):
        return [sum(counts) for counts in zip(*(one.waiting() for one in self.all))]

    def end(self):
        """Ends what else was started for the group."""


class Balanced:
    """A player's connections to several collectors: each request goes to any of them."""

    def __init__(self, collectors):
        self.collectors, self.open = collectors, {}

    def request(self, *words):
        for one in self.collectors.random.sample(self.collectors.all, 3):
            try:
                if one not in self.open:
                    self.open[one] = one.connection()
            except OSError:
                # A load balancer takes the next one where it can't connect.
                continue
            try:
                return self.open[one].request(*words)
            except OSError:
                self.open.pop(one).close()
                raise
        raise ConnectionError("no collector answers")

    def close(self):
        for connection in self.open.values():
            connection.close()


class BehindNginx(Collectors):
    """Collectors behind nginx, as the article on ClickHouse sets it up."""

    def __init__(self, bench, cluster, count):
        super().__init__(bench, cluster, count)
        self.bench, self.folder, self.port = bench, bench.folder / "nginx", free_ports(1)[0]
        self.folder.mkdir()
        servers = "\n".join(f"server {url.removeprefix('http://')} max_fails=1 fail_timeout=5s;" for url in self.urls)
        (self.folder / "nginx.conf").write_text(f"""
            daemon off; user root; worker_processes 1; pid nginx.pid; error_log error.log;
            events {{ worker_connections 1024; }}
            http {{
              access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              upstream collectors {{ {servers} keepalive 64; }}
              server {{
                listen 127.0.0.1:{self.port};
                location /watch {{
                  proxy_pass http://collectors;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_set_header X-Forwarded-For $remote_addr;
                  proxy_next_upstream error timeout non_idempotent;
                }}
              }}
            }}""")
        self.begin()

    def begin(self):
        """Starts nginx."""
        self.nginx = self.bench.start(["nginx", "-p", self.folder, "-c", "nginx.conf", "-e", "error.log"])
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                time.sleep(0.02)
        raise RefusedStart("nginx does not start")

    def end(self):
        self.fail()

    def fail(self):
        """Ends nginx and its worker at once."""
        for pid in children(self.nginx.pid):
            os.kill(pid, signal.SIGKILL)
        self.nginx.kill()
        self.nginx.wait()

    def connection(self):
        return Connection(self.port)


def children(pid):
    return [int(one) for one in open(f"/proc/{pid}/task/{pid}/children").read().split()]


class Known:
    """Playbacks that have begun before a fault; each ping adds one second of watching.

    What is acknowledged of them counts with the other players.
    """

    def __init__(self, seed, count, service, players):
        self.seed, self.players, self.start = seed, players, int(time.time() * 1000) - 600_000
        self.counts, self.statuses, self.slowest = [0] * count, {}, 0.0
        connection = service.connection()
        for number in range(count):
            for _ in range(2):
                if self.ping(number, connection) != 204:
                    raise RefusedAnswer("a playback can't begin before the fault")
        connection.close()
        self.statuses.clear()

    def ping(self, number, connection):
        ping = self.counts[number]
        events = [] if ping else [
            {"eat": self.start - 100, "typ": 1, "vti": 0, "pau": True}, {"eat": self.start, "typ": 2, "vti": 0, "pau": False}]
        events.append({"eat": self.start + 1000 * (ping + 1), "typ": 4, "vti": ping + 1, "pau": False})
        body = json.dumps({"sat": int(time.time() * 1000), "sid": "k", "pid": f"{self.seed}-{number}", "mid": "vik",
                           "ref": "", "ver": "1", "eve": events}).encode()
        began = time.monotonic()
        status, answer = connection.request("POST", "/watch", body)
        self.slowest = max(self.slowest, time.monotonic() - began)
        if status == 204:
            self.counts[number] += 1
            with self.players.lock:
                self.players.watched += 1
                self.players.acknowledged += ping == 0
        text = "" if status == 204 else f"{status} {detail(answer)}"
        self.statuses[text] = self.statuses.get(text, 0) + 1
        return status

    def go_on(self, service, seconds):
        """Pings all of them in turn, for so long."""
        end, number, connection = time.monotonic() + seconds, 0, service.connection()
        while time.monotonic() < end:
            self.ping(number % len(self.counts), connection)
            number += 1
            time.sleep(0.01)
        connection.close()


def during(trial, service, known, players, seconds, what, fails=True):
    """While a fault lasts: known playbacks are acknowledged, and a question fails with one sentence."""
    cluster = service.cluster
    before = dict(players.reasons), players.acknowledged
    known.statuses.clear()
    known.slowest = 0
    asked = []

    def ask():
        time.sleep(0.2)
        began = time.monotonic()
        try:
            code, out, err = trial.bench.run(["query", "metrics", "play", "count", "--clickhouse", service.url,
                                              "--format", "json", *SPAN])
            asked.append((code, out, err.strip(), time.monotonic() - began))
        except (Crash, Hang) as problem:
            trial.broken(f"{what}: {problem}")

    asking = threading.Thread(target=ask)
    asking.start()
    known.go_on(service, seconds)
    refused = {text: count for text, count in known.statuses.items() if text}
    if refused:
        trial.wrong(f"{what}: {sum(refused.values())} of {sum(known.statuses.values())} pings of known playbacks got "
                    f"{next(iter(refused))}")
    if known.slowest > 6:
        trial.wrong(f"{what}: a ping of a known playback took {known.slowest:.0f} s")
    asking.join(60)
    if asked and fails:
        code, out, words, took = asked[0]
        if code == 0:
            trial.wrong(f"{what}: a question was answered with {out[:100]}")
        else:
            trial.saw(f"query: {words}")
            if "\n" in words or not re.search(r"reached|answer", words) or NAME not in words:
                trial.wrong(f"{what}: a question fails without one sentence that says what can't be reached: {words}")
        if took > 20:
            trial.wrong(f"{what}: a question took {took:.0f} s to fail")
    reasons = {text: count - before[0].get(text, 0) for text, count in players.reasons.items()}
    for text, count in reasons.items():
        if count:
            trial.saw(f"new playbacks: {text}")
    trial.outcome.notes.append(
        f"{what}: {sum(known.statuses.values())} pings of known playbacks, slowest {known.slowest:.1f} s; "
        f"{players.acknowledged - before[1]} new playbacks acknowledged, {sum(reasons.values())} pings of them refused")


def collectors(bench, outcome, times):
    """kill -9, a break, or a restart of one of three collectors; the others take its playbacks over until it is back."""
    def fault(trial, group):
        gone = trial.random.choice(group.all)
        kind = trial.number % 4
        if kind == 3:
            os.kill(gone.server.pid, signal.SIGSTOP)
            time.sleep(trial.random.uniform(3, 8))
            os.kill(gone.server.pid, signal.SIGCONT)
        else:
            gone.server.stop() if kind == 2 else gone.server.kill()
            time.sleep(trial.random.uniform(0, 3))
            gone.start()

    among(bench, outcome, times, fault, lambda cluster: Collectors(bench, cluster), "nothing: others take the pings")


def balancer(bench, outcome, times):
    """Ten collectors behind nginx, which is killed or stands still, alone or with some of the collectors."""
    def fault(trial, group):
        gone = trial.random.sample(group.all, trial.number % 4)
        for collector in gone:
            collector.server.kill()
        if trial.number % 2:
            group.fail()
            time.sleep(trial.random.uniform(0, 3))
            group.begin()
        else:
            workers = children(group.nginx.pid)
            for pid in workers:
                os.kill(pid, signal.SIGSTOP)
            time.sleep(trial.random.uniform(0, 6))
            for pid in workers:
                os.kill(pid, signal.SIGCONT)
        time.sleep(trial.random.uniform(0, 3))
        for collector in gone:
            collector.start()

    among(bench, outcome, times, fault, lambda cluster: BehindNginx(bench, cluster, 10),
          "nothing, or for seconds that pings are refused: players send them again")


def among(bench, outcome, times, fault, make_group, seen):
    """Faults of a group of collectors under load, which goes on between them; all pings count once in the end."""
    cluster = Cluster(bench)
    players = Repeating(f"chc{bench.seed}")
    group, kept, bench.started = None, bench.started, []

    def keep():
        kept.extend(bench.started)
        bench.started = []

    def one(trial):
        load = players.load(group, 8, 0.005)
        time.sleep(trial.random.uniform(0.1, 1.5))
        fault(trial, group)
        time.sleep(trial.random.uniform(0, 6))
        load.stop()
        if load.hung:
            trial.broken(f"{load.hung} pings were not answered")
        keep()

    try:
        group = make_group(cluster)
        keep()
        bench.each(outcome, times, one)
        settled(Trial(bench, outcome, times - 1, bench.folder), group, players)
        outcome.notes.append(f"{players.acknowledged:,} playbacks, {players.sent:,} pings, {players.repeated:,} of "
                             "them again after they were acknowledged")
        outcome.seen[seen] += 1
    finally:
        if group:
            group.end()
        cluster.end()
        for process in kept:
            process.kill()


def shard(bench, outcome, times):
    """kill -9 of one of two shards in the middle of inserts and questions, and its restart."""
    cluster = Cluster(bench)
    outbox = bench.folder / "shard.outbox"
    players = Repeating(f"chs{bench.seed}")

    def one(trial):
        number = trial.number % 2 + 1
        service = Collector(bench, cluster, outbox)
        known = Known(f"known{trial.number}-{bench.seed}", 20, service, players)
        load = players.load(service, 4, 0.005)
        time.sleep(trial.random.uniform(0.3, 1.5))
        cluster.kill(number)
        during(trial, service, known, players, trial.random.uniform(3, 5), f"shard {number} killed")
        cluster.restart(number)
        time.sleep(trial.random.uniform(0.2, 2))
        load.stop()
        if load.hung:
            trial.broken(f"{load.hung} pings were not answered")
        settled(trial, service, players)

    try:
        bench.each(outcome, times, one)
    finally:
        cluster.end()


def network(bench, outcome, times):
    """The network between collector and cluster is cut for seconds: packets vanish, connections are reset, or a
    shard hangs."""
    net = Network(bench)
    kept, bench.started = bench.started, []
    cluster = Cluster(bench, net)
    proxies = [Proxy((cluster.host, cluster.port + 3 * n)) for n in range(2)]
    outbox = bench.folder / "network.outbox"
    urls = {"silence": cluster.url, "hung": cluster.url}
    players = Repeating(f"chn{bench.seed}")

    def one(trial):
        kind = ["silence", "reset", "hung", "held back"][trial.number % 4]
        url = urls.get(kind) or cluster.address(proxies[0].port, proxies[1].port, "127.0.0.1")
        service = Collector(bench, cluster, outbox, url)
        known = Known(f"net{trial.number}-{bench.seed}", 20, service, players)
        load = players.load(service, 4, 0.005)
        time.sleep(trial.random.uniform(0.3, 1.5))
        seconds = 20 if kind == "hung" else trial.random.choice([3, 8, 12] if trial.number < 12 else [3, 12, 45])
        hung = trial.random.choice([1, 2])
        if kind == "silence":
            net.cut()
        elif kind == "hung":
            cluster.signal(hung, signal.SIGSTOP)
        else:
            for proxy in proxies:
                proxy.become("reset" if kind == "reset" else "silence")
        try:
            during(trial, service, known, players, seconds, f"{kind}, {seconds} s", fails=seconds > 7)
        finally:
            if kind == "silence":
                net.mend()
            elif kind == "hung":
                cluster.signal(hung, signal.SIGCONT)
            for proxy in proxies:
                proxy.become("pass")
        time.sleep(trial.random.uniform(0.2, 2))
        load.stop()
        if load.hung:
            trial.broken(f"{load.hung} pings were not answered")
        settled(trial, service, players)

    try:
        bench.each(outcome, times, one)
    finally:
        for proxy in proxies:
            proxy.end()
        cluster.end()
        net.end()
        for process in kept:
            process.kill()


KINDS = ["cluster down", "cluster hung", "outbox in use", "outbox damaged", "no tables", "wrong password",
         "disk full"]


def unusable(bench, outcome, times):
    """A collector whose cluster or outbox can't be used says so, and ends when it is asked to."""
    cluster = Cluster(bench)

    def refused(trial, kind, words, url=None, outbox=None, never=None):
        try:
            Collector(bench, cluster, outbox or trial.folder / "outbox.db", url)
            trial.wrong(f"{kind}: serve starts all the same")
        except RefusedStart as refusal:
            text = str(refusal)
            trial.saw(f"{kind}: {text}")
            if not re.search(words, text) or (never and never in text):
                trial.wrong(f"{kind}: serve says {text}")

    def one(trial):
        kind = KINDS[trial.number % len(KINDS)]
        outbox = trial.folder / "outbox.db"
        if kind in ("cluster down", "cluster hung"):
            gone(trial, kind, outbox)
        elif kind == "outbox in use":
            service = Collector(bench, cluster, outbox)
            refused(trial, kind, "another program has it open", outbox=outbox)
            service.server.stop()
        elif kind == "outbox damaged":
            service = Collector(bench, cluster, outbox)
            service.server.stop()
            content = bytearray(outbox.read_bytes())
            content[0:200] = trial.random.randbytes(200)
            outbox.write_bytes(content)
            refused(trial, kind, "outbox", outbox=outbox)
        elif kind == "no tables":
            refused(trial, kind, "playhead clickhouse migrate", url=cluster.url.replace("/playhead?", "/nothing?"))
        elif kind == "wrong password":
            refused(trial, kind, "[Pp]assword", url=cluster.url.replace("http://", "http://writer:opensesame@"),
                    never="opensesame")
        else:
            disk = trial.folder / "disk"
            disk.mkdir()
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", disk], check=True)
            try:
                full(trial, disk)
            finally:
                bench.end()
                subprocess.run(["umount", "-l", disk], check=True)

    def gone(trial, kind, outbox):
        players = Players(f"gone{trial.number}")
        if trial.number >= len(KINDS):
            # With something in the outbox that waits to be sent.
            service = Collector(bench, cluster, outbox)
            load = players.load(service, 2)
            time.sleep(0.5)
        for number in (1, 2):
            cluster.kill(number) if kind == "cluster down" else cluster.signal(number, signal.SIGSTOP)
        try:
            if trial.number >= len(KINDS):
                time.sleep(trial.random.uniform(0, 4))
                load.stop()
                service.server.stop()
            service = Collector(bench, cluster, outbox)
            status, body = service.server.ask("/watch", "POST", Players("x").body(0, 0, int(time.time() * 1000) - 21000))
            trial.saw(f"{kind}, ping of a new playback: {status} {detail(body)}")
            if status != 503:
                trial.wrong(f"{kind}: a ping of a new playback got {status}")
            for line in service.server.complaints()[:1]:
                trial.saw(f"{kind}, log: {line}")
            code = service.server.stop()
            if code:
                trial.wrong(f"{kind}: serve ends with {code}: {last_line(service.server.log())}")
        finally:
            for number in (1, 2):
                cluster.restart(number) if kind == "cluster down" else cluster.signal(number, signal.SIGCONT)

    def full(trial, disk):
        service = Collector(bench, cluster, disk / "outbox.db")
        players = Players(f"full{trial.number}-{bench.seed}")
        before, watched = cluster.plays()
        load = players.load(service, 4)
        time.sleep(trial.random.uniform(0.3, 1))
        with open(disk / "ballast", "wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError:
                pass
        time.sleep(2.5)
        status, body = service.server.ask("/watch", "POST", Players("x").body(0, 0, int(time.time() * 1000) - 21000))
        trial.saw(f"disk full: {status} {detail(body)}")
        if status != 503:
            trial.wrong(f"a ping on a full disk got {status}")
        (disk / "ballast").unlink()
        load.stop()
        players.acknowledged += before
        players.watched += watched
        settled(trial, service, players)

    try:
        bench.each(outcome, times, one)
    finally:
        cluster.end()


def dash(bench, outcome, times):
    """The cluster of a dashboard goes away and comes back."""
    cluster = Cluster(bench)

    def one(trial):
        service = Collector(bench, cluster, trial.folder / "outbox.db")
        players = Players(f"dash{trial.number}-{bench.seed}")
        players.acknowledged, players.watched = cluster.plays()
        load = players.load(service, 2, 0.05)
        gone = [[1, 2], [1], [2]][trial.number % 3]
        reports = []

        def show():
            options = ["--seconds", "34", "--cols", "160", "--rows", "34", "--quit", "key:q",
                       *[part for at in (7, 18, 33) for part in ("--shot", str(at))],
                       *[part for name in ("CONFIG", "STATE", "DATA")
                         for part in ("--env", f"XDG_{name}_HOME={trial.folder}/{name.lower()}")]]
            reports.append(probe(options, [bench.playhead, "dash", "--clickhouse", cluster.url]))

        showing = threading.Thread(target=show)
        showing.start()
        time.sleep(9)
        for number in gone:
            cluster.kill(number)
        time.sleep(11)
        for number in gone:
            cluster.restart(number)
        showing.join(60)
        load.stop()
        if not reports:
            trial.broken("the dashboard did not end")
            return
        before, without, after = (shot_text(shot) for shot in reports[0]["shots"])
        what = "both shards" if len(gone) == 2 else f"shard {gone[0]}"
        tabs = tab_line(before)
        if NAME not in before:
            trial.wrong(f"the dashboard does not say which cluster it shows; it shows {before[-400:]}")
        said = re.search(r"(?:A part of )?ClickHouse.*?(?=  )", without + "  ")
        if not said or "reached" not in said.group(0):
            trial.wrong(f"{what} gone for 9 s, and the dashboard does not say so: {without}")
        else:
            trial.saw(said.group(0))
        if tab_line(without) != tabs:
            trial.wrong(f"{what} gone: the tabs are {tab_line(without)!r} instead of {tabs!r}")
        if "LIVE" not in after or "reached" in after:
            trial.wrong(f"{what} is back for 10 s, and the dashboard still says: {after.splitlines()[0]}")
        settled(trial, service, players)

    try:
        bench.each(outcome, times, one)
    finally:
        cluster.end()


def shot_text(shot):
    screen = shot.get("screen") or shot.get("text") or shot.get("lines")
    return screen if isinstance(screen, str) else "\n".join(screen)


def tab_line(text):
    """The names of the tabs, in the second line."""
    return " ".join(re.findall(r"\w{3,}", text.splitlines()[1]))
