"""Stores to look at, for the scripts beside it."""
import os
import socket
import subprocess
import time
import urllib.request


def free_port():
    with socket.socket() as probe_socket:
        probe_socket.bind(("127.0.0.1", 0))
        return probe_socket.getsockname()[1]


class Audience:
    """A small store with two weeks of history that nobody writes to, and one with a served audience."""

    def __init__(self, program, folder, viewers):
        self.quiet, self.served = (os.path.join(folder, name) for name in ("quiet.db", "served.db"))
        for store in (self.quiet, self.served):
            subprocess.run([program, "simulate", "--store", store, "--days", "14", "--facts", "100000"],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        address = f"127.0.0.1:{free_port()}"
        silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.processes = [subprocess.Popen([program, "serve", "--store", self.served, "--listen", address],
                                           **silent)]
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://{address}/data/metrics/play/count", timeout=1)
                break
            except OSError:
                time.sleep(.1)
        self.processes.append(subprocess.Popen(
            [program, "simulate", "--to", f"http://{address}", "--viewers", str(viewers)], **silent))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
            process.wait(timeout=10)
