"""Texts that people write, and what a program says of those that it can't read."""
import functools
import gzip
import json
import re
import time

from bench import Crash, HERE, Hang

# Whatever a file holds, a command has this much memory, in bytes.
MEMORY_LIMIT = 450_000_000
CONFIG = '''# settings
store = "store.db"
retention = "365d"
cache-size = "64M"
theme = "light"
timezone = "Europe/Paris"
read-limit = 500
known-media = false
allow-origin = ["https://example.org", "https://example.com"]

[other]
key = 1979-05-27T07:32:00Z
list = [1, 2.5, "a", { b = "c" }]
'''
TITLES = 'mediaId,title,tags,duration\nvi1,A walk,a;b,3:12\nvi2,"x, ""y""",,5\n'
TITLE_LINES = '{"mediaId":"vi1","title":"A","tags":["x"],"duration":5}\n' * 3
TOKENS = ["[", "]", "[[", "{", "}", '"', "'", '"""', "=", ",", ".", "#", "\n", "\\", "\x00", "\x1b[31m", "\ufeff",
          "\u202e", "-", "+", "e", "9" * 400, "1e999", "inf", "nan", "0x", "é", "\ud800", "[[[", "a.b.c", "true", "\r",
          "\t",          "(", "||", "=>", "*", "%", "null", "-1", "2", "Z", "T", ":", "2024-02-30", "24:00", "/", " " * 300]


def mutate(random, text):
    """A text with some parts cut, doubled, moved or replaced."""
    for _ in range(random.randrange(1, 5)):
        at, end = sorted(random.randrange(len(text) + 1) for _ in range(2))
        end = min(end, at + random.choice([0, 1, 3, 30]))
        text = text[:at] + random.choice([random.choice(TOKENS), text[at:end] * random.choice([0, 2, 50]),
                                          random.choice(TOKENS) * random.choice([1, 5, 2000])]) + text[end:]
    return text


def written(random, text):
    data = mutate(random, text).encode("utf-8", "surrogatepass")
    choice = random.random()
    if choice < 0.1:
        data = data.decode("utf-8", "replace").encode("utf-16")
    elif choice < 0.2:
        data = data[:random.randrange(len(data) + 1)] + random.randbytes(random.randrange(9))
    return data


