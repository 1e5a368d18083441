#!/usr/bin/python3
"""The yardsticks themselves, on small rasters: the landscape is the same every time, and thuso, the heap search and GRASS give one answer.
Nothing here looks at the clock."""
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "support"))
from bench import pairs  # noqa: E402
from peers import BENCH, Grass, Heap, Thuso, helper  # noqa: E402
from tap import THUSO, Skip, main  # noqa: E402

PROGRAM, HEAP = pathlib.Path(THUSO), pathlib.Path(os.environ["THUSO_BENCH_HEAP"])
ROWS, COLS, STARTS = 150, 210, 30
LIMIT_S = 3000
RELATIVE = 1e-6


def landscape(folder, empty=0.2):
    helper("terrain.py", folder, "--rows", ROWS, "--cols", COLS, "--empty", empty, "--points", STARTS)
    return folder


def same(here, there, factor=1):
    found = json.loads(helper("agreement.py", here, there, factor))
    assert found["only_here"] == found["only_there"] == 0, found
    assert found["cells"] > 0.6 * ROWS * COLS and found["relative"] < RELATIVE, found


def thuso(folder):
    if not Thuso.has_cost(PROGRAM):
        raise Skip("this thuso has no command `cost`")
    return Thuso(PROGRAM, folder)


def test_landscape_twice(folder):
    first, second = landscape(folder / "a"), landscape(folder / "b")
    names = sorted(path.name for path in first.iterdir())
    assert len(names) == 5, names
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_agreement_sees_differences(folder):
    land = landscape(folder)
    Heap(HEAP, land).walk(STARTS, 8)
    found = json.loads(helper("agreement.py", land / "heap.tif", land / "slowness.tif"))
    assert found["relative"] > 1
    other = landscape(folder / "other", 0)
    found = json.loads(helper("agreement.py", land / "heap.tif", other / "slowness.tif"))
    assert found["only_there"] > 0 and found["only_here"] == 0


def test_walk_as_heap(folder):
    land = landscape(folder)
    for neighbours in (8, 16):
        Heap(HEAP, land).walk(STARTS, neighbours)
        thuso(land).walk(STARTS, 2, neighbours)
        same(land / "thuso.tif", land / "heap.tif")


def test_friction_as_heap(folder):
    land = landscape(folder)
    for neighbours in (8, 16):
        Heap(HEAP, land).cost(STARTS, neighbours)
        thuso(land).cost(STARTS, 2, neighbours)
        same(land / "thuso.tif", land / "heap.tif")


def test_matrix_as_heap(folder):
    land = landscape(folder)
    settled = int(Heap(HEAP, land).matrix(STARTS, LIMIT_S).said)
    assert settled > 10 * STARTS
    thuso(land).matrix(STARTS, 2, LIMIT_S)
    there, here = pairs(land / "heap_od.csv"), pairs(land / "thuso_od.csv")
    assert there.keys() == here.keys() and len(there) > STARTS
    assert max(abs(here[pair] - there[pair]) / (1 + there[pair]) for pair in there) < RELATIVE


def test_heap_as_grass(folder):
    if not Grass.home():
        raise Skip("no GRASS here")
    land, heap = landscape(folder, 0), Heap(HEAP, folder)
    grass = Grass(land, ROWS * COLS)
    grass.load([STARTS])
    for knights, neighbours in ((False, 8), (True, 16)):
        grass.walk(STARTS, knights)
        heap.walk(STARTS, neighbours)
        same(land / "heap.tif", grass.raster(land / "grass.tif"))
        grass.cost(STARTS, knights)
        heap.cost(STARTS, neighbours)
        same(land / "heap.tif", grass.raster(land / "grass.tif"), 100)


def test_tables(folder):
    words = ["--sizes", 120, "--runs", 1, "--starts", 5, "--candidates", 8, "--no-grass", "--thuso", PROGRAM, "--heap", HEAP, "--work", folder]
    done = subprocess.run([BENCH / "bench.py", *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "| 120 x 120 | 5 | walk, 8 | heap |" in done.stdout and "no GRASS here" in done.stdout, done.stdout
    rows = json.loads((folder / "bench.json").read_text())
    assert {row["scene"] for row in rows} >= {"walk", "knights", "cost"}


if __name__ == "__main__":
    main([test_landscape_twice, test_agreement_sees_differences, test_walk_as_heap, test_friction_as_heap, test_matrix_as_heap, test_heap_as_grass,
          test_tables])
