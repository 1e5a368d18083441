"""GeoPackages, SQLite files, Shapefiles and OSM files that lie about themselves."""
import os
import sqlite3
import struct

import world
from cases import case, refuse, repair, taken
from hostile_files import shapefile
from world import ogr

DAMAGED = "damaged file"
OTHER_TYPE = "a value of another type than its column"


# --- GeoPackage: what it says about its layers ---------------------------------------------------------------------------------


def sql(w, script):
    w.sql("PRAGMA foreign_keys=OFF; " + script)


case("database of another version", taken(), name="gpkg-of-version-1.0", data="PRAGMA application_id=1196437808; PRAGMA user_version=0")(sql)
case("database of another version, which is told", repair("reader", 1, same=True), name="gpkg-without-its-application-id", data="PRAGMA application_id=0")(sql)
case("database of another version, which is told", repair("reader", 1, same=True), name="gpkg-of-a-future-version", data="PRAGMA user_version=99999")(sql)
case("database of another version, which is told", repair("reader", 1, same=True), name="gpkg-with-an-unknown-extension",
     data="INSERT INTO gpkg_extensions VALUES('wards', NULL, 'own_ext', 'http://127.0.0.1:9/', 'read-write')")(sql)

for title, script, words in (
    ("attributes", "UPDATE gpkg_contents SET data_type = 'attributes' WHERE table_name = 'wards'", ("wards", "no geometries")),
    ("tiles", "UPDATE gpkg_contents SET data_type = 'tiles' WHERE table_name = 'wards'", ("no layer wards",)),
    ("a-coverage", "UPDATE gpkg_contents SET data_type = '2d-gridded-coverage' WHERE table_name = 'wards'", ("no layer wards",)),
    ("in-capitals", "UPDATE gpkg_contents SET table_name = 'WARDS', identifier = 'WARDS' WHERE table_name = 'wards'", ("no layer wards",)),
    ("without-a-geometry-column", "DELETE FROM gpkg_geometry_columns WHERE table_name = 'wards'", ("no layer wards",)),
    ("with-the-name-of-another-column", "UPDATE gpkg_geometry_columns SET column_name = 'geometry' WHERE table_name = 'wards'", ("wards", "geometry")),
):
    case("layer that is listed as something else", refuse(3, "world.gpkg", *words), name="gpkg-layer-listed-as-" + title, data=script)(sql)

for title, script in (
    ("another-kind-of-geometry", "UPDATE gpkg_geometry_columns SET geometry_type_name = 'POINT' WHERE table_name = 'wards'"),
    ("another-system-in-its-contents", "UPDATE gpkg_contents SET srs_id = 4326 WHERE table_name = 'schools'"),
    ("its-name-twice", "INSERT INTO gpkg_contents SELECT 'WARDS', data_type, 'W2', description, last_change, min_x, min_y, max_x, max_y, srs_id "
     "FROM gpkg_contents WHERE table_name = 'wards'"),
):
    case("index or extent that lies", taken(), name="gpkg-layer-listed-with-" + title, data=script)(sql)

for title, value in (("undefined-geographic", 0), ("unknown", 12345)):
    case("reference system: missing", refuse(3, "schools", "crs"), name="gpkg-layer-in-the-" + title + "-system",
         data=f"UPDATE gpkg_geometry_columns SET srs_id = {value} WHERE table_name = 'schools'")(sql)
case("reference system: missing", refuse(3, "municipalities", "crs"), name="gpkg-without-the-row-of-its-system",
     data="DELETE FROM gpkg_spatial_ref_sys WHERE srs_id = 32735")(sql)


def without_triggers(w, layer):
    db = sqlite3.connect(w.gpkg)
    for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (layer,)).fetchall():
        db.execute(f'DROP TRIGGER "{name}"')
    db.execute(f"DROP TABLE rtree_{layer}_geom")
    db.execute("DELETE FROM gpkg_extensions WHERE table_name = ?", (layer,))
    return db


