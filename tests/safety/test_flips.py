#!/usr/bin/python3
"""Single bytes turned over at seeded places of good files. Whatever comes of it: no crash, no hang, one line of error, or a result in which
people in = people out; of a GeoPackage also: as many people as SQLite's own program finds in the file."""
import os
import pathlib
import random
import shutil
import sqlite3
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "safety"))
import cases  # noqa: E402
import more_texts  # noqa: E402
import world  # noqa: E402
from cases import check_sane, digest, error_lines, report, run, told  # noqa: E402
from results import audit, check_people  # noqa: E402

FULL = bool(os.environ.get("THUSO_SAFETY_FULL"))
SEED = int(os.environ.get("THUSO_SEED", "2026"))
FLIPS = 600 if FULL else 6  # of each file


def shape(w):
    w.elsewhere("wards", "s.shp", "ESRI Shapefile")


def geojson(w):
    more_texts.wards(w, "100")


def packed_heights(w):
    world.write_raster(w / "dem.tif", world.heights(), options=["COMPRESS=DEFLATE"])


# name: (how the file is made, the file)
FILES = {
    "gpkg": (lambda w: None, "world.gpkg"),
    "shp": (shape, "s.shp"),
    "shx": (shape, "s.shx"),
    "dbf": (shape, "s.dbf"),
    "geojson": (geojson, "x.geojson"),
    "gml": (lambda w: more_texts.gml(w, (more_texts.GML.format(more_texts.gml_wards(), ""),)), "x.gml"),
    "xlsx": (lambda w: more_texts.book(w, more_texts.sheet()), "x.xlsx"),
    "kmz": (lambda w: more_texts.kmz(w, [("doc.kml", more_texts.DOCUMENT)]), "x.kmz"),
    "pbf": (lambda w: more_texts.osm(w, more_texts.pbf()), "x.pbf"),
    "csv": (lambda w: more_texts.join(w, more_texts.pairs(more_texts.PAIRS)), "people.csv"),
    "tif": (packed_heights, "dem.tif"),
}


def people_by_sqlite(path):
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as db:
        return db.execute("SELECT sum(population) FROM wards WHERE typeof(population) = 'integer'").fetchone()[0]


def check_flip(w, name, flip):
    place, bit = flip
    path = w / name
    data = bytearray(path.read_bytes())
    data[place] ^= bit
    path.write_bytes(data)
    before = digest(w.folder)
    code, _, stderr = run(["run", w / "study.yaml", "--quiet", "--progress", "none"], timeout=60)
    check_sane(code, stderr)
    assert code in (0, 2, 3, 5), f"exit {code}: {stderr}"
    after = digest(w.folder)
    assert all(after.get(each) == before[each] for each in before), "inputs were changed"
    if code:
        assert len(error_lines(stderr)) == 1, stderr
        return
    result = w / "results" / "out.gpkg"
    check_people(result)
    if name == "world.gpkg":
        assert abs(audit(result)["people_in"] - people_by_sqlite(path)) < 1e-6, f"{audit(result)['people_in']} people came in, {people_by_sqlite(path)} are in the file"


def flips_of(size, seed):
    rng = random.Random(seed)
    return [(rng.randrange(size), rng.choice((0x01, 0x20, 0x80, 0xFF))) for _ in range(FLIPS)]


def test_file(template, kind):
    make, name = FILES[kind]
    with tempfile.TemporaryDirectory(prefix="flips-", dir=template.parent) as own:
        good = cases.World(world.copy(template, pathlib.Path(own) / "good"))
        make(good)
        for flip in flips_of((good / name).stat().st_size, f"{SEED} {kind}"):
            place = pathlib.Path(own) / "w"
            try:
                check_flip(cases.World(world.copy(good.folder, place)), name, flip)
            except AssertionError as why:
                raise AssertionError(f"THUSO_SEED={SEED}, {kind}, byte {flip[0]} turned by {flip[1]:#x}: {why}") from None
            shutil.rmtree(place)


def main():
    print(f"1..{len(FILES)}", flush=True)
    with tempfile.TemporaryDirectory(prefix="thuso-flips-") as top:
        top = pathlib.Path(top)
        os.environ["THUSO_CACHE"] = str(top / "cache")
        template = world.build(top / "template")
        report(told("flips-of-" + kind, test_file, template, kind) for kind in FILES)


if __name__ == "__main__":
    main()
