"""Questions to a store, and the same questions to DuckDB over the store's own export.

Nothing here looks at how Playhead answers: the rules are those of the API's documentation, in SQL.
DuckDB gives whole sums; ratios, order and pages are made here.
"""
import datetime
import re
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

UTC = datetime.timezone.utc
SLOT = 20_000

# What a metric reads, what it is divided by, and how many of the first make one of its unit.
SUMS = {
    "impressions": "count(*) FILTER (fact = 'impression')",
    "timed": "count(*) FILTER (fact = 'impression' AND value IS NOT NULL)",
    "first_frame": "coalesce(sum(value) FILTER (fact = 'impression'), 0)",
    "plays": "count(*) FILTER (fact = 'play')",
    "starts": "count(*) FILTER (fact = 'start')",
    "ends": "count(*) FILTER (fact = 'end')",
    "errors": "count(*) FILTER (fact = 'error')",
    "watched": "coalesce(sum(value) FILTER (fact = 'watch'), 0)",
    "stalled": "coalesce(sum(value) FILTER (fact = 'stall'), 0)",
}
FORMULAS = {
    "impression": ("impressions", [], 1),
    "impression-time-average": ("first_frame", ["timed"], 1),
    "play": ("plays", [], 1),
    "play-rate": ("plays", ["impressions"], 1),
    "start": ("starts", [], 1),
    "start-rate": ("starts", ["plays"], 1),
    "end": ("ends", [], 1),
    "end-rate": ("ends", ["starts"], 1),
    "watch-time-sum": ("watched", [], 1000),
    "watch-time-average": ("watched", ["starts"], 1000),
    "error": ("errors", [], 1),
    "error-rate": ("errors", ["impressions"], 1),
    "stall-time-sum": ("stalled", [], 1000),
    "stall-time-rate": ("stalled", ["watched", "stalled"], 1),
}
# Shares of which the whole is never less than the part: errors of players that never loaded.
AT_MOST_ONE = {"error-rate"}
# Percentiles that Playhead tells to 2 %, of the times of impressions.
PERCENTILES = {f"impression-time-p{p}": p for p in (50, 75, 95)}
SERIES = [*FORMULAS, *PERCENTILES, "view", "ccv-peak", "ccv-average"]
# The path of a single number, by the name that the metric has in a series.
NUMBERS = {
    name: tuple(name.rsplit("-", 1)) if name.endswith(("-rate", "-average", "-sum", "-peak", "-p50", "-p75", "-p95"))
    else (name, "count") for name in SERIES
}
COLUMNS = {
    "media-id": "mediaId", "media-type": "mediaType", "continent": "continent",
    "country": "country", "device-type": "deviceType", "operating-system": "operatingSystem",
    "browser": "browser", "referrer": "referrer", "tag": "tag",
}


def connect(path=":memory:", threads=2):
    connection = duckdb.connect(str(path))
    connection.execute(f"SET threads = {threads}")
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def load(connection, csv):
    """Fills the table `facts` from an export; times are milliseconds since 1970."""
    connection.execute(
        """
        CREATE TABLE facts AS SELECT time, fact, value, mediaId, country, deviceType,
          operatingSystem, browser, coalesce(referrer, '') AS referrer,
          ('0x' || viewer)::UBIGINT AS viewer, ('0x' || playback)::UBIGINT AS playback, bot
        FROM read_csv(?, header = true, columns = {'time': 'BIGINT', 'fact': 'VARCHAR',
          'value': 'BIGINT', 'mediaId': 'VARCHAR', 'country': 'VARCHAR', 'deviceType': 'VARCHAR',
          'operatingSystem': 'VARCHAR', 'browser': 'VARCHAR', 'referrer': 'VARCHAR',
          'viewer': 'VARCHAR', 'playback': 'VARCHAR', 'bot': 'UTINYINT'})
        """,
        [str(csv)],
    )


def describe(connection, tags, continents):
    """Adds what is not in facts: pairs of media id and tag, and the continent of each country."""
    connection.execute("CREATE TABLE tags (mediaId VARCHAR, tag VARCHAR)")
    connection.execute("CREATE TABLE continents (code VARCHAR, name VARCHAR)")
    for table, rows in (("tags", tags), ("continents", continents)):
        if rows:
            connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)


def continents(root):
    """Pairs of country and continent, from the table that the collector uses."""
    text = (Path(root) / "Sources/PlaybackFacts/Country.swift").read_text()
    return re.findall(r"^    ([A-Z]{2}) ([A-Z]{2}) ", text, re.MULTILINE)


