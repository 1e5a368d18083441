#!/usr/bin/python3
"""Travel in studies: waiting for a ride, worked out by hand and as laws; and travel that is kept for the next run."""
import json
import os
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "support"))
from results import check_people, content, hashes, rows  # noqa: E402
from tap import demonstration, in_full, main, thuso  # noqa: E402

# --- by hand: a road of 20 km to the east, and the land around it ----------------------------------------------------------

CELL, WIDTH, HEIGHT = 250, 20000, 3000
X0, Y0, ROAD = 600000, 7000000, 7000000 + 1125  # the road runs through the middle of a row of cells
STUDY = """\
study: {{name: A road, date: 2026-11-21}}
area: {{boundaries: {{path: area.geojson}}, id: code, cell: 250 m, buffer: 0 m}}
demand: {{people: {{path: people.csv, x: x, y: y, crs: EPSG:32735, field: people}}}}
travel:
  roads: {{path: road.geojson, speed: speed}}
  walking: {{speed: 6 km/h, slope: none}}
  trips: {{walk: {{}}, taxi: {{riding: roads, {taxi}}}}}
  lengths: planar
  neighbours: 8
  search_limit: {search}
standards: [{{service: thusong, trip: {trip}, limit: {limit}}}]
bands: [{limit}]
centres: {{path: centres.csv, x: x, y: y, crs: EPSG:32735, open: all}}
candidates: [{{every: 5 km}}]
ranking: {{criteria: [{{use: people_within}}]}}
output: {{path: out.gpkg}}
"""


