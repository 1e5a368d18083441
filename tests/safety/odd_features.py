"""Geometries and attributes that are wrong, missing, odd or absurd, and layers that lie elsewhere."""
import math
import sqlite3
import struct

import world
from cases import case, refuse, repair, taken
from world import EAST, NORTH, line, ogr, point, square

ALL = ("*",)


# --- geometry ----------------------------------------------------------------------------------------------------------


def gpkg_blob(wkb, flags=1):
    return b"GP\0" + bytes([flags]) + struct.pack("<i", world.EPSG) + wkb


def wkb_point(x, y):
    return struct.pack("<BIdd", 1, 1, x, y)


def set_geometry(w, data):
    w.geometry(*data)


EMPTY = ogr.CreateGeometryFromWkt("POLYGON EMPTY")
for layer, kind in (("wards", "POLYGON EMPTY"), ("schools", "POINT EMPTY"), ("roads", "LINESTRING EMPTY"), ("rivers", "LINESTRING EMPTY"),
                    ("zones", "POLYGON EMPTY"), ("dams", "POLYGON EMPTY"), ("buildings", "POINT EMPTY"), ("ranks", "POINT EMPTY"),
                    ("floodline", "POLYGON EMPTY"), ("centres", "POINT EMPTY")):
    case("geometry: empty or NULL", repair("empty_geometry", 1, people=None, layer=None), name=f"empty-{layer}", data=(layer, kind, 2 if layer in ("wards", "schools") else 1))(set_geometry)


@case("geometry: empty or NULL", repair("empty_geometry", 1, people=None))
def null_geometry_of_a_ward(w):
    w.sql("UPDATE wards SET geom = NULL WHERE fid = 3")


@case("geometry: empty or NULL", repair("empty_geometry", 2))
def null_geometry_of_schools(w):
    w.sql("UPDATE schools SET geom = NULL WHERE fid IN (3, 4)")


@case("geometry: crosses or touches itself", repair("invalid_geometry", 1), name="bow-tie-ward")
def bow_tie(w):
    e, n = EAST, NORTH
    w.geometry("wards", f"POLYGON(({e} {n},{e + 2500} {n + 2500},{e + 2500} {n},{e} {n + 2500},{e} {n}))")


@case("geometry: crosses or touches itself", repair("invalid_geometry", 1), name="bow-tie-zone")
def bow_tie_zone(w):
    e, n = EAST, NORTH
    w.geometry("zones", f"POLYGON(({e} {n},{e + 5000} {n + 5000},{e + 5000} {n},{e} {n + 5000},{e} {n}))")


@case("geometry: crosses or touches itself", repair("invalid_geometry", 1, people=None), name="bow-tie-dam")
def bow_tie_dam(w):
    e, n = EAST + 7000, NORTH + 1000
    w.geometry("dams", f"POLYGON(({e} {n},{e + 900} {n + 900},{e + 900} {n},{e} {n + 900},{e} {n}))")


@case("geometry: crosses or touches itself", repair("invalid_geometry", 1), name="hole-outside-its-ward")
def hole_outside(w):
    shell, hole = square(0, 0, 2.5)[8:-1], square(20, 20, 1)[8:-1]
    w.geometry("wards", f"POLYGON({shell},{hole})")


@case("geometry: crosses or touches itself", repair("invalid_geometry", 1), name="parts-that-overlap")
def overlapping_parts(w):
    w.geometry("wards", f"MULTIPOLYGON({square(0, 0, 2)[7:]},{square(0.5, 0.5, 2)[7:]})")


@case("geometry: touches itself at a point", taken(but=ALL), name="ring-that-touches-itself")
def touching_ring(w):
    e, n = EAST, NORTH
    shell = f"({e} {n},{e + 2500} {n},{e + 2500} {n + 2500},{e} {n + 2500},{e} {n})"
    hole = f"({e} {n},{e + 1000} {n + 500},{e + 500} {n + 1000},{e} {n})"
    w.geometry("wards", f"POLYGON({shell},{hole})")


