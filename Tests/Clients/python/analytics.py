#!/usr/bin/env python3
"""Runs the published Python client of the analytics API against a server: authenticate, ask, refresh.

    pip install api-video==1.4.7
    analytics.py http://127.0.0.1:8080 KEY

The server should have facts. The client is used unchanged; only its host is set. What it can't do
(read 'peak' and 'live' of ccv, and play-total) is read from its raw response. Exits 0 when all went well.
"""

import json
import sys
from datetime import datetime, timedelta, timezone

import apivideo
from apivideo.api.analytics_api import AnalyticsApi
from apivideo.exceptions import ApiException

METRICS = [
    ("play", "count"), ("play", "rate"), ("play", "total"), ("start", "count"), ("end", "count"),
    ("impression", "count"), ("impression-time", "average"), ("impression-time", "sum"),
    ("watch-time", "average"), ("watch-time", "sum"), ("view", "count"),
]
# The client's own list of aggregations or answers lacks these: asked for and read without it.
RAW_METRICS = [("ccv", "peak"), ("ccv", "live")]
BREAKDOWNS = [
    "media-id", "media-type", "continent", "country", "device-type", "operating-system", "browser",
]
SERIES = ["play", "play-rate", "start", "end", "impression", "ccv-peak", "ccv-average", "view"]

checks = 0


def expect(condition, what):
    global checks
    checks += 1
    if not condition:
        sys.exit(f"FAILED: {what}")


def client_for(url, key):
    client = apivideo.AuthenticatedApiClient(key)
    client.configuration.host = url
    return client


def refused_with(status, call):
    try:
        call()
    except ApiException as error:
        expect(error.status == status, f"{error.status} instead of {status}: {error.body}")
        return json.loads(error.body)
    sys.exit(f"FAILED: was not refused with {status}")


def main(url, key):
    wrong = client_for(url, "wrong")
    problem = refused_with(400, wrong.connect)
    expect(problem["title"] == "The user credentials were incorrect.", problem)

    client = client_for(url, key)
    client.connect()
    api = AnalyticsApi(client)

    for metric, aggregation in METRICS:
        answer = api.get_aggregated_metrics(metric, aggregation)
        expect(answer["data"] >= 0, f"{metric} {aggregation}")
    for metric, aggregation in RAW_METRICS:
        raw = api.get_aggregated_metrics(metric, aggregation, _preload_content=False)
        expect(json.loads(raw.data)["data"] >= 0, f"{metric} {aggregation}")
    for breakdown in BREAKDOWNS:
        answer = api.get_metrics_breakdown("play", breakdown)
        expect(answer["pagination"]["current_page"] == 1, breakdown)
        expect(answer["context"]["breakdown"] == breakdown, breakdown)
    raw = api.get_metrics_breakdown("play-total", "media-id", _preload_content=False)
    expect(json.loads(raw.data)["context"]["metric"] == "play-total", "play-total")
    for metric in SERIES:
        answer = api.get_metrics_over_time(metric, interval="hour")
        expect(answer["context"]["interval"] == "hour", metric)

    now = datetime.now(timezone.utc)
    answer = api.get_aggregated_metrics(
        "view", "count", _from=now - timedelta(hours=6), to=now, unique=True, view_duration="3s"
    )
    expect(answer["context"]["metric"] == "unique-view-3", answer)
    answer = api.get_metrics_breakdown(
        "play", "country", filter_by={"mediaType": ["video"]}, page_size=1, current_page=1
    )
    expect(answer["pagination"]["page_size"] == 1, answer)

    before = client._access_token
    client.refresh_token()
    expect(client._access_token != before, "a refresh gives another token")
    expect(api.get_aggregated_metrics("play", "count")["data"] >= 0, "a question after a refresh")

    client._access_token = "expired"
    refused_with(401, lambda: api.get_aggregated_metrics("play", "count"))
    print(f"{checks} checks passed")


if __name__ == "__main__":
    main(*sys.argv[1:])
