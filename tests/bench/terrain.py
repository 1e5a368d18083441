#!/usr/bin/python3
"""terrain.py FOLDER [--rows N] [--cols N] [--cell 100] [--seed 1] [--empty 0.45] [--tiled] [--points 1 500]

Makes a landscape for the bench, the same for the same words, strip by strip, so that its memory does not grow with the raster:

  dem.tif         Int16, metres: fractal relief, mean slope along an axis 8.5 %
  classes.tif     Byte, 0..3: friction in s/m for r.walk, classes of speeds.csv for the defaults; 255 = no data (4 % in patches, and
                  what lies outside the outline with --empty)
  slowness.tif    Float32, s/m, for r.cost; nodata -1 in the same cells
  speeds.csv      class,label,speed_km_per_h,mode
  points_N.csv    id,x,y: N different passable cells' centres; one point stands in the middle

GeoTIFFs are uncompressed, in strips as GDAL makes them by default, or in tiles of 256."""
import argparse
import pathlib

import numpy
from osgeo import gdal, osr

gdal.UseExceptions()
STRIP = 256
TABLE = 257  # random numbers repeat after that many waves
RELIEF = dict(waves=[2 << k for k in range(8)], roughness=0.8)  # 2 to 256 cells
COVER = dict(waves=[2 << k for k in range(8)], roughness=0.3)
OUTLINE = dict(waves=[512 << k for k in range(4)], roughness=1.0)
MEAN_SLOPE = 0.085
MEAN_HEIGHT, HIGHEST = 1500, 3400  # m
SHARES = [0.35, 0.65, 0.85, 0.96]  # upper ends of classes 0, 1, 2, 3; the rest has no data
NO_CLASS, NO_HEIGHT, NO_SLOWNESS = 255, -32768, -1
MIDDLE_EAST, NORTH = 500000, 7600000  # middle of the upper edge, metres of EPSG:32735


def noise(rows, cols, seed, waves, roughness):
    """Value noise at whole-numbered places: smooth bumps of every wave length, their height growing with length ** roughness."""
    total = numpy.zeros((len(rows), len(cols)), numpy.float32)
    for wave in waves:
        random = numpy.random.default_rng([seed, wave])
        table = random.standard_normal((TABLE, TABLE)).astype(numpy.float32)
        y, x = (rows + random.integers(wave)) / wave, (cols + random.integers(wave)) / wave
        i, j = y.astype(int), x.astype(int)
        v, u = ((t * t * (3 - 2 * t)).astype(numpy.float32) for t in (y - i, x - j))
        lines = table[i % TABLE] * (1 - v)[:, None] + table[(i + 1) % TABLE] * v[:, None]
        part = lines[:, j % TABLE] * (1 - u) + lines[:, (j + 1) % TABLE] * u
        total += numpy.float32(wave**roughness) * part
    return total


