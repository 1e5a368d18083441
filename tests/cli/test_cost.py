#!/usr/bin/python3
"""`thuso cost` as a planner uses it: costs that can be checked by hand, every refusal, what it writes and what it leaves alone."""
import csv
import json
import math
import os
import pathlib
import signal
import sqlite3
import struct
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "support"))
import tiff  # noqa: E402
from tap import THUSO, in_full, main, thuso  # noqa: E402

X, Y, CELL = 300000.0, 6240000.0, 100.0


def centre(row, col, cell=CELL):
    return X + (col + 0.5) * cell, Y - (row + 0.5) * cell


def points(path, places, cell=CELL, head="id,x,y"):
    """places: id -> (row, col)"""
    lines = [head] + [f"{name},{x},{y}" for name, (x, y) in ((n, centre(*rc, cell)) for n, rc in places.items())]
    path.write_text("\n".join(lines) + "\n")
    return path


def cost(folder, *words, code=0, output="cost.tif"):
    """Runs with planar lengths and --json; gives the document and the rows of the raster."""
    words = ["cost", *words, "--lengths", "planar", "--progress", "none", "--json"]
    if output:
        words += ["--output", folder / output]
    stdout, stderr = thuso(*words, code=code)
    document = json.loads(stdout)
    if code:
        return document["error"]["message"]
    return document, tiff.read(folder / output) if output else None


def refused(folder, code, *words, says=(), output="refused.tif"):
    before = sorted(p.name for p in folder.iterdir())
    message = cost(folder, *words, code=code, output=output)
    for word in says:
        assert word in message, f"{word!r} is missing in: {message}"
    assert sorted(p.name for p in folder.iterdir()) == before, "files were left"
    return message


def near(a, b, relative=1e-6):
    return math.isnan(a) and math.isnan(b) or abs(a - b) <= relative * max(abs(b), 1e-9)


def same(rows, expected, relative=1e-6):
    for r, (got, want) in enumerate(zip(rows, expected)):
        for c, (a, b) in enumerate(zip(got, want)):
            assert near(a, b, relative), f"row {r}, column {c}: {a}, expected {b}\n{rows}"


# --- by hand and published ----------------------------------------------------------------------------------------------


def test_friction_of_xarray_spatial(folder):
    """Costs of steps are the mean friction times the distance; numbers of xarray-spatial's own tests (0,1) 1.5, (1,0) 1, (1,1) 6.5, (2,0) 2."""
    tiff.write(folder / "f.tif", [[1, 2, 1], [1, 10, 1], [1, 1, 1]], cell=1.0)
    src = points(folder / "s.csv", {"1": (0, 0)}, cell=1.0)
    _, rows = cost(folder, "--friction", folder / "f.tif", "--sources", src, "--neighbours", 8, "--corners", "cut")
    for (r, c), want in {(0, 0): 0, (0, 1): 1.5, (1, 0): 1, (2, 0): 2}.items():
        assert near(rows[r][c], want, 1e-5), (r, c, rows)
    assert rows[1][1] <= 6.5 * math.sqrt(2)
    tiff.write(folder / "ones.tif", [[1] * 7 for _ in range(7)], code="B", cell=1.0)
    _, rows = cost(folder, "--friction", folder / "ones.tif", "--sources", src, "--neighbours", 8, "--overwrite")
    assert near(rows[3][3], 3 * math.sqrt(2), 1e-5) and near(rows[0][6], 6, 1e-5)
    tiff.write(folder / "row.tif", [[1] * 7], code="H", cell=1.0)
    _, rows = cost(folder, "--friction", folder / "row.tif", "--sources", src, "--limit", "3.5 s", "--overwrite")
    same(rows, [[0, 1, 2, 3, math.nan, math.nan, math.nan]], 1e-5)


def test_grid_of_terra(folder):
    """terra's costDist: sources in cells 3 and 23 of a 5 x 5; cell 1 belongs to 3, cell 25 to 23; a row without data keeps the halves apart."""
    tiff.write(folder / "f.tif", [[1] * 5 for _ in range(5)])
    src = points(folder / "s.csv", {"3": (0, 2), "23": (4, 2)})
    document, _ = cost(folder, "--friction", folder / "f.tif", "--sources", f"{src},id=id", "--nearest", folder / "n.tif")
    ids = tiff.read(folder / "n.tif")
    assert ids[0][0] == 3 and ids[4][4] == 23 and document["reached"] == 25
    tiff.write(folder / "split.tif", [[1] * 5, [1] * 5, [-9] * 5, [1] * 5, [1] * 5], nodata=-9)
    src = points(folder / "s.csv", {"1": (0, 0), "25": (4, 4)})
    document, rows = cost(folder, "--friction", folder / "split.tif", "--sources", f"{src},id=id", "--nearest", folder / "n.tif", "--overwrite")
    ids = tiff.read(folder / "n.tif")
    assert [set(r) for r in ids] == [{1}, {1}, {0}, {25}, {25}]
    assert all(math.isnan(v) for v in rows[2]) and document["passable"] == 20 and document["reached"] == 20


