#!/usr/bin/python3
"""Trips side by side, and the comparison of methods: worked out by hand on a road, and as laws on the demonstration."""
import math
import os
import pathlib
import random
import struct
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "support"))
from results import check_people, hashes, rows, tables  # noqa: E402
from tap import SOURCE, main, thuso  # noqa: E402
from test_travel import CELL, HEIGHT, ROAD, WIDTH, X0, Y0, hand  # noqa: E402

KEYS = "buffer", "roads", "walking", "trip"


def append(study, text):
    study.write_text(study.read_text() + text)
    return study


def demo(folder, *changes, methods="methods: {buffer: 20 km}\n"):
    thuso("new", folder / "demo", "--from-demo", env={"THUSO_GEODATA": str(SOURCE / "geodata")})
    study = folder / "demo" / "study.yaml"
    text = study.read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    study.write_text(text + methods)
    thuso("run", study, "--quiet")
    result = folder / "demo" / "results" / "demo.gpkg"
    check_people(result)
    return result


def by_method(result, state="now", level="study area"):
    return {(row["id"], row["method"]): row for row in rows(result, "SELECT * FROM methods WHERE state = ? AND level = ?", state, level)}


def plan_of(result):
    return next(row["state"] for row in rows(result, "SELECT DISTINCT state FROM methods") if row["state"] != "now")


# --- by hand -----------------------------------------------------------------------------------------------------------


def octile(a, b):
    return max(a, b) + (math.sqrt(2) - 1) * min(a, b)


