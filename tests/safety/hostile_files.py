"""Files that are not what they say: other formats in disguise, code inside, bombs, damage, links and pipes."""
import gzip
import os
import sqlite3
import struct
import zipfile

import numpy

import world
from cases import case, refuse, repair, taken
from world import gdal, ogr

PASSWD = "root:x:0"
WARDS = "layer: wards"


# --- disguises -------------------------------------------------------------------------------------------------------

VECTOR_VRT = ('<OGRVRTDataSource><OGRVRTLayer name="wards"><SrcDataSource>{0}/world.gpkg</SrcDataSource>'
              "<SrcLayer>wards</SrcLayer></OGRVRTLayer></OGRVRTDataSource>")
RASTER_VRT = ('<VRTDataset rasterXSize="56" rasterYSize="56"><SRS>EPSG:32735</SRS><GeoTransform>498000,250,0,7112000,0,-250</GeoTransform>'
              '<VRTRasterBand dataType="Float32" band="1"><SimpleSource><SourceFilename>{0}/dem.tif</SourceFilename><SourceBand>1</SourceBand>'
              "</SimpleSource></VRTRasterBand></VRTDataset>")


def disguise(w, data):
    name, text, old, new = data
    (w / name).write_bytes(text if isinstance(text, bytes) else text.format(w.folder).encode())
    w.study(old, new)


for title, name, text, old, new, words in (
    ("vrt-as-gpkg", "x.gpkg", VECTOR_VRT, WARDS, "path: x.gpkg", ("x.gpkg", "no SQLite")),
    ("vrt-as-shp", "x.shp", VECTOR_VRT, WARDS, "path: x.shp", ("x.shp",)),
    ("vrt-as-geojson", "x.geojson", VECTOR_VRT, WARDS, "path: x.geojson", ("x.geojson",)),
    ("vrt-as-gml", "x.gml", VECTOR_VRT, WARDS, "path: x.gml", ("x.gml",)),
    ("vrt-as-kml", "x.kml", VECTOR_VRT, WARDS, "path: x.kml", ("x.kml",)),
    ("vrt-as-sqlite", "x.sqlite", VECTOR_VRT, WARDS, "path: x.sqlite", ("x.sqlite",)),
    ("vrt-as-xlsx", "x.xlsx", VECTOR_VRT, WARDS, "path: x.xlsx", ("x.xlsx",)),
    ("vrt-as-osm", "x.osm", VECTOR_VRT, WARDS, "path: x.osm", ("x.osm",)),
    ("vrt-as-pbf", "x.pbf", VECTOR_VRT, WARDS, "path: x.pbf", ("x.pbf",)),
    ("vrt-by-its-name", "x.vrt", VECTOR_VRT, WARDS, "path: x.vrt", ("x.vrt", "ending")),
    ("vrt-as-tif", "x.tif", RASTER_VRT, "path: dem.tif", "path: x.tif", ("x.tif",)),
    ("vrt-as-asc", "x.asc", RASTER_VRT, "path: dem.tif", "path: x.asc", ("x.asc",)),
    ("text-as-tif", "x.tif", "no raster at all\n", "path: dem.tif", "path: x.tif", ("x.tif",)),
    ("html-as-geojson", "x.geojson", "<html>404 not found</html>", WARDS, "path: x.geojson", ("x.geojson",)),
    ("wms-as-tif", "x.tif", '<GDAL_WMS><Service name="TMS"><ServerUrl>http://127.0.0.1:9/${{z}}</ServerUrl></Service></GDAL_WMS>',
     "path: dem.tif", "path: x.tif", ("x.tif",)),
    ("service-as-geojson", "x.geojson", '{{"type":"Topology","objects":{{}}}}', WARDS, "path: x.geojson", ("x.geojson",)),
):
    case("content of another kind", refuse(3, *words), name=title, data=(name, text, old, new))(disguise)


def path_only(w, data):
    w.study(*data)


