"""A cluster of ClickHouse servers on loopback, and servers of Playhead that use it, for benchmarks."""
import os
import re
import subprocess
import urllib.request

SERVERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ClickHouse", "servers")


class Cluster:
    """Shards in a folder, with Playhead's tables; `end` stops them."""

    def __init__(self, playhead, folder, shards, port):
        self.folder = folder
        self.environment = dict(os.environ, XDG_DATA_HOME=folder, XDG_CONFIG_HOME=folder, XDG_STATE_HOME=folder)
        self.program = playhead
        lines = subprocess.run(["bash", SERVERS, "start", folder, str(shards), str(port)],
                               check=True, capture_output=True, text=True).stdout.splitlines()
        self.ports = [re.search(r"http=(\d+)", line)[1] for line in lines]
        self.processes = [int(re.search(r"pid=(\d+)", line)[1]) for line in lines]
        cluster = "?cluster=playhead_test" if shards > 1 else ""
        self.address = ",".join(f"http://127.0.0.1:{port}" for port in self.ports) + "/playhead" + cluster
        self.playhead("clickhouse", "migrate", "--clickhouse", self.address)

    def end(self):
        subprocess.run(["bash", SERVERS, "stop", self.folder], stderr=subprocess.DEVNULL)

    def playhead(self, *arguments):
        """What a command of Playhead prints."""
        return subprocess.run([self.program, *arguments], env=self.environment, check=True,
                              capture_output=True, text=True).stdout

    def serve(self, *arguments):
        return serve(self.program, *arguments, environment=self.environment)

    def sum(self, statement):
        """What a statement that answers with a number says on all shards."""
        return sum(int(urllib.request.urlopen(f"http://127.0.0.1:{port}/?database=playhead", statement.encode()).read())
                   for port in self.ports)

    def cpu(self):
        """CPU seconds of the servers."""
        return cpu(self.processes)

    def bytes(self):
        """Bytes on disk; what was merged is removed minutes later, and does not count."""
        return self.sum("SELECT sum(bytes) FROM system.parts WHERE active AND database = 'playhead'")


def serve(playhead, *arguments, environment=None):
    """Starts a server; returns its process and its address."""
    process = subprocess.Popen([playhead, "serve", "--log-format", "json", *arguments], env=environment,
                               stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        found = re.search(r"listening on http:\\?/\\?/([0-9.:]+)", line)
        if found:
            return process, "http://" + found[1].replace("\\", "")
    raise SystemExit("the server did not start")


def cpu(processes):
    """CPU seconds of some processes."""
    ticks = 0
    for process in processes:
        with open(f"/proc/{process}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(process):
    """Anonymous memory in MB."""
    with open(f"/proc/{process}/status") as file:
        return int(re.search(r"RssAnon:\s+(\d+)", file.read())[1]) / 1000
