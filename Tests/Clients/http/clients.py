#!/usr/bin/env python3
"""Runs in a network of its own; see `check`."""
import ctypes
import gzip
import http.server
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import requests

HERE = Path(__file__).resolve().parent
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
# Where viewers are: of three countries, and in one of them twice, by IPv4 and IPv6.
VIEWERS = ["133.11.0.1", "91.0.0.1", "8.8.8.8", "2a01:e00::1"]
failures = []
checks = 0


def check(name, found, expected):
    global checks
    checks += 1
    if found != expected:
        failures.append(name)
        print(f"FAILED {name}: {found!r} instead of {expected!r}")


def ping(playback, media="vi1", seconds=6):
    now = int(time.time() * 1000)
    start = now - seconds * 1000
    event = {"vwi": 640, "vhe": 360}
    return json.dumps({
        "sat": now, "sid": f"s{playback}", "pid": playback, "mid": media, "ref": "", "ver": "1",
        "eve": [{"eat": start - 100, "typ": 1, "vti": 0, "pau": True, **event},
                {"eat": start, "typ": 2, "vti": 0, "pau": False, **event},
                {"eat": now, "typ": 4, "vti": seconds, "pau": False, **event}]})


def end_with_this():
    """For a process that has been begun: it ends when this one does, whatever ends it."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Server:
    """`playhead serve` with a store of its own, and nginx in front of it."""

    def __init__(self, playhead, *options):
        self.folder = tempfile.TemporaryDirectory()
        folder = Path(self.folder.name)
        home = {"HOME": str(folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        self.log = open(folder / "log", "w+")
        self.process = subprocess.Popen(
            [playhead, "serve", "--store", str(folder / "store.db"), "--listen", "[::]:0",
             "--insecure", *options], stderr=self.log, env=home, preexec_fn=end_with_this)
        self.port = self.wait_for_port(folder / "log")
        self.url = f"http://127.0.0.1:{self.port}"
        self.proxy = None

    def wait_for_port(self, log):
        for _ in range(200):
            found = re.search(r"listening on http://\S+:(\d+)", log.read_text())
            if found:
                return int(found.group(1))
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        sys.exit(f"the server does not listen: {log.read_text()}")

    def start_proxy(self):
        folder = Path(self.folder.name) / "nginx"
        folder.mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (folder / "nginx.conf").write_text(
            (HERE / "nginx.conf").read_text().replace("PORT", str(port))
            .replace("SERVER", f"127.0.0.1:{self.port}"))
        self.proxy = subprocess.Popen(
            ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "error.log"],
            preexec_fn=end_with_this)
        self.proxy_port = port
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit("nginx does not listen: " + (folder / "error.log").read_text())

    def stop(self):
        for process in filter(None, [self.proxy, self.process]):
            process.send_signal(signal.SIGTERM)
            process.wait(20)
        if self.process.returncode != 0:
            self.log.seek(0)
            failures.append("the server's end")
            print(self.log.read())
        self.folder.cleanup()

    def data(self, path):
        with urllib.request.urlopen(f"{self.url}/data/{path}") as answer:
            return json.load(answer)["data"]

    def plays(self, media):
        return self.data(f"metrics/play/count?filterBy[mediaId]={media}")

    def accepted(self):
        with urllib.request.urlopen(self.url + "/metrics") as answer:
            text = answer.read().decode()
        return int(re.search(
            r'playhead_pings_total\{environment="production",outcome="accepted"\} (\d+)',
            text).group(1))


def run(*command):
    """What a command prints; one that fails is a failed check."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=90)
    except subprocess.TimeoutExpired:
        failures.append(command[0])
        print(f"FAILED {command}: it does not end")
        return ""
    if done.returncode != 0:
        failures.append(command[0])
        print(f"FAILED {command}: status {done.returncode}: {done.stderr}")
    return done.stdout


def curl(*arguments):
    return run("curl", "-sS", "--max-time", "20", "-H", f"User-Agent: {AGENT}", *arguments)


def status(*arguments):
    return curl("-o", "/dev/null", "-w", "%{http_code} %{http_version} %{num_connects}", *arguments)


# Direct and through nginx


def ask(server):
    """What is known of the viewers."""
    buckets = server.data("buckets/play/country")
    return {
        "countries": {b["dimensionValue"]: b["metricValue"] for b in buckets},
        "unique": server.data("metrics/view/count?viewDuration=3s&unique=true"),
        "plays": server.data("metrics/play/count"),
    }