for title, path, words in (
    ("vsicurl", "/vsicurl/http://127.0.0.1:9/a.gpkg", ("/vsicurl/",)),
    ("vsizip", "/vsizip/a.zip/a.gpkg", ("/vsizip/",)),
    ("vsistdin", "/vsistdin/a.gpkg", ("/vsistdin/",)),
    ("vsisubfile", '"/vsisubfile/0_100,/etc/passwd.gpkg"', ("/vsisubfile/",)),
    ("url", "https://127.0.0.1:9/a.gpkg", ("https:",)),
    ("database", "postgresql://127.0.0.1/a.gpkg", ("postgresql:",)),
    ("driver-prefix", "GPKG:world.gpkg", ("GPKG:world.gpkg",)),
    ("sqlite-uri", "file:world.gpkg?mode=rw.gpkg", ("file:world.gpkg",)),
    ("etc-passwd", "/etc/passwd", ("ending",)),
    ("proc-self", "/proc/self/environ", ("ending",)),
    ("no-such-file", "nowhere/none.gpkg", ("none.gpkg",)),
    ("path-with-newline", "\"a\\nb.gpkg\"", ("a\\nb.gpkg",)),
    ("path-with-escape", "\"a\\e[31mb.gpkg\"", ("b.gpkg",)),
):
    case("no file on this machine", refuse(3, *words), name="path-" + title, data=(WARDS, "path: " + path))(path_only)


# --- special files ---------------------------------------------------------------------------------------------------


@case("pipe, device, folder or link in a folder format", refuse(3, "pipe.gpkg", "a pipe"))
def fifo_as_gpkg(w):
    os.mkfifo(w / "pipe.gpkg")
    w.study(WARDS, "path: pipe.gpkg")


@case("pipe, device, folder or link in a folder format", refuse(3, "pipe.tif", "a pipe"))
def fifo_as_tif(w):
    os.mkfifo(w / "pipe.tif")
    w.study("path: dem.tif", "path: pipe.tif")


@case("pipe, device, folder or link in a folder format", refuse(3, "speeds.csv", "a pipe"))
def fifo_as_speed_table(w):
    os.mkfifo(w / "speeds.csv")
    w.study("speeds: speeds_roads.csv", "speeds: speeds.csv")


@case("pipe, device, folder or link in a folder format", refuse(3, "zero.csv", "a device"))
def link_to_dev_zero(w):
    (w / "zero.csv").symlink_to("/dev/zero")
    w.study(WARDS, "path: zero.csv")


@case("pipe, device, folder or link in a folder format", refuse(3, "dir.gpkg", "a folder"))
def folder_as_gpkg(w):
    (w / "dir.gpkg").mkdir()
    w.study(WARDS, "path: dir.gpkg")


@case("pipe, device, folder or link in a folder format", refuse(3, "wards.dbf", "a pipe"))
def fifo_as_dbf(w):
    w.elsewhere("wards", "wards.shp", "ESRI Shapefile")
    (w / "wards.dbf").unlink()
    os.mkfifo(w / "wards.dbf")


@case("pipe, device, folder or link in a folder format", refuse(3, "dem.tif.aux.xml", "a pipe"))
def fifo_as_aux_xml(w):
    os.mkfifo(w / "dem.tif.aux.xml")


@case("pipe, device, folder or link in a folder format", refuse(3, "dem.tif.ovr", "a pipe"))
def fifo_as_overviews(w):
    os.mkfifo(w / "dem.tif.ovr")


@case("pipe, device, folder or link in a folder format", refuse(3, "x.gdb", "no regular file"))
def link_in_geodatabase(w):
    (w / "x.gdb").mkdir()
    (w / "x.gdb" / "a00000001.gdbtable").symlink_to("/etc/passwd")
    w.study(WARDS, "path: x.gdb")


@case("pipe, device, folder or link in a folder format", refuse(3, "x.gdb"))
def geodatabase_of_nonsense(w):
    (w / "x.gdb").mkdir()
    (w / "x.gdb" / "a00000001.gdbtable").write_bytes(b"\x03\0\0\0" + b"\xff" * 500)
    (w / "x.gdb" / "a00000001.gdbtablx").write_bytes(b"\x03\0\0\0" + b"\xff" * 500)
    w.study(WARDS, "path: x.gdb")


@case("pipe, device, folder or link in a folder format", refuse(2, "study.yaml"))
def fifo_as_study(w):
    (w / "study.yaml").unlink()
    os.mkfifo(w / "study.yaml")


@case("loops of links, files without permission", refuse(3, "loop.gpkg"))
def loop_of_links(w):
    (w / "loop.gpkg").symlink_to("loop.gpkg")
    w.study(WARDS, "path: loop.gpkg")


# --- SQLite: code inside -----------------------------------------------------------------------------------------------


@case("code inside a database", refuse(3, "world.gpkg", "wards", "view"))
def view_as_layer(w):
    w.sql("ALTER TABLE wards RENAME TO hidden; CREATE VIEW wards AS SELECT * FROM hidden;")


