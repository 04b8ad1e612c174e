"""Which faults there are, and how often each is made to happen."""
from collections import namedtuple

import kills

# What the command line calls it, what the table calls it, its function, how often.
Fault = namedtuple("Fault", "name title make quick long")

FAULTS = [
    Fault("kill", "kill -9 under load", kills.kill, 20, 200),
    Fault("stop", "a process is stopped and continued", kills.stopped, 3, 30),
    Fault("power", "power cut", kills.power_cut, 40, 200),
]