def test_speed_and_distance(folder):
    tiff.write(folder / "s.tif", [[3.6, 7.2, 0, 3.6]])
    src = points(folder / "p.csv", {"a": (0, 0), "b": (0, 3)})
    document, rows = cost(folder, "--speed", folder / "s.tif", "--sources", f"{src},id=id", "--nearest", folder / "n.tif", "--od", folder / "od.csv")
    same(rows, [[0, 50 / 1 + 50 / 2, math.nan, 0]])
    assert tiff.read(folder / "n.tif") == [[1, 1, 0, 2]]
    assert [(s["id"], s["nearest"], s["state"]) for s in document["sources"]] == [("a", 1, "used"), ("b", 2, "used")]
    assert list(csv.reader(open(folder / "od.csv"))) == [["from", "to", "cost"], ["a", "a", "0"], ["a", "b", ""], ["b", "a", ""], ["b", "b", "0"]]
    assert document["passable"] == 3 and document["reached"] == 3 and near(document["mean"], 25) and near(document["greatest"], 75)
    # Whole numbers are the same surface as Float32.
    tiff.write(folder / "b.tif", [[36, 72, 0, 36]], code="B")
    tiff.write(folder / "f.tif", [[36, 72, 0, 36]], code="f")
    for kind in "bf":
        cost(folder, "--speed", folder / f"{kind}.tif", "--sources", src, output=f"{kind}-cost.tif")
    assert (folder / "b-cost.tif").read_bytes() == (folder / "f-cost.tif").read_bytes()
    _, rows = cost(folder, "--speed", folder / "s.tif", "--sources", src, "--measure", "distance", "--overwrite")
    same(rows, [[0, 100, math.nan, 0]])


def test_classes(folder):
    """Modes and speeds by class in Byte, Int16 and Int32; nodata and speed 0 are where nobody goes."""
    table = folder / "speeds.csv"
    table.write_text("class,label,speed_km_per_h,mode\n1,path,3.6,WALKING\n2,road,36,MOTORIZED\n3,lake,0,WALKING\n70000,far,7.2,BICYCLING\n")
    src = points(folder / "p.csv", {"a": (0, 0)})
    expected = [[0, 50 + 5, 10 + 55, math.nan, math.nan]]
    for code in "BHhif":
        tiff.write(folder / f"{code}.tif", [[1, 2, 2, 3, 99]], code=code, nodata=99)
        _, rows = cost(folder, "--landcover", folder / f"{code}.tif", "--speeds", table, "--sources", src, output=f"cost{code}.tif")
        same(rows, expected)
    tiff.write(folder / "far.tif", [[1, 70000]], code="i")
    _, rows = cost(folder, "--landcover", folder / "far.tif", "--speeds", table, "--sources", src)
    same(rows, [[0, 75]])
    tiff.write(folder / "gap.tif", [[1, 4, 7]], code="B")
    refused(folder, 3, "--landcover", folder / "gap.tif", "--speeds", table, "--sources", src, says=("gap.tif", "4, 7", "speeds.csv", "add a row"))
    tiff.write(folder / "half.tif", [[1, 1.5]], code="f")
    refused(folder, 3, "--landcover", folder / "half.tif", "--speeds", table, "--sources", src, says=("1.5", "column 2", "whole numbers"))
    tiff.write(folder / "scaled.tif", [[1, 3]], code="B")
    for scale in (0.5, 100):
        (folder / "scaled.tif.aux.xml").write_text(f'<PAMDataset><PAMRasterBand band="1"><Offset>0</Offset><Scale>{scale}</Scale></PAMRasterBand></PAMDataset>')
        refused(folder, 3, "--landcover", folder / "scaled.tif", "--speeds", table, "--sources", src, says=("scale", "gdalinfo"))
    table.write_text("class,label,speed_km_per_h,mode\nforest,f,3,WALKING\n")
    refused(folder, 3, "--landcover", folder / "gap.tif", "--speeds", table, "--sources", src, says=("forest", "no whole number"))


def test_slopes_and_direction(folder):
    """A ramp of 10 % by Tobler, up and down; heights as Int16 and Float32 give the same."""
    tiff.write(folder / "s.tif", [[3.6] * 4])
    tiff.write(folder / "z.tif", [[0, 10, 20, 30]], code="h")
    tiff.write(folder / "zf.tif", [[0, 10, 20, 30]], code="f")
    src = points(folder / "p.csv", {"a": (0, 0)})
    up, down = math.exp(3.5 * 0.15) / math.exp(0.175), math.exp(3.5 * 0.05) / math.exp(0.175)
    for direction, stretch in (("from", up), ("to", down)):
        _, rows = cost(folder, "--speed", folder / "s.tif", "--elevation", folder / "z.tif", "--direction", direction, "--sources", src, "--overwrite")
        same(rows, [[100 * i * stretch for i in range(4)]], 1e-5)
    cost(folder, "--speed", folder / "s.tif", "--elevation", folder / "zf.tif", "--sources", src, output="f.tif")
    assert (folder / "f.tif").read_bytes() == (folder / "cost.tif").read_bytes()
    _, rows = cost(folder, "--speed", folder / "s.tif", "--elevation", folder / "z.tif", "--slope", "none", "--sources", src, "--overwrite")
    same(rows, [[0, 100, 200, 300]])


