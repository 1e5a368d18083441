"""Seeds and dictionaries of the fuzzed readers: SEEDS[reader](folder) gives bytes, words(reader, thuso) gives the words of its dictionary."""
import io
import json
import os
import pathlib
import re
import sqlite3
import struct
import subprocess
import sys
import zipfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
os.environ.setdefault("THUSO_SOURCE", str(SOURCE))
os.environ.setdefault("THUSO_EXE", "thuso")
sys.path.insert(0, str(SOURCE / "tests" / "safety"))
import cases  # noqa: E402
import odd_texts  # noqa: E402, F401
import world  # noqa: E402

MAX_SEED_BYTES = 20000
BETWEEN = b"\x1d"  # tables of one input: FUZZ_BETWEEN of fuzz.h


def texts(prefix):
    """The texts of the cases whose name begins so."""
    for title, _, _, _, _, _, _, _, data in cases.cases:
        if title.startswith(prefix) and isinstance(data, (str, bytes)):
            data = data if isinstance(data, bytes) else data.encode()
            if len(data) <= MAX_SEED_BYTES:
                yield data


def statements():
    """The SQL that spoils the small world in tests/safety."""
    for name in ("hostile_files.py", "odd_features.py"):
        for text in re.findall(r'\.sql\(\s*"((?:[^"\\]|\\.)+)"', (SOURCE / "tests" / "safety" / name).read_text()):
            yield text.replace('\\"', '"').encode()


# --- study files ---------------------------------------------------------------------------------------------------------


def studies(_):
    yield world.STUDY.encode()
    for path in (*sorted(SOURCE.glob("geodata/demo/*.yaml")), *sorted(SOURCE.glob("tests/studies/*.yaml"))):
        yield path.read_bytes()
    for path in sorted(SOURCE.rglob("*.md")):
        for fence in re.findall(r"```yaml\n(.*?)```", path.read_text(), re.S):
            yield (world.STUDY + fence).encode()
    for more in MORE_BLOCKS:
        yield (world.STUDY + more).encode()
    yield world.STUDY.replace("weight: 50}", "weight: 50, name: a}").replace("  missing:", "  ahp: {a: {need: 3, distance_to: 1/5}}\n  missing:").encode()
    yield world.STUDY.replace("need, weight", "sql, query: SELECT site AS site, 1 AS value FROM candidates, weight").encode()
    yield world.STUDY.replace("spread:", "control: {path: c.csv, id: id, field: total}\n  spread:").encode()
    yield from texts("yaml-")


# What no example has.
MORE_BLOCKS = (
    "schedule: {keep: 12, compare: yes}\n",
    "report: {formats: [html, xlsx], by: district}\n",
    "siting: {model: mclp, sites: 2, mode: brownfields}\nclasses: {hub: {capital: 8 M, min_people: 2000}}\nrollout: {start: 2027, years: 2, budget: 5 M}\n",
    "siting: {model: cmclp, capacity: 5000, sites: 3}\nsensitivity: {draws: 10, weights: 20 %, limit: [20 min, 40 min], capacity: 10 %}\n",
    "measures:\n  - {use: 2sfca, decay: steps, steps: {10 min: 1, 30 min: 0.4}}\n  - {use: e2sfca, name: other}\n  - {use: gravity, decay: exponential}\nequity: {by: district}\n",
    "services: [{layer: ranks, department: name}]\nclusters: {within: 1 km, min_departments: 3}\nsettlements: {layer: ranks, class: name, within: 5 km}\n",
    "monitoring: {register: r.csv, id: id, status: status, functional: [yes], topics: t.csv, grades: g.csv, stated: s.csv}\n",
    "methods: {buffer: 15 km}\nmobile: {trip: walk, limit: 60 min, stops: 40}\ncapacity: {method: optimal}\n",
)


# --- tables -------------------------------------------------------------------------------------------------------------------


def tables(_):
    yield from (world.ROADS.encode(), *texts("speeds-"), *texts("schools-"), *texts("join-"))
    for path in sorted(SOURCE.glob("geodata/demo/*.csv")):
        yield path.read_bytes()[:3000]
    yield b"id,x,y,a\n1,500000,7100000,3\n02,500100,7100100,\n" + BETWEEN + b"id;b\n1;0,5\n2;1,5\n9;2\n"