class Landscape:
    def __init__(self, n_rows, n_cols, cell, seed, empty):
        self.n_rows, self.n_cols, self.cell, self.seed = n_rows, n_cols, cell, seed
        patch, sparse = numpy.arange(1024), numpy.arange(0, 30000, 61)
        slope = numpy.abs(numpy.diff(noise(patch, patch, seed, **RELIEF), axis=1)).mean() / cell
        self.scale = numpy.float32(MEAN_SLOPE / slope)
        self.breaks = numpy.quantile(noise(sparse, sparse, seed + 7, **COVER), SHARES)
        self.columns = numpy.arange(n_cols)
        self.west = MIDDLE_EAST - n_cols * cell / 2
        random = numpy.random.default_rng([seed, 1])
        # Straggling roads: every other one runs across, every other one down.
        self.roads = []
        for i in range(max(4, n_rows // 250)):
            length, width = (n_cols, n_rows) if i & 1 else (n_rows, n_cols)
            self.roads.append((random.integers(width) + numpy.cumsum(random.integers(-1, 2, length))) % width)
        self.edge = None
        if empty > 0:
            some = numpy.arange(0, n_rows, 37), numpy.arange(0, n_cols, 37)
            self.edge = numpy.quantile(self.outline(*some), empty)

    def outline(self, rows, cols):
        """Large inside, small outside: an oval with bays."""
        y, x = 2 * rows / self.n_rows - 1, 2 * cols / self.n_cols - 1
        bays = noise(rows, cols, self.seed + 13, **OUTLINE)
        return bays / 6000 - (y * y)[:, None] - (x * x)[None, :]

    def strip(self, first, n):
        """Heights, classes and slowness of rows first .. first + n - 1."""
        rows = numpy.arange(first, first + n)
        height = noise(rows, self.columns, self.seed, **RELIEF)
        height = numpy.rint(numpy.clip(height * self.scale + MEAN_HEIGHT, 0, HIGHEST)).astype(numpy.int16)
        classes = numpy.digitize(noise(rows, self.columns, self.seed + 7, **COVER), self.breaks).astype(numpy.uint8)
        classes[classes == len(SHARES)] = NO_CLASS
        road = numpy.zeros(classes.shape, bool)
        for i, line in enumerate(self.roads):
            if i & 1:
                near = (line >= first) & (line < first + n)
                road[line[near] - first, self.columns[near]] = True
            else:
                road[rows - first, line[rows]] = True
        classes[road] = 0
        if self.edge is not None:
            outside = self.outline(rows, self.columns) < self.edge
            classes[outside], height[outside] = NO_CLASS, NO_HEIGHT
        slowness = numpy.array([0.2, 0.4, 0.7, 1.2], numpy.float32)[numpy.minimum(classes, 3)]
        slowness += (numpy.abs(height) % 23).astype(numpy.float32) / 100
        slowness[road] = 0.1
        slowness[classes == NO_CLASS] = NO_SLOWNESS
        return height, classes, slowness


def rasters(folder, land, tiled):
    system = osr.SpatialReference()
    system.ImportFromEPSG(32735)
    options = ["TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256"] if tiled else []
    kinds = [("dem", gdal.GDT_Int16, NO_HEIGHT), ("classes", gdal.GDT_Byte, NO_CLASS), ("slowness", gdal.GDT_Float32, NO_SLOWNESS)]
    sets = []
    for name, kind, nodata in kinds:
        data = gdal.GetDriverByName("GTiff").Create(str(folder / f"{name}.tif"), land.n_cols, land.n_rows, 1, kind, options + ["BIGTIFF=IF_SAFER"])
        data.SetProjection(system.ExportToWkt())
        data.SetGeoTransform([land.west, land.cell, 0, NORTH, 0, -land.cell])
        data.GetRasterBand(1).SetNoDataValue(nodata)
        sets.append(data)
    for first in range(0, land.n_rows, STRIP):
        for data, values in zip(sets, land.strip(first, min(STRIP, land.n_rows - first))):
            data.GetRasterBand(1).WriteArray(values, 0, first)
    for data in sets:
        data.FlushCache()


def points(folder, land, n, cells):
    """n different passable cells; drawn by trial, because the raster may not fit into memory."""
    random = numpy.random.default_rng([land.seed, 2, n])
    chosen = {}
    row, col = land.n_rows // 2, land.n_cols // 2
    while len(chosen) < n:
        if cells.ReadAsArray(int(col), int(row), 1, 1)[0, 0] != NO_CLASS:
            chosen[(int(row), int(col))] = True
        elif n == 1:
            col += 1
            continue
        row, col = random.integers(land.n_rows), random.integers(land.n_cols)
    with open(folder / f"points_{n}.csv", "w") as out:
        out.write("id,x,y\n")
        for i, (row, col) in enumerate(chosen, 1):
            out.write(f"{i},{land.west + (col + 0.5) * land.cell},{NORTH - (row + 0.5) * land.cell}\n")


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", type=pathlib.Path)
    ask.add_argument("--rows", type=int, default=1000)
    ask.add_argument("--cols", type=int)
    ask.add_argument("--cell", type=float, default=100)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--empty", type=float, default=0, help="share of the raster outside the outline")
    ask.add_argument("--tiled", action="store_true")
    ask.add_argument("--points", type=int, nargs="+", default=[1, 500])
    given = ask.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    land = Landscape(given.rows, given.cols or given.rows, given.cell, given.seed, given.empty)
    rasters(given.folder, land, given.tiled)
    cells = gdal.Open(str(given.folder / "classes.tif"))
    for n in given.points:
        points(given.folder, land, n, cells)
    (given.folder / "speeds.csv").write_text(
        "class,label,speed_km_per_h,mode\n0,road or path,4.5,walking\n1,grass,3.6,walking\n2,bush,2.7,walking\n3,forest,1.8,walking\n"
    )


if __name__ == "__main__":
    main()