@case("geometry: crosses or touches itself", repair("invalid_geometry", 1, people=None), name="spike-of-a-ward")
def spike(w):
    e, n = EAST, NORTH
    w.geometry("wards", f"POLYGON(({e} {n},{e + 2500} {n},{e + 4500} {n},{e + 2500} {n},{e + 2500} {n + 2500},{e} {n + 2500},{e} {n}))")


@case("geometry: without extent", repair("empty_geometry", 1, people=None), name="ward-that-is-a-line")
def flat_ward(w):
    e, n = EAST, NORTH
    w.geometry("wards", f"POLYGON(({e} {n},{e + 2500} {n},{e + 1000} {n},{e} {n}))")


@case("geometry: without extent", repair("empty_geometry", 1, people=None), name="ward-that-is-a-point")
def point_ward(w):
    e, n = EAST, NORTH
    w.geometry("wards", f"POLYGON(({e} {n},{e} {n},{e} {n},{e} {n}))")


@case("geometry: repeated points", taken(), name="road-with-repeated-points")
def repeated_points(w):
    w.geometry("roads", line((0.2, 5.2), (0.2, 5.2), (9.8, 5.3), (9.8, 5.3)))


@case("geometry: repeated points", taken(), name="ward-with-repeated-points")
def repeated_ward(w):
    e, n = EAST, NORTH
    w.geometry("wards", f"POLYGON(({e} {n},{e} {n},{e + 2500} {n},{e + 2500} {n + 2500},{e + 2500} {n + 2500},{e} {n + 2500},{e} {n}))")


@case("geometry: the other way round", taken(), name="rings-the-other-way-round")
def clockwise(w):
    e, n = EAST, NORTH
    w.geometry("wards", f"POLYGON(({e} {n},{e} {n + 2500},{e + 2500} {n + 2500},{e + 2500} {n},{e} {n}))")