OD = b"demand,site,cost\n1,a,0\n1,b,10\n1,c,30\n2,a,10\n2,b,0\n2,c,20\n3,a,30\n3,b,20\n3,c,0\n4,c,5\n"
PEOPLE = b"demand,weight\n1,100\n2,50\n3,80\n4,20\n"
SITES = b"site,fixed,forbidden,capacity,cost,pull,min_people,district\na,yes,,200,5,1,,D1\nb,,no,100,3,2,10,D1\nc,,,,1,1,,D2\n"
QUOTA = b"level,group,min,max,count\ndistrict,D1,0,1,new\ndistrict,*,,2,total\n"
SQUARE = b"from;to;cost\na;a;0\na;b;5,5\na;c;\nb;a;5,5\nb;b;0\nc;c;0\n"


def problems(_):
    for model in range(12):
        for how in (0x01, 0x06, 0x1b, 0x67):
            yield bytes([model, how]) + BETWEEN.join((OD, PEOPLE, SITES, QUOTA))
        yield bytes([model, 0x0e]) + SQUARE
    yield b"\0\6" + OD + BETWEEN + BETWEEN + b"site,title\na,x\nb,y\nc,z\n"
    yield b"\0\6" + BETWEEN.join((b'"demand","site","cost"\r\n"1\n2",a,"1e3"\r\n', b"demand\tweight\n1\t-0\n"))


def registers(_):
    demo = SOURCE / "geodata" / "demo"
    whole = BETWEEN.join(((demo / "register.csv").read_bytes().replace(b"block_", b"block"), (demo / "topics.csv").read_bytes(), (demo / "grades.csv").read_bytes(),
                          b"province,total,functional,not_functional\nLehlabile,4,3,1\nall,5,3,\n"))
    yield whole
    yield b"id,departments,users\n1,SASSA: 3; Home Affairs,5\n1,SASSA: weekly|x,\n,Labour: 9,-1\n"
    yield b"id,block1,status,anchors\nA,x,open,\nB,maybe,closed,\n" + BETWEEN + b"topic,column,most\nt,block1,3\n" + BETWEEN + b"grade,min_share,max_flags,min_blocks,min_days\nA,0.8,0,5,3\nB,,,,\n"


def comparisons(_):
    yield b"criterion,need,slope,money\nneed,1,3,5\nslope,1/3,1,2\nmoney,1/5,1/2,1\n"
    yield b"criterion;need;slope;money\nneed;;3;0,5\nslope;;;2\n"
    yield b"criterion,need\nneed,2\nother,9.1\n"
    yield b"slope,criterion\n1/9,money\n1/0,need\n"


# --- bytes ---------------------------------------------------------------------------------------------------------------------


def shapes(_):
    for kind, _, rows in world.LAYERS.values():
        for row in rows[:3]:
            geometry = world.ogr.CreateGeometryFromWkt(row[0])
            yield bytes(geometry.ExportToWkb(world.ogr.wkbNDR))
            yield bytes(geometry.ExportToWkb(world.ogr.wkbXDR))
    for wkt in ("POLYGON((0 0,5 5,5 0,0 5,0 0))", "POLYGON((-9 -9,9 -9,9 9,-9 9,-9 -9),(-1 -1,1 -1,1 1,-1 -1))", "MULTIPOLYGON(((0 0,2 0,2 2,0 0)),((1 1,3 1,3 3,1 1)))",
                "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))", "POINT EMPTY", "POLYGON EMPTY", "MULTILINESTRING((0 0,1 1),(2 2,3 3,4 4))", "POINT Z(1 2 3)"):
        yield bytes(world.ogr.CreateGeometryFromWkt(wkt).ExportToWkb(world.ogr.wkbNDR))
    # A ring that crosses itself with a point far beyond the earth, over which GEOS went on for ever.
    yield struct.pack("<BIII10d", 1, 3, 1, 5, 0, -1.6e298, -1.6e298, 1e250, 3, 5e289, -1.6e298, 1e-300, 2, -1.6e298)