@case("code inside a database", refuse(3, "world.gpkg", "view"))
def view_with_a_function(w):
    w.sql("ALTER TABLE wards RENAME TO hidden;"
          "CREATE VIEW wards AS SELECT fid, geom, id, length(BlobFromFile('/etc/passwd')) AS population, municipality FROM hidden;")


@case("code inside a database", refuse(3, "world.gpkg", "wards", "virtual table"))
def virtual_table_as_layer(w):
    w.sql("ALTER TABLE wards RENAME TO hidden; CREATE VIRTUAL TABLE wards USING fts5(id, population, geom);")


@case("code inside a database", refuse(3, "world.gpkg", "list of layers"))
def view_as_contents(w):
    w.sql("ALTER TABLE gpkg_contents RENAME TO contents_; CREATE VIEW gpkg_contents AS SELECT * FROM contents_;")


@case("code inside a database", refuse(3, "world.gpkg", "list of layers"))
def view_as_reference_systems(w):
    w.sql("PRAGMA legacy_alter_table=ON; ALTER TABLE gpkg_spatial_ref_sys RENAME TO srs_;"
          "CREATE VIEW gpkg_spatial_ref_sys AS SELECT * FROM srs_;")


@case("code beside the layers of a database", taken())
def trigger_that_never_fires(w):
    w.sql("CREATE TABLE trap(a); CREATE TRIGGER wards_trap AFTER UPDATE ON wards BEGIN DELETE FROM wards; END;"
          "CREATE TRIGGER t2 AFTER INSERT ON trap BEGIN SELECT load_extension('x'); END;")


@case("code inside a database", refuse(3, "world.gpkg"))
def generated_column_with_a_function(w):
    db = sqlite3.connect(w.gpkg)
    db.execute("ALTER TABLE wards RENAME TO old_wards")
    db.execute("CREATE TABLE wards(fid INTEGER PRIMARY KEY, geom POLYGON, id TEXT, population INTEGER, municipality TEXT)")
    db.execute("INSERT INTO wards SELECT fid, geom, id, population, municipality FROM old_wards")
    db.execute("PRAGMA writable_schema=ON")
    db.execute("UPDATE sqlite_master SET sql = 'CREATE TABLE wards(fid INTEGER PRIMARY KEY, geom POLYGON, id TEXT, population INTEGER, "
               "municipality TEXT, leak TEXT GENERATED ALWAYS AS (spatialite_version()) VIRTUAL)' WHERE name = 'wards'")
    db.commit()
    db.close()


@case("code beside the layers of a database", taken(), name="view-beside-the-layers")
def view_beside(w):
    w.sql("CREATE VIEW other AS SELECT BlobFromFile('/etc/passwd') AS secret;")


@case("code beside the layers of a database", taken(), name="check-constraint-with-a-function")
def check_constraint(w):
    db = sqlite3.connect(w.gpkg)
    db.execute("PRAGMA writable_schema=ON")
    db.execute("""UPDATE sqlite_master SET sql = replace(sql, '"population" INTEGER', '"population" INTEGER CHECK(eval(population) = 1)')
        WHERE name = 'wards'""")
    db.commit()
    db.close()


# --- SQLite: damage and pending changes ----------------------------------------------------------------------------------


def flip(path, at, n=64):
    data = bytearray(path.read_bytes())
    for i in range(at, min(at + n, len(data))):
        data[i] ^= 0xFF
    path.write_bytes(data)


def page_of(w, table):
    with sqlite3.connect(w.gpkg) as db:
        return db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0], db.execute("PRAGMA page_size").fetchone()[0]


@case("damaged file", refuse(3, "world.gpkg", "damaged"), data="wards", name="damaged-page-of-wards")
@case("damaged file", refuse(3, "world.gpkg", "damaged"), data="schools", name="damaged-page-of-schools")
@case("damaged file", refuse(3, "world.gpkg"), data="gpkg_contents", name="damaged-page-of-contents")
def damaged_page(w, table):
    page, size = page_of(w, table)
    flip(w.gpkg, (page - 1) * size, 100)


@case("damaged file", refuse(3, "world.gpkg"), data=0.5, name="gpkg-cut-in-the-middle")
@case("damaged file", refuse(3, "world.gpkg"), data=0.99, name="gpkg-last-page-missing")
@case("damaged file", refuse(3, "world.gpkg"), data=0.0003, name="gpkg-cut-in-its-header")
def cut_gpkg(w, share):
    data = w.gpkg.read_bytes()
    w.gpkg.write_bytes(data[: int(len(data) * share)])


