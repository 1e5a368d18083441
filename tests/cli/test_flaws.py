#!/usr/bin/python3
"""Copies of the demonstration with one flaw each that planners' data have: `thuso check` finds it, names layer and feature, says what to
do, and reports nothing else that it does not report of the sound copy."""
import json
import math
import os
import pathlib
import shutil
import sqlite3
import struct
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "support"))
from tap import SOURCE, main, thuso  # noqa: E402

DEMO = SOURCE / "geodata" / "demo"
CENTRES = """\
centres:
  {layer: centres, id: id, title: title, type: type, open: {field: status, values: [functional]},
   capacity: {field: visits_per_year, unit: visits a year, visits_per_person: 1}}
capacity: {method: ordered}           # one centre after the other takes the nearest people until it is full"""


class Copy:
    """A copy of the demonstration that can be flawed."""

    def __init__(self, folder):
        self.folder = folder / "demo"
        shutil.copytree(DEMO, self.folder, ignore=shutil.ignore_patterns("results"))
        self.study = self.folder / "study.yaml"
        self.db = sqlite3.connect(self.folder / "demo.gpkg")
        # The indexes' triggers need functions of SpatiaLite; the indexes go with them, so that they cannot be stale.
        for (name,) in self.db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            self.db.execute(f'DROP TRIGGER "{name}"')
        for (name,) in self.db.execute("SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'").fetchall():
            self.db.execute(f'DROP TABLE "rtree_{name}_geom"')
        self.db.execute("DELETE FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'")
        self.db.commit()

    def sql(self, statement, *values):
        done = self.db.execute(statement, values)
        found = done.fetchall() if done.description else done.rowcount
        self.db.commit()
        assert found, f"changes or finds nothing: {statement}"
        return found

    def text(self, old, new):
        text = self.study.read_text()
        assert old in text, old
        self.study.write_text(text.replace(old, new, 1))

    def shape(self, layer, where):
        return read_blob(self.sql(f"SELECT geom FROM {layer} WHERE {where}")[0][0])

    def set_shape(self, layer, where, blob):
        self.sql(f"UPDATE {layer} SET geom = ? WHERE {where}", blob)

    def file(self, name, text):
        (self.folder / name).write_text(text)

    def check(self):
        """(exit code, the error's message or None, findings)"""
        self.db.close()
        for code in (0, 2, 3):
            try:
                stdout, _ = thuso("check", self.study, "--json", "--progress", "none", "--output", self.folder / "findings.gpkg", "--overwrite", code=code)
            except AssertionError:
                if code == 3:
                    raise
                continue
            document = json.loads(stdout)
            return (code, document["error"]["message"], []) if code else (0, None, document["findings"])


# --- shapes of GeoPackages without GDAL ------------------------------------------------------------------------------------


def read_blob(blob):
    """Points of every part: a point, or the rings of a polygon."""
    envelope = (0, 32, 48, 48, 64)[blob[3] >> 1 & 7]
    wkb = blob[8 + envelope :]
    kind, at = struct.unpack("<I", wkb[1:5])[0], 5
    if kind == 1:
        return [struct.unpack("<2d", wkb[at : at + 16])]
    assert kind == 3, kind
    (n_rings,), at, rings = struct.unpack("<I", wkb[at : at + 4]), at + 4, []
    for _ in range(n_rings):
        (n,), at = struct.unpack("<I", wkb[at : at + 4]), at + 4
        values, at = struct.unpack(f"<{2 * n}d", wkb[at : at + 16 * n]), at + 16 * n
        rings.append(list(zip(values[::2], values[1::2])))
    return rings


def header(srs=32735):
    return b"GP\0\1" + struct.pack("<i", srs)


def point(x, y, srs=32735):
    return header(srs) + struct.pack("<BIdd", 1, 1, x, y)


def polygon(*rings):
    out = header() + struct.pack("<BII", 1, 3, len(rings))
    for ring in rings:
        out += struct.pack("<I", len(ring)) + b"".join(struct.pack("<dd", *at) for at in ring)
    return out