def test_by_hand(folder):
    """One centre at the west end of a road of 20 km; a person in every cell along the road, and a kilometre north of it."""
    for radius in (4, 7.1, 12.25):
        study = append(hand(folder / str(radius), limit="60 min"), f"methods: {{buffer: {radius} km}}\n")
        thuso("run", study, "--quiet")
        found = by_method(folder / str(radius) / "out.gpkg")
        east = [CELL * i / 1000 for i in range(WIDTH // CELL)]
        homes = [(x, y) for x in east for y in (0, 1)]
        expected = {
            "buffer": {home for home in homes if math.hypot(*home) <= radius},
            # Straight down to the road, and along it.
            "roads": {(x, y) for x, y in homes if x + y <= radius},
            # 6 km/h, 8 neighbours, flat; at 60 minutes.
            "walking": {(x, y) for x, y in homes if octile(x, y) <= 6},
            # On foot, or on foot to the road, 15 minutes of waiting, and a minute a kilometre.
            "trip": {(x, y) for x, y in homes if min(10 * octile(x, y), 10 * y + 15 + x) <= 60},
        }
        for key in KEYS:
            row = found["all", key]
            assert row["people_served"] == len(expected[key]), (radius, key, row["people_served"], len(expected[key]))
            assert row["people_only_method"] == len(expected[key] - expected["trip"]), (radius, key)
            assert row["people_only_trip"] == len(expected["trip"] - expected[key]), (radius, key)
            assert row["people_outside_buffer"] == len(expected[key] - expected["buffer"]), (radius, key)
        ring = rows(folder / str(radius) / "out.gpkg", "SELECT * FROM buffers WHERE state = 'now'")
        assert len(ring) == 1 and ring[0]["radius"] == radius and ring[0]["people_inside"] == len(expected["buffer"])
        west, x1, south, y1 = struct.unpack_from("<4d", ring[0]["geom"], 8)
        assert abs((x1 - west) / 2 - 1000 * radius) < 1 and abs((y1 - south) / 2 - 1000 * radius) < 1
        assert "comparison" in ring[0]["note"]


def test_limit_as_a_distance(folder):
    """Without `buffer` the standard's limit is the radius; a time needs one, or a speed that makes it one."""
    study = append(hand(folder / "km", taxi="", limit="5 km", search="50 km"), "methods: {}\n")
    thuso("run", study, "--quiet")
    assert {row["limit"] for row in rows(folder / "km" / "out.gpkg", "SELECT * FROM methods WHERE method IN ('buffer', 'roads')")} == {"5 km"}
    study = append(hand(folder / "speed"), "methods: {speed: 9 km/h}\n")
    thuso("run", study, "--quiet")
    assert by_method(folder / "speed" / "out.gpkg")["all", "buffer"]["limit"] == "9 km"
    for text, word in (("methods: {}\n", "buffer: 25 km"), ("methods: {buffer: 5 km, speed: 9 km/h}\n", "keep one")):
        study = append(hand(folder / word[:4]), text)
        for command in ("check", "run"):
            _, stderr = thuso(command, study, "--quiet", code=2)
            assert word in stderr, stderr


def test_without_roads(folder):
    study = hand(folder / "bare", limit="60 min", trip="walk")
    text = study.read_text().replace("  roads: {path: road.geojson, speed: speed}\n", "").replace(", taxi: {riding: roads, wait: 15 min}", "")
    study.write_text(text + "methods: {buffer: 5 km}\n")
    thuso("run", study, "--quiet")
    result = folder / "bare" / "out.gpkg"
    found = by_method(result)
    assert ("all", "roads") not in found
    assert found["all", "walking"]["people_served"] == found["all", "trip"]["people_served"] > 0
    assert "trips" not in tables(result)


# --- laws --------------------------------------------------------------------------------------------------------------


def test_laws(folder):
    """A way is never shorter than the straight line, and areas add up."""
    result = demo(folder)
    for state in ("now", plan_of(result)):
        found, areas = by_method(result, state), by_method(result, state, "municipality")
        for key in KEYS:
            row = found["all", key]
            for column in ("people_assessed", "people_served", "people_only_method", "people_only_trip", "people_outside_buffer"):
                total = sum(area[column] for (_, method), area in areas.items() if method == key)
                assert abs(total - row[column]) < 1e-6 * max(row[column], 1), (state, key, column)
            trip = found["all", "trip"]
            gain = row["people_served"] - trip["people_served"]
            assert abs(gain - row["people_only_method"] + row["people_only_trip"]) < 1e-6 * row["people_assessed"], (state, key)
        assert found["all", "trip"]["people_only_method"] == found["all", "trip"]["people_only_trip"] == 0
        assert found["all", "roads"]["people_outside_buffer"] < 0.001 * found["all", "roads"]["people_served"], dict(found["all", "roads"])
        assert 0 < found["all", "roads"]["people_served"] < found["all", "buffer"]["people_served"]
        assert found["all", "walking"]["people_served"] < found["all", "trip"]["people_served"]
        assert found["all", "buffer"]["people_only_method"] > 0
        print("# " + state + ": " + ", ".join(f"{key} {found['all', key]['people_served']:.0f}" for key in KEYS))
    thuso("report", result, "--output", folder / "pages", "--formats", "html,csv")
    page = (folder / "pages" / "index.html").read_text()
    for words in ("What other methods would say", "Trips side by side", f"{by_method(result)['all', 'roads']['people_served']:,.0f}"):
        assert words in page, words
    assert (folder / "pages" / "methods.csv").is_file() and (folder / "pages" / "trips.csv").is_file()
    assert not (folder / "pages" / "buffers.csv").exists(), "buffers are no level"
    served = {row["id"]: row["people_served_now"] for row in rows(result, "SELECT id, people_served_now FROM municipalities")}
    for (area, method), row in by_method(result, "now", "municipality").items():
        assert method != "trip" or abs(row["people_served"] - served[area]) < 1e-6 * max(served[area], 1), area


def test_distances_lie_in_buffers(folder):
    """Where the limit is a distance, whoever is near enough on any way lies in a buffer of that radius, up to the cell's size."""
    result = demo(
        folder, ("limit: 30 min", "limit: 12 km"), ("[15 min, 30 min, 45 min, 60 min, 90 min, 120 min]", "[5 km, 12 km, 25 km]"),
        ("search_limit: 3 h", "search_limit: 60 km"), ("limit: 45 min}", "limit: 25 km}"), methods="methods: {}\n",
    )
    for state in ("now", plan_of(result)):
        found = by_method(result, state)
        for key in KEYS:
            row = found["all", key]
            assert row["people_outside_buffer"] < 0.001 * row["people_served"] + 1e-6, (state, dict(row))


def test_larger_radius(folder):
    seed = 20261129
    print(f"# seed {seed}")
    draw = random.Random(seed)
    radii = sorted(draw.uniform(2, 40) for _ in range(3))
    before = None
    for radius in radii:
        result = demo(folder / f"{radius:.3f}", methods=f"methods: {{buffer: {radius:.3f} km}}\n")
        found = by_method(result)
        if before:
            assert all(found["all", key]["people_served"] >= before["all", key]["people_served"] for key in ("buffer", "roads"))
            assert all(found["all", key]["people_served"] == before["all", key]["people_served"] for key in ("walking", "trip"))
        # Buffers by plain counting over the cells of the result.
        centres = [struct.unpack_from("<2d", row["geom"], len(row["geom"]) - 16) for row in rows(result, "SELECT geom FROM centres WHERE is_open = 1")]
        snapped = [(250 * math.floor(x / 250) + 125, 250 * math.floor(y / 250) + 125) for x, y in centres]
        people = 0
        for row in rows(result, "SELECT geom, people FROM demand_cells WHERE access <> 'no data'"):
            west, east, south, north = struct.unpack_from("<4d", row["geom"], 8)
            x, y = (west + east) / 2, (south + north) / 2
            people += row["people"] if min(math.hypot(x - a, y - b) for a, b in snapped) <= 1000 * float(f"{radius:.3f}") else 0
        assert abs(people - found["all", "buffer"]["people_served"]) < 0.001 * max(people, 1), (radius, people, found["all", "buffer"]["people_served"])
        before = found


def test_same_for_any_threads(folder):
    one, four = folder / "one", folder / "four"
    demo(one)
    demo(four)
    study = four / "demo" / "study.yaml"
    thuso("run", study, "--quiet", "--overwrite", "--threads", "1")
    assert hashes(one / "demo" / "results")["demo.gpkg"] == hashes(four / "demo" / "results")["demo.gpkg"]


# --- trips ----------------------------------------------------------------------------------------------------------------


def test_trips_side_by_side(folder):
    result = demo(folder, ("    walk: {}\n", "    walk: {}\n    patient: {riding: roads, factor: 0.85, wait: 10 min}\n"), methods="")
    found = {(row["level"], row["id"], row["trip"]): row for row in rows(result, "SELECT * FROM trips")}
    for (level, area, trip), row in found.items():
        main_row = found[level, area, "taxi"]
        assert row["is_main"] == (trip == "taxi") and abs(row["people_assessed"] - main_row["people_assessed"]) < 1e-6
        assert row["wait"] == {"walk": None, "taxi": 0, "patient": 10}[trip]
        for state in ("now", "plan"):
            served, lost, won = (row[f"{name}_{state}"] for name in ("people_served", "people_lost", "people_won"))
            assert abs(served - (main_row[f"people_served_{state}"] - lost + won)) < 1e-6 * max(row["people_assessed"], 1), (level, area, trip)
            # Who rides without waiting is never later than who walks or waits.
            assert won == 0 and (trip != "taxi" or lost == 0)
            more = row[f"cost_more_{state}"]
            assert more is None or (more == 0 if trip == "taxi" else more >= 0), (level, area, trip, more)
    whole = {trip: found["study area", "all", trip] for trip in ("walk", "taxi", "patient")}
    assert whole["walk"]["people_served_now"] < whole["patient"]["people_served_now"] < whole["taxi"]["people_served_now"]
    # Waiting more than once is possible; walking all the way is then no longer than that.
    assert 0 < whole["patient"]["cost_more_now"] < whole["walk"]["cost_more_now"], [dict(row) for row in whole.values()]
    for column in ("people_served_now", "people_lost_now", "people_served_plan"):
        for trip in whole:
            total = sum(row[column] for (level, _, name), row in found.items() if level == "municipality" and name == trip)
            assert abs(total - whole[trip][column]) < 1e-6 * max(total, 1), (column, trip)
    # The rows of the first standard's trip are the municipal table's.
    for row in rows(result, "SELECT * FROM municipalities"):
        same = found["municipality", row["id"], "taxi"]
        for name in ("people_served_now", "mean_cost_now", "p95_cost_now", "people_served_plan", "mean_cost_plan"):
            assert row[name] == same[name], (row["id"], name)
    print(f"# when nobody can pay a taxi, {whole['walk']['people_lost_now']:.0f} of {whole['taxi']['people_served_now']:.0f} people are served no more")


if __name__ == "__main__":
    main([
        test_by_hand, test_limit_as_a_distance, test_without_roads, test_laws, test_distances_lie_in_buffers, test_larger_radius,
        test_same_for_any_threads, test_trips_side_by_side,
    ])
