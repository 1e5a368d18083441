"""Rasters whose place, type, nodata or values are wrong."""
import math

import numpy

import world
from cases import case, refuse, repair, taken
from world import EAST, NORTH, SIDE, gdal

ALL = ("*",)


def dem(w, values=None, **how):
    world.write_raster(w / "dem.tif", world.heights() if values is None else values, **how)


def placed(w, transform):
    dem(w, transform=transform)


TOP = NORTH + SIDE + 2000
for title, transform, word in (
    ("rotated-raster", (EAST - 2000, 250, 30, TOP, 30, -250), "rotated"),
    ("south-up-raster", (EAST - 2000, 250, 0, NORTH - 2000, 0, 250), "north-up"),
    ("mirrored-raster", (EAST + 12000, -250, 0, TOP, 0, -250), "north-up"),
    ("raster-with-pixels-of-no-width", (EAST - 2000, 0, 0, TOP, 0, -250), ""),
    ("raster-with-pixels-of-no-height", (EAST - 2000, 250, 0, TOP, 0, 0), "north-up"),
    ("raster-at-nan", (math.nan, 250, 0, TOP, 0, -250), "no number"),
    ("raster-of-infinite-pixels", (EAST - 2000, math.inf, 0, TOP, 0, -250), "no number"),
):
    case("raster: rotated, mirrored or degenerate", refuse(3, "dem.tif", word), name=title, data=transform)(placed)


@case("raster: without a place", refuse(3, "dem.tif", "where it lies"))
def raster_without_a_place(w):
    raster = gdal.GetDriverByName("GTiff").Create(str(w / "dem.tif"), 56, 56, 1, gdal.GDT_Float32)
    raster.SetProjection(world.reference().ExportToWkt())
    raster.GetRasterBand(1).WriteArray(world.heights())
    raster = None


@case("raster: elsewhere", refuse(3, "dem.tif", "study area"), data=(EAST + 1e6, 250, 0, TOP, 0, -250), name="raster-far-away")
@case("raster: elsewhere", refuse(3, "dem.tif"), data=(EAST - 2000, 1e-9, 0, TOP, 0, -1e-9), name="raster-of-tiny-pixels")
def far(w, transform):
    dem(w, transform=transform)


@case("raster: one pixel for all", taken(but=ALL), name="raster-of-one-pixel")
def one_pixel(w):
    dem(w, values=numpy.full((1, 1), 900, "float32"), transform=(EAST - 2000, 14000, 0, TOP, 0, -14000))


@case("raster: covers a part", repair("coverage", None), name="raster-that-covers-half")
def half(w):
    dem(w, values=world.heights()[:, :28], transform=(EAST - 2000, 250, 0, TOP, 0, -250))


def spoilt(w, data):
    value, nodata = data
    values = world.heights().astype("float64")
    values[20:24, 20:24] = value
    dem(w, values=values, kind=gdal.GDT_Float64, nodata=nodata)


for title, value in (("undeclared-minus-9999", -9999), ("undeclared-minus-32768", -32768), ("undeclared-1e38", 3.4e38), ("infinite-height", math.inf),
                     ("minus-infinite-height", -math.inf), ("height-of-20000", 20000)):
    case("raster: heights that are none", refuse(3, "dem.tif", "heights"), name=title, data=(value, None))(spoilt)
case("raster: nodata and NaN", repair("coverage", None), name="nan-in-heights", data=(math.nan, None))(lambda w, data: gap(w, *data))
case("raster: nodata and NaN", repair("coverage", None), name="declared-nodata", data=(-9999, -9999))(lambda w, data: gap(w, *data))
case("raster: nodata and NaN", repair("coverage", None), name="nodata-of-a-float-written-short", data=(-3.4028234663852886e38, -3.4028235e38))(lambda w, data: gap(w, *data))


def gap(w, value, nodata):
    values = world.heights().astype("float64")
    values[16:40, 16:40] = value
    dem(w, values=values.astype("float32"), nodata=nodata)


@case("raster: nothing but nodata", refuse(3, "dem.tif", "no value"))
def only_nodata(w):
    dem(w, values=numpy.full((56, 56), -9999, "float32"), nodata=-9999)


@case("raster: nothing but nodata", refuse(3, "dem.tif", "no value"))
def only_nan(w):
    dem(w, values=numpy.full((56, 56), numpy.nan, "float32"))


@case("raster: a type that cannot be right", refuse(3, "dem.tif", "complex"))
def complex_raster(w):
    dem(w, values=world.heights().astype("complex64"), kind=gdal.GDT_CFloat32)


@case("raster: a type that cannot be right", refuse(3, "dem.tif", "signed"))
def signed_bytes(w):
    dem(w, values=numpy.full((56, 56), 100, "uint8"), kind=gdal.GDT_Byte, options=["PIXELTYPE=SIGNEDBYTE"])


@case("raster: a type that cannot be right", refuse(3, "landcover.tif", "whole numbers"))
def landcover_of_fractions(w):
    world.write_raster(w / "landcover.tif", world.classes() + 0.5, kind=gdal.GDT_Float32)


@case("raster: a type that cannot be right", refuse(3, "landcover.tif", "whole numbers"))
def landcover_below_zero(w):
    world.write_raster(w / "landcover.tif", world.classes().astype("int16") - 5, kind=gdal.GDT_Int16)


@case("raster: a class without a speed", refuse(3, "landcover", "77"))
def unknown_class(w):
    values = world.classes()
    values[30:34, 30:34] = 77
    world.write_raster(w / "landcover.tif", values, kind=gdal.GDT_Byte)