@case("geometry: heights or measures", taken(), name="3d-schools")
def schools_3d(w):
    w.edit("schools", lambda f: f.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT Z({f.GetGeometryRef().GetX()} {f.GetGeometryRef().GetY()} 900)")))


@case("geometry: heights or measures", taken(), name="measured-road")
def measured_road(w):
    e, n = EAST, NORTH
    w.geometry("roads", f"LINESTRING ZM({e + 200} {n + 5200} 1 2,{e + 9800} {n + 5300} 3 4)")


@case("geometry: curved", taken(but=ALL), name="curved-ward")
def curved(w):
    e, n = EAST, NORTH
    w.geometry("wards", f"CURVEPOLYGON(CIRCULARSTRING({e} {n + 1250},{e + 1250} {n + 2500},{e + 2500} {n + 1250},{e + 1250} {n},{e} {n + 1250}))")


@case("geometry: curved", taken(but=ALL), name="compound-curve-road")
def compound(w):
    e, n = EAST, NORTH
    w.geometry("roads", f"COMPOUNDCURVE(CIRCULARSTRING({e} {n},{e + 500} {n + 900},{e + 1000} {n}),({e + 1000} {n},{e + 3000} {n}))")


@case("geometry: of another kind than needed", refuse(3, "wards", "feature"), name="line-among-wards")
def line_ward(w):
    w.geometry("wards", line((0, 0), (1, 1)))


@case("geometry: of another kind than needed", refuse(3, "roads", "lines", "feature"), name="polygon-among-roads")
def polygon_road(w):
    w.geometry("roads", square(1, 1, 1))


@case("geometry: of another kind than needed", refuse(3, "municipalities", "polygons"), name="point-among-municipalities")
def point_area(w):
    w.geometry("municipalities", point(1, 1))


@case("geometry: of another kind than needed", refuse(3, "points and polygons"), name="points-and-polygons-of-people")
def mixed_people(w):
    w.geometry("wards", point(1, 1))


@case("geometry: a collection", refuse(3, "wards"), name="collection-of-line-and-polygon")
def mixed_collection(w):
    w.geometry("wards", f"GEOMETRYCOLLECTION({line((0, 0), (1, 1))},{square(0, 0, 2.5)})")


@case("geometry: several parts", taken(), name="multipolygon-ward")
def multi(w):
    w.geometry("wards", f"MULTIPOLYGON({square(0, 0, 2.5)[7:]})")


@case("geometry: several parts", taken(but=ALL), name="multipoint-school")
def multipoint(w):
    w.geometry("schools", f"MULTIPOINT(({EAST + 1000} {NORTH + 1000}),({EAST + 1200} {NORTH + 1200}))")


for title, x, y in (("nan", math.nan, NORTH), ("infinite", math.inf, NORTH), ("minus-infinite", EAST, -math.inf)):
    case("geometry: coordinates that are no numbers", refuse(3, "schools", "feature 2"), name=f"{title}-coordinate-of-a-school",
         data=("schools", gpkg_blob(wkb_point(x, y)), 2))(lambda w, data: w.blob(*data))


@case("geometry: coordinates that are no numbers", refuse(3, "wards", "feature 2"), name="nan-in-a-ward")
def nan_ward(w):
    ring = [(EAST, NORTH), (EAST + 2500, math.nan), (EAST + 2500, NORTH + 2500), (EAST, NORTH)]
    w.blob("wards", gpkg_blob(struct.pack("<BII", 1, 3, 1) + struct.pack("<I", 4) + b"".join(struct.pack("<dd", *p) for p in ring)), 2)


@case("geometry: coordinates that are no numbers", refuse(3, "roads", "feature 2"), name="nan-in-a-road")
def nan_road(w):
    w.blob("roads", gpkg_blob(struct.pack("<BII", 1, 2, 2) + struct.pack("<dddd", EAST, NORTH, math.nan, math.nan)), 2)


@case("geometry: far away", repair("off_grid", 1), name="school-at-1e300")
def huge_school(w):
    w.blob("schools", gpkg_blob(wkb_point(1e300, -1e300)), 2)


@case("geometry: far away", repair("off_grid", 1), name="school-at-zero-zero")
def zero_school(w):
    w.geometry("schools", f"POINT(0 0)", 2)


@case("geometry: far away", repair("off_grid", 1), name="school-ten-million-km-away")
def far_school(w):
    w.geometry("schools", f"POINT({EAST + 1e10} {NORTH})", 2)


@case("geometry: huge", refuse(5, "wards", "20000 km"), name="ward-of-the-whole-earth")
def huge_ward(w):
    w.geometry("wards", "POLYGON((-1e7 -1e7,1e7 -1e7,1e7 1e7,-1e7 1e7,-1e7 -1e7))")


@case("geometry: huge", refuse(3, "municipalities"), name="area-of-the-whole-earth")
def huge_area(w):
    w.geometry("municipalities", "POLYGON((-1.8e7 0,1.8e7 0,1.8e7 1.9e7,-1.8e7 1.9e7,-1.8e7 0))")


@case("geometry: huge", refuse(3, "municipalities"), name="area-at-1e300")
def absurd_area(w):
    w.geometry("municipalities", "POLYGON((1e300 0,1.1e300 0,1.1e300 1e299,1e300 0))")


@case("geometry: huge", refuse(3, "wards", "feature 2", "nowhere on the earth"), name="crossing-ring-beyond-the-earth")
def crossing_ring(w):
    """GEOS does not end with this one."""
    w.blob("wards", gpkg_blob(struct.pack("<BIII10d", 1, 3, 1, 5, 0, -1.6e298, -1.6e298, 1e250, NORTH, 5e289, -1.6e298, 1e-300, EAST, -1.6e298)), 2)


@case("geometry: many points", taken(but=ALL), name="river-of-a-million-points")
def long_river(w):
    wkb = struct.pack("<BII", 1, 2, 200000) + b"".join(struct.pack("<dd", EAST + 100 + 0.02 * i, NORTH + 3300 + 20 * (i % 2)) for i in range(200000))
    w.blob("rivers", gpkg_blob(wkb), 1)


def blob(w, data):
    w.blob(*data)


RING = struct.pack("<BII", 1, 3, 1) + struct.pack("<I", 5)
for title, wkb in (
    ("cut-wkb", RING + struct.pack("<dd", EAST, NORTH)),
    ("wkb-that-declares-4-billion-points", struct.pack("<BII", 1, 2, 0xFFFFFFFF) + struct.pack("<dddd", 1, 2, 3, 4)),
    ("wkb-that-declares-4-billion-rings", struct.pack("<BII", 1, 3, 0xFFFFFFFF)),
    ("wkb-of-an-unknown-type", struct.pack("<BII", 1, 77, 1) + b"\0" * 32),
    ("wkb-nested-500-deep", b"".join(struct.pack("<BII", 1, 7, 1) for _ in range(500)) + wkb_point(EAST, NORTH)),
    ("wkb-of-nonsense", b"\xff" * 64),
    ("wkb-of-one-byte", b"\x01"),
):
    case("geometry: bytes that are none", refuse(3, "wards"), name=title, data=("wards", gpkg_blob(wkb), 2))(blob)
case("geometry: bytes that are none", refuse(3, "wards"), name="blob-without-its-head", data=("wards", b"hello", 2))(blob)
case("geometry: bytes that are none", refuse(3, "wards"), name="blob-that-is-a-text", data=("wards", "POLYGON((0 0,1 1,1 0,0 0))", 2))(blob)
case("geometry: bytes that are none", refuse(3, "wards"), name="blob-with-an-unknown-envelope", data=("wards", gpkg_blob(RING, 0x0F), 2))(blob)


@case("ids: the same twice", repair("duplicate_id", 16, people=3200), name="every-ward-twice")
def twice(w):
    dataset = ogr.Open(str(w.gpkg), 1)
    layer = dataset.GetLayerByName("wards")
    for feature in list(layer):
        feature.SetFID(-1)
        layer.CreateFeature(feature)


# --- attributes --------------------------------------------------------------------------------------------------------


def sql(w, script):
    w.sql(script)


for title, value in (("negative-people", "-5"), ("minus-one-as-missing", "-1")):
    case("people: negative or no number", refuse(3, "wards", "population", "W02"), name=title,
         data=f"UPDATE wards SET population = {value} WHERE fid = 2")(sql)
for title, value in (("infinite-people", "9e999"), ("minus-infinite-people", "-9e999"), ("nan-people", "'nan'"), ("half-a-person", "0.5"),
                     ("word-among-people", "'many'"), ("people-with-a-unit", "'100 people'")):
    case("a value of another type than its column", refuse(3, "wards", "population", "feature 2"), name=title,
         data=f"UPDATE wards SET population = {value} WHERE fid = 2")(sql)


@case("a value of another type that is not read", taken(people=1500, but=ALL))
def word_in_a_row_that_the_filter_leaves_out(w):
    w.sql("UPDATE wards SET population = 'many' WHERE fid = 2")
    w.study("field: population, id: id", "field: population, id: id, where: \"id <> 'W02'\"")


@case("a value of another type that is not read", taken())
def word_in_a_column_that_nobody_reads(w):
    w.sql("ALTER TABLE wards ADD COLUMN other INTEGER; UPDATE wards SET other = 'word'")


@case("people: negative or no number", refuse(3, "wards", "share", "W02"), name="infinite-people-in-a-real-column")
def infinite_real(w):
    w.sql("ALTER TABLE wards ADD COLUMN share REAL; UPDATE wards SET share = 100; UPDATE wards SET share = 9e999 WHERE fid = 2;")
    w.study("field: population", "field: share")


@case("people: absurd", refuse(3, "share", "earth"), name="people-of-1e300-in-a-real-column")
def absurd_real(w):
    w.sql("ALTER TABLE wards ADD COLUMN share REAL; UPDATE wards SET share = 1e300;")
    w.study("field: population", "field: share")


@case("people: missing", repair("missing_people", 1, people=1500), name="null-people")
def null_people(w):
    w.sql("UPDATE wards SET population = NULL WHERE fid = 2")


@case("people: zero", taken(people=1500, but=ALL), name="zero-people")
def zero_people(w):
    w.sql("UPDATE wards SET population = 0 WHERE fid = 2")


@case("people: none at all", refuse(3, "0 people"), name="zero-people-everywhere")
def nobody(w):
    w.sql("UPDATE wards SET population = 0")


@case("people: none at all", refuse(3, "0 people"), name="null-people-everywhere")
def null_everywhere(w):
    w.sql("UPDATE wards SET population = NULL")


@case("people: absurd", refuse(3, "population", "earth"), name="more-people-than-on-earth")
def too_many(w):
    w.sql("UPDATE wards SET population = 9000000000000 WHERE fid = 2")


@case("a value of another type than its column", refuse(3, "population"), name="people-of-1e300")
def absurd_people(w):
    w.sql("UPDATE wards SET population = 1e300")


@case("people: as texts", taken(), name="people-in-a-text-column")
def text_people(w):
    w.sql("ALTER TABLE wards ADD COLUMN pop_text TEXT; UPDATE wards SET pop_text = population;")
    w.study("field: population", "field: pop_text")


@case("people: negative or no number", refuse(3, "wards", "pop_text"), name="people-with-spaces-between-thousands")
def spaced_people(w):
    w.sql("ALTER TABLE wards ADD COLUMN pop_text TEXT; UPDATE wards SET pop_text = '1 000';")
    w.study("field: population", "field: pop_text")


@case("people: as texts", taken(people=1608, but=ALL), name="people-with-decimal-comma-in-a-text")
def comma_people(w):
    w.sql("ALTER TABLE wards ADD COLUMN pop_text TEXT; UPDATE wards SET pop_text = '100,5';")
    w.study("field: population", "field: pop_text")


@case("people: negative or no number", refuse(3, "wards", "id"), name="people-from-a-column-of-names")
def names_as_people(w):
    w.study("field: population", "field: id")


@case("a value of another type than its column", refuse(3, "wards", "population", "feature 2"), name="blob-as-people")
def blob_people(w):
    w.sql("UPDATE wards SET population = x'00ff' WHERE fid = 2")


@case("ids: the same twice", repair("duplicate_id", 1), name="same-ward-id-twice")
def same_ward(w):
    w.sql("UPDATE wards SET id = 'W01' WHERE fid = 2")


@case("ids: the same twice (areas)", taken(but=ALL), name="municipality-in-two-rows")
def municipality_twice(w):
    w.sql("UPDATE municipalities SET code = 'M1', title = 'Town 1' WHERE fid = 2")


@case("ids: the same twice", repair("duplicate_id", 1), name="same-school-id-twice")
def same_school(w):
    w.sql("UPDATE schools SET id = 1 WHERE fid = 2")


@case("ids: missing", repair("missing_id", 1), name="null-school-id")
def null_school_id(w):
    w.sql("UPDATE schools SET id = NULL WHERE fid = 2")


@case("ids: missing (areas)", refuse(3, "municipalities", "code", "feature 2"), name="null-municipality-id")
def null_area_id(w):
    w.sql("UPDATE municipalities SET code = NULL WHERE fid = 2")


@case("ids: missing (areas)", refuse(3, "municipalities", "code", "feature 2"), name="blank-municipality-id")
def blank_area_id(w):
    w.sql("UPDATE municipalities SET code = '   ' WHERE fid = 2")


@case("ids: missing (areas)", refuse(3, "municipalities", "district", "feature 2"), name="null-district")
def null_district(w):
    w.sql("UPDATE municipalities SET district = NULL WHERE fid = 2")


@case("text: control characters and markup", taken(but=ALL), name="control-characters-in-titles")
def control_titles(w):
    w.sql("UPDATE schools SET title = 'a' || char(7) || char(27) || '[31m' || char(10) || char(8238) || 'b'")


@case("text: control characters and markup", taken(but=ALL), name="markup-in-titles")
def markup(w):
    w.sql("""UPDATE schools SET title = '<script>alert(1)</script>&amp;"''' || char(39); UPDATE municipalities SET title = '=cmd|'' /C calc''!A0'""")


@case("text: control characters and markup", taken(but=ALL), name="control-characters-in-ids")
def control_ids(w):
    w.sql("UPDATE municipalities SET code = 'M' || char(10) || '1' || char(27) WHERE fid = 1")


@case("text: control characters and markup", taken(but=ALL), name="path-in-ids")
def path_ids(w):
    w.sql("UPDATE municipalities SET code = '../../etc/passwd' WHERE fid = 1; UPDATE wards SET id = '/../x' WHERE fid = 1;")


@case("text: control characters and markup", taken(but=ALL), name="title-of-a-million-characters")
def long_title(w):
    w.sql("UPDATE schools SET title = printf('%.*c', 1000000, 'x') WHERE fid = 2")


@case("text: not UTF-8", repair("encoding", 1), name="latin-1-in-a-gpkg")
def latin1(w):
    w.sql("UPDATE schools SET title = CAST(x'4bf6e96e' AS TEXT) WHERE fid = 2")


@case("text: not UTF-8", repair("encoding", 1), name="cut-utf-8")
def cut_utf8(w):
    w.sql("UPDATE schools SET title = CAST(x'61e2' AS TEXT) WHERE fid = 2")


@case("text: zero bytes inside", taken(but=ALL), name="zero-byte-in-a-title")
def zero_byte(w):
    w.sql("UPDATE schools SET title = 'a' || char(0) || 'b' WHERE fid = 2")


@case("columns: missing or misspelt", refuse(3, "wards", "populaton", "population"), name="misspelt-column")
def misspelt(w):
    w.study("field: population", "field: populaton")


@case("columns: missing or misspelt", refuse(3, "Population", "population"), name="column-in-another-case")
def other_case(w):
    w.study("field: population", "field: Population")


@case("columns: missing or misspelt", refuse(3, "schools", "title"), name="missing-title-column")
def no_title(w):
    w.study("prefix: school, id: id, title: title", "prefix: school, id: id, title: name")


@case("columns: missing or misspelt", refuse(3, "centres", "status"), name="missing-status-column")
def no_status(w):
    w.sql("ALTER TABLE centres RENAME COLUMN status TO state")


@case("columns: missing or misspelt", refuse(3, "zones", "need"), name="missing-need-column")
def no_need(w):
    w.sql("ALTER TABLE zones RENAME COLUMN need TO n")


@case("values that nobody expected", refuse(3, "roads", "highway", "speed table"), name="road-class-without-a-speed")
def unknown_class(w):
    w.sql("UPDATE roads SET class = 'highway' WHERE fid = 1")


@case("values that nobody expected", refuse(3, "roads", "without a class"), name="road-without-a-class")
def no_class(w):
    w.sql("UPDATE roads SET class = NULL WHERE fid = 1")


@case("values that nobody expected: no centre is open", repair("none_open", None), name="no-centre-is-open")
def none_open(w):
    w.sql("UPDATE centres SET status = 'planned'")


@case("a value of another type than its column", refuse(3, "zones", "need", "'high'", "feature 1"), name="word-as-need")
def word_need(w):
    w.sql("UPDATE zones SET need = 'high' WHERE fid = 1")


@case("need or potential: missing", repair("missing_value", 3), name="null-need")
def null_need(w):
    w.sql("UPDATE zones SET need = NULL WHERE fid = 1")


@case("values that nobody expected", refuse(3, "zones", "need"), name="infinite-need")
def infinite_need(w):
    w.sql("UPDATE zones SET need = 9e999 WHERE fid = 1")


NEED = "    - {use: need, weight: 30}\n"


@case("values that nobody expected", refuse(3, "power", "school:2", "infinite"), name="infinite-attribute")
def infinite_attribute(w):
    w.sql("ALTER TABLE schools ADD COLUMN power REAL; UPDATE schools SET power = 9e999 WHERE id = 2")
    w.study(NEED, NEED + "    - {use: attribute, field: power, best: 10, worst: 0, weight: 5}\n")


@case("values that nobody expected", refuse(3, "query", "infinite"), name="infinite-answer-of-a-query")
def infinite_answer(w):
    w.study(NEED, NEED + "    - {use: sql, query: SELECT site AS site, 9e999 AS value FROM candidates, best: 10, worst: 0, weight: 5}\n".replace("SELECT", '"SELECT').replace("candidates,", 'candidates",'))


@case("values that nobody expected", refuse(3, "visits", "C1"), name="infinite-capacity")
def infinite_capacity(w):
    w.sql("ALTER TABLE centres ADD COLUMN visits REAL; UPDATE centres SET visits = 9e999")
    w.study("values: [functional]}}", "values: [functional]}, capacity: {field: visits, unit: visits, visits_per_person: 1}}")


# --- layers --------------------------------------------------------------------------------------------------------------


def empty_layer(w, layer):
    w.sql(f"DELETE FROM {layer}")


case("nothing inside", refuse(3, "municipalities", "no area"), name="no-municipality", data="municipalities")(empty_layer)
case("nothing inside", refuse(3, "wards"), name="no-ward", data="wards")(empty_layer)
case("nothing inside", refuse(3, "no candidate"), name="no-school", data="schools")(empty_layer)
case("nothing inside, where the study can go on", repair("no_roads", None), name="no-road", data="roads")(empty_layer)
case("nothing inside, where the study can go on", repair("no_zones", None), name="no-zone", data="zones")(empty_layer)
case("nothing inside, where the study can go on", repair("no_places", None), name="no-centre", data="centres")(empty_layer)
case("nothing inside, where the study can go on", repair("no_features", None), name="no-building", data="buildings")(empty_layer)


@case("areas that overlap", repair("overlap", None, people=None), name="municipalities-that-overlap")
def overlap(w):
    w.geometry("municipalities", square(0, 0, 6), 1)


@case("people: polygons that overlap", taken(but=ALL), name="wards-that-overlap")
def wards_overlap(w):
    w.geometry("wards", square(0, 0, 4), 1)


# --- reference systems -----------------------------------------------------------------------------------------------------


@case("reference system: missing", refuse(3, "n.shp", "crs"), name="shapefile-without-prj")
def no_prj(w):
    w.elsewhere("schools", "n.shp", "ESRI Shapefile", code=None)


@case("reference system: missing", refuse(3, "schools", "crs"), name="gpkg-layer-of-undefined-cartesian")
def undefined(w):
    w.sql("UPDATE gpkg_geometry_columns SET srs_id = -1 WHERE table_name = 'schools'; UPDATE gpkg_contents SET srs_id = -1 WHERE table_name = 'schools';")


@case("reference system: missing", refuse(3, "dem.tif", "CRS"), name="raster-without-a-reference-system")
def no_raster_crs(w):
    world.write_raster(w / "dem.tif", world.heights(), code=None)


@case("reference system: damaged", refuse(3, "n.shp"), name="prj-of-nonsense")
def nonsense_prj(w):
    w.elsewhere("schools", "n.shp", "ESRI Shapefile")
    (w / "n.prj").write_text("PROJCS[\"nonsense\"")


@case("reference system: stated wrongly", refuse(2, "EPSG:99999"), name="crs-that-does-not-exist")
def no_such_crs(w):
    w.study("layer: schools", "layer: schools, crs: EPSG:99999")


@case("reference system: stated wrongly", refuse(2, "crs"), name="crs-that-is-a-url")
def url_crs(w):
    w.study("layer: schools", "layer: schools, crs: \"http://127.0.0.1:9/crs\"")


@case("reference system: stated wrongly", refuse(2, "crs"), name="crs-that-is-a-file")
def file_crs(w):
    w.study("layer: schools", "layer: schools, crs: /etc/passwd")


@case("reference system: stated wrongly", refuse(2, "crs"), name="crs-with-an-external-grid")
def grid_crs(w):
    w.study("layer: schools", "layer: schools, crs: \"+proj=longlat +nadgrids=/etc/passwd\"")


@case("reference system: another one that is right", taken(but=ALL), name="schools-in-degrees", data=4326)
@case("reference system: another one that is right", taken(but=ALL), name="schools-in-a-lo-zone", data=2052)
@case("reference system: another one that is right", taken(but=ALL), name="schools-in-web-mercator", data=3857)
@case("reference system: another one that is right", taken(but=ALL), name="schools-in-the-next-utm-zone", data=32736)
def other_crs(w, code):
    w.elsewhere("schools", "other.gpkg", "GPKG", code)


@case("reference system: wrong", repair("off_grid", 16), name="schools-a-zone-too-far")
def wrong_zone(w):
    w.study("layer: schools,", "layer: schools, crs: EPSG:32733,", "candidates:\n", "candidates:\n  - {every: 2 km}\n")


@case("reference system: wrong, nothing is left", refuse(3, "no candidate"), name="all-candidates-a-zone-too-far")
def all_wrong(w):
    w.study("layer: schools,", "layer: schools, crs: EPSG:32733,")


@case("reference system: wrong, nothing is left", refuse(3, "people"), name="wards-a-zone-too-far")
def wards_wrong(w):
    w.study("people: {layer: wards,", "people: {layer: wards, crs: EPSG:32733,")


@case("reference system: wrong, nothing is left", refuse(3, "dem.tif", "study area"), name="heights-a-zone-too-far")
def dem_wrong(w):
    w.study("path: dem.tif", "path: dem.tif, crs: EPSG:32733")


@case("reference system: wrong, nothing is left", refuse(3, "municipalities", "CRS"), name="metres-called-degrees")
def metres_as_degrees(w):
    w.study("boundaries: {layer: municipalities}", "boundaries: {layer: municipalities, crs: EPSG:4326}")


def degrees_csv(w, turn):
    lines = ["id,title,lon,lat"]
    for i in range(16):
        wkt = world.transformed(point(1.2 + 2.6 * (i % 4), 1.3 + 2.4 * (i // 4)), 4326)
        lon, lat = turn(*map(float, wkt[7:-1].split()))
        lines.append(f"{i + 1},School {i + 1},{lon!r},{lat!r}")
    (w / "schools.csv").write_text("\n".join(lines) + "\n")
    w.study("layer: schools", "path: schools.csv, lon: lon, lat: lat", "candidates:\n", "candidates:\n  - {every: 2 km}\n")


case("coordinates: swapped or of the wrong sign", repair("off_grid", 16), name="latitude-and-longitude-swapped", data=lambda x, y: (y, x))(degrees_csv)
case("coordinates: swapped or of the wrong sign", repair("off_grid", 16), name="latitude-without-its-minus", data=lambda x, y: (x, -y))(degrees_csv)
case("coordinates: swapped or of the wrong sign", repair("off_grid", 16), name="longitude-with-a-minus", data=lambda x, y: (-x, y))(degrees_csv)
case("coordinates: off the earth", repair("coordinates_off_earth", 16), name="longitude-of-400", data=lambda x, y: (x + 400, y))(degrees_csv)


@case("reference system: south-oriented", refuse(2, "crs"), name="analysis-in-a-lo-zone")
def lo_analysis(w):
    w.study("crs: auto", "crs: EPSG:2052")


@case("reference system: south-oriented", refuse(2, "EPSG:4326", "auto"), name="analysis-in-degrees")
def degrees_analysis(w):
    w.study("crs: auto", "crs: EPSG:4326")


@case("reference system: south-oriented raster", refuse(3, "lo.tif", "south"), name="heights-in-a-lo-zone")
def lo_raster(w):
    world.write_raster(w / "lo.tif", world.heights(), code=2052)
    w.study("path: dem.tif", "path: lo.tif")


@case("antimeridian", refuse(3, "anti.geojson"), name="area-across-the-antimeridian")
def antimeridian(w):
    path = w / "anti.geojson"
    path.write_text('{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"A","title":"A","district":"D"},"geometry":'
                    '{"type":"Polygon","coordinates":[[[179.9,-20],[180.1,-20],[180.1,-19.9],[179.9,-19.9],[179.9,-20]]]}}]}')
    w.study("boundaries: {layer: municipalities}", "boundaries: {path: anti.geojson}")
