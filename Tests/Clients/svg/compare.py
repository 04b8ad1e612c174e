"""Draws SVG pictures with three programs and compares what comes out.

    compare.py PICTURE...

Shapes and backgrounds, that is the picture without its texts, must be the same to the pixel, at one and
at two pixels a unit. Letters are smoothed differently: with them, few pixels may differ much.
"""
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path

import numpy
from PIL import Image

# A channel of a pixel differs much from here on.
MUCH = 96
# The part of the pixels that letters may make differ much: a letter of another weight, not one column off.
LETTERS = 0.01


def size(svg):
    return [int(n) for n in re.search(r'width="(\d+)" height="(\d+)" role', svg).groups()]


def chromium(picture, scale, out):
    width, height = size(picture.read_text())
    return [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        f"--user-data-dir={out}.profile", f"--force-device-scale-factor={scale}",
        f"--window-size={width},{height}", f"--screenshot={out}", picture.as_uri(),
    ]


def rsvg(picture, scale, out):
    return ["rsvg-convert", "-z", str(scale), "-o", str(out), str(picture)]


def inkscape(picture, scale, out):
    return ["inkscape", f"--export-dpi={96 * scale}", "-o", str(out), str(picture)]


def draw(program, picture, scale):
    out = picture.with_suffix(f".{program.__name__}.{scale}.png")
    subprocess.run(program(picture, scale, out), check=True, capture_output=True, timeout=120)
    return numpy.array(Image.open(out).convert("RGB")).astype(int)


def compare(pictures, picture, scale, allowed, much):
    """Whether any two programs draw the same; prints what they don't."""
    same = True
    for (a, left), (b, right) in combinations(pictures.items(), 2):
        if left.shape != right.shape:
            print(f"FAILED {picture.name} x{scale}: {a} {left.shape}, {b} {right.shape}")
            same = False
            continue
        differing = (abs(left - right).max(axis=2) > much).mean()
        if differing > allowed:
            print(f"FAILED {picture.name} x{scale}: {a} and {b} differ in {differing:.3%} of the pixels")
            same = False
    return same


def check(picture):
    svg = picture.read_text()
    shapes = picture.with_name(picture.stem + "-shapes.svg")
    shapes.write_text(re.sub(r"<text.*?</text>\n?", "", svg, flags=re.S))
    assert "<text" not in shapes.read_text() and "<text" in svg and svg.count("<rect") > 1
    same = True
    for drawn, scale, allowed, much in ((shapes, 1, 0, 2), (shapes, 2, 0, 2), (picture, 1, LETTERS, MUCH)):
        images = {p.__name__: draw(p, drawn, scale) for p in (chromium, rsvg, inkscape)}
        same &= compare(images, drawn, scale, allowed, much)
    print(f"{'ok' if same else 'FAILED'} {picture.name}")
    return same


if __name__ == "__main__":
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(check, map(Path, sys.argv[1:])))
    sys.exit(not all(results))