def done(db):
    db.commit()
    db.close()


def rename(w, name):
    db = without_triggers(w, "wards")
    quoted = name.replace('"', '""')
    db.execute(f'ALTER TABLE wards RENAME TO "{quoted}"')
    for table in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_ogr_contents"):
        db.execute(f"UPDATE {table} SET table_name = ? WHERE table_name = 'wards'", (name,))
    db.execute("UPDATE gpkg_contents SET identifier = ? WHERE table_name = ?", (name, name))
    done(db)
    text = name.replace('"', '\\"').replace("\n", "\\n")
    w.study("layer: wards", f'layer: "{text}"')


for i, name in enumerate(('wa"rds', "wa'rds", "wa\nrds", "wards \U0001f3e0", "w" * 200, "select", "wards(geom)", "wards;drop table x", "gpkg_wards", "rtree_wards",
                          "wa%rds", "x.wards", "main", "[wards]", "wards,schools", " wards ")):
    case("layer with an odd name", taken(), name=f"gpkg-layer-with-an-odd-name-{i + 1}", data=name)(rename)


@case("layer with an odd name", taken(), name="gpkg-geometry-column-with-an-odd-name")
def odd_geometry_column(w):
    db = without_triggers(w, "wards")
    db.execute('ALTER TABLE wards RENAME COLUMN geom TO "the ""shape"" é"')
    db.execute("UPDATE gpkg_geometry_columns SET column_name = 'the \"shape\" é' WHERE table_name = 'wards'")
    done(db)


@case("layer with an odd name", taken(), name="gpkg-columns-with-odd-names")
def odd_columns(w):
    w.sql('ALTER TABLE wards ADD COLUMN "" TEXT; ALTER TABLE wards ADD COLUMN "a\nb" TEXT; ALTER TABLE wards ADD COLUMN "x""y" INTEGER;'
          "ALTER TABLE wards ADD COLUMN rowid INTEGER; ALTER TABLE wards ADD COLUMN _fid INTEGER;")


@case("geometry: bytes that are none", refuse(3, "wards", "multiple geometry"), name="gpkg-with-two-geometry-columns")
def two_geometries(w):
    done(without_triggers(w, "wards"))
    w.sql("ALTER TABLE wards ADD COLUMN geom2 POLYGON; UPDATE wards SET geom2 = geom;")


# --- GeoPackage: how its rows are kept --------------------------------------------------------------------------------------------


def rebuilt(w, data):
    """`wards` with other columns or another key, filled by another SELECT."""
    columns, values = data
    db = without_triggers(w, "wards")
    db.execute("ALTER TABLE wards RENAME TO old")
    db.execute(f"CREATE TABLE wards({columns}")
    db.execute(f"INSERT INTO wards {values} FROM old")
    db.execute("DROP TABLE old")
    done(db)


COLUMNS = "geom POLYGON, id TEXT, population {0}, municipality TEXT"
PLAIN = COLUMNS.format("INTEGER")
ROWS = "SELECT fid, geom, id, population, municipality"
for title, columns, values in (
    ("no-primary-key", f"fid INTEGER, {PLAIN})", ROWS),
    ("no-primary-key-and-one-number-for-all", f"fid INTEGER, {PLAIN})", ROWS.replace("fid", "1")),
    ("no-rowid", f"fid INTEGER PRIMARY KEY, {PLAIN}) WITHOUT ROWID", ROWS),
    ("a-text-as-primary-key", f"fid TEXT PRIMARY KEY, {PLAIN})", ROWS),
    ("two-columns-as-primary-key", f"fid INTEGER, {PLAIN}, PRIMARY KEY(fid, id))", ROWS),
    ("negative-numbers", f"fid INTEGER PRIMARY KEY, {PLAIN})", ROWS.replace("fid", "-fid")),
    ("huge-numbers", f"fid INTEGER PRIMARY KEY, {PLAIN})", ROWS.replace("fid", "9223372036854775807 - fid")),
):
    case("rows with odd keys", taken(), name="gpkg-rows-with-" + title, data=(columns, values))(rebuilt)
