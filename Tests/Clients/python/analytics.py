#!/usr/bin/env python3
"""Runs the published Python client of the analytics API against a server: authenticate, ask, refresh.

    pip install api-video==1.4.7
    analytics.py http://127.0.0.1:8080 KEY

The server should have facts. The client is used unchanged; only its host is set. Every cell of the contract's
tables is asked, and every parameter; each request is printed with its answer, then the tables with what was
answered. Answers that the client can't decode are read from its raw response, and marked. Exits 0 when all went
well and nothing of the tables is missing.
"""

import json
import sys
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

import apivideo
from apivideo.api.analytics_api import AnalyticsApi
from apivideo.exceptions import ApiException
from apivideo.model.filter_by2 import FilterBy2

# The tables of the contract, without what only Playhead has.
METRICS = {
    "play": ["count", "sum", "rate", "total"], "start": ["count"], "end": ["count"],
    "impression": ["count"], "impression-time": ["average", "sum"], "watch-time": ["sum", "average"],
    "view": ["count"], "ccv": ["peak", "average", "live"],
}
BREAKDOWNS = [
    "media-id", "media-type", "continent", "country", "device-type", "operating-system", "browser",
    "referrer",
]
SERIES = ["play", "play-rate", "start", "end", "impression", "ccv-peak", "ccv-average", "view"]
BUCKETS = {metric: BREAKDOWNS for metric in SERIES} | {"play-total": ["media-id"]}
INTERVALS = ["minute", "hour", "day"]
FILTERS = {
    "media_id": ["vi1", "vi2"], "media_type": "video", "continent": ["EU", "NA"], "country": ["FR"],
    "device_type": ["computer"], "operating_system": ["windows"], "browser": ["chrome", "firefox"],
    "tag": "news", "referrer": ["https://www.example.com/"],
}
# Every query parameter that the client has, in the spelling of the wire.
PARAMETERS = {
    "from", "to", "unique", "viewDuration", "interval", "sortBy", "sortOrder", "currentPage", "pageSize",
} | {f"filterBy[{FilterBy2.attribute_map[name]}]" for name in FILTERS}

checks = 0
# (path, names of parameters) of each request that was answered with 200.
answered = []
printed = []


def expect(condition, what):
    global checks
    checks += 1
    if not condition:
        sys.exit(f"FAILED: {what}")


def recorded(client):
    """The client, whose requests and answers are printed."""
    pool = client.rest_client.pool_manager
    send = pool.request

    def request(method, url, **options):
        response = send(method, url, **options)
        query = "&".join(f"{name}={value}" for name, value in options.get("fields") or [])
        parts = urlsplit(url)
        query = query or parts.query
        body = response.data.decode()
        line = f"{method} {parts.path}{'?' if query else ''}{query}"
        # Each question is asked twice: raw, and as the client decodes it.
        text = f"{line}\n  {response.status} {summary(body)}"
        if printed[-1:] != [text]:
            print(text)
        printed.append(text)
        if response.status == 200:
            answered.append((parts.path, query))
        return response

    pool.request = request
    return client


def summary(body):
    """The context and the beginning of the data; no token is printed."""
    try:
        answer = json.loads(body)
    except ValueError:
        return body[:80]
    if "access_token" in answer:
        return "tokens, " + ", ".join(sorted(answer))
    if "data" not in answer:
        return body[:160]
    context = {name: value for name, value in answer["context"].items() if name != "timeframe"}
    data = answer["data"]
    if isinstance(data, list):
        total = answer["pagination"]["itemsTotal"]
        return f"{json.dumps(context)} {total} items {json.dumps(data[:1])}"
    return f"{json.dumps(context)} {data}"


def client_for(url, key):
    client = apivideo.AuthenticatedApiClient(key)
    client.configuration.host = url
    return recorded(client)


def refused_with(status, call):
    try:
        call()
    except ApiException as error:
        expect(error.status == status, f"{error.status} instead of {status}: {error.body}")
        return json.loads(error.body)
    sys.exit(f"FAILED: was not refused with {status}")


undecoded = set()


def ask(call, *place, **parameters):
    """The answer to a call as JSON; what the client can't decode is noted."""
    raw = call(*place, _preload_content=False, **parameters)
    expect(raw.status == 200, f"{place} {parameters}")
    try:
        call(*place, **parameters)
    except (apivideo.ApiException, ValueError, TypeError, AttributeError) as error:
        undecoded.add(f"{' '.join(place)} ({type(error).__name__})")
    return json.loads(raw.data)