@case("damaged file", refuse(3, "world.gpkg", "0 bytes"))
def empty_gpkg(w):
    w.gpkg.write_bytes(b"")


@case("damaged file", refuse(3, "world.gpkg"))
def database_without_layers(w):
    w.gpkg.unlink()
    with sqlite3.connect(w.gpkg) as db:
        db.execute("CREATE TABLE wards(a)")


@case("damaged file", refuse(3, "world.gpkg", "wards"))
def contents_name_a_missing_table(w):
    w.sql("PRAGMA foreign_keys=OFF; PRAGMA writable_schema=ON; DELETE FROM sqlite_master WHERE name = 'wards' AND type = 'table';")


@case("index or extent that lies", taken())
def stale_rtree(w):
    w.sql("DELETE FROM rtree_wards_geom WHERE id > 3; UPDATE rtree_schools_geom SET minx = 1, maxx = 2;")


@case("index or extent that lies", taken())
def lying_extent(w):
    w.sql("UPDATE gpkg_contents SET min_x = 0, max_x = 1, min_y = 0, max_y = 1;")


@case("index or extent that lies", taken())
def lying_count(w):
    w.sql("UPDATE gpkg_ogr_contents SET feature_count = 3;")


@case("index or extent that lies", taken())
def huge_count(w):
    w.sql("UPDATE gpkg_ogr_contents SET feature_count = 9223372036854775807;")


@case("index or extent that lies", taken())
def missing_rtree(w):
    w.sql("DROP TABLE rtree_wards_geom;")


@case("changes waiting beside a database", refuse(3, "world.gpkg-wal", "close"))
def wal_with_changes(w):
    # A copy of a database and its log while a writer has them open, as a backup of a running program makes them.
    db = sqlite3.connect(w.gpkg)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA wal_autocheckpoint=0")
    db.execute("CREATE TABLE more(a)")
    db.commit()
    both = [(w.folder / name, (w.folder / name).read_bytes()) for name in ("world.gpkg", "world.gpkg-wal")]
    db.close()
    for path, data in both:
        path.write_bytes(data)
    (w / "world.gpkg-shm").unlink(missing_ok=True)


@case("database in WAL mode without changes", taken())
def wal_mode_quiet(w):
    db = sqlite3.connect(w.gpkg)
    db.execute("PRAGMA journal_mode=WAL")
    db.close()
    assert w.gpkg.read_bytes()[18] == 2


@case("changes waiting beside a database", refuse(3, "world.gpkg-journal"))
def hot_journal(w):
    db = sqlite3.connect(w.gpkg)
    db.execute("PRAGMA cache_spill=1")
    db.execute("PRAGMA cache_size=1")
    db.execute("BEGIN")
    db.execute("UPDATE gpkg_contents SET description = 'x'")
    db.execute("UPDATE gpkg_spatial_ref_sys SET description = description || 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' ")
    db.execute("CREATE TABLE more AS SELECT * FROM buildings")
    both = [(w.folder / name, (w.folder / name).read_bytes()) for name in ("world.gpkg", "world.gpkg-journal")]
    db.rollback()
    db.close()
    for path, data in both:
        path.write_bytes(data)


# --- Shapefile -------------------------------------------------------------------------------------------------------


def shapefile(w, layer="wards"):
    w.elsewhere(layer, "s.shp", "ESRI Shapefile")