for title, kind in (("tinyint", "TINYINT"), ("smallint", "SMALLINT"), ("real", "REAL"), ("no-type", ""), ("short-text", "TEXT(2)")):
    case("people: as texts" if "text" in title else "rows with odd keys", taken(), name="gpkg-people-as-" + title,
         data=(f"fid INTEGER PRIMARY KEY, {COLUMNS.format(kind)})", ROWS))(rebuilt)
for kind in ("BIGINT", "VARCHAR(5)", "DECIMAL(10,2)"):
    case(OTHER_TYPE, refuse(3, "wards", "population", kind, "export"), name="gpkg-people-as-" + kind.lower(),
         data=(f"fid INTEGER PRIMARY KEY, {COLUMNS.format(kind)})", ROWS))(rebuilt)
case(OTHER_TYPE, refuse(3, "wards", "population", "BLOB"), name="gpkg-people-in-a-column-of-bytes",
     data=(f"fid INTEGER PRIMARY KEY, {COLUMNS.format('BLOB')})", ROWS))(rebuilt)
case(OTHER_TYPE, refuse(3, "wards", "population", "32 bits", "4294967396"), name="gpkg-people-beyond-32-bits",
     data=(f"fid INTEGER PRIMARY KEY, {COLUMNS.format('MEDIUMINT')})", ROWS.replace("population", "population + 4294967296")))(rebuilt)
case(OTHER_TYPE, refuse(3, "wards", "population", "yes"), name="gpkg-people-as-boolean",
     data=(f"fid INTEGER PRIMARY KEY, {COLUMNS.format('BOOLEAN')})", ROWS))(rebuilt)
case(OTHER_TYPE, refuse(3, "wards", "id", "feature 2"), name="gpkg-bytes-in-a-column-of-texts", data="UPDATE wards SET id = x'0001ff' WHERE fid = 2")(sql)


def kept(w, pragmas):
    db = sqlite3.connect(w.gpkg, isolation_level=None)
    for pragma in pragmas:
        db.execute(pragma).fetchall()
    db.close()


for title, pragmas in (("small-pages", ["PRAGMA page_size=512", "VACUUM"]), ("large-pages", ["PRAGMA page_size=65536", "VACUUM"]),
                       ("auto-vacuum", ["PRAGMA auto_vacuum=2", "VACUUM", "CREATE TABLE z AS SELECT * FROM buildings", "DROP TABLE z"]),
                       ("a-finished-journal", ["PRAGMA journal_mode=PERSIST", "CREATE TABLE z(a)"])):
    case("database kept in another way", taken(), name="gpkg-with-" + title, data=pragmas)(kept)


@case("database kept in another way", taken(), name="gpkg-in-utf-16")
def utf16(w):
    old, new = sqlite3.connect(w.gpkg), sqlite3.connect(w / "u.gpkg")
    new.execute("PRAGMA encoding='UTF-16le'")
    for name, text in old.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'rtree%'").fetchall():
        new.execute(text)
        rows = old.execute(f'SELECT * FROM "{name}"').fetchall()
        if rows:
            new.executemany(f'INSERT INTO "{name}" VALUES({",".join("?" * len(rows[0]))})', rows)
    new.execute("PRAGMA application_id=1196444487")
    new.execute("PRAGMA user_version=10300")
    new.execute("DELETE FROM gpkg_extensions")
    done(new)
    old.close()
    (w / "u.gpkg").replace(w.gpkg)


@case("changes waiting beside a database", refuse(3, "world.gpkg-wal"), name="write-ahead-log-of-another-database")
def foreign_wal(w):
    (w / "world.gpkg-wal").write_bytes(b"\x37\x7f\x06\x82" + b"\0" * 100)


