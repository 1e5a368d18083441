"""Rasters with odd storage, side files, units and headers."""
import struct

import numpy

import world
from cases import case, refuse, repair, taken
from world import EAST, NORTH, gdal

ALL = ("*",)
TOP = NORTH + 12000
STORED = "raster: another way to store it"


def dem(w, data):
    world.write_raster(w / "dem.tif", world.heights(), **data)


for title, options in (("bigtiff", ["BIGTIFF=YES"]), ("big-endian-tiles", ["BIGTIFF=YES", "ENDIANNESS=BIG", "TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16"]),
                       ("deflate-with-a-predictor", ["COMPRESS=DEFLATE", "PREDICTOR=3"]), ("strips-of-one-row", ["BLOCKYSIZE=1"])):
    case(STORED, taken(), name="tif-as-" + title, data={"options": options})(dem)
for name, kind in (("int16", gdal.GDT_Int16), ("uint32", gdal.GDT_UInt32), ("int64", gdal.GDT_Int64), ("float64", gdal.GDT_Float64)):
    case(STORED, taken(), name="landcover-of-" + name, data=(name, kind))(
        lambda w, data: world.write_raster(w / "landcover.tif", world.classes().astype(data[0]), kind=data[1], nodata=255) and None)


def open_tif(w, change):
    raster = gdal.Open(str(w / "dem.tif"), 1)
    change(raster)
    raster = None


def colours(w):
    raster = gdal.Open(str(w / "landcover.tif"), 1)
    table = gdal.ColorTable()
    table.SetColorEntry(1, (255, 0, 0, 255))
    raster.GetRasterBand(1).SetRasterColorTable(table)
    raster = None


case(STORED, taken(), name="landcover-with-a-colour-table")(colours)
case(STORED, taken(), name="tif-whose-pixels-are-points")(lambda w: open_tif(w, lambda r: r.SetMetadataItem("AREA_OR_POINT", "Point")))
case("raster: a type that cannot be right", refuse(3, "dem.tif", "feet", "metres"), name="heights-in-feet")(lambda w: open_tif(w, lambda r: r.GetRasterBand(1).SetUnitType("ft")))


@case("raster: a type that cannot be right", refuse(3, "dem.tif", "picture"), name="heights-that-are-a-picture")
def picture(w):
    raster = gdal.GetDriverByName("GTiff").Create(str(w / "dem.tif"), 56, 56, 3, gdal.GDT_Byte, ["PHOTOMETRIC=RGB"])
    raster.SetGeoTransform((EAST - 2000, 250, 0, TOP, 0, -250))
    raster.SetProjection(world.reference().ExportToWkt())
    for band in (1, 2, 3):
        raster.GetRasterBand(band).WriteArray((world.heights() / 5).astype("uint8"))
    raster = None


@case("raster: without a place", refuse(3, "dem.tif", "where it lies"), name="tif-of-control-points")
def control_points(w):
    raster = gdal.GetDriverByName("GTiff").Create(str(w / "dem.tif"), 56, 56, 1, gdal.GDT_Float32)
    raster.SetGCPs([gdal.GCP(EAST, TOP, 0, 0, 0), gdal.GCP(EAST + 9000, TOP, 0, 56, 0), gdal.GCP(EAST, NORTH, 0, 0, 56)], world.reference().ExportToWkt())
    raster.GetRasterBand(1).WriteArray(world.heights())
    raster = None


def beside(w, data):
    name, text = data
    (w / name).write_bytes(text if isinstance(text, bytes) else text.encode())


for title, name, text in (("world-file-that-contradicts", "dem.tfw", "1\n0\n0\n-1\n0\n0\n"), ("side-file-nested-deep", "dem.tif.aux.xml", "<PAMDataset>" + "<a>" * 200000),
                          ("side-file-of-nonsense", "dem.tif.aux.xml", b"\0\1nonsense")):
    case("side file that changes an input", taken(), name="tif-with-a-" + title, data=(name, text))(beside)
for title, text in (("system", "<SRS>EPSG:32734</SRS>"), ("place", "<GeoTransform>0,1,0,0,0,-1</GeoTransform>")):
    case("raster: elsewhere", refuse(3, "dem.tif", "no value"), name="side-file-with-another-" + title, data=("dem.tif.aux.xml", f"<PAMDataset>{text}</PAMDataset>"))(beside)


@case("raster: nodata and NaN", repair("coverage", None), name="mask-beside-a-tif")
def mask(w):
    gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", "NO")
    raster = gdal.Open(str(w / "dem.tif"), 1)
    raster.CreateMaskBand(gdal.GMF_PER_DATASET)
    values = numpy.full((56, 56), 255, "uint8")
    values[:, :20] = 0
    raster.GetRasterBand(1).GetMaskBand().WriteArray(values)
    raster = None


# --- the directory of a TIFF -------------------------------------------------------------------------------------------------------


def tags(data):
    start = struct.unpack("<I", data[4:8])[0]
    n = struct.unpack("<H", data[start : start + 2])[0]
    return start, n, {struct.unpack("<H", data[start + 2 + 12 * i : start + 4 + 12 * i])[0]: start + 2 + 12 * i for i in range(n)}


def tag(w, data):
    """A number of one tag, or the first of its numbers."""
    number, value = data
    world.write_raster(w / "dem.tif", world.heights(), options=["BLOCKYSIZE=8"])
    content = bytearray((w / "dem.tif").read_bytes())
    at = tags(content)[2][number]
    kind, count, where = struct.unpack("<HII", content[at + 2 : at + 12])
    size = 2 if kind == 3 else 4
    place = where if size * count > 4 else at + 8
    content[place : place + size] = struct.pack("<H" if size == 2 else "<I", value)
    (w / "dem.tif").write_bytes(content)


