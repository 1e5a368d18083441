#!/usr/bin/python3
"""System calls of the command: no network socket, and nothing is written outside the output folder and the cache."""
import os
import pathlib
import re
import subprocess
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "safety"))
from cases import SOURCE, THUSO, Skip, in_own_folder, report, world  # noqa: E402

CALLS = "network,open,openat,openat2,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,truncate,mknod,mknodat,chmod,fchmodat,chown,utimensat"
READ_ONLY = re.compile(r"^open(at2?)?\(.*(O_RDONLY|O_PATH)(?!.*O_CREAT)")
ALLOWED = re.compile(r"^/dev/(null|tty|urandom)$")


def traced(folder, *words, code=0):
    if not shutil.which("strace"):
        raise Skip("no strace here")
    if os.environ.get("THUSO_SANITIZE", "none") != "none":
        raise Skip("sanitizers trace by themselves")
    if os.environ.get("THUSO_COVERAGE") == "true":
        raise Skip("counters of coverage are written outside")
    log = folder / "trace"
    env = dict(os.environ, THUSO_CACHE=str(folder / "cache"), TMPDIR=str(folder / "tmp"), THUSO_GEODATA=str(SOURCE / "geodata"))
    (folder / "tmp").mkdir(exist_ok=True)
    done = subprocess.run(["strace", "-f", "-qq", "-s", "4000", "-o", str(log), "-e", "trace=" + CALLS, THUSO, *map(str, words)], capture_output=True,
                          text=True, env=env, cwd=folder)
    if "ptrace" in done.stderr and "not permitted" in done.stderr:
        raise Skip("no process may be traced here")
    assert done.returncode == code, done.stderr
    return [line.split(None, 1)[1] for line in log.read_text(errors="replace").splitlines() if "(" in line]


def check(lines, folder, *writable):
    places = [str(path) for path in (*writable, folder / "cache", folder / "tmp")]
    n_writes = 0
    for line in lines:
        name = line.split("(")[0]
        if name in ("socket", "connect", "bind", "listen", "sendto", "sendmsg", "recvfrom", "socketpair", "accept", "getsockopt", "setsockopt", "shutdown"):
            assert "AF_UNIX" in line or name == "socketpair", f"a network socket: {line}"
        if READ_ONLY.match(line) or name in ("socket", "connect", "bind", "socketpair"):
            continue
        for path in re.findall(r'"((?:[^"\\]|\\.)*)"', line):
            path = os.path.normpath(os.path.join(folder, path))
            n_writes += 1
            assert ALLOWED.match(path) or any(path == place or path.startswith(place + "/") for place in places), f"outside the output folder: {line}"
    return n_writes


def test_run(folder):
    study = world.build(folder / "world") / "study.yaml"
    assert check(traced(folder, "run", study, "--quiet"), folder, folder / "world" / "results") > 20


def test_check(folder):
    study = world.build(folder / "world") / "study.yaml"
    check(traced(folder, "check", study, "--quiet"), folder, folder / "world" / "results")


def test_rank_elsewhere(folder):
    study = world.build(folder / "world") / "study.yaml"
    assert check(traced(folder, "rank", study, "--quiet", "--output", folder / "else" / "out.gpkg"), folder, folder / "else") > 20


def test_cost(folder):
    place = world.build(folder / "world")
    world.write_layer(place / "c.geojson", "centres", "GeoJSON", 4326)
    (folder / "out").mkdir()
    assert check(traced(folder, "cost", "--landcover", place / "landcover.tif", "--speeds", place / "speeds_landcover.csv", "--elevation", place / "dem.tif",
                        "--sources", f"{place / 'c.geojson'},id=id", "--output", folder / "out" / "cost.tif"), folder, folder / "out") > 2


def test_every_format(folder):
    """Whatever a reader might want to write beside its input: statistics, indexes, schemas, temporary files."""
    place = world.build(folder / "world")
    for name, driver, code in (("a.shp", "ESRI Shapefile", 32735), ("a.geojson", "GeoJSON", 4326), ("a.gml", "GML", 32735), ("a.kml", "KML", 4326),
                               ("a.sqlite", "SQLite", 32735), ("a.xlsx", "XLSX", None)):
        try:
            world.write_layer(place / name, "ranks", driver, code)
        except (RuntimeError, AttributeError):
            continue
    (place / "a.gfs").unlink(missing_ok=True)
    (place / "a.xsd").unlink(missing_ok=True)
    for path in sorted(place.glob("a.*")):
        if path.suffix not in (".shp", ".geojson", ".gml", ".kml", ".sqlite"):
            continue
        study = place / f"study{path.suffix}.yaml"
        study.write_text((place / "study.yaml").read_text().replace("layer: ranks", f"path: {path.name}"))
        check(traced(folder, "run", study, "--quiet", "--overwrite"), folder, place / "results")


def test_hostile(folder):
    """Inputs that name the network."""
    place = world.build(folder / "world")
    (place / "x.gml").write_text('<?xml version="1.0"?><ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" xmlns:xlink="http://www.w3.org/1999/xlink" '
                                 'xmlns:gml="http://www.opengis.net/gml" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
                                 'xsi:schemaLocation="http://127.0.0.1:9/ http://127.0.0.1:9/a.xsd"><gml:featureMember><ogr:ranks><ogr:geometryProperty '
                                 'xlink:href="http://127.0.0.1:9/b#1"/></ogr:ranks></gml:featureMember></ogr:FeatureCollection>')
    (place / "x.geojson").write_text('{"type":"FeatureCollection","crs":{"type":"link","properties":{"href":"http://127.0.0.1:9/crs","type":"proj4"}},"features":[]}')
    for i, (old, new) in enumerate((("layer: ranks", "path: x.gml"), ("layer: ranks", "path: x.geojson"), ("layer: ranks", "path: \"http://127.0.0.1:9/a.geojson\""),
                                    ("layer: ranks", "layer: ranks, crs: \"http://127.0.0.1:9/crs\""), ("path: dem.tif", "path: /vsicurl/http://127.0.0.1:9/d.tif"))):
        study = place / f"hostile{i}.yaml"
        study.write_text((place / "study.yaml").read_text().replace(old, new))
        try:
            lines = traced(folder, "run", study, "--quiet", "--overwrite", code=3)
        except AssertionError:
            lines = traced(folder, "run", study, "--quiet", "--overwrite", code=2 if i == 3 else 0)
        check(lines, folder, place / "results")


def test_others(folder):
    for words in (("list",), ("--help",), ("selftest",), ("help", "man")):
        check(traced(folder, *words), folder)
    check(traced(folder, "new", folder / "mine"), folder, folder / "mine")
    check(traced(folder, "new", folder / "demo", "--from-demo"), folder, folder / "demo")


if __name__ == "__main__":
    tests = [value for name, value in sorted(globals().items()) if name.startswith("test_")]
    print(f"1..{len(tests)}", flush=True)
    with tempfile.TemporaryDirectory(prefix="thuso-traces-") as name:
        report(in_own_folder(pathlib.Path(name), test.__name__.removeprefix("test_").replace("_", "-"), test) for test in tests)
