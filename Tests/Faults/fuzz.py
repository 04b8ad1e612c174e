"""Pings that no player sends."""
import gzip
import json
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from random import Random

from bench import Players, Server, Trial

# Of anonymous memory, in MB.
MEMORY_LIMIT = 300
# All pings that one server gets are one trial.
PER_SERVER, SENDERS = 16_000, 4
NUMBERS = ["1e308", "-1e308", "1e999", "9" * 400, "-0", "1e-400", "9223372036854775808", "-9223372036854775809",
           "0.1e1", "1.", ".5", "01", "+1", "NaN", "Infinity", "null", "true", '"1"', "[]", "{}"]
BYTES = [b"\x00", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\\u0000", b"\\ud800", b"\\", b'"',
         b"{", b"}", b"[", b"]", b",", b":", b"\xef\xbb\xbf", b"\x1b]52;c;AAAA\x07", b"\xe2\x80\xae", b"\n", b"\x9b"]


def valid(random, now):
    start = now - 21000
    return {"sat": now, "sid": "sf", "pid": f"fuzz{random.randrange(10 ** 9)}", "mid": f"vf{random.randrange(300)}",
            "ref": "https://example.org/a?b", "ver": "1", "eve": [
                {"eat": start - 100, "typ": 1, "vti": 0, "vwi": 640, "vhe": 360, "pau": True, "eco": 0},
                {"eat": start, "typ": 2, "vti": 0, "pau": False},
                {"eat": start + 5000, "typ": 4, "vti": 5, "pau": False}]}


def mutated(random, now):
    """A body and the headers that go with it."""
    ping = valid(random, now)
    kind = random.randrange(12)
    if kind == 0:
        ping[random.choice(list(ping))] = random.choice([None, "", "x" * 70000, 2 ** 70, -1, [], {}, True, 1.5e300])
    elif kind == 1:
        event = random.choice(ping["eve"])
        event[random.choice(list(event))] = random.choice([None, "", 2 ** 63, -2 ** 63, 1e308, [], "5", True, -1])
    elif kind == 2:
        ping["eve"] = random.choice([[], ping["eve"] * random.randrange(2, 400), [None], [[]], {}, "eve", 5])
    elif kind == 3:
        for key in ("pid", "sid", "mid", "ref"):
            ping[key] = "".join(chr(random.choice([0, 7, 27, 0x9b, 0x202e, 0x300, 0xffff, 0x1f600, 65]))
                                for _ in range(random.randrange(300)))
    text = json.dumps(ping, ensure_ascii=random.random() < 0.5)
    body = text.encode("utf-8", "surrogatepass")
    if kind == 4:
        depth = random.choice([10, 100, 1000, 30000])
        body = body[:-1] + b',"x":' + random.choice([b"[", b'{"a":']) * depth + b"}"
    elif kind == 5:
        body = body.replace(str(random.choice([now, 4, 640])).encode(), random.choice(NUMBERS).encode(), 1)
    elif kind in (6, 7):
        body = bytearray(body)
        for _ in range(random.randrange(1, 8)):
            at = random.randrange(len(body))
            body[at:at + random.randrange(3)] = random.choice(BYTES)
        body = bytes(body)
    elif kind == 8:
        body = body[:random.randrange(len(body))]
    elif kind == 9:
        body = random.randbytes(random.randrange(2000))
    headers = ""
    if kind == 10:
        headers = random.choice(["Content-Encoding: gzip\r\n", "Content-Encoding: deflate\r\n"])
        compressed = gzip.compress(body) if "gzip" in headers else zlib.compress(body)
        choice = random.randrange(4)
        if choice == 0:
            compressed = compressed[:random.randrange(len(compressed))]
        elif choice == 1:
            compressed = bytearray(compressed)
            compressed[random.randrange(len(compressed))] ^= 1 << random.randrange(8)
        elif choice == 2:
            compressed = BOMB
        body = bytes(compressed)
    if kind == 11:
        headers = random.choice([
            "X-Forwarded-For: " + "1.2.3.4, " * 300 + "\r\n", "User-Agent: " + "a" * 7000 + "\r\n",
            "Sec-CH-UA: " + '"x";v="1", ' * 200 + "\r\n", "Content-Type: \xff\xfe\r\n", "Content-Encoding: br\r\n",
            "Cookie: " + "c" * 5000 + "\r\n", "Origin: null\r\n", "X-Forwarded-For: 999.1.1.1\r\n"])
    return body, headers


# 64 MB of nothing in 64 KB.
BOMB = gzip.compress(bytes(64 << 20))


def pings(bench, outcome, times):
    """Bodies that are mutations of a valid one; good pings between them count, each once."""
    store = bench.folder / "fuzz.db"
    good = Players(f"good{bench.seed}", pings=1, media="good")

    for number in range(-(-times // PER_SERVER)):
        if bench.only_trial not in (None, number):
            continue
        count = min(PER_SERVER, times - number * PER_SERVER)
        outcome.times += count
        trial = Trial(bench, outcome, number, bench.folder)
        server = Server(bench, store)
        with ThreadPoolExecutor(SENDERS) as pool:
            sent = [pool.submit(send, trial, server, good, f"{number}-{n}", count // SENDERS) for n in range(SENDERS)]
            for part in sent:
                part.result()
        memory = server.memory()
        if memory > MEMORY_LIMIT:
            trial.broken(f"{memory:.0f} MB of memory after {count:,} pings")
        good.settle(server)
        count_good(trial, server, good)
        server.stop()
        outcome.notes.append(f"memory after {outcome.times:,} pings: {memory:.0f} MB")
    is_sound, words = bench.check(store)
    if not is_sound:
        outcome.fault(0, f"store check: {words}", wrong=1)
    outcome.notes.append(f"{good.acknowledged:,} good pings between them")


def count_good(trial, server, good):
    """Compares the plays of the good pings' media items with what was acknowledged."""
    first = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 80000))
    filters = "".join(f"&filterBy%5BmediaId%5D%5B%5D=good{n}" for n in range(50))
    status, body = server.ask(f"/data/metrics/play/count?from={first}{filters}")
    if status == 200:
        trial.compare(good, json.loads(body)["data"] or 0)
    else:
        trial.wrong(f"the count of good pings got {status} {body[:200]}")


def send(trial, server, good, part, count):
    random = Random(f"{trial.bench.seed}/fuzz/{part}")
    connection = None
    for number in range(count):
        body, headers = mutated(random, int(time.time() * 1000))
        try:
            connection = connection or server.connection()
            status, answer = connection.request("POST", "/watch", body, headers)
            if status >= 500:
                trial.wrong(f"{status} for {body[:120]!r} {headers[:60]!r}")
            elif status != 204:
                trial.saw(f"{status} {json.loads(answer).get('title', '')}" if answer[:1] == b"{" else f"{status}")
        except TimeoutError:
            trial.broken(f"not answered: {body[:120]!r} {headers[:60]!r}")
            connection = None
        except (OSError, ValueError) as error:
            # A refusal may end the connection before all of a body was sent.
            connection = None
            server.must_run()
            if len(body) < 65536 and not headers:
                trial.wrong(f"no answer ({error!r}) for {body[:120]!r}")
        if number % 20 == 0:
            try:
                connection = connection or server.connection()
                good.one(part, connection)
            except OSError:
                connection = None