@case("damaged file", refuse(3, "s.shp", ".dbf", "cut off"), data="s.dbf", name="dbf-cut")
@case("damaged file", refuse(3, "s.shp"), data="s.shp", name="shp-cut")
@case("damaged file", refuse(3, "s.shp"), data="s.shx", name="shx-cut")
def cut_shapefile(w, name):
    shapefile(w)
    data = (w / name).read_bytes()
    (w / name).write_bytes(data[: len(data) * 2 // 3])


@case("damaged file", refuse(3, "s.shp", ".shx"), data="s.shx", name="shx-missing")
@case("damaged file", refuse(3, "s.shp", "population"), data="s.dbf", name="dbf-missing")
def missing_part(w, name):
    shapefile(w)
    (w / name).unlink()


@case("damaged file", refuse(3, "s.shp"))
def dbf_that_says_fewer_rows(w):
    shapefile(w)
    data = bytearray((w / "s.dbf").read_bytes())
    data[4:8] = struct.pack("<I", 5)
    (w / "s.dbf").write_bytes(data)


@case("damaged file", refuse(3, "s.shp"))
def dbf_that_says_more_rows(w):
    shapefile(w)
    data = bytearray((w / "s.dbf").read_bytes())
    data[4:8] = struct.pack("<I", 4000000000)
    (w / "s.dbf").write_bytes(data)


@case("damaged file", refuse(3, "s.shp"))
def shape_with_a_huge_point_count(w):
    shapefile(w)
    data = bytearray((w / "s.shp").read_bytes())
    data[100 + 8 + 4 + 32 + 4 : 100 + 8 + 4 + 32 + 8] = struct.pack("<i", 0x7FFFFFFF)
    (w / "s.shp").write_bytes(data)


@case("damaged file", refuse(3, "s.shp"))
def shx_that_points_outside(w):
    shapefile(w)
    data = bytearray((w / "s.shx").read_bytes())
    data[100:104] = struct.pack(">i", 0x3FFFFFFF)
    (w / "s.shx").write_bytes(data)


@case("damaged file", refuse(3, "s.shp"))
def shx_that_names_one_shape_for_all(w):
    shapefile(w)
    data = bytearray((w / "s.shx").read_bytes())
    for i in range(1, 16):
        data[100 + 8 * i : 108 + 8 * i] = data[100:108]
    (w / "s.shx").write_bytes(data)


@case("damaged file", refuse(3, "s.shp"))
def dbf_with_a_record_length_of_zero(w):
    shapefile(w)
    data = bytearray((w / "s.dbf").read_bytes())
    data[10:12] = b"\0\0"
    (w / "s.dbf").write_bytes(data)


@case("rows marked as deleted", taken(people=1500, but=("*",)))
def deleted_dbf_row(w):
    shapefile(w)
    data = bytearray((w / "s.dbf").read_bytes())
    head = struct.unpack("<H", data[8:10])[0]
    data[head] = ord("*")
    (w / "s.dbf").write_bytes(data)


# --- zipped formats and XML ------------------------------------------------------------------------------------------------


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{0}</sheetData></worksheet>'


OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
CONTENT_TYPES = ('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                 f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{OFFICE}worksheet+xml"/>'
                 f'<Override PartName="/xl/workbook.xml" ContentType="{OFFICE}sheet.main+xml"/></Types>')


def xlsx(path, sheet):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", CONTENT_TYPES)
        z.writestr("xl/workbook.xml", '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
                   'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>')
        z.writestr("xl/_rels/workbook.xml.rels", '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                   '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        z.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


@case("compression bomb", refuse(5, "bomb.xlsx", "unpacks"))
def xlsx_bomb(w):
    xlsx(w / "bomb.xlsx", SHEET.format(" " * 10000000))
    repeat_last_member(w / "bomb.xlsx", 250)
    w.study("layer: wards, field: population, id: id", "path: bomb.xlsx, x: x, y: y, crs: EPSG:32735, field: population, id: id")


def repeat_last_member(path, n):
    """The directory names the last member n times: little in the file, much when unpacked."""
    data = path.read_bytes()
    end, last = data.rfind(b"PK\x05\x06"), data.rfind(b"PK\x01\x02")
    start = struct.unpack("<I", data[end + 16 : end + 20])[0]
    count = struct.unpack("<H", data[end + 10 : end + 12])[0] + n
    directory = data[start:end] + data[last:end] * n
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    path.write_bytes(data[:start] + directory + tail)


def lie_about_size(path, size):
    """Central and local headers declare another unpacked size than there is."""
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = data.find(mark)
        while start >= 0:
            name_at = start + (46 if mark[2] == 1 else 30)
            if b"sheet1" in data[name_at : name_at + 40]:
                data[start + at : start + at + 4] = struct.pack("<I", size)
            start = data.find(mark, start + 4)
    path.write_bytes(data)


@case("compression bomb", refuse(3, "lie.xlsx"))
def xlsx_bomb_that_says_it_is_small(w):
    rows = "".join(f'<row r="{i}"><c r="A{i}" t="str"><v>{"x" * 1000}</v></c></row>' for i in range(1, 20000))
    xlsx(w / "lie.xlsx", SHEET.format(rows))
    lie_about_size(w / "lie.xlsx", 500)
    w.study("layer: wards, field: population, id: id", "path: lie.xlsx, x: x, y: y, crs: EPSG:32735, field: population, id: id")


@case("compression bomb", refuse(3, "laugh.xlsx"))
def xlsx_with_entities(w):
    head = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 20}">' for i in range(8)) + "]>"
    xlsx(w / "laugh.xlsx", head + SHEET.format('<row r="1"><c r="A1" t="str"><v>&i;</v></c></row>'))
    w.study("layer: wards, field: population, id: id", "path: laugh.xlsx, x: x, y: y, crs: EPSG:32735, field: population, id: id")


@case("compression bomb", refuse(3, "far.xlsx"))
def xlsx_with_a_cell_in_the_last_column(w):
    xlsx(w / "far.xlsx", SHEET.format('<row r="1"><c r="XFD1048576" t="str"><v>1</v></c></row>'))
    w.study("layer: wards, field: population, id: id", "path: far.xlsx, x: x, y: y, crs: EPSG:32735, field: population, id: id")


@case("compression bomb", refuse(5, "bomb.kmz", "unpacks"))
def kmz_bomb(w):
    with zipfile.ZipFile(w / "bomb.kmz", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("doc.kml", " " * 10000000)
    repeat_last_member(w / "bomb.kmz", 250)
    w.study("layer: schools", "path: bomb.kmz")


@case("compression bomb", refuse(5, "many.kmz"))
def kmz_of_too_many_members(w):
    with zipfile.ZipFile(w / "many.kmz", "w") as z:
        for i in range(12000):
            z.writestr(zipfile.ZipInfo(f"{i}.kml"), b"")
    w.study("layer: schools", "path: many.kmz")


@case("damaged file", refuse(3, "cut.xlsx"))
def cut_xlsx(w):
    xlsx(w / "cut.xlsx", SHEET.format("".join(f'<row r="{i}"><c r="A{i}"><v>{i}</v></c></row>' for i in range(1, 500))))
    data = (w / "cut.xlsx").read_bytes()
    (w / "cut.xlsx").write_bytes(data[: len(data) // 2])
    w.study("layer: wards, field: population, id: id", "path: cut.xlsx, x: x, y: y, crs: EPSG:32735, field: population, id: id")


@case("damaged file", refuse(3, "sheet.xlsx"))
def xlsx_with_damaged_member(w):
    path = xlsx(w / "sheet.xlsx", SHEET.format("".join(f'<row r="{i}"><c r="A{i}"><v>{i * 7919}</v></c></row>' for i in range(1, 500))))
    data = bytearray(path.read_bytes())
    at = data.find(b"sheet1.xml") + 200
    for i in range(at, at + 50):
        data[i] ^= 0x5A
    path.write_bytes(data)
    w.study("layer: wards, field: population, id: id", "path: sheet.xlsx, x: x, y: y, crs: EPSG:32735, field: population, id: id")


GML = ('<?xml version="1.0"?>{0}<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml">'
       '<gml:featureMember><ogr:schools fid="1"><ogr:geometryProperty><gml:Point srsName="EPSG:32735"><gml:coordinates>503000,7103000</gml:coordinates></gml:Point>'
       "</ogr:geometryProperty><ogr:id>{1}</ogr:id><ogr:title>{2}</ogr:title></ogr:schools></gml:featureMember></ogr:FeatureCollection>")


@case("XML that reaches outside or explodes", refuse(3, "x.gml"), name="gml-external-entity")
def gml_entity(w):
    (w / "x.gml").write_text(GML.format('<!DOCTYPE x [<!ENTITY leak SYSTEM "file:///etc/passwd">]>', "1", "&leak;"))
    w.study("layer: schools", "path: x.gml")


@case("XML that reaches outside or explodes", refuse(3, "x.gml"), name="gml-billion-laughs")
def gml_laughs(w):
    head = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 20}">' for i in range(8)) + "]>"
    (w / "x.gml").write_text(GML.format(head, "1", "&i;"))
    w.study("layer: schools", "path: x.gml")


@case("XML that reaches outside or explodes", refuse(3, "x.kml"), name="kml-billion-laughs")
def kml_laughs(w):
    head = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 20}">' for i in range(8)) + "]>"
    (w / "x.kml").write_text(f'<?xml version="1.0"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>&i;</name>'
                             "<Point><coordinates>27,-26</coordinates></Point></Placemark></Document></kml>")
    w.study("layer: schools, prefix: school, id: id, title: title", "path: x.kml, prefix: school, title: Name")