@case("code inside a database", refuse(3, "world.gpkg", "virtual table"), name="virtual-table-with-a-comment-in-its-text")
def hidden_virtual(w):
    w.sql("ALTER TABLE wards RENAME TO hidden; CREATE VIRTUAL TABLE wards USING fts5(geom, id, population, municipality);"
          "INSERT INTO wards SELECT geom, id, population, municipality FROM hidden; PRAGMA writable_schema=ON;"
          "UPDATE sqlite_master SET sql = replace(sql, 'CREATE VIRTUAL', 'CREATE/**/VIRTUAL') WHERE name = 'wards';")


for title, change in (("type", "type = 'table'"), ("name", "name = 'zzz', tbl_name = 'zzz'")):
    case("code inside a database", refuse(3, "world.gpkg", "damaged"), name=f"view-with-a-wrong-{title}-in-the-schema",
         data=f"ALTER TABLE wards RENAME TO hidden; CREATE VIEW wards AS SELECT * FROM hidden; PRAGMA writable_schema=ON; "
              f"UPDATE sqlite_master SET {change} WHERE name = 'wards'")(sql)


@case(DAMAGED, refuse(3, "world.gpkg", "damaged"), name="two-tables-on-one-page")
def shared_page(w):
    w.sql("PRAGMA writable_schema=ON; UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'dams') WHERE name = 'wards';")


# --- GeoPackage: geometry blobs ------------------------------------------------------------------------------------------------------


def head(w, data):
    """Changes the head of the second feature's blob."""
    layer, change = data
    with sqlite3.connect(w.gpkg) as db:
        blob = db.execute(f"SELECT geom FROM {layer} WHERE fid = 2").fetchone()[0]
    w.blob(layer, change(blob), 2)


for title, layer, change in (
    ("another-system", "schools", lambda b: b[:4] + struct.pack("<i", 4326) + b[8:]),
    ("big-endian-head", "schools", lambda b: b[:3] + b"\0" + struct.pack(">i", 32735) + b[8:]),
    ("empty-mark", "wards", lambda b: b[:3] + bytes([b[3] | 0x10]) + b[4:]),
    ("wrong-envelope", "wards", lambda b: b[:8] + struct.pack("<dddd", 1, 2, 3, 4) + b[40:]),
    ("nan-envelope", "wards", lambda b: b[:8] + struct.pack("<dddd", *[float("nan")] * 4) + b[40:]),
    ("extended-mark", "wards", lambda b: b[:3] + bytes([b[3] | 0x20]) + b[4:]),
    ("bytes-behind-it", "wards", lambda b: b + b"\0" * 40),
):
    case("geometry: a head that lies", taken(), name="blob-with-" + title, data=(layer, change))(head)
for title, change in (("wrong-magic", lambda b: b"XX" + b[2:]), ("unknown-version", lambda b: b[:2] + b"\5" + b[3:]),
                      ("srid-inside", lambda b: b[:8] + struct.pack("<BII", 1, 0x20000001, 32735) + b[13:])):
    case("geometry: bytes that are none", refuse(3, "schools"), name="blob-with-" + title, data=("schools", change))(head)


# --- SQLite that is no GeoPackage ------------------------------------------------------------------------------------------------------


def spatial(w, script="", options=()):
    dataset = ogr.GetDriverByName("SQLite").CreateDataSource(str(w / "s.sqlite"), list(options))
    kind, fields, rows = world.LAYERS["wards"]
    world.add_layer(dataset, "wards", kind, fields, rows)
    dataset = None
    with sqlite3.connect(w / "s.sqlite") as db:
        db.executescript(script)
    w.study("layer: wards", "path: s.sqlite, layer: wards")