def table(title, rows, columns, isIn):
    """Prints which cells of a table were answered; fails where one of the contract is missing."""
    width = max(len(row) for row in rows)
    print(f"\n{title.ljust(width)}  {'  '.join(columns)}")
    for row in rows:
        cells = []
        for column in columns:
            mark = "" if column not in rows[row] else "yes" if isIn(row, column) else "MISSING"
            cells.append(mark.ljust(len(column)))
        print(f"{row.ljust(width)}  {'  '.join(cells)}".rstrip())
    for row in rows:
        for column in rows[row]:
            expect(isIn(row, column), f"{title}: {row} {column} was not answered")


def main(url, key):
    wrong = client_for(url, "wrong")
    problem = refused_with(400, wrong.connect)
    expect(problem["title"] == "The user credentials were incorrect.", problem)

    client = client_for(url, key)
    client.connect()
    api = AnalyticsApi(client)
    (number, buckets, series) = (
        api.get_aggregated_metrics, api.get_metrics_breakdown, api.get_metrics_over_time
    )
    now = datetime.now(timezone.utc)
    hour = {"_from": now - timedelta(minutes=50), "to": now}

    for metric, aggregations in METRICS.items():
        for aggregation in aggregations:
            answer = ask(number, metric, aggregation)
            expect(answer["data"] >= 0, f"{metric} {aggregation}")
    for metric, breakdowns in BUCKETS.items():
        for breakdown in breakdowns:
            answer = ask(buckets, metric, breakdown)
            expect(answer["context"]["breakdown"] == breakdown, breakdown)
            expect(answer["pagination"]["currentPage"] == 1, breakdown)
    for metric in SERIES:
        for interval in INTERVALS:
            answer = ask(series, metric, interval=interval, **(hour if interval == "minute" else {}))
            expect(answer["context"]["interval"] == interval, metric)

    # Every parameter, at each kind of question that takes it.
    for unique in [True, False]:
        for length in ["3s", "5s", "10s", "30s"]:
            answer = ask(
                number, "view", "count", _from=now - timedelta(hours=6), to=now, unique=unique,
                view_duration=length,
            )
            name = f"{'unique-' if unique else ''}view-{length[:-1]}"
            expect(answer["context"]["metric"] == name, answer)
        answer = ask(number, "ccv", "peak", unique=unique)
        expect(answer["context"]["metric"] == ("unique-ccv" if unique else "ccv"), answer)
        answer = ask(buckets, "ccv-peak", "country", unique=unique)
        answer = ask(series, "ccv-average", unique=unique)
        answer = ask(series, "view", unique=unique, view_duration="3s")
        answer = ask(buckets, "view", "browser", unique=unique, view_duration="3s")
    for name, value in FILTERS.items():
        for call, place in [
            (number, ("play", "count")), (buckets, ("play", "country")), (series, ("start",)),
        ]:
            ask(call, *place, filter_by=FilterBy2(**{name: value}))
    ask(number, "play", "count", filter_by=FilterBy2(referrer=[""]))
    for order in ["asc", "desc"]:
        for sorted_by in ["metricValue", "dimensionValue"]:
            ask(buckets, "play", "country", sort_by=sorted_by, sort_order=order, **hour)
        for sorted_by in ["metricValue", "emittedAt"]:
            ask(series, "play", sort_by=sorted_by, sort_order=order, **hour)
    for call, place in [(buckets, ("play", "country")), (series, ("play",))]:
        first = ask(call, *place, page_size=1, current_page=1)
        expect(first["pagination"]["pageSize"] == 1, first)
        second = ask(call, *place, page_size=1, current_page=2)
        expect(first["data"] != second["data"], "pages don't overlap")

    before = client._access_token
    client.refresh_token()
    expect(client._access_token != before, "a refresh gives another token")
    expect(number("play", "count")["data"] >= 0, "a question after a refresh")

    client._access_token = "expired"
    refused_with(401, lambda: number("play", "count"))

    paths = {path for path, _ in answered}
    queries = " ".join(query for _, query in answered)
    aggregations = sorted({name for names in METRICS.values() for name in names})
    table("metric", METRICS, aggregations, lambda m, a: f"/data/metrics/{m}/{a}" in paths)
    table("bucket", BUCKETS, BREAKDOWNS, lambda m, b: f"/data/buckets/{m}/{b}" in paths)
    asked = {(path, interval) for path, query in answered for interval in INTERVALS
             if f"interval={interval}" in query}
    table("series", {metric: INTERVALS for metric in SERIES}, INTERVALS,
          lambda m, i: (f"/data/timeseries/{m}", i) in asked)
    print("\nparameters  " + " ".join(sorted(PARAMETERS)))
    for name in sorted(PARAMETERS):
        expect(f"{name}=" in queries or f"{name}[]=" in queries, f"{name} was never sent: {queries[:2000]}")
    print("the client can't decode  " + ("; ".join(sorted(undecoded)) or "nothing"))
    print(f"\n{checks} checks passed, {len(answered)} requests answered")


if __name__ == "__main__":
    main(*sys.argv[1:])