def test_nodata_of_heights(folder):
    tiff.write(folder / "s.tif", [[3.6] * 4], code="f")
    tiff.write(folder / "z.tif", [[5, -9999, 5, 5]], code="h", nodata=-9999)
    src = points(folder / "p.csv", {"a": (0, 0)})
    document, rows = cost(folder, "--speed", folder / "s.tif", "--elevation", folder / "z.tif", "--sources", src)
    same(rows, [[0, math.nan, math.nan, math.nan]])
    assert document["passable"] == 3 and document["reached"] == 1


def test_friction_beside_heights(folder):
    """As GRASS r.walk: 0.72 s/m of walking plus the penalty; 0 is no penalty, nodata blocks."""
    tiff.write(folder / "f.tif", [[0, 1, 0, 255, 0]], code="B", nodata=255)
    tiff.write(folder / "z.tif", [[0] * 5], code="h")
    src = points(folder / "p.csv", {"a": (0, 0)})
    _, rows = cost(folder, "--friction", folder / "f.tif", "--elevation", folder / "z.tif", "--sources", src)
    same(rows, [[0, 72 + 50, 144 + 100, math.nan, math.nan]], 1e-5)


def test_barriers(folder):
    """A line between two cells blocks the step; a polygon blocks the cells."""
    tiff.write(folder / "s.tif", [[3.6] * 6, [3.6] * 6])
    src = points(folder / "p.csv", {"a": (0, 0)})
    x = X + 3 * CELL
    line = {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[x, Y + 50], [x, Y - 250]]}}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32734"}}
    (folder / "b.geojson").write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [line]}))
    document, rows = cost(folder, "--speed", folder / "s.tif", "--barriers", folder / "b.geojson", "--sources", src)
    assert all(not math.isnan(v) for r in rows for v in r[:3]) and all(math.isnan(v) for r in rows for v in r[3:])
    assert document["passable"] == 12 and document["reached"] == 6
    ring = [[X + 310, Y + 10], [X + 390, Y + 10], [X + 390, Y - 210], [X + 310, Y - 210], [X + 310, Y + 10]]
    square = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (folder / "b.geojson").write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [square]}))
    src = points(folder / "p.csv", {"a": (0, 0), "wet": (0, 3), "far": (50, 50)})
    document, rows = cost(folder, "--speed", folder / "s.tif", "--barriers", folder / "b.geojson", "--sources", f"{src},id=id", "--overwrite")
    assert document["passable"] == 10 and document["on_barrier"] == 1 and document["off_grid"] == 1
    said = {f["check"]: f for f in document["findings"]}
    assert said["on_barrier"]["feature"] == "wet" and "300350" in said["on_barrier"]["message"]
    assert said["off_grid"]["feature"] == "far" and "305050" in said["off_grid"]["message"]
    assert math.isnan(rows[0][3]) and {s["state"] for s in document["sources"]} == {"used", "off grid", "not passable"}
    src = points(folder / "p.csv", {"wet": (0, 3), "far": (50, 50)})
    refused(folder, 3, "--speed", folder / "s.tif", "--barriers", folder / "b.geojson", "--sources", src, "--overwrite", says=("none of the 2 sources",))


# --- reference systems ---------------------------------------------------------------------------------------------------------


def test_degrees(folder):
    """One cell of 0.01 degrees on the equator: 1113.2 m east, 1105.7 m north on WGS 84; at 60 degrees south half as wide."""
    tiff.write(folder / "s.tif", [[3.6] * 3] * 3, cell=0.01, origin=(20.0, 0.015), epsg=4326)
    (folder / "p.csv").write_text("id,lon,lat\na,20.015,0\n")
    words = ["cost", "--speed", folder / "s.tif", "--sources", folder / "p.csv", "--progress", "none"]
    thuso(*words, "--output", folder / "c.tif")
    rows = tiff.read(folder / "c.tif")
    assert near(rows[1][2], 1113.19, 1e-4) and near(rows[0][1], 1105.74, 1e-4), rows
    tiff.write(folder / "s.tif", [[3.6] * 3] * 3, cell=0.01, origin=(20.0, -59.985), epsg=4326)
    (folder / "p.csv").write_text("id,lon,lat\na,20.015,-60\n")
    thuso(*words, "--output", folder / "c.tif", "--overwrite")
    assert near(tiff.read(folder / "c.tif")[1][2], 558.0, 2e-4)
    refused(folder, 2, "--speed", folder / "s.tif", "--sources", folder / "p.csv", "--overwrite", says=("planar", "degrees", "--lengths ground"))