case("database kept in another way", taken(), name="sqlite-layer", data="")(spatial)
case("database kept in another way", taken(), name="spatialite-layer", data="")(lambda w, _: spatial(w, options=["SPATIALITE=YES"]))
for kind in ("BIGINT", "VARCHAR(5)", "TIMESTAMP"):
    case("rows with odd keys", taken(), name="sqlite-people-as-" + kind.lower(), data="ALTER TABLE wards RENAME TO old; CREATE TABLE wards(ogc_fid INTEGER PRIMARY KEY, "
         f"GEOMETRY BLOB, id VARCHAR, population {kind}, municipality VARCHAR); INSERT INTO wards SELECT * FROM old; DROP TABLE old;")(spatial)
case(OTHER_TYPE, refuse(3, "wards", "population", "BLOB"), name="sqlite-people-in-a-column-of-bytes", data="ALTER TABLE wards RENAME TO old; CREATE TABLE wards("
     "ogc_fid INTEGER PRIMARY KEY, GEOMETRY BLOB, id VARCHAR, population BLOB, municipality VARCHAR); INSERT INTO wards SELECT * FROM old; DROP TABLE old;")(spatial)
case("reference system: missing", refuse(3, "s.sqlite", "crs"), name="sqlite-layer-of-an-unknown-system", data="UPDATE geometry_columns SET srid = 99")(spatial)
case("geometry: empty or NULL", repair("empty_geometry", 1, people=None), name="sqlite-geometry-of-nonsense",
     data="UPDATE wards SET GEOMETRY = x'00112233' WHERE ogc_fid = 2")(spatial)


@case("database kept in another way", taken(), name="empty-log-beside-a-sqlite-file")
def empty_log(w):
    spatial(w)
    (w / "s.sqlite-wal").write_bytes(b"")  # SQLite would take it away


@case("content of another kind", refuse(3, "world.sqlite"), name="gpkg-called-sqlite")
def gpkg_as_sqlite(w):
    w.gpkg.rename(w / "world.sqlite")
    w.study("world.gpkg", "world.sqlite")


# --- pipes beside an input ------------------------------------------------------------------------------------------------------------


def pipe_beside(w, data):
    make, name = data
    make(w)
    (w / name).unlink(missing_ok=True)
    os.mkfifo(w / name)


for make, names in ((shapefile, ("s.SHX", "s.DBF", "s.PRJ", "s.CPG", "s.cpg", "s.idm", "s.qix")), (spatial, ("s.sqlite-journal", "s.sqlite-wal", "s.sqlite-shm")),
                    (lambda w: None, ("dem.TFW", "dem.tif.OVR", "dem_rpc.txt", "dem.IMD", "world.gpkg-journal"))):
    for name in names:
        case("pipe, device, folder or link in a folder format", refuse(3, name, "a pipe"), name="pipe-called-" + name.lower().replace(".", "-") + ("-in-capitals" if name != name.lower() else ""),
             data=(make, name))(pipe_beside)


# --- Shapefile --------------------------------------------------------------------------------------------------------------------------


def bytes_of(w, name, change):
    data = bytearray((w / name).read_bytes())
    changed = change(data)
    (w / name).write_bytes(data if changed is None else changed)


def shape(w, data):
    name, change = data
    shapefile(w)
    bytes_of(w, name, change)


def put(at, packed):
    def change(data):
        data[at : at + len(packed)] = packed
    return change


def swap(data):
    data[100:108], data[108:116] = data[108:116], data[100:108]


def narrower(data):
    for i in range(32, struct.unpack("<H", data[8:10])[0] - 1, 32):
        if data[i : i + 11].rstrip(b"\0") == b"population":
            data[i + 16] -= 1


