"""What the faults beside it share: processes that are bounded in time, a server, players, and what came of it."""
import atexit
import itertools
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
# All that a store retains, and what a clock that was ahead may have made of it.
FIRST, LAST = (time.strftime("%Y-%m-%dT%H:00:00Z", time.gmtime(time.time() + days * 86400)) for days in (-360, 600))
ALL_TIME, SPAN = f"from={FIRST}&to={LAST}", ["--from", FIRST, "--to", LAST]
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
# Longer than anything may take; what takes longer hangs.
REQUEST_LIMIT, COMMAND_LIMIT, STOP_LIMIT = 20, 60, 10

started = []


@atexit.register
def end_all():
    for process in started:
        if process.poll() is None:
            process.kill()


class Hang(Exception):
    """Something took longer than it may."""


class Crash(Exception):
    """A process has ended by itself that should run, or by a signal of its own."""


class Outcome:
    """What came of a fault that was made to happen several times."""

    def __init__(self, name):
        self.name, self.times = name, 0
        self.lost = self.wrong = self.broken = 0
        self.seen, self.notes, self.faults = Counter(), [], []
        self.seconds = 0.0

    def fault(self, trial, text, lost=0, wrong=0, broken=0):
        self.lost, self.wrong, self.broken = self.lost + lost, self.wrong + wrong, self.broken + broken
        self.faults.append((trial, text))

    @property
    def is_clean(self):
        return not (self.lost or self.wrong or self.broken)


class Trial:
    """One time that a fault happens: its number, its randomness and a folder that is removed after it."""

    def __init__(self, bench, outcome, number, folder):
        self.bench, self.outcome, self.number, self.folder = bench, outcome, number, Path(folder)
        self.random = random.Random(f"{bench.seed}/{outcome.name}/{number}")
        self.told = set()

    def lost(self, count, text):
        if count:
            self.outcome.fault(self.number, f"{count} lost: {text}", lost=count)

    def wrong(self, text, count=1):
        if text in self.told:
            return
        self.told.add(text)
        self.outcome.fault(self.number, f"wrong: {text}", wrong=count)

    def broken(self, text):
        self.outcome.fault(self.number, f"broken: {text}", broken=1)

    def saw(self, text):
        """What the user sees; numbers and paths of this run are left out, so that like texts are one."""
        text = " ".join(text.split()).replace(str(self.folder) + "/", "")
        self.outcome.seen[re.sub(r"\d{4}-[\dT:+-]+Z?|\d[\d,]{3,}", "N", text)] += 1

    def compare(self, players, plays, watched=None):
        """Compares what a store has with what was acknowledged."""
        low, high = players.acknowledged, players.acknowledged + players.unsure
        if plays is None:
            return
        if plays < low:
            self.lost(low - plays, f"{low} playbacks were acknowledged, {plays} are there")
        if plays > high:
            self.wrong(f"{plays} plays, {high} playbacks were sent at most", plays - high)
        if watched is not None and not low <= plays <= high:
            return
        if watched is not None and not players.watched <= round(watched) <= players.watched + 5 * len(players.tried):
            self.wrong(f"{watched} s watched, {players.watched} s acknowledged, {5 * len(players.tried)} s unsure")