@case("XML that reaches outside or explodes", refuse(3, "x.gml"), name="gml-without-an-end")
def gml_cut(w):
    (w / "x.gml").write_text(GML.format("", "1", "a")[:-60])
    w.study("layer: schools", "path: x.gml")


@case("nothing inside", refuse(3, "no candidate"))
def kml_with_a_network_link(w):
    (w / "x.kml").write_text('<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link>'
                             "<href>http://127.0.0.1:9/a.kml</href></Link></NetworkLink></Document></kml>")
    w.study("layer: schools, prefix: school, id: id, title: title", "path: x.kml, prefix: school, title: Name")


@case("damaged file", refuse(3, "x.osm"))
def cut_osm(w):
    (w / "x.osm").write_text('<?xml version="1.0"?><osm version="0.6"><node id="1" lat="-26.1" lon="27.05"><tag k="amenity" v="school"/></node>'
                             '<node id="2" lat="-26.1" lon="27.05"><tag k="ame')
    w.study("layer: schools, prefix: school, id: id, title: title", "path: x.osm, layer: points, prefix: school, id: osm_id, title: name")


@case("damaged file", refuse(3, "x.pbf"))
def nonsense_pbf(w):
    (w / "x.pbf").write_bytes(b"\0\0\0\x0d\x0a\x09OSMHeader\x18\x10" + b"\xff" * 100)
    w.study("layer: schools, prefix: school, id: id, title: title", "path: x.pbf, layer: points, prefix: school, id: osm_id, title: name")