def middle(ring):
    """The centre of gravity."""
    area = x = y = 0
    for (x0, y0), (x1, y1) in zip(ring, ring[1:]):
        cross = x0 * y1 - x1 * y0
        area, x, y = area + cross, x + (x0 + x1) * cross, y + (y0 + y1) * cross
    return x / (3 * area), y / (3 * area)


def degrees(x, y):
    """EPSG:32735 to longitude and latitude, good to a few metres (Snyder 1987, p. 63)."""
    a, e2, k0 = 6378137.0, 0.00669437999014, 0.9996
    m = (y - 10000000.0) / k0
    mu = m / (a * (1 - e2 / 4 - 3 * e2**2 / 64))
    e1 = (1 - math.sqrt(1 - e2)) / (1 + math.sqrt(1 - e2))
    p = mu + (3 * e1 / 2 - 27 * e1**3 / 32) * math.sin(2 * mu) + (21 * e1**2 / 16) * math.sin(4 * mu) + (151 * e1**3 / 96) * math.sin(6 * mu)
    ep2 = e2 / (1 - e2)
    c, t = ep2 * math.cos(p) ** 2, math.tan(p) ** 2
    n = a / math.sqrt(1 - e2 * math.sin(p) ** 2)
    r = a * (1 - e2) / (1 - e2 * math.sin(p) ** 2) ** 1.5
    d = (x - 500000.0) / (n * k0)
    lat = p - n * math.tan(p) / r * (d**2 / 2 - (5 + 3 * t + 10 * c) * d**4 / 24)
    lon = (d - (1 + 2 * t + c) * d**3 / 6) / math.cos(p)
    return 27 + math.degrees(lon), math.degrees(lat)


# --- the flaws: what is done to the copy, and the words that the finding or the error must have -----------------------------------


def duplicate_ids(c):
    c.sql("UPDATE halls SET id = 7 WHERE id = 8")
    return "duplicate_id", ("halls", "hall:7", "each")


def centres_csv(c, swap):
    lines = ["id,title,status,lat,lon"]
    for name, title, status, geom in c.sql("SELECT id, title, status, geom FROM centres"):
        lon, lat = degrees(*read_blob(geom)[0])
        a, b = (lon, lat) if swap == name else (lat, lon)
        lines.append(f"{name},{title},{status},{a:.6f},{b:.6f}")
    c.file("centres.csv", "\n".join(lines) + "\n")
    c.text(CENTRES, "centres: {path: centres.csv, id: id, title: title, open: {field: status, values: [functional]}}")


def swapped_coordinates(c):
    centres_csv(c, "TSC02")
    return "off_grid", ("centres.csv", "TSC02", "swapped")


def no_reference_system(c):
    c.sql("UPDATE gpkg_geometry_columns SET srs_id = -1 WHERE table_name = 'wards'")
    c.sql("UPDATE gpkg_contents SET srs_id = -1 WHERE table_name = 'wards'")
    return 3, ("wards", "CRS", "crs:")


def negative_people(c):
    c.sql("UPDATE wards SET population = -population WHERE id = 'DEM03-04'")
    return 3, ("wards", "population", "DEM03-04", "negative", "correct")


def gap(c):
    """A strip a kilometre wide along a border belongs to nobody."""
    mine, other = c.shape("municipalities", "code = 'DEM03'")[0], set()
    for (code,) in c.sql("SELECT code FROM municipalities WHERE code <> 'DEM03'"):
        other |= set(c.shape("municipalities", f"code = '{code}'")[0])
    cx, cy = middle(mine)
    moved = []
    for x, y in mine:
        d = math.hypot(x - cx, y - cy)
        moved.append((x + (cx - x) / d * 1500, y + (cy - y) / d * 1500) if (x, y) in other else (x, y))
    moved[-1] = moved[0]
    c.set_shape("municipalities", "code = 'DEM03'", polygon(moved))
    return "gap", ("municipalities", "DEM03", "gap", "mend"), {"overlap"}