class Bench:
    def __init__(self, playhead, seed, trial=None):
        self.playhead, self.seed, self.only_trial = os.path.abspath(playhead), seed, trial
        self.home = tempfile.TemporaryDirectory(prefix="faults-", dir=os.environ.get("FAULTS_FOLDER"))
        self.folder = Path(self.home.name)
        self.environment = {
            "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "SWIFT_BACKTRACE": "enable=no",
            "HOME": str(self.folder),
            **{f"XDG_{kind}_HOME": str(self.folder / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}}
        self.counter, self.started = itertools.count(), []

    def trials(self, outcome, times):
        """The trials of a fault, one after the other; what they raise is counted."""
        for number in range(times):
            if self.only_trial is not None and number != self.only_trial:
                continue
            folder = tempfile.mkdtemp(dir=self.folder)
            trial = Trial(self, outcome, number, folder)
            outcome.times += 1
            failed = len(outcome.faults)
            yield trial
            if len(outcome.faults) > failed and os.environ.get("FAULTS_KEEP"):
                kept = Path(os.environ["FAULTS_KEEP"]) / f"{outcome.name}-{self.seed}-{number}"
                shutil.copytree(folder, kept, dirs_exist_ok=True)
            shutil.rmtree(folder, ignore_errors=True)

    def each(self, outcome, times, make):
        """Makes a fault happen so many times; a trial that ends in an error counts, and the next one goes on."""
        for trial in self.trials(outcome, times):
            try:
                make(trial)
            except (Crash, Hang) as problem:
                trial.broken(str(problem))
            except (RefusedAnswer, RefusedStart) as refusal:
                trial.wrong(str(refusal))
            except (OSError, ValueError, AssertionError) as error:
                where = traceback.extract_tb(error.__traceback__)[-1]
                trial.broken(f"{error!r} at {Path(where.filename).name}:{where.lineno}")
            self.end()

    def end(self):
        """Ends what was started here."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()
        self.started.clear()

    def shim(self, name):
        """A library to preload, compiled when it is first needed."""
        library = self.folder / f"{name}.so"
        if not library.exists():
            subprocess.run(["cc", "-O2", "-Wall", "-shared", "-fPIC", "-pthread", "-o", library,
                            HERE / f"{name}.c", "-ldl"], check=True)
        return str(library)

    def start(self, command, environment=None, **more):
        process = subprocess.Popen([str(part) for part in command], env={**self.environment, **(environment or {})},
                                   stdin=subprocess.DEVNULL, **more)
        started.append(process)
        self.started.append(process)
        return process

    def run(self, command, environment=None, within=COMMAND_LIMIT, text=True, prefix=()):
        """Runs a command of the program; returns its exit code, output and messages.

        Raises Hang if it takes too long, Crash if a signal ended it.
        """
        command = [*prefix, self.playhead, *command]
        process = self.start(command, environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        shown = " ".join(str(part) for part in command[len(prefix):])
        try:
            out, err = process.communicate(timeout=within)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Hang(f"`{shown}` took over {within} s")
        if process.returncode < 0 or process.returncode > 128:
            raise Crash(f"`{shown}` ended by signal {abs(process.returncode) % 128}: "
                        + reason(err.decode(errors="replace")))
        if text:
            out = out.decode(errors="replace")
        return process.returncode, out, err.decode(errors="replace")

    def plays(self, store, environment=None, media=None):
        """The plays and the watched seconds of all time, by the command line; also of some players' media alone."""
        numbers, filters = [], ["--filter", f"media-id={','.join(f'{media}{n}' for n in range(50))}"] if media else []
        for metric, aggregation in (("play", "count"), ("watch-time", "sum")):
            code, out, err = self.run(["query", "metrics", metric, aggregation, "--store", store, "--format", "json",
                                       *SPAN, *filters], environment)
            if code:
                raise RefusedAnswer(last_line(err))
            numbers.append(json.loads(out)["data"] or 0)
        return numbers

    def check(self, store):
        """Whether `store check` finds the store sound, and what it says."""
        code, out, err = self.run(["store", "check", "--store", store])
        return code == 0, last_line(err) or (out.splitlines() or [""])[0]


class RefusedAnswer(Exception):
    """A query that was answered by an error; better than a wrong number."""


def last_line(text):
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def reason(text):
    """Why a program says it ended: the line of the trap, or its last one."""
    fatal = [line for line in text.splitlines() if "atal error" in line or "Precondition" in line]
    return (fatal or [last_line(text)])[0][:300]


class Connection:
    """HTTP/1.1 over one socket, as little of it as is needed, and fast."""

    def __init__(self, port, timeout=REQUEST_LIMIT):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def close(self):
        self.socket.close()

    def send(self, method, path, body=b"", headers=""):
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {BROWSER}\r\n{headers}"
        if body or method == "POST":
            head += f"Content-Length: {len(body)}\r\n"
        self.socket.sendall(head.encode("latin-1") + b"\r\n" + body)

    def receive(self):
        """The status and the body of the next answer."""
        while True:
            head = self.read_until(b"\r\n\r\n")
            status = int(head[9:12])
            if status >= 200:
                break
        lower = head.lower()
        length = re.search(rb"content-length: *(\d+)", lower)
        if status == 204 or status == 304:
            return status, b""
        if length:
            return status, self.read(int(length.group(1)))
        if b"transfer-encoding: chunked" in lower:
            body = b""
            while size := int(self.read_until(b"\r\n").split(b";")[0], 16):
                body += self.read(size + 2)[:-2]
            self.read_until(b"\r\n")
            return status, body
        body, self.rest = self.rest, b""
        while part := self.socket.recv(1 << 16):
            body += part
        return status, body

    def request(self, method, path, body=b"", headers=""):
        self.send(method, path, body, headers)
        return self.receive()

    def read_until(self, end):
        while end not in self.rest:
            self.fill()
        part, self.rest = self.rest.split(end, 1)
        return part + end

    def read(self, count):
        while len(self.rest) < count:
            self.fill()
        part, self.rest = self.rest[:count], self.rest[count:]
        return part

    def fill(self):
        part = self.socket.recv(1 << 16)
        if not part:
            raise ConnectionError("closed")
        self.rest += part


class Server:
    """`playhead serve`, on a port of its own, with what it has logged; its data is in a store, or at a place."""

    def __init__(self, bench, store, *options, place=None, prefix=(), environment=None, within=30):
        self.bench, self.store = bench, store
        place = place or ["--store", store]
        self.log_file = bench.folder / f"serve-{next(bench.counter)}.log"
        with open(self.log_file, "wb") as log:
            self.process = bench.start(
                [*prefix, bench.playhead, "serve", *place, "--listen", "127.0.0.1:0", *options],
                environment, stdout=subprocess.DEVNULL, stderr=log)
        self.pid, self.port = self.process.pid, None
        end = time.monotonic() + within
        while self.port is None:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", self.log())
            if found:
                self.port = int(found.group(1))
            elif self.process.poll() is not None:
                code = self.process.returncode
                if code < 0 or code > 128:
                    raise Crash(f"serve ended by signal {abs(code) % 128}: {reason(self.log())}")
                raise RefusedStart(last_line(self.log()))
            elif time.monotonic() > end:
                self.kill()
                raise Hang(f"serve did not listen within {within} s: {last_line(self.log())}")
            else:
                time.sleep(0.005)
        if prefix and prefix[0] == "strace":
            self.pid = self.child() or self.pid

    def child(self):
        """The server itself, where another program has started it."""
        for _ in range(100):
            try:
                text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
                for pid in text.split():
                    if Path(f"/proc/{pid}/exe").resolve() == Path(self.bench.playhead).resolve():
                        return int(pid)
            except OSError:
                pass
            time.sleep(0.01)
        return None

    def log(self):
        return self.log_file.read_text(errors="replace")

    def complaints(self):
        """The lines of the log that are warnings or errors, without their times."""
        return [line.split(" ", 1)[1] for line in self.log().splitlines()
                if re.match(r"\S+ (warning|error|critical) ", line)]

    def connection(self, timeout=REQUEST_LIMIT):
        return Connection(self.port, timeout)

    def ask(self, path, method="GET", body=b"", timeout=REQUEST_LIMIT, headers=""):
        try:
            connection = self.connection(timeout)
            try:
                return connection.request(method, path, body, headers)
            finally:
                connection.close()
        except TimeoutError:
            self.must_run()
            raise Hang(f"{method} {path} was not answered within {timeout} s")

    def must_run(self):
        """Raises Crash if the server has ended."""
        if self.process.poll() is not None:
            code = self.process.returncode
            raise Crash(f"serve ended with {code}: {reason(self.log())}")

    def plays(self):
        """The plays and the watched seconds of all time; None where it answers with an error."""
        numbers = []
        for path in ("play/count", "watch-time/sum"):
            status, body = self.ask(f"/data/metrics/{path}?{ALL_TIME}")
            if status != 200:
                raise RefusedAnswer(f"{status} {body[:200].decode(errors='replace')}")
            numbers.append(json.loads(body)["data"] or 0)
        return numbers

    def memory(self):
        """Anonymous memory in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"RssAnon:\s+(\d+)", status).group(1)) / 1000

    def send_signal(self, number):
        os.kill(self.pid, number)

    def kill(self):
        for pid in {self.pid, self.process.pid}:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(30)

    def stop(self, number=signal.SIGTERM, within=STOP_LIMIT):
        """Ends the server as a service manager does; raises Hang if it takes longer than it may."""
        if self.process.poll() is None:
            began = time.monotonic()
            try:
                self.send_signal(number)
            except ProcessLookupError:
                pass
            try:
                self.process.wait(within + 1)
            except subprocess.TimeoutExpired:
                self.kill()
                raise Hang(f"serve did not stop within {within} s of signal {number}")
            self.took = time.monotonic() - began
        code = self.process.returncode
        if code < 0 or code > 128:
            raise Crash(f"serve ended by signal {abs(code) % 128}: {reason(self.log())}")
        return code


class RefusedStart(Exception):
    """A server that did not start and said why."""


class Players:
    """Playbacks whose pings are sent until each is acknowledged, and a model of what was.

    A ping adds five seconds of watching. What was sent and not answered is sent again next time, as it was: whether
    it was counted the first time or not, it counts once.
    """

    def __init__(self, seed, pings=4, media="vi"):
        self.seed, self.pings, self.media = seed, pings, media
        self.lock = threading.Lock()
        self.acknowledged = self.watched = self.sent = self.refused = 0
        self.pending = {}      # by sender: the playback under way and the number of its next ping
        self.number = itertools.count()
        self.tried = set()     # pings that were sent and not yet acknowledged: playback and number
        self.reasons, self.of_media = Counter(), Counter()

    @property
    def unsure(self):
        """How many playbacks may be there or not."""
        return sum(ping == 0 for _, ping in self.tried)

    def body(self, playback, ping, start):
        events = [] if ping else [
            {"eat": start - 100, "typ": 1, "vti": 0, "pau": True}, {"eat": start, "typ": 2, "vti": 0, "pau": False}]
        events.append({"eat": start + 5000 * (ping + 1), "typ": 4, "vti": 5 * (ping + 1), "pau": False})
        return json.dumps({
            "sat": start + 21000, "sid": f"s{playback}", "pid": f"{self.seed}-{playback}",
            "mid": f"{self.media}{hash(playback) % 50}", "ref": "", "ver": "1", "eve": events}).encode()

    def one(self, sender, connection):
        """Sends the next ping of a sender; returns the status of its answer."""
        with self.lock:
            if sender not in self.pending:
                self.pending[sender] = (next(self.number), 0, int(time.time() * 1000) - 21000)
            playback, ping, start = self.pending[sender]
            self.sent += 1
            self.tried.add((playback, ping))
            media = self.media
        status, body = connection.request("POST", "/watch", self.body(playback, ping, start))
        with self.lock:
            if status == 204:
                self.watched += 5
                self.acknowledged += ping == 0
                self.of_media[media] += ping == 0
                self.tried.discard((playback, ping))
                if ping + 1 < self.pings:
                    self.pending[sender] = (playback, ping + 1, start)
                else:
                    del self.pending[sender]
            else:
                self.refused += 1
                self.reasons[f"{status} {detail(body)}"] += 1
        return status

    def load(self, server, senders=4, pause=0.0, offset=0):
        """Starts senders that go on until they are told to stop or the server goes away."""
        return Load(self, server, senders, pause, offset)

    def settle(self, server, within=REQUEST_LIMIT):
        """Sends again what was not acknowledged, so that nothing is unsure."""
        end = time.monotonic() + within
        for sender in list(self.pending):
            while True:
                try:
                    connection = server.connection()
                    status = self.one(sender, connection)
                    connection.close()
                    if status == 204:
                        break
                except TimeoutError:
                    raise Hang("a ping was not answered")
                except OSError:
                    server.must_run()
                if time.monotonic() > end:
                    return False
                time.sleep(0.05)
        return True


def detail(body):
    """The sentence of a problem."""
    try:
        problem = json.loads(body)
        return problem.get("detail") or problem.get("title") or ""
    except ValueError:
        return body[:100].decode(errors="replace").strip()


class Load:
    def __init__(self, players, server, senders, pause, offset):
        self.players, self.server, self.pause = players, server, pause
        self.is_over = threading.Event()
        self.hung, self.slowest, self.latencies = 0, 0.0, []
        self.threads = [threading.Thread(target=self.run, args=(offset + n,), daemon=True) for n in range(senders)]
        for thread in self.threads:
            thread.start()

    def run(self, sender):
        connection = None
        while not self.is_over.is_set():
            try:
                if connection is None:
                    connection = self.server.connection()
                began = time.monotonic()
                status = self.players.one(sender, connection)
                self.latencies.append(time.monotonic() - began)
                if status != 204:
                    time.sleep(0.02)
            except TimeoutError:
                self.hung += 1
                self.latencies.append(REQUEST_LIMIT)
                connection = None
            except (OSError, ValueError):
                connection = None
                time.sleep(0.01)
            if self.pause:
                self.is_over.wait(self.pause)

    def stop(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join(REQUEST_LIMIT + 5)
        return self


def percentile(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * part))] if values else 0.0