# --- GeoJSON -----------------------------------------------------------------------------------------------------------


FEATURE = '{{"type":"Feature","properties":{{"id":{0},"title":"S"}},"geometry":{{"type":"Point","coordinates":[{1}]}}}}'
PLACE = "27.03,-26.19"


def geojson(w, text, name="x.geojson"):
    (w / name).write_text(text)
    w.study("layer: schools", f"path: {name}")


def collection(*features):
    return '{"type":"FeatureCollection","features":[' + ",".join(features) + "]}"


@case("damaged file", refuse(3, "x.geojson"))
def cut_geojson(w):
    geojson(w, collection(*[FEATURE.format(i, PLACE) for i in range(40)])[:-300])


@case("damaged file", refuse(3, "x.geojsonl"))
def cut_geojson_lines(w):
    geojson(w, "\n".join(FEATURE.format(i, PLACE) for i in range(40))[:-30], "x.geojsonl")


@case("damaged file", refuse(3, "x.geojsonl"))
def geojson_lines_with_a_broken_line(w):
    lines = [FEATURE.format(i, PLACE) for i in range(40)]
    lines[20] = lines[20][:-9]
    geojson(w, "\n".join(lines), "x.geojsonl")


@case("deeply nested", refuse(3, "x.geojson"))
def deep_geojson(w):
    geojson(w, '{"type":"FeatureCollection","features":' + "[" * 100000)


@case("deeply nested", refuse(3, "x.geojson"))
def deep_geometry_collection(w):
    inner = '{"type":"Point","coordinates":[27,-26]}'
    for _ in range(5000):
        inner = '{"type":"GeometryCollection","geometries":[' + inner + "]}"
    geojson(w, collection('{"type":"Feature","properties":{"id":1,"title":"a"},"geometry":' + inner + "}"))


@case("nested properties", taken(but=("*",)), name="deep-property-of-geojson")
def deep_property(w):
    value = "1"
    for _ in range(20):
        value = '{"a":' + value + "}"
    features = [FEATURE.format(i, f"{27.02 + 0.01 * i},-26.19").replace('"title":"S"', f'"title":"S","deep":{value}') for i in range(1, 5)]
    geojson(w, collection(*features))


@case("nothing inside", refuse(3, "x.geojson"))
def geojson_without_features(w):
    geojson(w, collection())


# --- rasters -----------------------------------------------------------------------------------------------------------


def tiff(width, height, bands, extra=(), big=False):
    """The head of a TIFF that declares a size, without any pixels."""
    entries = sorted([(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8),
                      (277, 3, 1, bands), (278, 4, 1, height), (279, 4, 1, 16), *extra])
    body = struct.pack("<2sHI", b"II", 42, 8) + struct.pack("<H", len(entries))
    for tag, kind, n, value in entries:
        body += struct.pack("<HHI", tag, kind, n) + (struct.pack("<HH", value, 0) if kind == 3 else struct.pack("<I", value))
    return body + struct.pack("<I", 0) + b"\0" * 64


@case("declared size beyond the budget", refuse(5, "x.tif", "65535 bands"))
def tiff_of_65535_bands(w):
    (w / "x.tif").write_bytes(tiff(10, 10, 65535))
    w.study("path: dem.tif", "path: x.tif")


@case("declared size beyond the budget", refuse(5, "x.tif"))
def tiff_of_two_thousand_million_squared(w):
    (w / "x.tif").write_bytes(tiff(2000000000, 2000000000, 1))
    w.study("path: dem.tif", "path: x.tif")