def geojson(path, kind, coordinates, properties):
    path.write_text(json.dumps({
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32735"}},
        "features": [{"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}],
    }))


def hand(folder, taxi="wait: 15 min", trip="taxi", limit="60 min", search="5 h"):
    folder.mkdir(exist_ok=True)
    east, north = X0 + WIDTH, Y0 + HEIGHT
    geojson(folder / "area.geojson", "Polygon", [[[X0, Y0], [east, Y0], [east, north], [X0, north], [X0, Y0]]], {"code": "A"})
    geojson(folder / "road.geojson", "LineString", [[X0 + 125, ROAD], [east - 125, ROAD]], {"speed": 60})
    (folder / "centres.csv").write_text(f"x,y\n{X0 + 125},{ROAD}\n")
    people = [f"{x},{y},1" for x in range(X0 + 125, east, CELL) for y in (ROAD, ROAD + 1000)]
    (folder / "people.csv").write_text("\n".join(["x,y,people", *people]) + "\n")
    study = folder / "study.yaml"
    study.write_text(STUDY.format(taxi=taxi, trip=trip, limit=limit, search=search))
    return study


def costs(result):
    """Cost by the centre of the cell."""
    found = {}
    for row in rows(result, "SELECT geom, cost FROM demand_cells"):
        west, east, south, north = struct.unpack_from("<4d", row["geom"], 8)  # the envelope in the geometry's head
        found[(west + east) / 2, (south + north) / 2] = row["cost"]
    return found


def minutes(result):
    """The same by kilometres east of the centre and north of the road."""
    return {(round((x - X0 - 125) / 1000, 3), round((y - ROAD) / 1000, 3)): cost for (x, y), cost in costs(result).items()}


def test_waiting_by_hand(folder):
    study = hand(folder / "hand")
    thuso("run", study, "--quiet")
    cost = minutes(folder / "hand" / "out.gpkg")
    check_people(folder / "hand" / "out.gpkg")
    # On foot 10 minutes a kilometre; in the taxi 15 minutes of waiting and 1 minute a kilometre: equal at 5/3 km.
    for (east, north), found in cost.items():
        if north == 0:
            expected = min(10 * east, 15 + east)
            assert abs(found - expected) < 1e-3, (east, found, expected)
    assert abs(cost[1.5, 0] - 15) < 1e-3 and abs(cost[1.75, 0] - 16.75) < 1e-3
    # Who lives 1 km off the road walks there, straight or slantwise, waits, and rides on.
    slantwise = 10 * 2**0.5  # a kilometre to the road by four diagonal steps, one kilometre to the west meanwhile
    for east in (10.0, 19.0):
        best = min(10 + 15 + east, slantwise + 15 + (east - 1))
        assert abs(cost[east, 1.0] - best) < 1e-3, (east, cost[east, 1.0], best)


def test_waits_that_make_no_sense(folder):
    for number, (words, said) in enumerate((
        ({"limit": "10 km", "search": "50 km"}, "takes time"),
        ({"taxi": "wait: -5 min"}, "out of range"),
        ({"taxi": "wait: 5 km"}, "a time such as"),
    )):
        _, stderr = thuso("run", hand(folder / str(number), **words), "--quiet", code=2)
        assert said in stderr and "wait" in stderr, stderr
    study = hand(folder / "walk")
    study.write_text(study.read_text().replace("walk: {}", "walk: {wait: 5 min}"))
    assert "riding: roads" in thuso("run", study, "--quiet", code=2)[1]
    study = hand(folder / "slope")
    study.write_text(study.read_text().replace("slope: none", "slope: toblr"))
    assert "did you mean 'tobler'" in thuso("check", study, "--quiet", code=2)[1]


# --- laws, on the demonstration region --------------------------------------------------------------------------------------


def demo(folder, *changes):
    study = demonstration(folder)
    for old, new in changes:
        text = study.read_text()
        assert old in text, old
        study.write_text(text.replace(old, new, 1))
    return study


TAXI, MAIN = "{riding: roads, factor: 0.85}", "trip: taxi, limit: 30 min"


def test_laws_of_waiting(folder):
    found = {}
    for name, changes in {
        "plain": [],
        "0": [(TAXI, "{riding: roads, factor: 0.85, wait: 0 min}")],
        "1": [(TAXI, "{riding: roads, factor: 0.85, wait: 1 s}")],
        "15": [(TAXI, "{riding: roads, factor: 0.85, wait: 15 min}")],
        "60": [(TAXI, "{riding: roads, factor: 0.85, wait: 60 min}")],
        "walk": [(MAIN, "trip: walk, limit: 30 min")],
    }.items():
        result = folder / f"{name}.gpkg"
        (folder / name).mkdir()
        thuso("run", demo(folder / name, *changes), "--quiet", "--output", result)
        check_people(result)
        found[name] = result
    # No waiting is the plain grid: everything is the same but what the study said.
    leave_out = ("parameters", "run")
    assert content(found["plain"], leave_out) == content(found["0"], leave_out)
    cells = {name: costs(result) for name, result in found.items()}
    far = float("inf")
    order = ("plain", "1", "15", "60", "walk")
    for place in set().union(*cells.values()):
        by_wait = [far if cells[name].get(place) is None else cells[name][place] for name in order]
        assert all(a <= b + 1e-9 for a, b in zip(by_wait, by_wait[1:])), (place, dict(zip(order, by_wait)))

    def served(name):
        return sum(row["people_served_now"] for row in rows(found[name], "SELECT people_served_now FROM municipalities"))
    assert served("plain") > served("15") > served("60") - 1e-6 and abs(served("60") - served("walk")) < 1e-6


# --- travel that is kept ------------------------------------------------------------------------------------------------------


def kept(cache):
    return {path.name: path.stat().st_size for path in cache.rglob("*") if path.is_file()} if cache.exists() else {}


def ranked(study, result, cache, *words):
    thuso("rank", study, "--quiet", "--output", result, "--overwrite", *words, env={"THUSO_CACHE": str(cache)})
    found = hashes(result.parent)
    return found


def test_kept_travel_changes_nothing(folder):
    study, cache = demo(folder), folder / "cache"
    result = folder / "results" / "r.gpkg"
    without = ranked(study, result, cache, "--no-cache")
    assert not kept(cache)
    assert without == ranked(study, result, "off")
    cold = ranked(study, result, cache)
    files = kept(cache)
    assert cold == without and len(files) == 2, files
    for n_threads in in_full((1, 2, 3, 4), (1, 4)):
        assert ranked(study, result, cache, "--threads", n_threads) == without
        assert ranked(study, result, folder / f"cache-{n_threads}", "--threads", n_threads) == without
    assert kept(cache) == files, "a run that found everything wrote something"
    # Other weights: the candidates are found, and what the other plan needs for the od table is added.
    text = study.read_text()
    study.write_text(text.replace("people_gained, weight: 40", "people_gained, weight: 5"))
    changed = ranked(study, result, cache)
    assert changed != without and files.items() <= kept(cache).items() and len(kept(cache)) <= 3
    assert changed == ranked(study, result, cache, "--no-cache")
    # Another speed: nothing of the old may be used.
    study.write_text(text.replace("speed: 4.5 km/h", "speed: 4.4 km/h"))
    assert ranked(study, result, cache) == ranked(study, result, cache, "--no-cache")


def test_damaged_and_unwritable(folder):
    study, cache = demo(folder), folder / "cache"
    result = folder / "results" / "r.gpkg"
    good = ranked(study, result, cache)
    for path in cache.iterdir():
        data = bytearray(path.read_bytes())
        data[len(data) // 3] ^= 4
        path.write_bytes(data)
    assert ranked(study, result, cache) == good
    (folder / "file").write_text("")
    _, stderr = thuso("rank", study, "--output", result, "--overwrite", "--progress", "none", env={"THUSO_CACHE": str(folder / "file" / "c")})
    assert "cache" not in stderr and "kept" not in stderr, stderr
    assert hashes(result.parent) == good
    _, stderr = thuso("rank", study, "--verbose", "--output", result, "--overwrite", "--progress", "none", env={"THUSO_CACHE": str(folder / "file" / "c")})
    assert "not kept" in stderr, stderr


def test_where_travel_is_kept(folder):
    study = hand(folder / "hand")
    home = folder / "home"
    home.mkdir()
    own = {"THUSO_CACHE": "", "HOME": str(home), "XDG_CACHE_HOME": ""}
    thuso("run", study, "--quiet", "--no-cache", env=own)
    assert not list(home.iterdir())
    thuso("run", study, "--quiet", "--overwrite", env=own)
    assert kept(home / ".cache" / "thuso")
    thuso("run", study, "--quiet", "--overwrite", env=dict(own, XDG_CACHE_HOME=str(home / "xdg")))
    assert kept(home / "xdg" / "thuso")


if __name__ == "__main__":
    main([value for name, value in sorted(globals().items()) if name.startswith("test_")])
