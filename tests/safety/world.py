"""A small study for bad inputs: four municipalities of 5 km by 5 km, sixteen wards of 100 people each, everything generated.

`build(folder)` writes study.yaml and its layers once; a case gets a copy and spoils it. The answers of the unspoilt study are known
by hand: 1,600 people, four areas of 400."""
import pathlib
import shutil
import sqlite3

import numpy
from osgeo import gdal, ogr, osr

gdal.UseExceptions()
ogr.UseExceptions()

EAST, NORTH = 500000.0, 7100000.0  # lower left corner, EPSG:32735
SIDE = 10000.0
PEOPLE = 1600.0
EPSG = 32735

STUDY = """\
study: {name: Small world, data: world.gpkg, date: 2026-11-21}
area:
  boundaries: {layer: municipalities}
  id: code
  title: title
  levels: {district: {id: district}}
  buffer: 1 km
  crs: auto
  cell: 500 m
demand:
  people: {layer: wards, field: population, id: id}
  spread: {layers: [buildings], avoid: [dams], unmatched: area}
travel:
  direction: to
  elevation: {path: dem.tif}
  landcover: {path: landcover.tif, speeds: speeds_landcover.csv}
  roads: {layer: roads, class: class, speeds: speeds_roads.csv}
  barriers: [{layer: rivers}]
  bridges: all
  walking: {speed: 4.5 km/h, slope: tobler}
  trips: {walk: {}, taxi: {riding: roads, factor: 0.85}}
  neighbours: 8
  search_limit: 3 h
standards: [{service: thusong, settlement: any, trip: taxi, limit: 30 min, source: test}]
bands: [15 min, 30 min, 60 min]
centres: {layer: centres, id: id, title: title, open: {field: status, values: [functional]}}
candidates:
  - {layer: schools, prefix: school, id: id, title: title, within: area, kind: new}
zones:
  - {layer: zones, need: need, potential: potential, breaks: quantiles, category: category, role: role}
ranking:
  criteria:
    - {use: people_gained, weight: 50}
    - {use: need, weight: 30}
    - {use: distance_to, layer: ranks, best: 0 m, worst: 5 km, weight: 20}
  exclude: [{use: inside, layer: floodline}]
  missing: worst
output: {path: results/out.gpkg}
"""

LANDCOVER = "class,label,speed_km_per_h,mode\n1,grass,4,walking\n2,bush,3,walking\n3,water,0,walking\n"
ROADS = "class,label,speed_km_per_h,mode\nmain,main road,80,motorised\ntrack,track,30,motorised\n"


def reference(code=EPSG):
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(code)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs


def square(x, y, side):
    """A square as WKT; x and y in km from the world's corner."""
    x, y, side = EAST + 1000 * x, NORTH + 1000 * y, 1000 * side
    return f"POLYGON(({x} {y},{x + side} {y},{x + side} {y + side},{x} {y + side},{x} {y}))"


def point(x, y):
    return f"POINT({EAST + 1000 * x} {NORTH + 1000 * y})"


def line(*places):
    return "LINESTRING(" + ",".join(f"{EAST + 1000 * x} {NORTH + 1000 * y}" for x, y in places) + ")"