@case("damaged file", refuse(3, "x.tif"))
def tiff_that_declares_more_than_it_holds(w):
    (w / "x.tif").write_bytes(tiff(60000, 60000, 1))
    w.study("path: dem.tif", "path: x.tif, crs: EPSG:32735")


@case("damaged file", refuse(3, "x.asc"))
def asc_that_declares_more_than_it_holds(w):
    (w / "x.asc").write_text("ncols 100000\nnrows 100000\nxllcorner 498000\nyllcorner 7098000\ncellsize 250\nNODATA_value -9999\n1 2 3\n")
    w.study("path: dem.tif", "path: x.asc, crs: EPSG:32735")


@case("damaged file", refuse(3, "dem.tif"), data=0.5, name="tif-cut-in-the-middle")
@case("damaged file", refuse(3, "dem.tif"), data=0.02, name="tif-cut-in-its-header")
def cut_tif(w, share):
    data = (w / "dem.tif").read_bytes()
    (w / "dem.tif").write_bytes(data[: int(len(data) * share)])


@case("damaged file", refuse(3, "dem.tif"))
def deflated_tif_with_damaged_block(w):
    rng = numpy.random.default_rng(1)
    world.write_raster(w / "dem.tif", (world.heights() + rng.random((56, 56))).astype("float32"), options=["COMPRESS=DEFLATE"])
    data = bytearray((w / "dem.tif").read_bytes())
    for i in range(len(data) // 2, len(data) // 2 + 200):
        data[i] ^= 0x33
    (w / "dem.tif").write_bytes(data)


@case("damaged file", refuse(3, "x.asc"))
def asc_with_a_word_among_numbers(w):
    world.write_raster(w / "x.asc", world.heights(), driver="AAIGrid")
    text = (w / "x.asc").read_text().split("\n")
    text[20] = text[20].replace(text[20].split()[5], "hello", 1)
    (w / "x.asc").write_text("\n".join(text))
    w.study("path: dem.tif", "path: x.asc, crs: EPSG:32735")


@case("damaged file", refuse(3, "x.asc"))
def cut_asc(w):
    world.write_raster(w / "x.asc", world.heights(), driver="AAIGrid")
    text = (w / "x.asc").read_text()
    (w / "x.asc").write_text(text[: len(text) * 3 // 4])
    w.study("path: dem.tif", "path: x.asc, crs: EPSG:32735")


@case("content of another kind", refuse(3, "dem.tif"), name="gzip-as-tif")
def gzip_as_tif(w):
    (w / "dem.tif").write_bytes(gzip.compress((w / "dem.tif").read_bytes()))


@case("side file that changes an input", taken(), name="aux-xml-that-names-another-file")
def aux_xml(w):
    (w / "dem.tif.aux.xml").write_text('<PAMDataset><VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand><SimpleSource>'
                                       "<SourceFilename>/etc/passwd</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset></PAMDataset>")


@case("side file that changes an input", taken(), name="overviews-that-are-a-vrt")
def ovr_vrt(w):
    (w / "dem.tif.ovr").write_text(RASTER_VRT.format(w.folder))


def dbf_cell(w, text):
    """Puts a text into the number of people of the second ward."""
    shapefile(w)
    data = bytearray((w / "s.dbf").read_bytes())
    head, size = struct.unpack("<HH", data[8:12])
    at = 1
    for i in range(32, head - 1, 32):
        if data[i : i + 11].rstrip(b"\0") == b"population":
            break
        at += data[i + 16]
    start = head + size + at
    data[start : start + data[i + 16]] = text.rjust(data[i + 16]).encode()
    (w / "s.dbf").write_bytes(data)


case("a value of another type than its column", refuse(3, "s.shp", "population", "feature 1"), name="word-in-a-number-of-a-dbf", data="many")(dbf_cell)
case("a value of another type than its column", refuse(3, "s.shp", "population", "feature 1"), name="two-numbers-in-one-of-a-dbf", data="10 20")(dbf_cell)
case("a value of another type than its column", refuse(3, "s.shp", "population", "feature 1"), name="half-a-person-in-an-integer-of-a-dbf", data="10.5")(dbf_cell)
case("people: missing", repair("missing_people", 1, people=1500), name="blank-number-of-a-dbf", data="")(dbf_cell)
case("people: missing", repair("missing_people", 1, people=1500), name="overflown-number-of-a-dbf", data="***")(dbf_cell)
