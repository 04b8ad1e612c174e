"""A terminal that vanishes, and signals that nobody expects, while the dashboard is on it."""
import sys
from concurrent.futures import ThreadPoolExecutor

from bench import HERE

sys.path.insert(0, str(HERE.parent / "TerminalProbe"))
from probing import probe

ENDINGS = ["hangup", "HUP", "USR1", "USR2", "ALRM", "XCPU", "TERM", "QUIT", "SEGV", "ABRT", "VTALRM", "PROF"]


def vanish(bench, outcome, times):
    """The dashboard ends by a signal, or its terminal is closed; it leaves the terminal as it was."""
    cases = []
    for trial in bench.trials(outcome, times):
        cases.append(trial)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda trial: one(bench, trial), cases))
    if not outcome.seen:
        outcome.seen["the terminal as it was before"] += 1


def one(bench, trial):
    ending = ENDINGS[trial.number % len(ENDINGS)]
    at = trial.random.uniform(0.5, 2.5)
    how = ["--hangup", f"{at:.2f}"] if ending == "hangup" else ["--quit", f"signal:{ending}"]
    seconds = 4 if ending == "hangup" else at
    report = probe(["--no-screen", "--seconds", f"{seconds:.2f}", "--warmup", "0.2", *how,
                    *[part for name in ("CONFIG", "STATE", "DATA")
                      for part in ("--env", f"XDG_{name}_HOME={bench.folder}/{name.lower()}")]],
                   [bench.playhead, "demo"])
    if ending == "hangup":
        after = report["after_hangup"]
        if not after or not after["left_by_itself"]:
            trial.broken(f"the dashboard is still there after its terminal has gone: {after}")
        return
    leaving = report["exit"]
    if report["died_early"]:
        trial.broken("the dashboard ended before its time")
    if leaving["modes_left_on"]:
        trial.wrong(f"SIG{ending} leaves on: {', '.join(leaving['modes_left_on'])}")
    if not leaving["termios_restored"]:
        trial.wrong(f"SIG{ending} leaves the terminal in raw mode")
    if leaving["forced_kill"]:
        trial.broken(f"SIG{ending} does not end the dashboard")
