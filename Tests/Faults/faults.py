"""Which faults there are, and how often each is made to happen."""
from collections import namedtuple

import clickhouse
import clocks
import damage
import disks
import floods
import fuzz
import kills
import mixed
import terminals
import texts

# What the command line calls it, what the table calls it, its function, how often.
Fault = namedtuple("Fault", "name title make quick long is_alone", defaults=[False])

FAULTS = [
    Fault("kill", "kill -9 under load", kills.kill, 16, 200),
    Fault("first", "kill -9 while a store is made", kills.kill_at_first, 12, 200),
    Fault("stop", "a process is stopped and continued", kills.stopped, 3, 30),
    Fault("power", "power cut", kills.power_cut, 40, 200),
    Fault("calls", "system calls that fail", disks.failing, 20, 196),
    Fault("full", "full disk", disks.full, 2, 20),
    Fault("clock", "the clock is set", clocks.steps, 3, 30),
    Fault("taken", "files removed or replaced", disks.taken, 7, 56),
    Fault("flood", "floods of connections", floods.connections, 4, 12, True),
    Fault("questions", "floods of questions", floods.questions, 2, 4, True),
    Fault("pings", "fuzzed pings", fuzz.pings, 16000, 128000),
    Fault("flips", "flipped bits", damage.flips, 16, 500),
    Fault("pages", "swapped pages", damage.swaps, 6, 100),
    Fault("columns", "crafted columns", damage.columns, 8, 100),
    Fault("texts", "mutated files and arguments", texts.texts, 88, 2200),
    Fault("terminal", "signals and a terminal that vanishes", terminals.vanish, 12, 48),
    Fault("ch-collector", "kill -9 of a collector for a cluster", clickhouse.collector, 12, 200),
    Fault("ch-collectors", "kill -9, a break or a restart of one of three collectors", clickhouse.collectors, 4, 40),
    # Not among the quick ones yet: on a machine that was overloaded, one ping in some hundred counted twice.
    Fault("ch-balancer", "a load balancer of ten collectors fails, and some of them", clickhouse.balancer, 0, 40),
    Fault("ch-shard", "kill -9 of a shard", clickhouse.shard, 2, 30),
    Fault("ch-network", "the network to a cluster is cut", clickhouse.network, 4, 40),
    Fault("ch-start", "a cluster or outbox that can't be used", clickhouse.unusable, 7, 28),
    Fault("ch-dash", "a dashboard without its cluster", clickhouse.dash, 1, 12),
    Fault("mixed", "all at once, for minutes", mixed.mixed, 0, 10, True),
]
