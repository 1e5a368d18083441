#!/usr/bin/python3
"""Measures of access and equity of a study, recounted by plain loops on a square world."""
import json
import math
import os
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "support"))
sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "cli"))
from results import hashes, rows, tables  # noqa: E402
from square import CELL, SIDE, X0, Y0, World, distance, near, point  # noqa: E402
from tap import main, thuso  # noqa: E402
from test_siting import chosen, refused  # noqa: E402

SITING = "siting: {mode: brownfields, sites: 2, gap: 0 %}\n"
NEED = {"A": 0.9, "B": 0.4, "C": 0.4, "D": 0.7}
STAFF = {"c0": 5, "c1": 0, "c2": 12}
ZONES = "zones: [{path: zones.geojson, need: need, potential: need, breaks: quantiles}]\n"


class Staffed(World):
    """Centres with staff, municipalities as zones of need."""

    def write(self, folder, blocks, **costs):
        study = super().write(folder, blocks, **costs)
        area = json.loads((folder / "area.geojson").read_text())
        for feature in area["features"]:
            feature["properties"]["need"] = NEED[feature["properties"]["code"]]
        (folder / "zones.geojson").write_text(json.dumps(area))
        lines = [f"{s},{point(c)[0]},{point(c)[1]},{STAFF[s]}" for s, c in self.centres.items()]
        (folder / "centres.csv").write_text("\n".join(["id,x,y,staff", *lines]) + "\n")
        return study

    def code(self, cell):
        return "ABCD"[cell[0] // SIDE + 2 * (cell[1] // SIDE)]

    def access(self, sites, kind, weight, supply):
        """By cell; supply by site."""
        w = {(c, s): weight(distance(c, self.cell(s))) for c in self.people for s in sites}
        if kind == "gravity":
            return {c: sum(supply[s] * w[c, s] for s in sites) for c in self.people}
        g = {(c, s): 1.0 for c in self.people for s in sites}
        if kind == "3sfca":
            for c in self.people:
                total = sum(w[c, s] for s in sites)
                for s in sites:
                    g[c, s] = w[c, s] / total if total else 0
        each = {}
        for s in sites:
            drawn = sum(self.people[c] * w[c, s] * g[c, s] for c in self.people)
            each[s] = supply[s] / drawn if drawn else 0
        return {c: sum(each[s] * w[c, s] * g[c, s] for s in sites) for c in self.people}


def cells_of(result, column):
    """Value of each demand cell, by its place on the square."""
    found = {}
    for r in rows(result, f'SELECT geom, people, "{column}" AS v FROM demand_cells'):
        west, east, south, north = struct.unpack_from("<4d", r["geom"], 8)  # the envelope of the GeoPackage's header
        x, y = (west + east) / 2, (south + north) / 2
        found[int((x - X0) // CELL), int((y - Y0) // CELL)] = r["v"]
    return found


MEASURES = """\
measures:
  - {use: 2sfca, supply: staff, supply_planned: 7}
  - {use: 3sfca, steps: {2 km: 1, 4.4 km: 0.5}, per: 1000}
  - {use: gravity, name: pull, decay: exponential, half: 3 km, limit: 9 km, supply: staff, supply_planned: 7}
equity: {by: district}
"""


def step_weight(d):
    return 1 if d <= 2000 else 0.5 if d <= 4400 else 0


KINDS = {"2sfca": ("2sfca", lambda d: d <= 3300, True, 1e5), "3sfca": ("3sfca", step_weight, False, 1000),
         "pull": ("gravity", lambda d: 2 ** (-d / 3000) if d <= 9000 else 0, True, 1)}


def gini(values):
    people, mean = sum(p for _, p in values), sum(x * p for x, p in values) / sum(p for _, p in values)
    return sum(p * q * abs(x - y) for x, p in values for y, q in values) / (2 * people**2 * mean)


def theil(values):
    people, mean = sum(p for _, p in values), sum(x * p for x, p in values) / sum(p for _, p in values)
    return sum(p / people * (x / mean) * math.log(x / mean) for x, p in values if x > 0)


def concentration(values, standing):
    people, mean = sum(p for _, p in values), sum(x * p for x, p in values) / sum(p for _, p in values)
    rank = [(sum(p for (_, p), t in zip(values, standing) if t < s) + sum(p for (_, p), t in zip(values, standing) if t == s) / 2) / people
            for s in standing]
    cov = sum(p / people * (x - mean) * (r - 0.5) for (x, p), r in zip(values, rank))
    return 2 * cov / mean


def test_recounted(folder):
    for seed in (1, 2):
        world = Staffed(seed)
        result = world.run(folder / str(seed), SITING + ZONES + MEASURES)
        states = {"now": list(world.centres), "plan": chosen(result, "brownfields")}
        assert len(states["plan"]) == 5
        for name, (kind, weight, staffed, per) in KINDS.items():
            for state, sites in states.items():
                supply = {s: STAFF.get(s, 7) if staffed else 1 for s in sites}
                wanted = {c: per * v for c, v in world.access(sites, kind, weight, supply).items()}
                found = cells_of(result, f"access_{name}_{state}")
                assert set(found) == set(wanted)
                for c in wanted:
                    near(found[c], wanted[c], f"seed {seed} {name} {state} {c}")
                check_areas(world, result, name, state, wanted)
                check_equity(world, result, name, state, wanted)
        facts = {r["name"]: r["source"] for r in rows(result, "SELECT name, source FROM parameters")}
        assert facts["measures.2sfca.formula"] == "Luo and Wang 2003" and "Gini 1912" in facts["equity.gini.formula"]


def check_areas(world, result, name, state, wanted):
    def mean(cells):
        return sum(world.people[c] * wanted[c] for c in cells) / sum(world.people[c] for c in cells)

    for r in rows(result, f'SELECT id, "access_{name}_{state}" AS v FROM municipalities'):
        near(r["v"], mean([c for c in wanted if world.code(c) == r["id"]]), f"{name} {state} {r['id']}")
    for r in rows(result, f'SELECT id, "access_{name}_{state}" AS v FROM district'):
        near(r["v"], mean([c for c in wanted if (world.code(c) in "AC") == (r["id"] == "west")]), r["id"])
    row = rows(result, "SELECT * FROM measures WHERE measure = ? AND state = ?", name, "now" if state == "now" else "brownfields")[0]
    near(row["mean"], mean(list(wanted)), "mean of all")
    near(row["people_with_none"], sum(world.people[c] for c in wanted if wanted[c] == 0), "people with none")


def check_equity(world, result, name, state, wanted):
    table = {(r["groups"], r["group_id"], r["indicator"]): r["value"]
             for r in rows(result, "SELECT * FROM equity WHERE measure = ? AND state = ?", name, "now" if state == "now" else "brownfields")}
    cells = sorted(wanted)
    values, standing = [(wanted[c], world.people[c]) for c in cells], [-NEED[world.code(c)] for c in cells]
    near(table[None, None, "gini"], gini(values), "gini")
    near(table[None, None, "theil"], theil(values), "theil")
    near(table[None, None, "concentration"], concentration(values, standing), "concentration")
    near(table["district", None, "theil_between"] + table["district", None, "theil_within"], theil(values), "between + within")
    for group in ("west", "east"):
        mine = [(wanted[c], world.people[c]) for c in cells if (world.code(c) in "AC") == (group == "west")]
        near(table["district", group, "gini"], gini(mine), group)
    # Fifths of the people by need: people of one need stay together, where the middle of them lies.
    total, below = sum(world.people.values()), 0
    fifths = {}
    for need in sorted(set(NEED.values()), reverse=True):
        here = [c for c in cells if NEED[world.code(c)] == need]
        people = sum(world.people[c] for c in here)
        fifths.setdefault(str(int((below + people / 2) / total * 5) + 1), []).extend(here)
        below += people
    for fifth in "12345":
        mean = table["need", fifth, "mean"]
        if fifth in fifths:
            near(mean, sum(world.people[c] * wanted[c] for c in fifths[fifth]) / sum(world.people[c] for c in fifths[fifth]), "fifth")
        else:
            assert mean is None


def test_without_zones(folder):
    """No standing: no concentration and no fifths; and without `equity` no such table."""
    world = Staffed(3)
    result = world.run(folder, SITING + "measures: {use: cumulative}\nequity: {}\n")
    kinds = {r["indicator"] for r in rows(result, "SELECT DISTINCT indicator FROM equity")}
    assert kinds == {"mean", "gini", "palma", "theil", "theil_between", "theil_within"}, kinds
    assert {r["groups"] for r in rows(result, "SELECT DISTINCT groups FROM equity")} == {None, "municipality"}
    found = cells_of(result, "access_cumulative_now")
    assert set(found) == set(world.people) and any(found.values())
    for c, n in found.items():
        assert n == sum(distance(c, world.cell(s)) <= 3300 for s in world.centres)
    assert "equity" not in tables(world.run(folder, SITING + "measures: {use: cumulative}\n"))


def test_same_bytes(folder):
    world = Staffed(4)
    found = []
    for threads in ("1", "4"):
        study = world.write(folder, SITING + ZONES + MEASURES)
        thuso("run", study, "--quiet", "--overwrite", "--threads", threads)
        found.append(hashes(folder))
    assert found[0] == found[1]


def test_refusals(folder):
    world = Staffed(5)
    for block, words in (("measures: [{use: 2sfka}]", ["2sfka", "2sfca"]), ("measures: [{use: 2sfca, limit: 30 min}]", ["limit", "distance"]),
                         ("measures: [{use: 2sfca, limit: 90 km}]", ["search_limit"]), ("measures: [{use: gravity}]", ["decay"]),
                         ("measures: [{use: 2sfca, decay: power}]", ["decay", "its own"]), ("measures: [{use: gravity, decay: pover}]", ["power"]),
                         ("measures: [{use: gravity, decay: power}]", ["exponent"]), ("measures: [{use: e2sfca}]", ["step"]),
                         ("measures: [{use: e2sfca, steps: {4 km: 0.5, 2 km: 1}}]", ["step"]), ("measures: [{use: 2sfca, half: 3 km}]", ["half"]),
                         ("measures: [{use: 2sfca, supply: staff}]", ["supply_planned"]), ("measures: [{use: 2sfca, supply_planned: 3}]", ["supply"]),
                         ("measures: [{use: 2sfca, supply: stuff, supply_planned: 3}]", ["supply", "no field"]),
                         ("measures: [{use: cumulative, per: 1000}]", ["per", "a person"]), ("measures: [{use: 2sfca}, {use: 2sfca}]", ["name"]),
                         ("measures: [{use: 2sfca, trip: taxi}]", ["taxi", "walk"]), ("equity: {}", ["measures"]),
                         ("measures: [{use: 2sfca}]\nequity: {by: provinz}", ["provinz", "municipality"])):
        refused(world.write(folder, block), 2, *words)


if __name__ == "__main__":
    main([test_recounted, test_without_zones, test_same_bytes, test_refusals])
