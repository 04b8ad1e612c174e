"""One run of tui_probe.py, for the scripts beside it."""
import json
import os
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def probe(options, command, timeout=90):
    """One run of the probe, over within timeout seconds; returns its report."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        run = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", os.path.join(HERE, "tui_probe.py"), "--out", out.name,
             *options, "--", *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            output = run.communicate(timeout=timeout)[0]
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGABRT)  # says where it hangs
            output = run.communicate()[0]
        try:
            return json.load(open(out.name))
        except ValueError:
            raise AssertionError("no report: " + output.decode(errors="replace")[-1500:])