def test_no_reference_system(folder):
    tiff.write(folder / "s.tif", [[3.6] * 3], epsg=0)
    src = points(folder / "p.csv", {"a": (0, 0)})
    _, rows = cost(folder, "--speed", folder / "s.tif", "--sources", src)
    same(rows, [[0, 100, 200]])
    _, stderr = thuso("cost", "--speed", folder / "s.tif", "--sources", src, "--output", folder / "x.tif", code=3)
    assert "gdal_translate -a_srs" in stderr and "--lengths planar" in stderr
    refused(folder, 3, "--speed", folder / "s.tif", "--sources", src, "--overwrite", "--paths", folder / "p.gpkg", says=("reference system", "-a_srs"))


def test_sources_in_degrees_on_a_map_in_metres(folder):
    tiff.write(folder / "s.tif", [[3.6] * 3] * 3)
    (folder / "p.csv").write_text("name;lon;lat\nmid;18.83707;-33.96288\n")
    document, _ = cost(folder, "--speed", folder / "s.tif", "--sources", f"{folder / 'p.csv'},id=name")
    assert document["sources"][0]["id"] == "mid" and abs(document["sources"][0]["x"] - 300150) < 50


def test_ascii_grid(folder):
    (folder / "s.asc").write_text(f"ncols 3\nnrows 1\nxllcorner {X}\nyllcorner {Y - 100}\ncellsize 100\nNODATA_value -1\n3.6 -1 7.2\n")
    src = points(folder / "p.csv", {"a": (0, 0)})
    document, rows = cost(folder, "--speed", folder / "s.asc", "--sources", src)
    same(rows, [[0, math.nan, math.nan]])
    assert document["passable"] == 2


def test_named_columns(folder):
    """x= and y= are in the rasters' reference system like columns x and y; longitudes stay degrees; the cure is one of this command."""
    tiff.write(folder / "s.tif", [[3.6] * 3] * 3)
    (folder / "p.csv").write_text("name;east;north;lon;lat\nmid;300150;6239850;18.83707;-33.96288\n")
    for extra in ("x=east,y=north", "x=lon,y=lat", "x=lon,y=lat,crs=EPSG:4326"):
        document, _ = cost(folder, "--speed", folder / "s.tif", "--sources", f"{folder / 'p.csv'},id=name,{extra}", "--overwrite")
        assert abs(document["sources"][0]["x"] - 300150) < 50 and document["sources"][0]["state"] == "used", extra
    # A shapefile of one point, without a .prj.
    point = struct.pack("<idd", 1, 300150, 6239850)
    for ending, body in (("shp", struct.pack(">ii", 1, 10) + point), ("shx", struct.pack(">ii", 50, 10))):
        head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 50 + len(body) // 2) + struct.pack("<ii8d", 1000, 1, 300150, 6239850, 300150, 6239850, 0, 0, 0, 0)
        (folder / f"bare.{ending}").write_bytes(head + body)
    for words in (("--sources", folder / "bare.shp"), ("--sources", f"{folder / 'p.csv'},x=east,y=north", "--barriers", folder / "bare.shp")):
        message = refused(folder, 3, "--speed", folder / "s.tif", *words, "--overwrite", says=(",crs=EPSG:CODE",))
        assert "crs:" not in message, message
    document, _ = cost(folder, "--speed", folder / "s.tif", "--sources", f"{folder / 'bare.shp'},crs=EPSG:32734", "--overwrite")
    assert document["sources"][0]["x"] == 300150


# --- refusals ------------------------------------------------------------------------------------------------------------------


def test_usage(folder):
    tiff.write(folder / "s.tif", [[3.6] * 3])
    src = points(folder / "p.csv", {"a": (0, 0)})
    speed = ("--speed", folder / "s.tif", "--sources", src)
    refused(folder, 2, "--sources", src, says=("--speed", "--friction", "--landcover"))
    refused(folder, 2, *speed, "--friction", folder / "s.tif", says=("give one of",))
    refused(folder, 2, "--speed", folder / "s.tif", says=("--sources",))
    refused(folder, 2, "--landcover", folder / "s.tif", "--sources", src, says=("--speeds",))
    refused(folder, 2, *speed, "--slope", "tobler", says=("--elevation",))
    refused(folder, 2, *speed, "--cycling-slope", "cycling", says=("--cycling-slope needs --elevation",))
    refused(folder, 2, *speed, "--slope", "tobbler", says=("is not known (did you mean 'tobler'?); known are",))
    refused(folder, 2, *speed, "--measure", "tme", says=("is not known (did you mean 'time'?); known are time, distance",))
    refused(folder, 2, *speed, "--neighbours", "4", says=("8 or 16",))
    refused(folder, 2, *speed, "--limit", "3", says=("--limit",))
    refused(folder, 2, *speed, "--limit", "3 km", says=("--limit",))
    refused(folder, 2, *speed, "--memory", "lots", says=("--memory",))
    refused(folder, 2, *speed, "--points", src, says=("--points goes with --paths",))
    refused(folder, 2, "--speed", folder / "s.tif", "--sources", f"{src},idd=id", says=("no key of a layer (did you mean 'id'?); known are",))
    refused(folder, 2, "--speed", folder / "s.tif", "--sources", src, "--nearest", folder / "refused.tif", says=("same file",))
    refused(folder, 2, *speed, "--nearest", folder / "n.png", says=(".tif",))
    assert "--output" in cost(folder, *speed, code=2, output=None)
    assert "--nearest goes with --output" in cost(folder, *speed, "--nearest", folder / "n.tif", "--od", folder / "o.csv", code=2, output=None)
    _, stderr = thuso("cost", "--sped", "x", code=2)
    assert "--speed" in stderr
    thuso("cost", "word", code=2)
    text, _ = thuso("cost", "--help")
    assert "For example" in text and "--sources clinics.gpkg,id=code" in text and "--memory" in text
    refused(folder, 3, "--speed", folder / "none.tif", "--sources", src, says=("none.tif", "cannot be opened"))
    refused(folder, 3, "--speed", folder / "s.tif", "--sources", f"{src},id=code", says=("code", "id"))