class Question:
    """One of the three queries, with times in milliseconds since 1970 and rows of (key, number)."""

    def __init__(self, kind, metric, start, end, breakdown=None, interval=None, filters=(),
                 unique=False, duration=5, zone="UTC", sort=None, order=None, page=1, size=25,
                 bots="all"):
        self.kind, self.metric, self.start, self.end = kind, metric, start, end
        self.breakdown, self.interval, self.filters = breakdown, interval, filters
        self.unique, self.duration, self.zone = unique, duration, zone
        self.sort, self.order, self.page, self.size = sort, order, page, size
        self.bots = bots

    def path(self):
        if self.kind == "metrics":
            return ["metrics", *NUMBERS[self.metric]]
        return [self.kind, self.metric] + ([self.breakdown] if self.breakdown else [])

    def command(self):
        """The words after `playhead query`."""
        words = self.path() + ["--from", atom(self.start), "--to", atom(self.end)]
        if self.interval:
            words += ["--interval", self.interval]
        for dimension, negated, values in self.filters:
            escaped = (v.replace("\\", "\\\\").replace(",", "\\,") for v in values)
            words += ["--filter", dimension + ("!=" if negated else "=") + ",".join(escaped)]
        if self.unique:
            words.append("--unique")
        if self.bots != "all":
            words += ["--bots", self.bots]
        if self.metric == "view":
            words += ["--view-duration", f"{self.duration}s"]
        if self.zone != "UTC":
            words += ["--tz", self.zone]
        if self.kind != "metrics":
            words += ["--page", str(self.page), "--page-size", str(self.size)]
            if self.sort:
                words += ["--sort-by", self.sort, "--sort-order", self.order]
        return words

    def line(self):
        """The question as `store-benchmark` reads it."""
        words = self.path() + [f"from={atom(self.start)}", f"to={atom(self.end)}"]
        if self.interval:
            words.append(f"interval={self.interval}")
        for dimension, negated, values in self.filters:
            name = COLUMNS[dimension]
            words += [f"filterBy[{name}]{'[not]' if negated else ''}[]={v}" for v in values]
        if self.unique:
            words.append("unique=true")
        if self.bots != "all":
            words.append(f"bots={self.bots}")
        return " ".join(words)

    def rows(self, connection):
        """The page that is asked for; of a single number, its only row."""
        numbers = self.numbers(connection)
        if self.kind == "metrics":
            return [(None, numbers[0][1] if numbers else Fraction(0))]
        by_value = self.sort == "metricValue" or (self.sort is None and self.kind == "buckets")
        backwards = (self.order or ("desc" if self.kind == "buckets" else "asc")) == "desc"
        key = (lambda r: r[0].encode()) if self.kind == "buckets" else (lambda r: r[0])
        numbers.sort(key=key, reverse=not by_value and backwards)
        if by_value:
            numbers.sort(key=lambda r: r[1], reverse=backwards)
        return numbers[(self.page - 1) * self.size:self.page * self.size]

    def numbers(self, connection):
        if self.metric in FORMULAS:
            return self.sums(connection)
        if self.metric in PERCENTILES:
            rows = connection.execute(self.sql()).fetchall()
            return self.named([(key, Fraction(int(n))) for key, n in rows if n is not None])
        return self.views(connection) if self.metric == "view" else self.concurrency(connection)

    def sql(self):
        """The statement whose rows are a key and whole sums, and its parameters."""
        if self.metric in FORMULAS:
            name, divisors, _ = FORMULAS[self.metric]
            read = list(dict.fromkeys([name, *divisors]))
            what = ", ".join(f"{SUMS[s]} AS {s}" for s in read)
            return f"SELECT {self.key('f')}, {what} FROM {self.source()} GROUP BY ALL"
        if self.metric in PERCENTILES:
            what = f"quantile_disc(f.value, {PERCENTILES[self.metric] / 100})"
            return (f"SELECT {self.key('f')}, {what} FROM {self.source()} "
                    "AND f.fact = 'impression' AND f.value IS NOT NULL GROUP BY ALL")
        if self.metric == "view":
            what = "count(DISTINCT (f.time // 86400000, f.viewer))" if self.unique else "count(*)"
            return (f"SELECT {self.key('f')}, {what} FROM {self.source()} "
                    f"AND f.fact = 'view' AND f.value = {self.duration} GROUP BY ALL")
        who = "viewer" if self.unique else "playback"
        slots = (f"SELECT {self.key('f')} AS key, f.time // {SLOT} AS slot, f.playback, "
                 f"any_value(f.viewer) AS viewer FROM {self.source()} AND f.fact = 'watch' "
                 "GROUP BY 1, 2, 3 HAVING sum(f.value) > 0")
        return (f"SELECT key, max(n), sum(n) FROM (SELECT key, slot, count(DISTINCT {who}) AS n "
                f"FROM ({slots}) GROUP BY 1, 2) GROUP BY 1")

    def sums(self, connection):
        name, divisors, unit = FORMULAS[self.metric]
        read = list(dict.fromkeys([name, *divisors]))
        rows = []
        for key, *values in connection.execute(self.sql()).fetchall():
            sums = dict(zip(read, map(int, values)))
            if not any(sums.values()):
                continue
            divisor = sum(sums[d] for d in divisors) if divisors else 1
            if self.metric in AT_MOST_ONE:
                divisor = max(divisor, sums[name])
            rows.append((key, Fraction(sums[name], unit * divisor) if divisor else Fraction(0)))
        return self.named(rows)

    def views(self, connection):
        rows = connection.execute(self.sql()).fetchall()
        return self.named([(key, Fraction(n)) for key, n in rows if n])

    def concurrency(self, connection):
        rows = connection.execute(self.sql()).fetchall()
        if self.metric == "ccv-peak":
            return self.named([(key, Fraction(int(peak))) for key, peak, _ in rows])
        edges = self.edges()
        def slots(key):
            start, end = self.start, self.end
            if self.kind == "timeseries":
                start = max(start, key)
                end = min(end, edges[edges.index(key) + 1])
            return -(-end // SLOT) - -(-start // SLOT)
        return self.named([(key, Fraction(int(total), slots(key))) for key, _, total in rows])

    def named(self, rows):
        if self.kind == "buckets":
            return [(key if key is not None else "", number) for key, number in rows]
        return [(key, number) for key, number in rows]

    def key(self, table):
        if self.kind == "metrics":
            return "0"
        if self.kind == "timeseries":
            unit = {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000}[self.interval]
            # Nothing slows DuckDB down that need not.
            return f"{table}.time // {unit} * {unit}" if self.zone == "UTC" else "e.edge"
        if self.breakdown == "tag":
            return "t.tag"
        return expression(self.breakdown, table)

    def source(self):
        tables = "facts f"
        if self.kind == "timeseries" and self.zone != "UTC":
            edges = ", ".join(f"({edge})" for edge in self.edges())
            tables += f" ASOF JOIN (VALUES {edges}) e(edge) ON f.time >= e.edge"
        if self.breakdown == "tag":
            tables += " JOIN tags t ON f.mediaId = t.mediaId"
        where = [f"f.time >= {self.start}", f"f.time < {self.end}"]
        for dimension, negated, values in self.filters:
            listed = ", ".join("'" + v.replace("'", "''") + "'" for v in values)
            if dimension == "tag":
                claim = f"f.mediaId IN (SELECT mediaId FROM tags WHERE tag IN ({listed}))"
            else:
                claim = f"{expression(dimension, 'f')} IN ({listed})"
            where.append(f"NOT {claim}" if negated else claim)
        if self.bots != "all":
            where.append(f"f.bot = {1 if self.bots == 'only' else 0}")
        return f"{tables} WHERE {' AND '.join(where)}"

    def edges(self):
        """Where intervals begin, from the one that `start` falls into to the one after the last."""
        if self.kind != "timeseries":
            return []
        zone = ZoneInfo(self.zone)
        if self.interval == "minute":
            first = self.start // 60_000 * 60_000
            return list(range(first, self.end + 60_000, 60_000))
        local = datetime.datetime.fromtimestamp(self.start / 1000, UTC).astimezone(zone)
        if self.interval == "day":
            day, edges = local.date(), []
            while not edges or edges[-1] < self.end:
                edges.append(instant(datetime.datetime.combine(day, datetime.time()), zone))
                day += datetime.timedelta(days=1)
            return edges
        # Hours last an hour of real time, also where the clocks change.
        into = (local.minute * 60 + local.second) * 1000 + local.microsecond // 1000
        first = self.start - into
        return list(range(first, self.end + 3_600_000, 3_600_000))


def expression(dimension, table):
    column = f"{table}.{COLUMNS[dimension]}"
    if dimension == "media-type":
        return f"CASE WHEN {table}.mediaId LIKE 'li%' THEN 'live-stream' ELSE 'video' END"
    if dimension == "continent":
        return (f"coalesce((SELECT any_value(name) FROM continents WHERE code = {table}.country), "
                "'unknown')")
    return column


def instant(local, zone):
    return int(local.replace(tzinfo=zone).timestamp() * 1000)


def atom(milliseconds):
    time = datetime.datetime.fromtimestamp(milliseconds / 1000, UTC)
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03d}Z"


def parsed(text):
    """Milliseconds of an `emittedAt`."""
    return int(datetime.datetime.fromisoformat(text).timestamp() * 1000)