for title, number, value in (("a-strip-beyond-its-end", 273, 0x7FFFFFFF), ("no-rows-a-strip", 278, 0), ("seven-bits", 258, 7), ("an-unknown-kind-of-number", 339, 77), ("an-unknown-compression", 259, 9999),
                             ("lzw-that-is-none", 259, 5), ("webp-that-is-none", 259, 50001), ("integers-that-are-floats", 339, 2)):
    case("damaged file", refuse(3, "dem.tif"), name="tif-with-" + title, data=(number, value))(tag)
case("raster: blocks that are not stored", repair("empty_blocks", 1), name="tif-with-a-strip-of-length-zero", data=(279, 0))(tag)
case("raster: heights that are none", refuse(3, "dem.tif", "heights"), name="tif-with-a-strip-that-is-its-header", data=(273, 0))(tag)


@case("raster: blocks that are not stored", repair("empty_blocks", 6), name="tif-with-empty-tiles")
def sparse(w):
    raster = gdal.GetDriverByName("GTiff").Create(str(w / "dem.tif"), 56, 56, 1, gdal.GDT_Float32, ["SPARSE_OK=TRUE", "TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16"])
    raster.SetGeoTransform((EAST - 2000, 250, 0, TOP, 0, -250))
    raster.SetProjection(world.reference().ExportToWkt())
    raster.GetRasterBand(1).WriteArray(world.heights()[:16, :16].copy(), 0, 0)
    raster.GetRasterBand(1).WriteArray(world.heights()[16:, 16:].copy(), 16, 16)
    raster = None


def directory(w, change):
    content = bytearray((w / "dem.tif").read_bytes())
    change(content, *tags(content))
    (w / "dem.tif").write_bytes(content)


def put(content, at, kind, value):
    content[at : at + struct.calcsize(kind)] = struct.pack(kind, value)


for title, change in (("too-many-tags", lambda c, start, n, t: put(c, start, "<H", 0xFFFF)), ("no-directory", lambda c, start, n, t: put(c, 4, "<I", 0))):
    case("damaged file", refuse(3, "dem.tif"), name="tif-with-" + title, data=change)(directory)
case("damaged file, but not where it is read", taken(), name="tif-whose-directories-form-a-loop", data=lambda c, start, n, t: put(c, start + 2 + 12 * n, "<I", start))(directory)
case("reference system: missing", refuse(3, "dem.tif", "crs"), name="tif-whose-system-is-nonsense",
     data=lambda c, start, n, t: c.__setitem__(slice(struct.unpack("<I", c[t[34735] + 8 : t[34735] + 12])[0] + 8, struct.unpack("<I", c[t[34735] + 8 : t[34735] + 12])[0] + 40), b"\xff" * 32))(directory)


# --- several files -----------------------------------------------------------------------------------------------------------------


@case("people: twice by rasters that overlap", refuse(3, "overlap"), name="people-raster-twice")
def twice(w):
    w.raster_people(values=world.people())
    w.study("path: people.tif", "path: [people.tif, people.tif]")


@case("people: twice by rasters that overlap", refuse(3, "overlap"), name="people-raster-and-a-link-to-it")
def linked(w):
    w.raster_people(values=world.people())
    (w / "q.tif").symlink_to("people.tif")
    w.study("path: people.tif", "path: [people.tif, q.tif]")


@case(STORED, taken(), name="heights-with-a-tile-far-away")
def far_tile(w):
    world.write_raster(w / "b.tif", world.heights(), transform=(EAST + 1e6, 250, 0, TOP, 0, -250))
    w.study("path: dem.tif", "path: [dem.tif, b.tif]")


# --- ASCII grids -----------------------------------------------------------------------------------------------------------------------


HEAD = f"ncols 56\nnrows 56\nxllcorner {EAST - 2000}\nyllcorner {NORTH - 2000}\ncellsize 250\nNODATA_value -9999\n"
VALUES = "\n".join(" ".join(f"{v:.2f}" for v in row) for row in world.heights()) + "\n"


def grid(w, text):
    (w / "x.asc").write_text(text)
    w.study("path: dem.tif", "path: x.asc, crs: EPSG:32735")


for title, old, new in (("plain", "ncols", "ncols"), ("two-sides", "cellsize 250", "dx 250\ndy 250"), ("middles-of-cells", "corner", "center"), ("decimal-commas", ".", ",")):
    case("raster: text grid", taken(but=ALL), name="asc-with-" + title, data=HEAD.replace(old, new) + (VALUES.replace(".", ",") if new == "," else VALUES))(grid)
for title, old, new in (("a-word-as-corner", f"xllcorner {EAST - 2000}", "xllcorner west"), ("a-word-as-nodata", "-9999", "none"), ("rows-below-zero", "nrows 56", "nrows -56"),
                        ("half-a-column", "ncols 56", "ncols 56.5"), ("its-columns-twice", "ncols", "ncols 28\nncols"), ("a-word-as-side", "cellsize 250", "cellsize big"),
                        ("no-side", "cellsize 250\n", ""), ("a-side-of-zero", "cellsize 250", "cellsize 0"), ("a-side-below-zero", "cellsize 250", "cellsize -250"), ("a-comment", "ncols", "# ncols")):
    case("raster: a header that makes no sense", refuse(3, "x.asc"), name="asc-with-" + title, data=HEAD.replace(old, new, 1) + VALUES)(grid)
case("damaged file", refuse(3, "x.asc", "0x10", "row 1"), name="asc-with-a-hexadecimal-number", data=HEAD + VALUES.replace(VALUES.split()[5], "0x10", 1))(grid)