def texts(bench, outcome, times):
    """Settings, themes, remembered state, CSV, NDJSON, gzip, queries, filters and ranges, mutated."""
    store = bench.folder / "texts.db"
    bench.run(["simulate", "--store", store, "--days", "3", "--facts", "5000"])
    code, csv, _ = bench.run(["export", "facts", "--store", store, "--last", "2h"])
    code, ndjson, _ = bench.run(["export", "facts", "--format", "ndjson", "--store", store, "--last", "2h"])
    csv, ndjson = "".join(csv.splitlines(True)[:30]), "".join(ndjson.splitlines(True)[:30])
    code, theme, _ = bench.run(["themes", "--help"])
    themes = sorted((HERE.parents[1] / "Themes").glob("**/*.toml"))
    theme = themes[0].read_text() if themes else 'name = "mine"\n[colors]\ntext = "#fff"\n'
    kinds = ["config", "theme", "state", "csv", "ndjson", "media", "gzip", "pings", "query", "filter", "range"]
    codes = {}
    def one(trial):
        random, folder = trial.random, trial.folder
        kind = kinds[trial.number % len(kinds)]
        environment = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("CONFIG", "STATE", "DATA")}
        for name in ("config/playhead/themes", "state/playhead", "data"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        target = ["--store", folder / "s.db"]
        if kind == "config":
            (folder / "config/playhead/config.toml").write_bytes(written(random, CONFIG))
            command = random.choice([["config"], ["query", "metrics", "play", "count", "--store", store],
                                     ["dash", "--once", "--store", store]])
        elif kind == "theme":
            (folder / "config/playhead/themes/mine.toml").write_bytes(written(random, theme))
            command = random.choice([["themes"], ["dash", "--once", "--theme", "mine", "--store", store]])
        elif kind == "state":
            remembered = json.dumps({"screen": "overview", "range": "24h", "filters": ["country=FR"], "theme": "dark",
                                     "version": 1, "store": {"x": [1, 2.5, None, True]}})
            (folder / "state/playhead/dashboard.json").write_bytes(written(random, remembered))
            command = ["dash", "--once", "--store", store]
        elif kind in ("csv", "ndjson"):
            file = folder / f"facts.{kind}"
            file.write_bytes(written(random, csv if kind == "csv" else ndjson))
            command = ["import", file, *target, *random.choice([[], ["--skip-bad-rows"], ["--once"]])]
        elif kind == "media":
            file = folder / random.choice(["m.csv", "m.ndjson"])
            file.write_bytes(written(random, TITLES if file.suffix == ".csv" else TITLE_LINES))
            command = ["media", "import", file, *target]
        elif kind == "gzip":
            file = folder / "facts.csv.gz"
            data = random.choice([
                gzip.compress(csv.encode()), *[bomb(*parts) for parts in (
                    (b"", b"\0"), (b"", b"x"), (b"", b"\n"), (b"", b"x,y\n"), (b"mediaId,title\n", b"v,\n"),
                    (b"time,fact,mediaId\n", b",,\n"), (b"time,fact,mediaId\n", b'"'), (b'{"time":', b"["))]])
            if random.random() < 0.6:
                data = bytearray(data)
                for _ in range(random.randrange(1, 4)):
                    data[random.randrange(len(data))] ^= 1 << random.randrange(8)
                data = bytes(data)[:random.choice([len(data), len(data) // 2])]
            file.write_bytes(data)
            command = random.choice([["import", file, *target], ["media", "import", file, *target],
                                     ["import", "--skip-bad-rows", file, *target]])
        elif kind == "pings":
            file = folder / "pings.ndjson"
            now = int(time.time() * 1000)
            line = json.dumps({"receivedAt": now, "address": "127.0.0.1", "userAgent": "x", "ping": {
                "sat": now, "sid": "s", "pid": "p", "mid": "vi1", "ref": "", "ver": "1",
                "eve": [{"eat": now - 1000, "typ": 2, "vti": 0, "pau": False}]}}) + "\n"
            file.write_bytes(written(random, line * 3))
            command = ["import", file, *target]
        elif kind == "query":
            words = ["metrics", "play", "count", "--last", "24h", "--format", "json", "--tz", "Europe/Paris"]
            at = random.randrange(len(words))
            words[at] = argument(random, words[at])
            command = ["query", *words, "--store", store]
        elif kind == "filter":
            command = ["query", "buckets", "play", "country", "--filter",
                       argument(random, random.choice(["browser=chrome,firefox", "country!=FR", "media-id=vi1"])),
                       "--store", store]
        else:
            name, text = random.choice([("--range", "2024-05-01..2024-05-07"), ("--range", "90m"), ("--range", "14:05"),
                                        ("--size", "120x40"), ("--view", "overview"), ("--tz", "Europe/Paris")])
            command = ["dash", "--once", f"{name}={argument(random, text)}", "--store", store]
        what = f"{kind}: {' '.join(map(str, command))[:200]!r}"
        try:
            code, out, err = bench.run(command, environment, within=30, prefix=["prlimit", f"--data={MEMORY_LIMIT}"])
        except (Crash, Hang) as problem:
            trial.broken(f"{problem}; {what}")
            return
        except ValueError:
            return    # no program can be started with such an argument
        codes[code] = codes.get(code, 0) + 1
        if code not in (0, 1, 2, 64, 65, 66, 78):
            trial.wrong(f"exit code {code}; {what}")
        if code:
            words = [line for line in err.splitlines() if line.startswith(("playhead: ", "Error: "))]
            if not words or len(err) > 10000 + 4 * sum(len(str(part)) for part in command):
                trial.wrong(f"{len(words)} sentences and {len(err)} bytes: {err[:200]!r}; {what}")
            elif kind in ("config", "theme", "csv", "query"):
                trial.saw(re.sub(r"[“\"'].*[”\"']", "…", words[0]))
        # Whoever types a control character gets it back.
        if kind not in ("query", "filter", "range") and re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", err):
            trial.wrong(f"control characters in a message: {err[:200]!r}; {what}")

    bench.each(outcome, times, one)
    outcome.notes.append("exit codes: " + ", ".join(f"{code}: {count}" for code, count in sorted(codes.items())))


@functools.cache
def bomb(head, part):
    """A file of a few hundred kilobytes that unpacks to 128 MB."""
    return gzip.compress(head + part * ((1 << 27) // len(part)), 6)


def argument(random, text):
    return mutate(random, text).replace("\x00", "")[:100000].encode("utf-8", "replace").decode()