def ward_outside(c):
    ring = c.shape("wards", "id = 'DEM05-02'")[0]
    c.set_shape("wards", "id = 'DEM05-02'", polygon([(x + 400000, y + 300000) for x, y in ring]))
    return "wrong_municipality", ("wards", "DEM05-02", "population", "correct")


def road_class(c):
    c.sql("UPDATE roads SET class = 'gravel' WHERE class = 'tertiary'")
    return 3, ("roads", "gravel", "km", "speed table")


def no_bridges(c):
    """One bridge is left of those of the region."""
    c.sql("UPDATE roads SET bridge = 'no' WHERE bridge = 'yes' AND fid <> (SELECT min(fid) FROM roads WHERE bridge = 'yes')")
    return "cut_off", ("people", "bridge", "around")


def heights(c, names, declared, value):
    """A grid of 1 km of plain heights, the west half of it without."""
    rows = [[1000 + (7 * i + 3 * j) % 50 if names(i, j) else value for i in range(152)] for j in range(122)]
    text = f"ncols 152\nnrows 122\nxllcorner 599000\nyllcorner 7239000\ncellsize 1000\n" + (f"NODATA_value {value}\n" if declared else "")
    c.file("heights.asc", text + "\n".join(" ".join(map(str, row)) for row in rows) + "\n")
    c.text("elevation: {path: dem.tif}", "elevation: {path: heights.asc, crs: EPSG:32735}")


def half_a_dem(c):
    heights(c, lambda i, j: i >= 60, True, -9999)
    return "coverage", ("heights.asc", "%", "people", "give a raster"), {"no_data", "cut_off"}


def undeclared_nodata(c):
    heights(c, lambda i, j: not (70 <= i < 74 and 60 <= j < 64), False, -9999)
    return 3, ("heights.asc", "heights below", "nodata")


def centre_on_a_dam(c):
    x, y = middle(c.shape("dams", "fid = 1")[0])
    c.set_shape("centres", "id = 'TSC03'", point(x, y))
    return "on_barrier", ("centres", "TSC03", "barrier")


def null_status(c):
    c.sql("UPDATE centres SET status = NULL WHERE id = 'TSC02'")
    return "missing_status", ("centres", "TSC02", "empty", "fill it in")


def unknown_status(c):
    c.sql("UPDATE centres SET status = 'Fuctional' WHERE id = 'TSC02'")
    return "unknown_status", ("centres", "TSC02", "Fuctional", "functional", "correct")


def lost_zeros(c):
    """Keys that a spreadsheet took for numbers."""
    c.sql("UPDATE wards SET id = CASE WHEN municipality < 'DEM05' THEN '0' ELSE '' END || substr(id, 5) || 'A'")
    keys = [row[0] for row in c.sql("SELECT id FROM wards")]
    c.file("people.csv", "ward,people\n" + "".join(f"{key.lstrip('0')},{1000 + i}\n" for i, key in enumerate(keys)))
    c.text("people: {layer: wards, field: population, id: id}", "people: {layer: wards, field: people, join: {path: people.csv, key: ward, to: id}}")
    return "join_unmatched", ("wards", "people.csv", "zeros", "texts"), {"missing_people", "join_unused", "no_zone", "no_people"}


def one_code_twice(c):
    c.sql("UPDATE municipalities SET code = 'DEM01' WHERE code = 'DEM02'")
    return 3, ("municipalities", "DEM01", "different titles", "give each")


def schools_outside(c):
    for fid, geom in c.sql("SELECT fid, geom FROM schools WHERE id <= 25"):
        x, y = read_blob(geom)[0]
        c.set_shape("schools", f"fid = {fid}", point(x, y - 500000))
    return "off_grid", ("schools", "25 places", "outside")


def in_thousands(c):
    c.sql("UPDATE wards SET population = population / 1000")
    return "few_people", ("wards", "population", "thousand")