def send_as(address, url, playback, proxied):
    """Two playbacks of a viewer: from the viewer's address, or by a proxy that names it."""
    for number in range(2):
        body = ping(f"{playback}-{number}")
        source = ["-H", f"X-Forwarded-For: 192.0.2.1, {address}"] if proxied else ["--interface", address]
        check(f"ping of {address}", status(*source, "-d", body, url + "/watch")[:3], "204")


def proxies(playhead):
    found = []
    for proxied in (False, True):
        server = Server(playhead, "--trusted-proxy", "127.0.0.1")
        server.start_proxy()
        for number, address in enumerate(VIEWERS):
            host = "[::1]" if ":" in address else "127.0.0.1"
            port = server.proxy_port if proxied else server.port
            target = f"http://127.0.0.1:{port}/stats" if proxied else f"http://{host}:{port}"
            send_as(address, target, f"p{number}", proxied)
        found.append(ask(server))
        limits(server, proxied)
        server.stop()
    direct, through = found
    check("countries of viewers", len(direct["countries"]), len(VIEWERS))
    check("unique viewers", direct["unique"], len(VIEWERS))
    check("viewers through nginx as directly", through, direct)

    server = Server(playhead)
    server.start_proxy()
    send_as(VIEWERS[0], f"http://127.0.0.1:{server.proxy_port}/stats", "p", True)
    check("country behind a proxy that is not trusted", ask(server)["countries"], {"unknown": 2})
    server.stop()


def limits(server, proxied):
    """One viewer sends too much, and another may send all the same."""
    many, other = VIEWERS[0], VIEWERS[1]
    body = Path(server.folder.name) / "body.json"
    body.write_text(ping("many", media="many"))
    if proxied:
        url = f"http://127.0.0.1:{server.proxy_port}/stats/watch"
        as_many = ["-H", f"X-Forwarded-For: {many}"]
        as_other = ["-H", f"X-Forwarded-For: {other}"]
    else:
        url = f"http://127.0.0.1:{server.port}/watch"
        as_many, as_other = ["-B", many], ["--interface", other]
    out = run("ab", "-q", "-k", "-n", "25000", "-c", "20", "-p", str(body), *as_many, url)
    refused = int((re.findall(r"Non-2xx responses:\s+(\d+)", out) or ["0"])[0])
    # At most two windows of ten seconds, each with its ten thousand.
    check(f"pings beyond the limit are refused, proxied {proxied}", 0 < refused < 25000, True)
    answer = status(*as_other, "-d", ping("other", media="many"), url)
    check(f"others are not, proxied {proxied}", answer[:3], "204")


# Clients


def with_ab(server):
    body = Path(server.folder.name) / "ab.json"
    for number, options in enumerate([[], ["-k"]]):
        media = f"ab{number}"
        body.write_text(ping(media, media))
        before = server.accepted()
        out = run("ab", "-q", *options, "-n", "2000", "-c", "20", "-T", "text/plain", "-p", str(body),
                  server.url + "/watch")
        check("ab: complete", re.findall(r"Complete requests:\s+(\d+)", out), ["2000"])
        check("ab: failed", re.findall(r"Failed requests:\s+(\d+)", out), ["0"])
        check("ab: others", re.findall(r"Non-2xx responses:\s+(\d+)", out), [])
        if options:
            check("ab: kept alive", re.findall(r"Keep-Alive requests:\s+(\d+)", out), ["2000"])
        check("ab: pings", server.accepted() - before, 2000)
        check("ab: the playback counts once", server.plays(media), 1)


def with_curl(server):
    url = server.url + "/watch"
    check("curl 1.0", status("--http1.0", "-d", ping("c1", "curl"), url)[:7], "204 1.1")
    check("curl 1.1", status("--http1.1", "-d", ping("c2", "curl"), url)[:7], "204 1.1")
    check("curl: HTTP/2 is not offered", status("--http2", "-d", ping("c3", "curl"), url)[:7], "204 1.1")
    packed = Path(server.folder.name) / "ping.gz"
    packed.write_bytes(gzip.compress(ping("c4", "curl").encode()))
    check("curl: gzip", status("-H", "Content-Encoding: gzip", "--data-binary", f"@{packed}", url)[:3], "204")
    start = time.monotonic()
    out = status("-H", "Expect: 100-continue", "--expect100-timeout", "15", "-d", ping("c5", "curl"), url)
    check("curl: Expect", (out[:3], time.monotonic() - start < 10), ("204", True))
    check("curl: close", status("-H", "Connection: TE, Close", "-d", ping("c6", "curl"), url)[:3], "204")
    check("curl: a byte order mark", status("-d", "\ufeff" + ping("c7", "curl"), url)[:3], "204")
    check("curl: chunks", status("-H", "Transfer-Encoding: chunked", "-d", ping("c8", "curl"), url)[:3], "204")
    check("curl: plays", server.plays("curl"), 8)
    for option, closes in (("--http1.0", True), ("--http1.1", False)):
        head = curl(option, "-I", server.url + "/data/state")
        check(f"curl: HEAD {option}", head.startswith("HTTP/1.1 200"), True)
        check(f"curl: close {option}", "connection: close" in head.lower(), closes)
    plain = curl(server.url + "/data/timeseries/play?interval=minute&pageSize=100")
    check("curl: gzip answers",
          curl("--compressed", server.url + "/data/timeseries/play?interval=minute&pageSize=100")[:60], plain[:60])
    check("curl: OPTIONS", "allow: GET, HEAD, OPTIONS" in curl(
        "-i", "-X", "OPTIONS", server.url + "/data/state").replace("Allow", "allow"), True)
    check("curl: one connection", status(server.url + "/healthz", "-o", "/dev/null", server.url + "/healthz"),
          "200 1.1 1200 1.1 0")