for title, name, change, words in (
    ("index-with-two-rows-swapped", "s.shx", swap, (".shx", "row 1")),
    ("index-into-the-middle-of-a-shape", "s.shx", lambda d: put(108, struct.pack(">i", struct.unpack(">i", d[108:112])[0] + 4))(d), (".shx", "row 2")),
    ("index-with-a-wrong-length", "s.shx", put(104, struct.pack(">i", 4)), ("Corrupted",)),
    ("shape-of-minus-one-parts", "s.shp", put(144, struct.pack("<i", -1)), ("Corrupted",)),
    ("part-that-begins-behind-its-end", "s.shp", put(152, struct.pack("<i", 7)), ("Corrupted",)),
    ("multipatch-that-is-none", "s.shp", lambda d: [put(32, struct.pack("<i", 31))(d), put(108, struct.pack("<i", 31))(d)] and None, ("Corrupted",)),
    ("line-among-polygons", "s.shp", put(108, struct.pack("<i", 3)), ("lines",)),
    ("dbf-with-a-column-too-narrow", "s.dbf", narrower, (".dbf", "columns")),
    ("dbf-with-a-header-too-short", "s.dbf", lambda d: put(8, struct.pack("<H", struct.unpack("<H", d[8:10])[0] - 32))(d), (".dbf", "columns")),
    ("dbf-with-rows-too-short", "s.dbf", lambda d: put(10, struct.pack("<H", struct.unpack("<H", d[10:12])[0] - 1))(d), (".dbf",)),
):
    case(DAMAGED, refuse(3, "s.shp", *words), name="shapefile-" + title, data=(name, change))(shape)
for title, change in (("null-shape", put(108, b"\0\0\0\0")), ("shape-of-an-unknown-type", put(108, struct.pack("<i", 99))), ("shape-without-parts", put(144, struct.pack("<i", 0)))):
    case("geometry: empty or NULL", repair("empty_geometry", 1, people=None), name="shapefile-" + title, data=("s.shp", change))(shape)
case("index or extent that lies", taken(), name="shapefile-whose-header-says-points", data=("s.shp", put(32, struct.pack("<i", 1))))(shape)


@case(DAMAGED, refuse(3, "s.shp", ".dbf", "more rows"), name="shapefile-that-leaves-six-rows-out")
def fewer_rows(w):
    shapefile(w)
    bytes_of(w, "s.shx", lambda d: put(24, struct.pack(">i", 90))(d) or d[:180])
    bytes_of(w, "s.dbf", put(4, struct.pack("<I", 10)))


@case(DAMAGED, refuse(3, "s.Shp", ".dbf"), name="shapefile-with-an-ending-in-mixed-case")
def mixed_case(w):
    shapefile(w)
    bytes_of(w, "s.dbf", lambda d: d[: len(d) * 2 // 3])
    (w / "s.shp").rename(w / "s.Shp")
    w.study("s.shp", "s.Shp")


@case("side file that changes an input", taken(), name="shapefile-with-endings-in-capitals")
def capitals(w):
    shapefile(w)
    for ending in ("shp", "shx", "dbf", "prj"):
        (w / f"s.{ending}").rename(w / f"S.{ending.upper()}")
    w.study("s.shp", "S.SHP")


@case("side file that changes an input", taken(), name="shapefile-with-nonsense-beside-it")
def nonsense_beside(w):
    shapefile(w)
    for ending in ("qix", "sbn", "sbx", "idm", "ind", "cdx"):
        (w / f"s.{ending}").write_bytes(b"nonsense" * 10)


for title, text in (("utf-8", "UTF-8"), ("a-path", "../../etc/passwd")):
    @case("text: not UTF-8", repair("encoding", 1), name="cpg-that-says-" + title, data=text)
    def cpg(w, text):
        shapefile(w, "schools")
        (w / "s.cpg").write_text(text)
        bytes_of(w, "s.dbf", lambda d: d.replace(b"School 3", b"Sko\xebl 33"))


def prj(w, text):
    w.elsewhere("schools", "s.shp", "ESRI Shapefile")
    (w / "s.prj").write_text(text)


for title, text in (("empty", ""), ("a-url", "http://127.0.0.1:9/x"), ("with-a-grid-file", "+proj=longlat +nadgrids=/etc/passwd"), ("local", 'LOCAL_CS["x",UNIT["m",1]]')):
    case("reference system: missing", refuse(3, "s.shp", "crs"), name="prj-that-is-" + title, data=text)(prj)
