"""A flat square world whose distances anybody can work out, as files of a study."""
import itertools
import json
import random

from tap import thuso

# --- the world: 2 x 2 municipalities of 10 x 10 cells of 1 km, no roads, no slope ------------------------------------------

X0, Y0, SIDE, CELL = 600000, 7000000, 10, 1000
LIMIT = 3300  # m: between two distances that occur
STUDY = """\
study: {{name: A square, date: 2026-11-21}}
area: {{boundaries: {{path: area.geojson}}, id: code, levels: {{district: {{id: district}}}}, cell: 1 km, buffer: 0 m}}
demand: {{people: {{path: people.csv, x: x, y: y, crs: EPSG:32735, field: people}}{demand}}}
travel: {{trips: {{walk: {{}}}}, lengths: planar, neighbours: 8, search_limit: 60 km}}
standards: {standards}
bands: [3.3 km, 10 km]
centres: {{path: centres.csv, x: x, y: y, crs: EPSG:32735, open: all, id: id{centre}}}
candidates:
  - {{path: new.csv, x: x, y: y, crs: EPSG:32735, id: id{new}}}
  - {{path: upgrade.csv, x: x, y: y, crs: EPSG:32735, id: id, kind: upgrade{upgrade}}}
ranking: {{criteria: [{{use: people_within}}]}}
{blocks}
output: {{path: out.gpkg}}
"""


def point(cell):
    return X0 + cell[0] * CELL + CELL / 2, Y0 + cell[1] * CELL + CELL / 2


def distance(a, b):
    dx, dy = abs(a[0] - b[0]), abs(a[1] - b[1])
    return CELL * (max(dx, dy) - min(dx, dy) + 2**0.5 * min(dx, dy))


class World:
    def __init__(self, seed, n_new=7, n_upgrade=4, centres=((2, 2), (4, 3), (13, 4))):
        chance = random.Random(seed)
        cells = [(x, y) for x in range(2 * SIDE) for y in range(2 * SIDE)]
        self.people = {cell: chance.randint(1, 400) for cell in chance.sample(cells, 150)}
        spots = chance.sample([c for c in cells if c not in centres], n_new + n_upgrade)
        self.sites = {f"n{i}": cell for i, cell in enumerate(spots[:n_new])}
        self.sites |= {f"u{i}": cell for i, cell in enumerate(spots[n_new:])}
        self.centres = {f"c{i}": cell for i, cell in enumerate(centres)}
        self.seed = seed
        self.columns = {}  # file -> column -> site or cell -> value

    def cell(self, site):
        return self.sites.get(site) or self.centres[site]

    def area(self, site):
        x, y = self.cell(site)
        return "ABCD"[x // SIDE + 2 * (y // SIDE)]

    def covered(self, chosen, limit=LIMIT):
        return {cell for cell in self.people if any(distance(cell, self.cell(site)) <= limit for site in chosen)}

    def served(self, chosen, limit=LIMIT):
        return sum(self.people[cell] for cell in self.covered(chosen, limit))

    def sets(self, size):
        return itertools.combinations(sorted(self.sites), size)

    def write(self, folder, blocks, new="", upgrade="", demand="", centre="", standards="[{service: thusong, trip: walk, limit: 3.3 km}]"):
        folder.mkdir(parents=True, exist_ok=True)
        features = []
        for i, code in enumerate("ABCD"):
            x, y, side = X0 + i % 2 * SIDE * CELL, Y0 + i // 2 * SIDE * CELL, SIDE * CELL
            ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
            properties = {"code": code, "district": "west" if i % 2 == 0 else "east"}
            features.append({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
        crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32735"}}
        (folder / "area.geojson").write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}))
        for name, places in (("centres", self.centres), ("new", {s: c for s, c in self.sites.items() if s[0] == "n"}),
                             ("upgrade", {s: c for s, c in self.sites.items() if s[0] == "u"})):
            more = self.columns.get(name, {})
            lines = [",".join(map(str, [s, *point(c), *[more[k][s] for k in more]])) for s, c in places.items()]
            (folder / f"{name}.csv").write_text("\n".join([",".join(["id", "x", "y", *more]), *lines]) + "\n")
        more = self.columns.get("people", {})
        lines = [",".join(map(str, [*point(c), n, *[more[k][c] for k in more]])) for c, n in self.people.items()]
        (folder / "people.csv").write_text("\n".join([",".join(["x", "y", "people", *more]), *lines]) + "\n")
        (folder / "study.yaml").write_text(STUDY.format(blocks=blocks, new=new, upgrade=upgrade, demand=demand, centre=centre, standards=standards))
        return folder / "study.yaml"

    def run(self, folder, blocks, **parts):
        study = self.write(folder, blocks, **parts)
        thuso("run", study, "--quiet", "--overwrite")
        return folder / "out.gpkg"


def near(a, b, what=""):
    assert abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1), f"{what}: {a} is not {b}"