def test_grids_that_differ(folder):
    src = points(folder / "p.csv", {"a": (0, 0)})
    tiff.write(folder / "s.tif", [[3.6] * 3] * 3)
    words = ("--speed", folder / "s.tif", "--elevation", folder / "z.tif", "--sources", src)
    level = [[0] * 3] * 3
    for change, word in (
        ({"cell": 90.0}, "side of 90"),
        ({"origin": (X + 50, Y)}, "upper left corner"),
        ({"epsg": 32735}, "zone 35S"),
        ({"epsg": 0}, "only"),
    ):
        tiff.write(folder / "z.tif", level, **change)
        refused(folder, 3, *words, says=("z.tif", "s.tif", word, "gdalwarp -t_srs EPSG:32734 -te 300000 6239700 300300 6240000 -ts 3 3 -r bilinear"))
    tiff.write(folder / "z.tif", [[0] * 4] * 3)
    refused(folder, 3, *words, says=("4 columns",))
    tiff.write(folder / "z.tif", level, origin=(X + 5e-5, Y))  # half a millionth of a cell
    cost(folder, *words)
    tiff.write(folder / "flat.tif", level, cell=(100.0, 90.0))
    refused(folder, 3, "--friction", folder / "flat.tif", "--sources", src, says=("squares", "gdalwarp -tr 90 90"))


def test_values_that_mean_nothing(folder):
    src = points(folder / "p.csv", {"a": (0, 0)})
    for code in "hf":
        tiff.write(folder / "f.tif", [[1, 2, -5]], code=code)
        refused(folder, 3, "--friction", folder / "f.tif", "--sources", src, says=("f.tif", "-5", "gdal_translate -a_nodata"))
    tiff.write(folder / "f.tif", [[1, math.inf, 5]])
    refused(folder, 3, "--friction", folder / "f.tif", "--sources", src, says=("column 2",))
    tiff.write(folder / "s.tif", [[1, 1, 1]])
    tiff.write(folder / "z.tif", [[1, 40000, 5]], code="H")
    refused(folder, 3, "--speed", folder / "s.tif", "--elevation", folder / "z.tif", "--sources", src, says=("40000", "-a_nodata", "Float32"))
    raw = (folder / "z.tif").read_bytes()
    tiff.write(folder / "big.tif", [[1] * 100] * 100)
    raw = (folder / "big.tif").read_bytes()
    (folder / "cut.tif").write_bytes(raw[:-20000])
    refused(folder, 3, "--speed", folder / "cut.tif", "--sources", src)


def test_ids(folder):
    tiff.write(folder / "s.tif", [[3.6] * 4])
    words = ("--speed", folder / "s.tif", "--nearest", folder / "n.tif", "--overwrite")
    src = points(folder / "p.csv", {"10": (0, 0), "9": (0, 3)})
    document, _ = cost(folder, *words, "--sources", f"{src},id=id")
    assert [s["id"] for s in document["sources"]] == ["9", "10"] and tiff.read(folder / "n.tif") == [[10, 10, 9, 9]]
    document, _ = cost(folder, *words, "--sources", src)  # without a field: the order in the file
    assert tiff.read(folder / "n.tif") == [[1, 1, 2, 2]]
    src = points(folder / "p.csv", {"+1": (0, 0), "01": (0, 2), "1": (0, 3)})  # three ids, and one number: places instead
    document, _ = cost(folder, *words, "--sources", f"{src},id=id")
    place = {s["id"]: s["nearest"] for s in document["sources"]}
    assert sorted(place.values()) == [1, 2, 3]
    row = tiff.read(folder / "n.tif")[0]
    assert (row[0], row[2], row[3]) == (place["+1"], place["01"], place["1"])
    src = points(folder / "p.csv", {"07": (0, 0), "8": (0, 3)})  # no number reads 07
    cost(folder, *words, "--sources", f"{src},id=id")
    assert sorted({v for v in tiff.read(folder / "n.tif")[0]}) == [1, 2]
    src.write_text("id,x,y\na,300050,6239950\na,300150,6239950\n")
    refused(folder, 3, *words, "--sources", f"{src},id=id", says=("id a", "twice", "300150"))
    src.write_text("id,x,y\n,300050,6239950\nb,300150,6239950\n")
    refused(folder, 3, *words, "--sources", f"{src},id=id", says=("no id",))
    src.write_text("id,x,y\n")
    refused(folder, 3, *words, "--sources", f"{src},id=id")


