"""GeoJSON, KML, GML, spreadsheets, OSM and text tables that are wrong in smaller ways than hostile_files.py's."""
import re
import struct
import zipfile

import world
from cases import case, refuse, repair, taken
from hostile_files import FEATURE, SHEET, collection, geojson, xlsx
from odd_texts import PAIRS, join, pairs, schools, table
from world import EAST, NORTH, ogr, point

ALL = ("*",)
NO_FEATURE = "an entry that is no feature"
OTHER_TYPE = "a value of another type than its column"


def places(code):
    """The sixteen schools in that system, as "x,y"."""
    found = []
    for i in range(16):
        wkt = point(1.2 + 2.6 * (i % 4), 1.3 + 2.4 * (i // 4))
        found.append(",".join((world.transformed(wkt, code) if code != world.EPSG else wkt).split("(")[1][:-1].split()))
    return found


DEGREES, METRES = places(4326), places(world.EPSG)
FEATURES = [FEATURE.format(i + 1, at) for i, at in enumerate(DEGREES)]
IN_METRES = [FEATURE.format(i + 1, at) for i, at in enumerate(METRES)]


def with_head(head, features):
    return collection(*features).replace('"features"', head + '"features"')


def named(name):
    return f'"crs":{{"type":"name","properties":{{"name":"{name}"}}}},'


def last(feature):
    return collection(*FEATURES[:-1], feature)


# --- GeoJSON ---------------------------------------------------------------------------------------------------------------------


for title, text in (("in-degrees", collection(*FEATURES)), ("in-metres-and-says-so", with_head(named("urn:ogc:def:crs:EPSG::32735"), IN_METRES)),
                    ("with-its-system-at-the-end", collection(*IN_METRES)[:-1] + "," + named("EPSG:32735")[:-1] + "}"), ("without-any-system", with_head('"crs":null,', FEATURES)),
                    ("with-a-mark-of-order", "\ufeff" + collection(*FEATURES)), ("of-five-coordinates", last(FEATURE.format(16, DEGREES[15] + ",5,6,7"))),
                    ("with-mixed-ids", collection(*[f.replace("{", '{"id":%s,' % (i if i % 2 else f'"a{i}"'), 1) for i, f in enumerate(FEATURES)])),
                    ("with-a-lone-surrogate", collection(*FEATURES).replace('"S"', '"a\\ud800b"'))):
    case("another system or order that is stated", taken(but=ALL), name="geojson-" + title, data=text)(geojson)
for title, text, words in (
    ("a-number", last("5"), ("entry 16",)), ("null", last("null"), ("entry 16",)), ("a-text", last('"x"'), ("entry 16",)), ("a-list", last("[]"), ("entry 16",)),
    ("a-second-list", '{"type":"FeatureCollection","features":[' + ",".join(FEATURES[:8]) + '],"features":[' + ",".join(FEATURES[8:]) + "]}", ("two members", "features")),
):
    case(NO_FEATURE, refuse(3, "x.geojson", *words), name="geojson-entry-that-is-" + title, data=text)(geojson)
for title, lines in (("a-word", ["hello"]), ("a-number", ["5"]), ("a-list", ["[1]"]), ("two-on-a-line", [FEATURES[5] + FEATURES[6]])):
    case(NO_FEATURE, refuse(3, "x.geojsonl", "6"), name="geojsonl-entry-that-is-" + title, data="\n".join(FEATURES[:5] + lines + FEATURES[7:]))(
        lambda w, text: geojson(w, text, "x.geojsonl"))
case("another system or order that is stated", taken(but=ALL), name="geojsonl-with-separators", data="".join(f"\x1e{f}\n" for f in FEATURES))(lambda w, text: geojson(w, text, "x.geojsons"))
case("another system or order that is stated", taken(but=ALL), name="geojsonl-with-empty-lines", data="\r\n\r\n".join(FEATURES))(lambda w, text: geojson(w, text, "x.geojsonl"))
for title, head, words in (("unknown", named("EPSG:99999"), ("crs not found",)), ("a-text", '"crs":"EPSG:32735",', ("crs", "no object")), ("a-number", '"crs":32735,', ("crs", "no object")),
                           ("a-file", named("/etc/passwd"), ("/etc/passwd",)), ("twice", named("EPSG:4326") + named("EPSG:32735"), ("two members", "crs")),
                           ("a-link", '"crs":{"type":"link","properties":{"href":"http://127.0.0.1:9/x","type":"proj4"}},', ("network",))):
    case("reference system: damaged", refuse(3, "x.geojson", *words), name="geojson-system-that-is-" + title, data=with_head(head, FEATURES))(geojson)
for title, at in (("infinite", "1e400,-26"), ("named-infinity", "Infinity,-26"), ("a-text", '"27.0","-26.1"')):
    case("geometry: coordinates that are no numbers", refuse(3, "x.geojson"), name="geojson-coordinate-that-is-" + title, data=last(FEATURE.format(16, at)))(geojson)
for title, feature in (("null", FEATURE.format(16, DEGREES[15]).split(',"geometry"')[0] + ',"geometry":null}'), ("missing", FEATURE.format(16, "1").split(',"geometry"')[0] + "}"),
                       ("of-one-number", FEATURE.format(16, "27")), ("of-an-unknown-type", FEATURE.format(16, DEGREES[15]).replace("Point", "Circle"))):
    case("geometry: empty or NULL", repair("empty_geometry", 1), name="geojson-geometry-" + title, data=last(feature))(geojson)
for title, text in (("garbage-behind-it", collection(*FEATURES) + "garbage"), ("a-second-document", collection(*FEATURES[:8]) + collection(*FEATURES[8:])),
                    ("a-comma-too-many", collection(*FEATURES)[:-2] + ",]}"), ("no-type", collection(*FEATURES).replace('"type":"FeatureCollection",', "")),
                    ("features-that-are-no-list", '{"type":"FeatureCollection","features":{"a":1}}')):
    case("damaged file", refuse(3, "x.geojson"), name="geojson-with-" + title, data=text)(geojson)
case("content of another kind", refuse(3, "x.geojson"), name="geojson-in-utf-16", data=collection(*FEATURES).encode("utf-16").decode("latin-1"))(
    lambda w, text: geojson(w, "") or (w / "x.geojson").write_bytes(text.encode("latin-1")) and None)
case("text: not UTF-8", repair("encoding", 16), name="geojson-in-latin-1", data=collection(*FEATURES).replace('"S"', '"\xeb"'))(
    lambda w, text: geojson(w, "") or (w / "x.geojson").write_bytes(text.encode("latin-1")) and None)


def wards(w, data):
    features = []
    for i, (wkt, ward, _, _) in enumerate(world.LAYERS["wards"][2]):
        shape = ogr.CreateGeometryFromWkt(world.transformed(wkt, 4326)).ExportToJson()
        features.append(f'{{"type":"Feature","properties":{{"id":"{ward}","population":{data if i == 3 else 100}}},"geometry":{shape}}}')
    geojson(w, "")
    (w / "x.geojson").write_text(collection(*features))
    w.study("path: x.geojson", "layer: schools")
    w.study("layer: wards", "path: x.geojson")


case("people: as texts", taken(but=ALL), name="geojson-people-as-a-text-once", data='"100"')(wards)
case("people: missing", repair("missing_people", 1, people=1500), name="geojson-people-null-once", data="null")(wards)
for title, value in (("a-word", '"many"'), ("an-object", '{"a":100}'), ("beyond-all-numbers", "1e400"), ("two-numbers", "[100,50]")):
    case("people: negative or no number", refuse(3, "x.geojson", "population", "W04"), name="geojson-people-that-are-" + title, data=value)(wards)


# --- KML -------------------------------------------------------------------------------------------------------------------------------


KML = '<?xml version="1.0"?>{1}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{0}</Document></kml>'
MARK = "<Placemark><name>S{0}</name>{2}<Point><coordinates>{1}</coordinates></Point></Placemark>"
MARKS = "".join(MARK.format(i, at, "") for i, at in enumerate(DEGREES))
OLD, NEW = "layer: schools, prefix: school, id: id, title: title", "path: {0}, prefix: school, title: Name"


def kml(w, text):
    (w / "x.kml").write_text(text)
    w.study(OLD, NEW.format("x.kml"))


def kmz(w, members):
    with zipfile.ZipFile(w / "x.kmz", "w") as z:
        for name, text in members:
            z.writestr(name, text)
    w.study(OLD, NEW.format("x.kmz"))


DOCUMENT = KML.format(MARKS, "")
case("links in a file", taken(but=ALL), name="kml-with-a-link-to-the-network", data=KML.format(MARKS + "<NetworkLink><Link><href>http://127.0.0.1:9/a.kml</href></Link></NetworkLink>", ""))(kml)
case("links in a file", taken(but=ALL), name="kml-with-a-link-to-a-file", data=KML.format(MARKS + "<NetworkLink><Link><href>/etc/passwd</href></Link></NetworkLink>", ""))(kml)
case("XML that reaches outside or explodes", refuse(3, "x.kml"), name="kml-external-entity",
     data=KML.format(MARKS.replace("S1<", "&x;<"), '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'))(kml)
case("damaged file", refuse(3, "x.kml"), name="kml-cut-behind-a-placemark", data=DOCUMENT.removesuffix("</Document></kml>"))(kml)
case("several layers and none is named", refuse(3, "x.kml", "A, B"), name="kml-of-two-folders", data=KML.format(f"<Folder><name>A</name>{MARKS}</Folder><Folder><name>B</name>{MARKS}</Folder>", ""))(kml)
for title, at in (("words", "hello,world"), ("one-number", "27.0"), ("nothing", ""), ("nan", "nan,nan")):
    case("geometry: empty or NULL", repair("empty_geometry", 1), name="kml-coordinates-of-" + title, data=KML.format(MARKS + MARK.format("x", at, ""), ""))(kml)
case("geometry: far away", repair("off_grid", 1), name="kml-coordinates-with-decimal-commas", data=KML.format(MARKS + MARK.format("x", "27,03,-26,19", ""), ""))(kml)
TYPED = '<Schema name="s" id="s"><SimpleField name="n" type="int"/></Schema>'
TITLE_N = MARK.format(1, DEGREES[0], '<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="n">word</SimpleData></SchemaData></ExtendedData>')


@case(OTHER_TYPE, refuse(3, "x.kml", "word"), name="kml-word-in-a-field-of-integers")
def typed_kml(w):
    kml(w, KML.format(TYPED + TITLE_N, ""))
    w.study("title: Name", "title: n")


case("links in a file", taken(but=ALL), name="kmz-with-a-name-that-climbs", data=[("../../doc.kml", DOCUMENT)])(kmz)
case("several documents in a .kmz", repair("documents", 2), name="kmz-of-two-documents", data=[("doc.kml", DOCUMENT), ("other.kml", DOCUMENT)])(kmz)
case("content of another kind", refuse(3, "x.kmz"), name="kmz-inside-a-kmz", data=[("a.kmz", "PK")])(kmz)
case("content of another kind", refuse(3, "x.kmz"), name="kmz-whose-document-is-a-vrt", data=[("doc.kml", "<OGRVRTDataSource/>")])(kmz)
for title, local, central, word in (("a-wrong-checksum", 14, 16, "checksum"), ("an-encrypted-member", 6, 8, "encrypted")):
    @case("damaged file", refuse(3, "x.kmz", "doc.kml", word), name="kmz-with-" + title, data=(local, central))
    def spoilt_member(w, at):
        kmz(w, [("doc.kml", DOCUMENT)])
        data = bytearray((w / "x.kmz").read_bytes())
        data[at[0]] ^= 1
        data[data.find(b"PK\1\2") + at[1]] ^= 1
        (w / "x.kmz").write_bytes(data)


# --- GML -------------------------------------------------------------------------------------------------------------------------------


GML = ('<?xml version="1.0"?><ogr:FeatureCollection xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:ogr="http://ogr.maptools.org/" '
       'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:gml="http://www.opengis.net/gml" {1}>{0}</ogr:FeatureCollection>')
GFS = ("<GMLFeatureClassList><GMLFeatureClass><Name>wards</Name><ElementPath>wards</ElementPath><GeometryType>3</GeometryType><SRSName>EPSG:32735</SRSName>"
       "<DatasetSpecificInfo><FeatureCount>{0}</FeatureCount></DatasetSpecificInfo><PropertyDefn><Name>id</Name><ElementPath>id</ElementPath><Type>String</Type></PropertyDefn>"
       "<PropertyDefn><Name>population</Name><ElementPath>population</ElementPath><Type>Integer</Type></PropertyDefn></GMLFeatureClass></GMLFeatureClassList>")


def gml_wards(value="100"):
    text = ""
    for i, (wkt, ward, _, _) in enumerate(world.LAYERS["wards"][2]):
        ring = " ".join(",".join(p.split()) for p in wkt[9:-2].split(","))
        text += (f'<gml:featureMember><ogr:wards fid="w{i}"><ogr:geometryProperty><gml:Polygon srsName="EPSG:32735"><gml:outerBoundaryIs><gml:LinearRing><gml:coordinates>{ring}'
                 f"</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon></ogr:geometryProperty><ogr:id>{ward}</ogr:id>"
                 f"<ogr:population>{value if i == 3 else 100}</ogr:population></ogr:wards></gml:featureMember>")
    return text


def gml(w, data):
    text, *beside = data
    (w / "x.gml").write_text(text)
    for name, content in beside:
        (w / name).write_text(content)
    w.study("layer: wards", "path: x.gml")


def location(where):
    return f'xsi:schemaLocation="http://ogr.maptools.org/ {where}"'


for where in ("http://127.0.0.1:9/a.xsd", "/etc/passwd", "../a.xsd"):
    case("links in a file", taken(), name="gml-whose-schema-is-" + re.sub(r"\W+", "-", where).strip("-"), data=(GML.format(gml_wards(), location(where)),))(gml)
case("index or extent that lies", taken(), name="gfs-whose-count-lies", data=(GML.format(gml_wards(), ""), ("x.gfs", GFS.format(3))))(gml)
case(OTHER_TYPE, refuse(3, "x.gml", "many", "population"), name="gfs-of-integers-and-a-word", data=(GML.format(gml_wards("many"), ""), ("x.gfs", GFS.format(16))))(gml)
case("damaged file", refuse(3, "x.gml", "x.gfs"), name="gfs-of-nonsense", data=(GML.format(gml_wards(), ""), ("x.gfs", "nonsense")))(gml)
case("people: negative or no number", refuse(3, "x.gml", "population"), name="gml-people-that-are-a-word", data=(GML.format(gml_wards("many"), ""),))(gml)
case("people: negative or no number", refuse(3, "x.gml", "population"), name="gml-people-twice-in-a-feature",
     data=(GML.format(gml_wards("100</ogr:population><ogr:population>50"), ""),))(gml)
case("reference system: missing", refuse(3, "x.gml", "crs"), name="gml-of-two-systems", data=(GML.format(gml_wards().replace("32735", "32734", 1), ""),))(gml)
case("reference system: damaged", refuse(3, "x.gml", "not found"), name="gml-of-an-unknown-system", data=(GML.format(gml_wards().replace("32735", "99999"), ""),))(gml)
case("reference system: damaged", refuse(3, "x.gml", "/etc/passwd"), name="gml-whose-system-is-a-file", data=(GML.format(gml_wards().replace("EPSG:32735", "/etc/passwd"), ""),))(gml)


# --- spreadsheets ------------------------------------------------------------------------------------------------------------------------


def cell(row, column, value, kind=None, formula=""):
    kind = kind or ("str" if isinstance(value, str) else "n")
    inside = (f"<f>{formula}</f>" if formula else "") + (f"<v>{value}</v>" if value is not None else "")
    return f'<c r="{"ABCDE"[column]}{row}" t="{kind}">{inside}</c>'


def sheet(fourth=cell(5, 1, 100)):
    """Sixteen points of 100 people; the people of the fourth are given."""
    text = '<row r="1">' + "".join(cell(1, c, h) for c, h in enumerate(("id", "population", "x", "y"))) + "</row>"
    for i in range(16):
        middle = cell(i + 2, 1, 100) if i != 3 else fourth
        text += (f'<row r="{i + 2}">{cell(i + 2, 0, f"W{i + 1:02d}")}{middle}{cell(i + 2, 2, EAST + 1250 + 2500 * (i % 4))}'
                 f"{cell(i + 2, 3, NORTH + 1250 + 2500 * (i // 4))}</row>")
    return SHEET.format(text)


def book(w, text):
    xlsx(w / "x.xlsx", text)
    w.study("layer: wards, field: population, id: id", "path: x.xlsx, x: x, y: y, crs: EPSG:32735, field: population, id: id")


for title, text in (("plain", sheet()), ("formula", sheet(cell(5, 1, 100, formula="[1]Other!A1+50"))), ("number-as-text", sheet(cell(5, 1, "100")))):
    case("spreadsheet: values as they stand", taken(but=ALL), name="xlsx-" + title, data=text)(book)
case("people: missing", repair("missing_people", 1, people=1500), name="xlsx-formula-without-its-value", data=sheet(cell(5, 1, None, formula="50+50")))(book)
case("people: missing", repair("missing_people", 1, people=1500), name="xlsx-merged-cell", data=sheet("").replace("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="B4:B5"/></mergeCells>'))(book)
for title, middle in (("error", cell(5, 1, "#REF!", "e")), ("word", cell(5, 1, "many")), ("number-with-a-space", cell(5, 1, "1 000", "n")), ("number-with-a-comma", cell(5, 1, "1,000"))):
    case("people: negative or no number", refuse(3, "x.xlsx", "population", "W04"), name="xlsx-" + title, data=sheet(middle))(book)
for title, old, new in (("row-without-number", '<row r="5">', "<row>"), ("row-number-below-zero", '<row r="5">', '<row r="-5">'), ("row-number-beyond-all", '<row r="17">', '<row r="4294967296">'),
                        ("sheet-cut", sheet()[-300:], "")):
    case("damaged file", refuse(3, "x.xlsx"), name="xlsx-" + title, data=sheet().replace(old, new))(book)
case("text table: rows cut short", repair("no_coordinates", 1, people=1600), name="xlsx-with-a-row-of-totals",
     data=sheet().replace("</sheetData>", f'<row r="18">{cell(18, 0, "Total")}{cell(18, 1, 1600)}</row></sheetData>'))(book)


@case("no file on this machine", refuse(3, "x.xlsm", "ending"), name="xlsx-with-macros")
def macros(w):
    book(w, sheet())
    (w / "x.xlsx").rename(w / "x.xlsm")
    w.study("x.xlsx", "x.xlsm")


# --- OSM ---------------------------------------------------------------------------------------------------------------------------------


def varint(n):
    out = b""
    while n > 0x7F:
        out, n = out + bytes([n & 0x7F | 0x80]), n >> 7
    return out + bytes([n])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def pbf_block(kind, data):
    body = field(1, data)
    start = field(1, kind) + varint(3 << 3) + varint(len(body))
    return struct.pack(">I", len(start)) + start + body


def pbf():
    texts = b"".join(field(1, text) for text in (b"", b"amenity", b"school"))
    numbers = [[], [], []]
    for i, at in enumerate(DEGREES):
        lon, lat = map(float, at.split(","))
        for values, value in zip(numbers, (i + 1, int(lat * 1e7), int(lon * 1e7))):
            values.append(value)
    deltas = [[v - w for v, w in zip(values, [0] + values)] for values in numbers]
    packed = [b"".join(varint(2 * d if d >= 0 else -2 * d - 1) for d in each) for each in deltas]
    dense = field(1, packed[0]) + field(8, packed[1]) + field(9, packed[2]) + field(10, bytes([1, 2, 0]) * 16)
    return pbf_block(b"OSMHeader", field(4, b"OsmSchema-V0.6") + field(4, b"DenseNodes")) + pbf_block(b"OSMData", field(1, texts) + field(2, field(2, dense)))


def osm(w, data):
    (w / "x.pbf").write_bytes(data)
    w.study(OLD, "path: x.pbf, layer: points, prefix: school, id: osm_id")


case("another system or order that is stated", taken(but=ALL), name="pbf-whole", data=pbf())(osm)
for title, data in (("in-a-block", pbf()[:-20]), ("in-the-length-of-a-block", pbf() + b"\0\0"), ("in-the-head-of-a-block", pbf() + pbf()[:9]), ("with-bytes-behind-it", pbf() + b"nonsense")):
    case("damaged file", refuse(3, "x.pbf", "cut off"), name="pbf-cut-" + title, data=data)(osm)


# --- text tables -----------------------------------------------------------------------------------------------------------------------------


case("text table: other separators, quotes and line ends", taken(), name="schools-with-a-line-that-states-the-separator", data="sep=;\n" + table(separator=";", head="id;title;x;y"))(schools)
case("join: complete", taken(), name="join-with-a-line-that-states-the-separator", data="sep=,\r\n" + pairs(PAIRS))(join)
case("join: complete", taken(), name="join-with-a-mark-of-order-and-quotes", data='\ufeff"ward","pop"\n' + "".join(f'"{a}","{b}"\n' for a, b in PAIRS))(join)
for value in ("1e2", "+100", "100.", "1.00e2", "00100"):
    case("join: complete", taken(), name="join-with-a-number-like-" + value, data=pairs([*PAIRS[:-1], ("W16", value)]))(join)
for i, value in enumerate(("0x64", "\u0661\u0660\u0660", "1 00", "100%", "R100", "\u2212100", "1e400", "#N/A", '"1,000"', "1.000.000", "(100)")):
    case("people: negative or no number", refuse(3, "pop", "W16"), name=f"join-with-a-number-that-is-none-{i + 1}", data=pairs([*PAIRS[:-1], ("W16", value)]))(join)
for value in ("1.234", "1,234"):
    case("numbers that may be thousands", repair("decimal_point" if "." in value else "decimal_comma", 16, people=16 * 1.234), name="join-with-" + value,
         data="ward;pop\n" + "".join(f"{a};{value}\n" for a, _ in PAIRS))(join)
for title, text in (("a-title-above-the-header", "Census\nTable 5\n" + pairs(PAIRS)), ("100000-columns", "ward,pop," + ",".join(f"c{i}" for i in range(100000)) + "\nW01,5\n"),
                    ("30-million-commas", pairs(PAIRS) + "," * 30_000_000 + "\n"), ("a-web-page", "<html><body>404 not found</body></html>\n"), ("single-quotes", "'ward','pop'\n'W01','100'\n")):
    case("text table: damaged or wrong", refuse(3, "people.csv"), name="join-with-" + title, data=text)(join)
case("text table: damaged or wrong", refuse(3, "people.csv", "UTF-16"), name="join-in-utf-16", data=pairs(PAIRS).encode("utf-16"))(join)
case("join: nothing matches", refuse(3, "people.csv", "W01"), name="join-of-codes-in-another-case", data=pairs([(a.lower(), b) for a, b in PAIRS]))(join)