def files(_):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a", "x" * 1000)
        z.writestr("b", "y")
    yield b"\0" + packed.getvalue()
    entries = [(256, 4, 1, 10), (257, 4, 1, 10), (277, 3, 1, 1)]
    yield b"\1" + struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + b"\0" * 8
    yield b"\1" + struct.pack(">2sHHHQQ", b"MM", 43, 8, 0, 16, 2) + b"".join(struct.pack(">HHQQ", tag, 4, 1, 10 << 32) for tag in (256, 257))
    shp = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 50 + 14) + b"\0" * 72 + struct.pack(">ii", 1, 10) + struct.pack("<idd", 1, 1, 2)
    shx = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 54) + b"\0" * 72 + struct.pack(">ii", 50, 10)
    dbf = bytes([3, 0, 0, 0]) + struct.pack("<IHH", 1, 33, 2) + b"\0" * 21 + b" 1"
    yield b"\2" + shp.ljust(216, b"\0") + shx + dbf.ljust(108, b"\0")
    fields = b"".join(struct.pack("<11sc4xBB14x", name, b"N", 5, 0) for name in (b"A", b"B"))
    dbf = struct.pack("<B3xIHH20x", 3, 3, 32 + len(fields) + 1, 11) + fields + b"\r" + b"    1  2.5" .rjust(11) + b" many10 20 *    3    4\x1a"
    yield b"\2" + shp.ljust(2 * len(dbf), b"\0") + shx.ljust(len(dbf), b"\0") + dbf
    yield b"\3thuso result\n3\n2026-11-21\nout.gpkg\nout.qgz\n"
    yield b"\4ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\nNODATA_value -9999\n1 2.5\n-3e5 nan\n"


def kept(_):
    """Records, files, damage to files: see cache.c."""
    ticks = struct.pack("<3I", 5, 6, 7)
    yield b"\0\3\4\1\2\2" + ticks
    yield b"\1\3\4\2\0\0\3\1" + ticks
    yield b"\0\1\x08\1\5\0" + struct.pack("<q", 1 << 40)
    yield b"\2" + struct.pack("<QQ32sqQQ32s", 0x0168636165726874, 1, bytes([1, 2, 3]), 0, 104, 104, b"")
    yield from (b"\3", b"\3\0\0\1", b"\3\x70\0\x80\x71\0\1", b"\3\x10\0\0")
    yield b"\4" + struct.pack("<q4dqqqqii", 0, 1, 1, 0, 0.5, 0, 0, 1, 2, 0, 0)[:-8] + b"ab" + struct.pack("<qq", 0, 0)
    yield b"\4" + struct.pack("<q4dqqq", 0, 1, 1, 0, 0.5, 0, 0, 0) + struct.pack("<qq", 1, 1) + struct.pack("<id", 0, 1)
    yield b"\5" + struct.pack("<qq3d", 0, 0, 1, 1, 0) + 2 * (struct.pack("<3i", 0, 1, -1) + struct.pack("<6d", 1, 2, 3, 4, 5, 6))
    yield from (b"\6", b"\7", b"\6\0\0\1", b"\7\x40\0\1", b"\7\x41\0\x80\x90\0\1", b"\6\x50\0\0")


def small_databases(folder):
    """GeoPackage and SpatiaLite of a few pages, as other programs write them."""
    for driver, name, options in (("GPKG", "seed.gpkg", ()), ("SQLite", "seed.sqlite", ("SPATIALITE=YES", "INIT_WITH_EPSG=NO"))):
        path = folder / name
        path.unlink(missing_ok=True)
        dataset = world.ogr.GetDriverByName(driver).CreateDataSource(str(path), list(options))
        for layer in ("wards", "schools"):
            kind, fields, rows = world.LAYERS[layer]
            world.add_layer(dataset, layer, kind, fields, rows[:2])
        dataset = None
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA journal_mode=DELETE")
            db.execute("PRAGMA page_size=512")
            db.execute("VACUUM")
        db.close()
        yield (b"\2" if driver == "SQLite" else b"\0") + path.read_bytes()