# --- files -----------------------------------------------------------------------------------------------------------------------


def test_overwrite(folder):
    tiff.write(folder / "s.tif", [[3.6] * 3])
    src = points(folder / "p.csv", {"a": (0, 0)})
    words = ("--speed", folder / "s.tif", "--sources", src)
    cost(folder, *words)
    (folder / "cost.tif.aux.xml").write_text("<PAMDataset/>")
    old = (folder / "cost.tif").read_bytes()
    refused(folder, 2, *words, says=("cost.tif", "--overwrite"), output="cost.tif")
    assert (folder / "cost.tif").read_bytes() == old
    cost(folder, *words, "--overwrite", "--limit", "1 s")
    assert (folder / "cost.tif").read_bytes() != old and not (folder / "cost.tif.aux.xml").exists()
    (folder / "new.tif.aux.xml").write_text("<PAMDataset/>")  # of a raster that was removed
    cost(folder, *words, output="new.tif")
    assert not (folder / "new.tif.aux.xml").exists()
    before = (folder / "s.tif").read_bytes()
    for name in ("s.tif", "./s.tif"):
        message = cost(folder, *words, "--overwrite", code=2, output=name)
        assert "replace the input" in message
    os.link(folder / "s.tif", folder / "link.tif")
    assert "replace the input" in cost(folder, *words, "--overwrite", code=2, output="link.tif")
    assert (folder / "s.tif").read_bytes() == before
    assert "does not exist" in cost(folder, *words, code=2, output="nowhere/cost.tif")
    (folder / "dir.tif").mkdir()
    assert "no regular file" in cost(folder, *words, "--overwrite", code=2, output="dir.tif")
    assert not [p for p in folder.iterdir() if ".part." in p.name]


