#!/usr/bin/env python3
"""Turns outlines of countries into the raster that the dashboard's map is drawn from.

    rasterize.py countries.geojson > Sources/Dashboard/Screens/Map/WorldRaster+data.swift

The outlines are those of Natural Earth at 1:110 million (public domain), with ISO codes. Each row of
the raster is written as runs: the number of a country in two digits, its length in one or two.
"""
import json
import sys

WIDTH, HEIGHT = 600, 233
NORTH, SOUTH = 84.0, -56.0
DIGITS = [chr(c) for c in range(35, 126) if chr(c) not in '\\`']  # no quote, no backslash
BASE = len(DIGITS)

# Places that the outlines leave out, at their middle: longitude, latitude.
SMALL = {
    "SG": (103.8, 1.35), "HK": (114.2, 22.3), "MO": (113.5, 22.2), "MT": (14.4, 35.9),
    "BH": (50.5, 26.0), "MU": (57.6, -20.3), "RE": (55.5, -21.1), "MV": (73.5, 4.2),
    "CV": (-23.6, 15.1), "ST": (6.6, 0.2), "KM": (43.3, -11.7), "SC": (55.5, -4.7),
    "BB": (-59.5, 13.2), "GP": (-61.5, 16.2), "MQ": (-61.0, 14.6), "LC": (-61.0, 13.9),
    "GD": (-61.7, 12.1), "AG": (-61.8, 17.1), "DM": (-61.4, 15.4), "KN": (-62.7, 17.3),
    "VC": (-61.2, 13.2), "CW": (-69.0, 12.2), "AW": (-70.0, 12.5), "BQ": (-68.3, 12.2),
    "GF": (-53.1, 4.0), "LI": (9.55, 47.2), "MC": (7.4, 43.7), "SM": (12.5, 43.9),
    "VA": (12.45, 41.9), "AD": (1.6, 42.5), "GI": (-5.35, 36.1), "JE": (-2.1, 49.2),
    "GG": (-2.6, 49.5), "IM": (-4.5, 54.2), "FO": (-6.9, 62.0), "AX": (19.9, 60.2),
    "WS": (-172.1, -13.8), "TO": (-175.2, -21.2), "PF": (-149.4, -17.7), "GU": (144.8, 13.4),
    "KI": (173.0, 1.4), "FM": (158.2, 6.9), "MH": (171.2, 7.1), "PW": (134.5, 7.5),
    "BM": (-64.8, 32.3), "KY": (-81.3, 19.3), "VI": (-64.8, 18.0), "TC": (-71.8, 21.8),
    "YT": (45.2, -12.8),
}


def code(properties):
    for key in ("iso2", "ISO_A2_EH", "ISO_A2"):
        value = properties.get(key)
        if value and len(value) == 2 and value.isalpha():
            return value.upper()
    return {"France": "FR", "Norway": "NO", "Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO"}.get(
        properties.get("NAME") or properties.get("name"))


def rings(geometry):
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for polygon in polygons for ring in polygon]


def main():
    features = json.load(open(sys.argv[1]))["features"]
    countries, raster, middles = [], [[0] * WIDTH for _ in range(HEIGHT)], {}
    for feature in features:
        iso = code(feature["properties"])
        if not iso or iso == "AQ":
            continue
        if iso not in countries:
            countries.append(iso)
        number = countries.index(iso) + 1
        own = rings(feature["geometry"])
        largest = max(own, key=len)
        middles.setdefault(iso, (sum(p[0] for p in largest) / len(largest), sum(p[1] for p in largest) / len(largest)))
        for row in range(HEIGHT):
            latitude = NORTH - (row + 0.5) * (NORTH - SOUTH) / HEIGHT
            crossings = []
            for ring in own:
                for (x1, y1, *_), (x2, y2, *_) in zip(ring, ring[1:] + ring[:1]):
                    if (y1 > latitude) != (y2 > latitude):
                        crossings.append(x1 + (latitude - y1) * (x2 - x1) / (y2 - y1))
            crossings.sort()
            for left, right in zip(crossings[::2], crossings[1::2]):
                first = int((left + 180) / 360 * WIDTH + 0.5)
                last = int((right + 180) / 360 * WIDTH + 0.5)
                for column in range(max(0, first), min(WIDTH, last)):
                    raster[row][column] = number
    middles.update({iso: place for iso, place in SMALL.items()})
    for iso in middles:
        if iso not in countries:
            countries.append(iso)
    text = ""
    for row in raster:
        start = 0
        while start < WIDTH:
            end = start
            while end < WIDTH and row[end] == row[start] and end - start < BASE * BASE - 1:
                end += 1
            length = end - start
            text += DIGITS[row[start] // BASE] + DIGITS[row[start] % BASE]
            text += DIGITS[length // BASE] + DIGITS[length % BASE]
            start = end
    write(countries, middles, text)


def write(countries, middles, text):
    def lines(words, width=92):
        line = ""
        for word in words:
            if len(line) + len(word) + 1 > width:
                yield line + " "
                line = ""
            line += (" " if line else "") + word
        yield line

    def literal(name, parts):
        print(f'  static let {name} = """')
        print(" \\\n".join("    " + part.rstrip(" ") for part in parts) if name != "runs"
              else "\\\n".join("    " + part for part in parts))
        print('    """')

    print("extension WorldRaster {")
    print("  // Natural Earth, 1:110 million, public domain; written by Tests/WorldRaster/rasterize.py.")
    print(f"  static let width = {WIDTH}")
    print(f"  static let height = {HEIGHT}")
    print("  /// Latitudes of the upper and the lower edge.")
    print(f"  static let north = {NORTH}")
    print(f"  static let south = {SOUTH}")
    print("\n  /// The codes of the countries, in the order of their numbers, from 1.")
    literal("codes", lines(countries))
    print("\n  /// The middle of each, in the same order: half degrees of longitude and latitude.")
    literal("middles", lines(f"{round(middles[c][0] * 2)},{round(middles[c][1] * 2)}" for c in countries))
    print(f"\n  /// Runs: number of a country and length, two digits of base {BASE} each.")
    literal("runs", [text[start:start + 92] for start in range(0, len(text), 92)])
    print("\n  /// The digits, in the order of their values.")
    print('  static let digits = Array(')
    print(f'    "{"".join(DIGITS)}".utf8')
    print("  )")
    print("}")


main()