def zone_without_potential(c):
    c.sql("UPDATE zones SET potential = NULL WHERE fid = 12")
    return "no_quadrant", ("zones", "potential", "feature 12", "fill in")


def open_ring(c):
    c.set_shape("wards", "id = 'DEM04-03'", polygon(c.shape("wards", "id = 'DEM04-03'")[0][:-1]))
    return "open_ring", ("wards", "ring", "not closed", "look")


def overlapping_wards(c):
    names = [row[1] for row in c.db.execute("PRAGMA table_info(wards)") if row[1] not in ("fid", "id")]
    listed = ", ".join(f'"{name}"' for name in names)
    c.sql(f"INSERT INTO wards (id, {listed}) SELECT 'DEM06-99', {listed} FROM wards WHERE id = 'DEM06-02'")
    return "overlap", ("wards", "DEM06-99", "DEM06-02", "twice")


def degrees_called_metres(c):
    for fid, geom in c.sql("SELECT fid, geom FROM halls"):
        c.set_shape("halls", f"fid = {fid}", point(*degrees(*read_blob(geom)[0])))
    return "off_grid", ("halls", "40 places", "degrees", "crs")


def centre_in_the_wrong_municipality(c):
    c.sql("ALTER TABLE centres ADD COLUMN municipality TEXT")
    c.sql("UPDATE centres SET municipality = 'DEM07'")
    return "wrong_municipality", ("centres", "municipality", "TSC0", "correct")


def no_population(c):
    c.sql("UPDATE wards SET population = NULL WHERE id = 'DEM02-01'")
    return "missing_people", ("wards", "population", "feature DEM02-01")


def control_of_other_codes(c):
    c.file("projections.csv", "municipality;pop_2026\n" + "".join(f"WC{i:03d};10000\n" for i in range(8)))
    c.text("  # control: {", "  control: {")
    return 3, ("projections.csv", "DEM01")


# A flaw may have consequences that are reported too: a third value of the function names their checks.
FLAWS = [
    duplicate_ids, swapped_coordinates, no_reference_system, negative_people, gap, ward_outside, road_class, no_bridges, half_a_dem, undeclared_nodata,
    centre_on_a_dam, null_status, unknown_status, lost_zeros, one_code_twice, schools_outside, in_thousands, zone_without_potential, open_ring,
    overlapping_wards, degrees_called_metres, centre_in_the_wrong_municipality, no_population, control_of_other_codes,
]


def test_of(flaw):
    def test(folder):
        copy = Copy(folder)
        kind, words, *follows = flaw(copy)
        code, message, findings = copy.check()
        if kind in (2, 3):
            assert code == kind, f"exit {code}, expected {kind}: {message or findings}"
        else:
            assert code == 0, message
            new = [finding for finding in findings if finding not in sound["findings"]]
            right = [finding for finding in new if finding["check"] == kind and all(word in f"{finding['layer']} {finding['feature']} {finding['message']}" for word in words)]
            assert right, f"not found: {kind} {words} in {json.dumps(new, indent=1)}"
            known = {finding["check"] for finding in sound["findings"]} | {kind} | (follows[0] if follows else set())
            other = [finding for finding in new if finding["check"] not in known]
            assert not other, f"also reported: {json.dumps(other, indent=1)}"
            message = right[0]["message"]
        assert "\n" not in message
        for word in words if code else ():
            assert word in message, f"{word!r} is missing in: {message}"
        print(f"# {message}")

    test.__name__ = "test_" + flaw.__name__
    return test


sound = {}


def test_sound(folder):
    copy = Copy(folder)
    code, message, findings = copy.check()
    assert code == 0, message
    assert all(finding["severity"] == "info" for finding in findings), findings
    sound["findings"] = findings


if __name__ == "__main__":
    assert len(FLAWS) >= 20
    main([test_sound] + [test_of(flaw) for flaw in FLAWS])