def with_wrk(server):
    before = server.accepted()
    script = HERE.parent.parent / "Benchmark" / "pings.lua"
    out = run("wrk", "-t1", "-c20", "-d2s", "-s", str(script), server.url)
    result = re.search(r"RESULT (.*)", out)
    if not result:
        return
    sent, _, refused, broken, *_ = (int(n) for n in result.group(1).split())
    check("wrk: refused, broken", (refused, broken), (0, 0))
    # What was on its way when wrk stopped counts as well.
    time.sleep(0.5)
    accepted = server.accepted() - before
    check("wrk: pings", sent <= accepted <= sent + 20, True)
    plays = sum(b["metricValue"] for b in wrk_buckets(server))
    check("wrk: each is a play", plays, accepted)


def wrk_buckets(server):
    """The plays of the media items vi0 to vi499, by country, which is one."""
    names = "&".join(f"filterBy[mediaId][]=vi{n}" for n in range(500))
    return server.data(f"buckets/play/country?{names}")


def with_requests(server):
    def work(worker):
        with requests.Session() as session:
            for number in range(100):
                answer = session.post(
                    server.url + "/watch", data=ping(f"r{worker}-{number}", "requests"),
                    headers={"Content-Type": "application/json", "User-Agent": AGENT}, timeout=20)
                if answer.status_code != 204 or answer.content:
                    check("requests: status", answer.status_code, 204)
            page = session.get(server.url + "/data/buckets/play/media-id?pageSize=100", timeout=20)
            check("requests: gzip", page.headers.get("Content-Encoding"), "gzip")
            check("requests: unpacked", len(page.json()["data"]) > 1, True)

    workers = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    check("requests: plays", server.plays("requests"), 400)


def with_node(server):
    out = run("node", str(HERE / "fetch.mjs"), server.url, "200")
    check("node: statuses", out.strip(), '{"204":200}')
    check("node: plays", server.plays("node"), 200)


def with_chromium(server):
    """A page of another origin, whose fetch is wrapped by tracing: every ping has a preflight."""

    class Page(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(HERE))

        def log_message(self, *args):
            pass

    pages = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as profile:
        out = run(
            "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--disable-background-networking", f"--user-data-dir={profile}",
            "--timeout=60000", "--virtual-time-budget=60000", "--dump-dom",
            f"http://localhost:{pages.server_port}/page.html#{server.url}")
    pages.shutdown()
    found = re.search(r'<pre id="result">(.*?)</pre>', out, re.S)
    check("chromium: the page's own count", found and json.loads(found.group(1)), {"204": 40, "beacon": 20})
    # Beacons have no answer to wait for.
    for _ in range(50):
        if server.plays("chromium") == 60:
            break
        time.sleep(0.1)
    check("chromium: plays", server.plays("chromium"), 60)


def timed(part, argument):
    start = time.monotonic()
    part(argument)
    print(f"{part.__name__.removeprefix('with_')}: {time.monotonic() - start:.1f} s", flush=True)


def main():
    playhead = sys.argv[1]
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in VIEWERS:
        options = ["-6", f"{address}/128", "nodad"] if ":" in address else [f"{address}/32"]
        family = options[:1] if len(options) > 1 else []
        subprocess.run(["ip", *family, "addr", "add", *options[len(family):], "dev", "lo"], check=True)
    timed(proxies, playhead)
    server = Server(playhead)
    for client in (with_ab, with_curl, with_wrk, with_requests, with_node, with_chromium):
        timed(client, server)
    server.stop()
    print(f"{checks} checks, {len(failures)} failed")
    sys.exit(1 if failures else 0)


main()