def databases(folder):
    yield from small_databases(folder)
    for script in (*statements(), b"SELECT 1", b"UPDATE schools SET geom = x'47500001" + b"00" * 4 + b"0101000000" + b"00" * 16 + b"'",
                   b"UPDATE gpkg_contents SET table_name = 'a' || char(10)", b"CREATE TABLE w(\"a'b\" INT, b BLOB); INSERT INTO gpkg_contents(table_name, data_type, identifier) VALUES ('w', 'attributes', 'w')",
                   b"UPDATE wards SET population = 'x', share = 9e999, title = CAST(x'ff' AS TEXT)", b"PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = 'CREATE TABLE wards(a)' WHERE name = 'wards'"):
        yield b"\1" + script
        yield b"\3" + script


def queries(_):
    for text in ("SELECT site, 1 AS value FROM candidates", "SELECT c.site, sum(s.people) AS value FROM candidates c JOIN schools s GROUP BY c.site",
                 "SELECT site, ST_X(geometry) FROM candidates WHERE ST_Distance(geometry, MakePoint(0,0)) < 5", "SELECT char(55296), 9e999, CAST(x'ff' AS TEXT), ''",
                 "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT count(*) FROM t", "SELECT printf('%s', site) AS \"a\nb\", 1 AS a, 2 AS a FROM candidates",
                 "SELECT * FROM sqlite_master", "DELETE FROM candidates", "SELECT load_extension('x')", "VALUES (1)", "SELECT hex(geometry) FROM candidates;;"):
        yield b"\1" + text.encode()
    yield from systems()
    for text in ("people > 1", "id = 'A'", "id LIKE '%a%' AND share IN (1, 2)", "people IS NULL OR NOT share BETWEEN 0 AND 1", "nothing = 1", "CAST(people AS float) > 1", "id = 'A", "1 = 1 ; DROP"):
        yield b"\0" + text.encode()


def results(folder):
    for i, script in enumerate((b"SELECT 1", b"UPDATE run SET value = '<evil>'", b"UPDATE ranked_sites SET title = '<evil onload=x>' || char(7) || char(8238)", b"UPDATE municipalities SET people = 9e999",
                   b"UPDATE parameters SET value = '=cmd|x', origin = NULL", b"DELETE FROM run", b"DROP TABLE parameters", b"UPDATE planned_sites SET step = -1, site = NULL",
                   b"UPDATE municipalities SET geom = x'00'", b"UPDATE ranked_sites SET rank = 'first', score = x'00ff'", b"ALTER TABLE run RENAME COLUMN sha256 TO sha", b"UPDATE gpkg_contents SET identifier = '<evil>', description = 'a' || char(10)",
                   b"UPDATE access_bands_now SET geom = NULL", b"UPDATE municipalities SET title = CAST(x'ff' AS TEXT), id = ''", b"DELETE FROM gpkg_contents")):
        yield from (b"\0" + script, b"\3" + script)
        if i % 3 == 0:  # a report takes longest
            yield b"\2" + script
    for script in statements():
        yield b"\0" + script


def systems():
    for text in ("EPSG:32735", "EPSG:4326", "+proj=utm +zone=35 +south +datum=WGS84 +type=crs", "ESRI:102022", "urn:ogc:def:crs:EPSG::2048", "http://x/y", "+proj=longlat +nadgrids=/etc/passwd",
                 world.reference().ExportToWkt(), world.reference().ExportToWkt(["FORMAT=WKT2_2019"]), 'GEOGCS["x"]', "{}"):
        yield b"\2" + text.encode()


def folders(_):
    """Two tables and a GeoJSON."""
    geojson = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"code": f"M{i}", "name \u0085\u2028: {": "Town, #1", "district": "D1", "pop": 100 * i},
         "geometry": {"type": "Polygon", "coordinates": [[[25 + i, -25], [26 + i, -25], [26 + i, -24], [25 + i, -24], [25 + i, -25]]]}} for i in range(3)]}
    text = json.dumps(geojson).encode()
    centres = "id,title,status,lon,lat\nC1,\u007f\u0090 one: [,functional,25.5,-24.5\nC2,\"two\nlines\",closed,26.5,-24.5\n".encode()
    yield BETWEEN.join((centres, b"ward,population\nW1,100\nW2,200\n", text))
    yield BETWEEN.join((b"id,<%>,\"a\"\"b\",population total\n1,2,3,4\n", b"class,label,speed_km_per_h,mode\nmain,main road,80,motorised\n", b""))
    yield BETWEEN.join((b"", b"", text))