@case("raster: several bands", taken(), name="raster-of-two-bands")
def two_bands(w):
    raster = gdal.GetDriverByName("GTiff").Create(str(w / "dem.tif"), 56, 56, 2, gdal.GDT_Float32)
    raster.SetGeoTransform((EAST - 2000, 250, 0, TOP, 0, -250))
    raster.SetProjection(world.reference().ExportToWkt())
    raster.GetRasterBand(1).WriteArray(world.heights())
    raster.GetRasterBand(2).WriteArray(world.heights() * 0)
    raster = None


@case("raster: scale and offset", taken(), name="heights-with-a-scale")
def scaled(w):
    raster = gdal.GetDriverByName("GTiff").Create(str(w / "dem.tif"), 56, 56, 1, gdal.GDT_Float32)
    raster.SetGeoTransform((EAST - 2000, 250, 0, TOP, 0, -250))
    raster.SetProjection(world.reference().ExportToWkt())
    raster.GetRasterBand(1).SetScale(0.5)
    raster.GetRasterBand(1).WriteArray(world.heights() * 2)  # exact in binary
    raster = None


@case("raster: text grid", taken(but=ALL), name="asc-whose-decimals-begin-late")
def late_decimals(w):
    values = numpy.floor(world.heights(200))
    values[-1, -1] += 0.5
    rows = "\n".join(" ".join(f"{v:g}" for v in row) for row in values)
    (w / "x.asc").write_text(f"ncols 200\nnrows 200\nxllcorner {EAST - 2000}\nyllcorner {NORTH - 2000}\ncellsize 70\nNODATA_value -9999\n{rows}\n")
    w.study("path: dem.tif", "path: x.asc, crs: EPSG:32735")


@case("raster: text grid", taken(but=ALL), name="asc-with-windows-line-ends-and-tabs")
def crlf(w):
    rows = "\r\n".join("\t".join(f"{v:.2f}" for v in row) for row in world.heights())
    (w / "x.asc").write_bytes(f"NCOLS 56\r\nNROWS 56\r\nXLLCORNER {EAST - 2000}\r\nYLLCORNER {NORTH - 2000}\r\nCELLSIZE 250\r\n{rows}\r\n".encode())
    w.study("path: dem.tif", "path: x.asc, crs: EPSG:32735")


@case("damaged file", refuse(3, "x.asc"), name="asc-with-too-many-numbers")
def too_many(w):
    rows = "\n".join(" ".join(f"{v:.2f}" for v in row) for row in world.heights())
    (w / "x.asc").write_text(f"ncols 56\nnrows 56\nxllcorner {EAST - 2000}\nyllcorner {NORTH - 2000}\ncellsize 250\n{rows}\n1 2 3\n")
    w.study("path: dem.tif", "path: x.asc, crs: EPSG:32735")


@case("damaged file", refuse(3, "x.asc"), name="asc-without-its-head")
def headless(w):
    (w / "x.asc").write_text("\n".join(" ".join(f"{v:.2f}" for v in row) for row in world.heights()))
    w.study("path: dem.tif", "path: x.asc, crs: EPSG:32735")


@case("declared size beyond the budget", refuse(5, "x.asc"), name="asc-of-two-thousand-million-columns")
def wide_asc(w):
    (w / "x.asc").write_text("ncols 2000000000\nnrows 2000000000\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2 3\n")
    w.study("path: dem.tif", "path: x.asc, crs: EPSG:32735")


# --- people as a raster ---------------------------------------------------------------------------------------------------


@case("people: as a raster", taken(but=ALL), name="people-raster")
def people_raster(w):
    w.raster_people(values=world.people())


@case("people: negative or no number", refuse(3, "people.tif", "negative"), name="people-raster-with-minus-99999")
def people_minus(w):
    values = world.people()
    values[10, 10] = -99999
    w.raster_people(values=values)


@case("people: negative or no number", refuse(3, "people.tif", "infinite"), name="people-raster-with-infinity")
def people_inf(w):
    values = world.people()
    values[10, 10] = numpy.inf
    w.raster_people(values=values)


@case("people: absurd", refuse(3, "people.tif", "earth"), name="people-raster-with-undeclared-1e38")
def people_1e38(w):
    values = world.people()
    values[10, 10] = 3.4e38
    w.raster_people(values=values)


@case("people: as a raster", taken(people=1596, but=ALL), name="people-raster-with-nan")
def people_nan(w):
    values = world.people()
    values[10, 10] = numpy.nan
    w.raster_people(values=values)


@case("people: none at all", refuse(3, "people.tif"), name="people-raster-of-zeros")
def people_zero(w):
    w.raster_people(values=world.people() * 0)


@case("people: as a raster", taken(but=ALL), name="people-raster-in-degrees")
def people_degrees(w):
    # 400 pixels of 4 people around the middle of the areas.
    lon, lat = map(float, world.transformed(world.point(5, 5), 4326)[7:-1].split())
    values = numpy.zeros((28, 28), "float32")
    values[4:24, 4:24] = 4
    w.raster_people(values=values, code=4326, transform=(lon - 14 * 0.003, 0.003, 0, lat + 14 * 0.003, 0, -0.003))


@case("people: twice by rasters that overlap", refuse(3, "overlap"), name="people-rasters-that-overlap")
def people_overlap(w):
    w.raster_people(values=world.people())
    world.write_raster(w / "more.tif", world.people())
    w.study("path: people.tif", "path: [people.tif, more.tif]")


@case("people: density instead of counts", refuse(3, "people.tif"), name="raster-with-a-field")
def raster_with_field(w):
    world.write_raster(w / "people.tif", world.people())
    w.study("people: {layer: wards, field: population, id: id}", "people: {path: people.tif, field: population}")
