#!/usr/bin/python3
"""The print layouts of a result's QGIS project: what stands in them, and that QGIS makes whole pages of them, off screen."""
import collections
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile

for part in ("support", "safety"):
    sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / part))
from tap import SOURCE, Skip, main, thuso  # noqa: E402
import world  # noqa: E402
from osgeo import gdal  # noqa: E402

KINDS = ["Label", "Label", "Label", "Legend", "Map", "Page", "Picture", "ScaleBar"]
HOSTILE = "A [% layer_property('x', 'source') %] <b>\u201cplan\u201d</b> & ]]>"


def study(folder, name=None):
    place = world.build(folder / "w")
    if name:
        text = (place / "study.yaml").read_text()
        (place / "study.yaml").write_text(text.replace("{name: Small world,", '{name: "%s",' % name.replace('"', '\\"')), encoding="utf-8")
    thuso("run", place / "study.yaml", "--quiet", "--progress", "none")
    return place / "results" / "out.qgz"


def layouts(project):
    with zipfile.ZipFile(project) as archive:
        return ET.fromstring(archive.read("out.qgs")).findall("Layouts/Layout")


def box(item):
    x, y = map(float, item.get("position").split(",")[:2])
    width, height = map(float, item.get("size").split(",")[:2])
    return x, y, x + width, y + height


def test_items_lie_on_the_page_and_apart(folder):
    for layout in layouts(study(folder)):
        page = box(layout.find("PageCollection/LayoutItem"))
        items = layout.findall("LayoutItem")
        boxes = {item.get("uuid"): box(item) for item in items}
        assert len(boxes) == len(items) == 7, layout.get("name")
        for a in boxes.values():
            assert a[0] >= 0 and a[1] >= 0 and a[2] <= page[2] and a[3] <= page[3], (a, page)
        own = [boxes[item.get("uuid")] for item in items if item.get("type") in ("65639", "65641", "65642")]
        for i, a in enumerate(own):
            for b in own[:i]:
                assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)


def test_map_shows_the_study_area_undistorted(folder):
    for layout in layouts(study(folder)):
        item = next(item for item in layout.findall("LayoutItem") if item.get("type") == "65639")
        left, top, right, bottom = box(item)
        extent = {key: float(value) for key, value in item.find("Extent").attrib.items()}
        assert extent["xmin"] < world.EAST and extent["xmax"] > world.EAST + world.SIDE
        assert extent["ymin"] < world.NORTH and extent["ymax"] > world.NORTH + world.SIDE
        shape = (extent["xmax"] - extent["xmin"]) / (extent["ymax"] - extent["ymin"])
        assert abs(shape - (right - left) / (bottom - top)) < 1e-9
        bar = next(item for item in layout.findall("LayoutItem") if item.get("type") == "65646")
        m_per_mm = (extent["xmax"] - extent["xmin"]) / (right - left)
        unit = {"meters": 1, "km": 1000}[bar.get("unitType")]
        assert abs(float(bar.get("segmentMillimeters")) * m_per_mm - float(bar.get("numUnitsPerSegment")) * unit) < 1e-6


def test_a_name_is_no_program(folder):
    texts = [item.get("labelText") for layout in layouts(study(folder, HOSTILE)) for item in layout.findall("LayoutItem") if item.get("labelText")]
    titles = [text for text in texts if text.startswith("A [")]
    assert len(titles) == 2 and all("[%" not in text for text in titles), titles
    assert all(re.findall(r"\[%.*?%\]", text) in ([], ["[% format_date(now(), 'yyyy-MM-dd') %]"]) for text in texts), texts


def test_qgis_exports_whole_pages(folder):
    if subprocess.run(["/usr/bin/python3", "-c", "import qgis.core"], capture_output=True).returncode != 0:
        raise Skip("QGIS is not installed")
    project = study(folder, HOSTILE)
    done = subprocess.run(["/usr/bin/python3", str(SOURCE / "tests" / "support" / "export_layout.py"), str(project), str(folder)],
                          capture_output=True, text=True, timeout=600, env={**os.environ, "XDG_RUNTIME_DIR": str(folder)})
    assert done.returncode == 0, done.stderr[-2000:]
    want = " ".join("QgsLayoutItem" + kind for kind in KINDS)
    assert done.stdout.splitlines() == [f"Map {paper} landscape: ok: {want}" for paper in ("A3", "A4")], done.stdout
    for paper, width, height in (("A3", 420, 297), ("A4", 297, 210)):
        pdf = (folder / f"Map-{paper}-landscape.pdf").read_bytes()
        page = [float(n) for n in re.search(rb"/MediaBox \[([^\]]*)\]", pdf)[1].split()]
        assert abs(page[2] - width / 25.4 * 72) < 2 and abs(page[3] - height / 25.4 * 72) < 2, page
        picture = gdal.Open(str(folder / f"Map-{paper}-landscape.png"))
        assert abs(picture.RasterXSize - width / 25.4 * 100) < 3
        pixels = picture.ReadAsArray()[:3]
        code = (pixels[0].astype("int64") << 16 | pixels[1].astype("int64") << 8 | pixels[2]).ravel()
        counts = sorted(collections.Counter(code.tolist()).values(), reverse=True)
        assert len(counts) > 50 and counts[0] < 0.9 * len(code), (len(counts), counts[0] / len(code))
        # Each part of the page has ink: title, legend, bar and arrow, foot.
        rows, columns = pixels.shape[1:]
        dark = (pixels.sum(axis=0) < 300)
        side = int(columns * (0.78 if paper == "A3" else 0.77))
        for name, part in (("title", dark[: rows // 10]), ("legend", dark[rows // 8: rows // 2, side:]), ("bar and arrow", dark[int(rows * 0.6): int(rows * 0.93), side:]),
                           ("foot", dark[int(rows * 0.92):])):
            assert part.sum() > 50, (paper, name, int(part.sum()))


if __name__ == "__main__":
    main([value for name, value in list(globals().items()) if name.startswith("test_")])