SEEDS = {
    "study": studies,
    "table": tables,
    "speeds": lambda _: [world.ROADS.encode(), world.LANDCOVER.encode(), *texts("speeds-")],
    "units": lambda _: [b"60 min", b"25 km", b"4.5 km/h", b"0.1 %", b"3 h", b"90 m", b"8 M", b"1e308 km", b"-5", b"nan", b"\xff\xfe", b"peopel", b"1,5 km"],
    "ids": lambda _: [b"1\n2\n10", b"2\n1a\n10", b"a\nA\n\xc3\xa4", b"007\n7\n7.0", b"\n\n", b"-1\n0\n2147483648", b"W01\nW1\nW10"],
    "geometry": shapes,
    "looks": files,
    "locate": problems,
    "register": registers,
    "weights": comparisons,
    "cache": kept,
    "database": databases,
    "query": queries,
    "result": results,
    "draft": folders,
}
LONGEST = {"database": 200000}  # bytes of an input; others 50000

# --- dictionaries -----------------------------------------------------------------------------------------------------------------

SQL = """SELECT FROM WHERE GROUP BY ORDER LIMIT JOIN UNION ALL WITH RECURSIVE AS AND OR NOT IN IS NULL BETWEEN LIKE CASE WHEN THEN ELSE END CAST UPDATE SET INSERT INTO VALUES
DELETE CREATE TABLE VIEW VIRTUAL TRIGGER INDEX ALTER RENAME COLUMN ADD DROP PRAGMA writable_schema=ON sqlite_master TEXT INTEGER REAL BLOB PRIMARY KEY CHECK GENERATED ALWAYS
char( printf( count(*) sum( geometry site value candidates schools wards people share title id fid geom x'00' x'4750' 9e999 -1 9223372036854775807 rowid name type sql
gpkg_contents gpkg_geometry_columns gpkg_spatial_ref_sys gpkg_data_columns gpkg_ogr_contents gpkg_extensions table_name data_type identifier description srs_id
geometry_type_name column_name features attributes tiles run parameters ranked_sites planned_sites municipalities quality_issues sha256 origin rank step""".split()
TABLE = """demand site cost weight from to fixed forbidden capacity pull min_people level group min max count new total class label speed_km_per_h mode walking cycling motorised
x y lon lat id title province status users departments topic column most grade min_share max_flags min_blocks min_days functional not_functional all criterion need slope money
daily weekly fortnightly monthly yes no 1/3 nan inf 1e308 -0""".split() + ["\ufeff", '""', ",", ";", "\t", "\r\n", "0,5", "80 %", "* ", BETWEEN.decode()]


def schema_words(node):
    """Every key, choice and default of `thuso list study --json`."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from [value] if key == "default" and isinstance(value, str) else schema_words(value)
    elif isinstance(node, list):
        for value in node:
            yield from [value] if isinstance(value, str) else schema_words(value)


def schema(thuso):
    return json.loads(subprocess.run([thuso, "list", "study", "--json"], capture_output=True, check=True).stdout)["study"]


def words(reader, thuso):
    if reader == "study":
        return sorted({word for word in schema_words(schema(thuso)) if 1 < len(word) < 60}) + [" min", " km", " %", " M", ": {", "[", "]", "}", "\n  ", "EPSG:4326", "1e308"]
    return SQL if reader in ("database", "query", "result") else TABLE


def check(thuso):
    """Every block of the schema stands in a seed of `study`."""
    seeds = b"\n".join(studies(None))
    missing = [block for block in schema(thuso) if not re.search(rf"^{block}:".encode(), seeds, re.M)]
    assert not missing, f"no seed of `study` has the blocks {missing}"
