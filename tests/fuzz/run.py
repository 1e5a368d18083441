#!/usr/bin/python3
"""run.py BUILD SECONDS : every fuzzer of a build for so many seconds, from generated seeds; what is found new is kept in BUILD/corpus.

Prints one line of TAP a fuzzer. A failing input stands in BUILD/corpus, with the command that repeats it."""
import os
import pathlib
import struct
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
os.environ.setdefault("THUSO_SOURCE", str(SOURCE))
os.environ.setdefault("THUSO_EXE", "thuso")
sys.path.insert(0, str(SOURCE / "tests" / "safety"))
import cases  # noqa: E402
import odd_texts  # noqa: E402, F401
import world  # noqa: E402

FUZZERS = ("study", "table", "speeds", "units", "ids", "geometry", "looks")
MAX_SEED_BYTES = 20000


def texts(prefix):
    """The texts of the cases whose name begins so."""
    for title, _, _, _, _, _, _, _, data in cases.cases:
        if title.startswith(prefix) and isinstance(data, (str, bytes)):
            data = data if isinstance(data, bytes) else data.encode()
            if len(data) <= MAX_SEED_BYTES:
                yield data


def shapes():
    for kind, _, rows in world.LAYERS.values():
        for row in rows[:3]:
            geometry = world.ogr.CreateGeometryFromWkt(row[0])
            yield bytes(geometry.ExportToWkb(world.ogr.wkbNDR))
            yield bytes(geometry.ExportToWkb(world.ogr.wkbXDR))
    for wkt in ("POLYGON((0 0,5 5,5 0,0 5,0 0))", "POLYGON((-9 -9,9 -9,9 9,-9 9,-9 -9),(-1 -1,1 -1,1 1,-1 -1))", "MULTIPOLYGON(((0 0,2 0,2 2,0 0)),((1 1,3 1,3 3,1 1)))",
                "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))", "POINT EMPTY", "POLYGON EMPTY", "MULTILINESTRING((0 0,1 1),(2 2,3 3,4 4))", "POINT Z(1 2 3)"):
        yield bytes(world.ogr.CreateGeometryFromWkt(wkt).ExportToWkb(world.ogr.wkbNDR))


def files():
    import io
    import zipfile
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a", "x" * 1000)
        z.writestr("b", "y")
    yield b"\0" + packed.getvalue()
    entries = [(256, 4, 1, 10), (257, 4, 1, 10), (277, 3, 1, 1)]
    yield b"\1" + struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + b"\0" * 8
    yield b"\1" + struct.pack(">2sHHHQQ", b"MM", 43, 8, 0, 16, 2) + b"".join(struct.pack(">HHQQ", tag, 4, 1, 10 << 32) for tag in (256, 257))
    shp = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 50 + 14) + b"\0" * 72 + struct.pack(">ii", 1, 10) + struct.pack("<idd", 1, 1, 2)
    shx = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 54) + b"\0" * 72 + struct.pack(">ii", 50, 10)
    dbf = bytes([3, 0, 0, 0]) + struct.pack("<IHH", 1, 33, 2) + b"\0" * 21 + b" 1"
    yield b"\2" + shp.ljust(216, b"\0") + shx + dbf.ljust(108, b"\0")
    yield b"\3ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\nNODATA_value -9999\n1 2.5\n-3e5 nan\n"


SEEDS = {
    "study": lambda: [world.STUDY.encode(), *texts("yaml-")],
    "table": lambda: [world.ROADS.encode(), *texts("speeds-"), *texts("schools-"), *texts("join-")],
    "speeds": lambda: [world.ROADS.encode(), world.LANDCOVER.encode(), *texts("speeds-")],
    "units": lambda: [b"60 min", b"25 km", b"4.5 km/h", b"0.1 %", b"3 h", b"90 m", b"8 M", b"1e308 km", b"-5", b"nan", b"\xff\xfe", b"peopel", b"1,5 km"],
    "ids": lambda: [b"1\n2\n10", b"2\n1a\n10", b"a\nA\n\xc3\xa4", b"007\n7\n7.0", b"\n\n", b"-1\n0\n2147483648", b"W01\nW1\nW10"],
    "geometry": shapes,
    "looks": files,
}


def fuzz(build, name, seconds):
    corpus = build / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for i, seed in enumerate(SEEDS[name]()):
        (corpus / f"seed-{i}").write_bytes(seed)
    words = [str(build / "tests" / "fuzz" / f"fuzz-{name}"), str(corpus), f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=3000", "-max_len=50000",
             f"-artifact_prefix={build / 'corpus'}/{name}-", "-print_final_stats=1", "-verbosity=0"]
    env = dict(os.environ, ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1", UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1",
               LSAN_OPTIONS=f"suppressions={SOURCE}/tests/lsan.supp:print_suppressions=0")
    return subprocess.run(words, capture_output=True, text=True, errors="replace", env=env)


def main(build, seconds):
    failed = 0
    print(f"1..{len(FUZZERS)}", flush=True)
    for number, name in enumerate(FUZZERS, 1):
        done = fuzz(build, name, seconds)
        runs = [line.split()[-1] for line in done.stderr.splitlines() if "number_of_executed_units" in line]
        good = done.returncode == 0
        failed += not good
        if not good:
            print("\n".join("# " + line for line in done.stderr.splitlines()[-60:]))
        print(f"{'ok' if good else 'not ok'} {number} fuzz-{name}: {runs[0] if runs else 'no'} inputs", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])))