def terrain(folder, n):
    """Hills, a river with few fords, classes; deterministic."""
    z = [[int(200 + 60 * math.sin(r / 17) + 45 * math.cos(c / 23) + 30 * math.sin((r + 2 * c) / 41)) for c in range(n)] for r in range(n)]
    k = [[0 if abs(c - n // 2 - int(20 * math.sin(r / 30))) < 2 and r % 97 > 3 else 1 + (r * 7 + c * 3) // 50 % 4 for c in range(n)] for r in range(n)]
    tiff.write(folder / "z.tif", z, code="h")
    tiff.write(folder / "k.tif", k, code="B")
    (folder / "k.csv").write_text("class,label,speed_km_per_h,mode\n0,river,0,WALKING\n1,path,5,WALKING\n2,bush,2,WALKING\n3,road,60,MOTORIZED\n4,field,4,BICYCLING\n")
    return ("--landcover", folder / "k.tif", "--speeds", folder / "k.csv", "--elevation", folder / "z.tif")


def some_points(folder, n, count, name="p.csv"):
    return points(folder / name, {str(i + 1): ((i * 7919 + 13) % n, (i * 104729 + 31) % n) for i in range(count)})


def test_threads_and_memory(folder):
    """The same bytes for any number of threads and any bound of the memory; a thousand cells square."""
    n, memory = in_full((1000, "90 MB"), (700, "88 MB"))
    words = terrain(folder, n)
    src = some_points(folder, n, in_full(40, 5))
    first = None
    threads = [("--threads", n_threads) for n_threads in in_full((1, 2, 3, 4), (1, 3))]
    for i, extra in enumerate((*threads, ("--memory", memory, "--threads", 1))):
        names = [folder / f"n{i}.tif", folder / f"od{i}.csv"]
        document, _ = cost(folder, *words, "--sources", f"{src},id=id", *extra, "--nearest", names[0], "--od", names[1], output=f"c{i}.tif")
        bytes_ = [(folder / f"c{i}.tif").read_bytes(), names[0].read_bytes(), names[1].read_bytes()]
        first = first or bytes_
        assert bytes_ == first, f"differs with {extra}"
        assert document["cells"] == n * n and document["reached"] > 0.9 * document["passable"]
    rows = tiff.read(folder / "c0.tif")
    reached = [v for row in rows for v in row if not math.isnan(v)]
    assert len(reached) == document["reached"] and near(max(reached), document["greatest"]) and near(sum(reached) / len(reached), document["mean"], 1e-5)
    table = list(csv.DictReader(open(folder / "od0.csv")))
    ids = sorted({int(r["from"]) for r in table})
    assert [(int(r["from"]), int(r["to"])) for r in table] == [(a, b) for a in ids for b in ids]


def test_memory(folder):
    words = terrain(folder, 64)
    src = some_points(folder, 64, 3)
    message = refused(folder, 5, *words, "--sources", src, "--memory", "1 MB", says=("--memory 1 MB is too little", "at least"))
    assert "MB" in message
    _, stderr = thuso("cost", *words, "--sources", src, "--output", folder / "c.tif", "--progress", "none")
    assert "needs about" in stderr and "--memory bounds it" in stderr


def test_interrupt(folder):
    """Ctrl-C ends it soon and leaves nothing."""
    n = 1500
    tiff.write(folder / "f.tif", [[1] * n] * n, code="B")
    src = some_points(folder, n, 3000)
    before = sorted(p.name for p in folder.iterdir())
    words = ["cost", "--friction", folder / "f.tif", "--sources", src, "--od", folder / "od.csv", "--output", folder / "c.tif", "--progress", "none"]
    process = subprocess.Popen([THUSO, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(3.0)
    assert process.poll() is None, "3,000 searches of the whole raster cannot be over"
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 130, process.returncode
    assert time.monotonic() - start < 3
    assert sorted(p.name for p in folder.iterdir()) == before


def test_names_that_are_no_text(folder):
    """A file name is bytes; the document is valid JSON all the same."""
    tiff.write(folder / "s.tif", [[3.6] * 3])
    src = points(folder / "p.csv", {"a": (0, 0)})
    words = [os.fsencode(str(w)) for w in (THUSO, "cost", "--speed", folder / "s.tif", "--sources", src, "--progress", "none", "--json", "--output")]
    for name in (b"c\xff.tif", b"c\xff.png"):
        done = subprocess.run(words + [os.fsencode(folder) + b"/" + name], capture_output=True)
        document = json.loads(done.stdout.decode("utf-8"))  # fails on bytes that are no UTF-8
        assert "\ufffd" in (document["results"][0] if done.returncode == 0 else document["error"]["message"]), document
    assert os.path.exists(os.fsencode(folder) + b"/c\xff.tif")


def test_many_paths(folder):
    """Too many ways, and points that cannot be read, are told before anything is searched."""
    n = 40
    tiff.write(folder / "s.tif", [[4] * n] * n, code="B")
    src = some_points(folder, n, 1002)
    refused(folder, 5, "--speed", folder / "s.tif", "--sources", src, "--paths", folder / "w.gpkg", says=("1002", "--points"))
    tiff.write(folder / "s.tif", [[3.6] * n] * n)
    (folder / "d.csv").write_text("id,x,y\n,300050,6239950\n")
    few = points(folder / "f.csv", {"a": (0, 0)})
    words = ("cost", "--speed", folder / "s.tif", "--sources", few, "--points", f"{folder / 'd.csv'},id=id", "--paths", folder / "w.gpkg")
    _, stderr = thuso(*words, "--output", folder / "c.tif", "--progress", "none", code=3)
    assert "no id" in stderr and "needs about" not in stderr, stderr


def test_od_in_rounds(folder):
    """More sources than rows are kept at a time: every pair once, in order, and the same for any number of threads."""
    n = 30
    tiff.write(folder / "s.tif", [[3.6] * n] * n)
    src = some_points(folder, n, 150)
    for threads in (1, 2):
        cost(folder, "--speed", folder / "s.tif", "--sources", f"{src},id=id", "--od", folder / f"{threads}.csv", "--threads", threads, "--limit", "10 min", output=None)
    assert (folder / "1.csv").read_bytes() == (folder / "2.csv").read_bytes()
    rows = list(csv.DictReader(open(folder / "1.csv")))
    assert [(int(r["from"]), int(r["to"])) for r in rows] == [(a, b) for a in range(1, 151) for b in range(1, 151)]
    cell = {str(i + 1): ((i * 7919 + 13) % n, (i * 104729 + 31) % n) for i in range(150)}
    for r in rows:
        d = [abs(p - q) for p, q in zip(cell[r["from"]], cell[r["to"]])]
        assert (r["cost"] == "0") == (d == [0, 0]) and (r["cost"] != "") == (d == [0, 0] or float(r["cost"] or 1e9) <= 600)
        if min(d) == 0 and max(d) <= 5:
            assert near(float(r["cost"]), 100 * max(d), 1e-5), r


# --- od and paths ------------------------------------------------------------------------------------------------------------------


def lines(path):
    """The layer's rows with their vertices."""
    db = sqlite3.connect(path)
    names = [row[1] for row in db.execute("PRAGMA table_info(paths)")]
    out = []
    for row in db.execute("SELECT * FROM paths ORDER BY fid"):
        record = dict(zip(names, row))
        blob = record.pop("geom")
        if blob:
            envelope = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}[blob[3] >> 1 & 7]
            wkb = blob[8 + envelope :]
            at = 0 if struct.unpack_from("<I", wkb, 1)[0] == 2 else 9
            count = struct.unpack_from("<I", wkb, at + 5)[0]
            record["line"] = [struct.unpack_from("<dd", wkb, at + 9 + 16 * i) for i in range(count)]
        out.append(record)
    db.close()
    return out


def test_paths_between_sources(folder):
    tiff.write(folder / "f.tif", [[1, -1, 1], [1, -1, 1], [1, 1, 1]], nodata=-1)
    src = points(folder / "p.csv", {"a": (0, 0), "b": (0, 2), "c": (2, 0)})
    cost(folder, "--friction", folder / "f.tif", "--sources", f"{src},id=id", "--neighbours", 8, "--od", folder / "od.csv", "--paths", folder / "w.gpkg", output=None)
    rows = lines(folder / "w.gpkg")
    assert [(r["from"], r["to"]) for r in rows] == [("a", "b"), ("a", "c"), ("b", "a"), ("b", "c"), ("c", "a"), ("c", "b")]
    od = {(r["from"], r["to"]): r["cost"] for r in csv.DictReader(open(folder / "od.csv"))}
    for row in rows:
        ends = {"a": centre(0, 0), "b": centre(0, 2), "c": centre(2, 0)}
        assert row["line"][0] == ends[row["from"]] and row["line"][-1] == ends[row["to"]]
        assert near(row["cost"], float(od[row["from"], row["to"]]), 1e-6)
        straight = sum(math.dist(p, q) for p, q in zip(row["line"], row["line"][1:]))
        assert near(straight, row["length_m"], 1e-9) and near(row["cost"], straight, 1e-5)
    assert rows[1]["line"] == [centre(0, 0), centre(2, 0)], "vertices on a straight line are dropped"


def test_paths_from_points(folder):
    """Each point to its nearest source, from the traveller's start; points that reach none have no line."""
    tiff.write(folder / "s.tif", [[3.6, 3.6, 3.6, 0, 3.6]])
    src = points(folder / "p.csv", {"left": (0, 0)})
    dots = points(folder / "d.csv", {"x": (0, 2), "same": (0, 0), "lost": (0, 4), "off": (0, 9)})
    for direction in ("to", "from"):
        document, _ = cost(folder, "--speed", folder / "s.tif", "--sources", f"{src},id=id", "--points", f"{dots},id=id", "--paths", folder / f"{direction}.gpkg",
                           "--direction", direction, output=None)
        rows = {r["id"]: r for r in lines(folder / f"{direction}.gpkg")}
        ends = [centre(0, 2), centre(0, 0)]
        assert rows["x"]["line"] == (ends if direction == "to" else ends[::-1]) and rows["x"]["nearest"] == "left"
        assert near(rows["x"]["cost"], 200, 1e-5) and near(rows["x"]["length_m"], 200)
        assert rows["same"]["cost"] == 0 and "line" not in rows["same"]
        assert rows["lost"]["cost"] is None and rows["off"]["nearest"] is None
        assert [f["feature"] for f in document["findings"]] == ["off"]


def test_od_limit_and_direction(folder):
    """from,to is the way travelled, whatever --direction says; beyond the limit it is empty; ids with commas are quoted."""
    tiff.write(folder / "s.tif", [[3.6] * 5])
    tiff.write(folder / "z.tif", [[0, 10, 20, 30, 40]], code="h")
    (folder / "p.csv").write_text('id,x,y\n"low, a",300050,6239950\nmid,300250,6239950\ntop,300450,6239950\n')
    tables = []
    for direction in ("to", "from"):
        cost(folder, "--speed", folder / "s.tif", "--elevation", folder / "z.tif", "--sources", f"{folder / 'p.csv'},id=id", "--direction", direction,
             "--limit", "5 min", "--od", folder / f"{direction}.csv", output=None)
        tables.append((folder / f"{direction}.csv").read_text())
    assert tables[0] == tables[1] and '"low, a",mid,' in tables[0]
    rows = {(r["from"], r["to"]): r["cost"] for r in csv.DictReader(open(folder / "to.csv"))}
    assert near(float(rows["low, a", "mid"]), 200 * math.exp(0.35), 1e-5) and near(float(rows["mid", "low, a"]), 200, 1e-5)
    assert rows["low, a", "top"] == "" and len(rows) == 9


def test_text_result(folder):
    tiff.write(folder / "s.tif", [[3.6] * 3])
    src = points(folder / "p.csv", {"clinic a": (0, 0), "b": (0, 2)})
    stdout, stderr = thuso("cost", "--speed", folder / "s.tif", "--sources", f"{src},id=id", "--lengths", "planar", "--output", folder / "c.tif", "--nearest",
                           folder / "n.tif", "--progress", "none")
    for word in ("cells", "passable", "reached", "sources", "greatest cost", "mean cost", "result: ", "clinic a"):
        assert word in stdout, stdout
    stdout, stderr = thuso("cost", "--speed", folder / "s.tif", "--sources", src, "--output", folder / "d.tif", "--quiet")
    assert stdout == f"result: {folder / 'd.tif'}\n" and stderr == ""


if __name__ == "__main__":
    main([f for name, f in list(globals().items()) if name.startswith("test_")])