# layer: (geometry type, {field: type}, rows of (wkt, values...)); OGR's names of types
LAYERS = {
    "municipalities": (ogr.wkbPolygon, {"code": "str", "title": "str", "district": "str"}, [
        (square(5 * (i % 2), 5 * (i // 2), 5), f"M{i + 1}", f"Town {i + 1}", "D1") for i in range(4)]),
    "wards": (ogr.wkbPolygon, {"id": "str", "population": "int", "municipality": "str"}, [
        (square(2.5 * (i % 4), 2.5 * (i // 4), 2.5), f"W{i + 1:02d}", 100, f"M{1 + (i % 4) // 2 + 2 * (i // 8)}") for i in range(16)]),
    "buildings": (ogr.wkbPoint, {"kind": "str"}, [
        (point(0.6 + 0.85 * (i % 11), 0.7 + 0.8 * (i // 11)), "house") for i in range(121)]),
    "dams": (ogr.wkbPolygon, {"name": "str"}, [(square(7.2, 1.2, 0.8), "dam")]),
    "roads": (ogr.wkbLineString, {"class": "str"}, [
        (line((0.2, 5.2), (9.8, 5.3)), "main"), (line((5.2, 0.2), (5.3, 9.8)), "main"), (line((1, 1), (4, 4)), "track")]),
    "rivers": (ogr.wkbLineString, {"name": "str"}, [(line((0.1, 3.3), (4, 3.1), (4.9, 0.1)), "river")]),
    "centres": (ogr.wkbPoint, {"id": "str", "title": "str", "status": "str"}, [
        (point(2.2, 7.3), "C1", "Centre 1", "functional"), (point(8.3, 8.1), "C2", "Centre 2", "closed")]),
    "schools": (ogr.wkbPoint, {"id": "int", "title": "str"}, [
        (point(1.2 + 2.6 * (i % 4), 1.3 + 2.4 * (i // 4)), i + 1, f"School {i + 1}") for i in range(16)]),
    "zones": (ogr.wkbPolygon, {"need": "real", "potential": "real", "category": "str", "role": "str"}, [
        (square(5 * (i % 2), 5 * (i // 2), 5), 0.2 * i + 0.1, 0.9 - 0.2 * i, "c", "r") for i in range(4)]),
    "ranks": (ogr.wkbPoint, {"name": "str"}, [(point(5.2, 5.3), "rank 1"), (point(2, 2), "rank 2")]),
    "floodline": (ogr.wkbPolygon, {"name": "str"}, [(square(3.5, 3.5, 0.5), "flood")]),
}
TYPES = {"str": ogr.OFTString, "int": ogr.OFTInteger64, "real": ogr.OFTReal}


def add_layer(dataset, name, kind, fields, rows, code=EPSG, options=()):
    layer = dataset.CreateLayer(name, reference(code) if code else None, kind, list(options))
    for field, of in fields.items():
        layer.CreateField(ogr.FieldDefn(field, TYPES[of]))
    for wkt, *values in rows:
        feature = ogr.Feature(layer.GetLayerDefn())
        for i, value in enumerate(values):  # by number: a Shapefile's names are cut off
            if value is not None:
                feature.SetField(i, value)
        if wkt is not None:
            feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt) if isinstance(wkt, str) else wkt)
        layer.CreateFeature(feature)
    return layer


def write_layer(path, name, driver, code=EPSG, layers=(), options=()):
    """One or more of LAYERS as a file of its own in another format."""
    dataset = ogr.GetDriverByName(driver).CreateDataSource(str(path))
    for each in layers or (name,):
        kind, fields, rows = LAYERS[each]
        if code not in (EPSG, None):
            rows = [(transformed(row[0], code), *row[1:]) for row in rows]
        add_layer(dataset, each, kind, fields, rows, code, options)
    dataset = None
    return path


def transformed(wkt, code):
    geometry = ogr.CreateGeometryFromWkt(wkt)
    geometry.Transform(osr.CoordinateTransformation(reference(), reference(code)))
    return geometry.ExportToWkt()


def write_raster(path, values, code=EPSG, transform=None, nodata=None, kind=gdal.GDT_Float32, options=(), driver="GTiff"):
    """`values` [row][column] over the world and 2 km around it, unless `transform` says otherwise."""
    n_rows, n_cols = values.shape
    step = (SIDE + 4000) / n_cols
    raster = gdal.GetDriverByName("GTiff" if driver != "AAIGrid" else "MEM").Create(
        str(path) if driver != "AAIGrid" else "", n_cols, n_rows, 1, kind, list(options) if driver != "AAIGrid" else [])
    raster.SetGeoTransform(transform or (EAST - 2000, step, 0, NORTH + SIDE + 2000, 0, -step))
    if code:
        raster.SetProjection(reference(code).ExportToWkt())
    if nodata is not None:
        raster.GetRasterBand(1).SetNoDataValue(nodata)
    raster.GetRasterBand(1).WriteArray(values)
    if driver == "AAIGrid":
        gdal.GetDriverByName("AAIGrid").CreateCopy(str(path), raster)
    raster = None
    return path


def heights(n=56):
    rows, cols = numpy.mgrid[0:n, 0:n]
    return (800 + 2 * rows + cols + 20 * numpy.sin(rows / 5.0)).astype("float32")


def classes(n=56):
    rows, cols = numpy.mgrid[0:n, 0:n]
    return (1 + (rows // 7 + cols // 9) % 2).astype("uint8")


def people(n=28):
    values = numpy.zeros((n, n), "float32")
    values[4:24, 4:24] = PEOPLE / 400  # the pixels of 500 m inside the areas
    return values


def build(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(folder / "world.gpkg"))
    for name, (kind, fields, rows) in LAYERS.items():
        add_layer(dataset, name, kind, fields, rows)
    dataset = None
    with sqlite3.connect(folder / "world.gpkg") as db:
        db.execute("PRAGMA journal_mode=DELETE")
    write_raster(folder / "dem.tif", heights())
    write_raster(folder / "landcover.tif", classes(), kind=gdal.GDT_Byte, nodata=255)
    (folder / "speeds_landcover.csv").write_text(LANDCOVER)
    (folder / "speeds_roads.csv").write_text(ROADS)
    (folder / "study.yaml").write_text(STUDY)
    return folder


def copy(template, folder):
    shutil.copytree(template, folder)
    return folder
