#!/usr/bin/python3
"""agreement.py HERE.tif THERE.tif [FACTOR] : holds two cost rasters against each other, THERE times FACTOR (1).

Prints as JSON: cells (reached by both), only_here, only_there (not reached = nodata, NaN or below 0), relative: the greatest
|a - b| / (1 + b). Works strip by strip."""
import json
import sys

import numpy
from osgeo import gdal

gdal.UseExceptions()
ROWS = 256


def rows(band, first, n):
    values = band.ReadAsArray(0, first, band.XSize, n).astype(float)
    nodata = band.GetNoDataValue()
    values[~(values >= 0) | (values == (numpy.nan if nodata is None else nodata))] = numpy.nan
    return values


def main(here, there, factor=1.0):
    first, second = gdal.Open(here), gdal.Open(there)
    a, b = first.GetRasterBand(1), second.GetRasterBand(1)
    assert (a.XSize, a.YSize) == (b.XSize, b.YSize), "the rasters differ in size"
    found = dict(cells=0, only_here=0, only_there=0, relative=0.0)
    for row in range(0, a.YSize, ROWS):
        n = min(ROWS, a.YSize - row)
        one, two = rows(a, row, n), rows(b, row, n) * float(factor)
        both = ~numpy.isnan(one) & ~numpy.isnan(two)
        found["cells"] += int(both.sum())
        found["only_here"] += int((~numpy.isnan(one) & numpy.isnan(two)).sum())
        found["only_there"] += int((numpy.isnan(one) & ~numpy.isnan(two)).sum())
        if both.any():
            off = (numpy.abs(one - two)[both] / (1 + two[both])).max()
            found["relative"] = max(found["relative"], float(off))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
