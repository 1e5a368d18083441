"""Cases of bad inputs: what is spoilt, and what must come of it. `case` registers, `main` runs and reports as TAP.

Every case gets a copy of the small world (world.py), spoils it, runs the command and is held against its expectation:

    refuse(code, *words)       that exit code; one line of error that holds all words; nothing at the output path
    repair(check, count, ...)  exit 0, and the result's quality_issues hold a warning of that name with that count
    taken(...)                 exit 0 and every table of the result as without the change

and always: no crash, no hang, no sanitizer report, the inputs' hashes as before, no temporary file left, people in = people out.
Each case names its kind, a row of the table in README.md, whose treatment it must agree with."""
import concurrent.futures
import dataclasses
import hashlib
import itertools
import json
import os
import pathlib
import re
import sqlite3
import stat
import struct
import subprocess
import sys
import tempfile
import time
import traceback

SOURCE = pathlib.Path(os.environ["THUSO_SOURCE"])
sys.path.insert(0, str(SOURCE / "tests" / "support"))
sys.path.insert(0, str(SOURCE / "tests" / "safety"))
from results import audit, check_people, content, rows  # noqa: E402
from tap import Skip  # noqa: E402
import world  # noqa: E402

THUSO = os.environ["THUSO_EXE"]
PATIENCE_S = float(os.environ.get("THUSO_SAFETY_PATIENCE", "60"))  # a case takes 0.3 s; this is a hang
WORKERS = 2  # cases at once; most of the time goes into the command
ANY = ("*",)  # all tables may differ
JSON_EVERY = 4  # of the refusals, this many are also read as --json

cases = []


@dataclasses.dataclass
class Refuse:
    code: int
    words: tuple
    treatment = "refuse"


@dataclasses.dataclass
class Repair:
    check: str
    count: int
    people: float
    same: bool
    layer: str
    treatment = "repair"


@dataclasses.dataclass
class Taken:
    people: float
    but: tuple
    treatment = "take"


def refuse(code, *words):
    return Refuse(code, words)


def repair(check, count=1, people=world.PEOPLE, same=False, layer=None):
    return Repair(check, count, people, same, layer)


def taken(people=world.PEOPLE, but=()):
    return Taken(people, tuple(but))


def case(kind, expected, name=None, command="run", words=(), env=None, output=None, data=None):
    """Registers a function that spoils the world given to it. It may raise Skip."""
    def register(function):
        title = name or function.__name__.replace("_", "-")
        cases.append((title, kind, expected, function, command, tuple(words), env, output, data))
        return function
    return register


# --- what a case may do to its world ----------------------------------------------------------------------------------


def envelope(blob, i):
    return struct.unpack_from("<d", blob, 8 + 8 * i)[0] if (blob[3] >> 1) & 7 else 0.0


class World:
    def __init__(self, folder):
        self.folder = folder
        self.gpkg = folder / "world.gpkg"

    def __truediv__(self, name):
        return self.folder / name

    def study(self, *changes):
        """Pairs of old and new text."""
        path = self / "study.yaml"
        text = path.read_text()
        for old, new in zip(changes[::2], changes[1::2]):
            assert old in text, f"the study has no {old!r}"
            text = text.replace(old, new)
        path.write_text(text)

    def sql(self, script, path=None):
        """Changes a GeoPackage; its triggers get the functions that they call."""
        db = sqlite3.connect(path or self.gpkg)
        for name, i in (("ST_MinX", 0), ("ST_MaxX", 1), ("ST_MinY", 2), ("ST_MaxY", 3)):
            db.create_function(name, 1, lambda blob, i=i: envelope(blob, i))
        db.create_function("ST_IsEmpty", 1, lambda blob: (blob[3] >> 4) & 1 if blob else None)
        db.executescript(script)
        db.commit()
        db.close()

    def edit(self, layer, change, path=None):
        """`change(feature)` for every feature of a layer; it may return False to delete it."""
        dataset = world.ogr.Open(str(path or self.gpkg), 1)
        features = dataset.GetLayerByName(layer)
        for feature in list(features):
            if change(feature) is False:
                features.DeleteFeature(feature.GetFID())
            else:
                features.SetFeature(feature)
        features = None
        dataset = None

    def geometry(self, layer, wkt, which=1):
        """Gives the feature of that number another geometry."""
        def change(feature):
            if feature.GetFID() == which:
                feature.SetGeometry(wkt if not isinstance(wkt, str) else world.ogr.CreateGeometryFromWkt(wkt))
        self.edit(layer, change)

    def blob(self, layer, blob, which=1):
        """Gives the feature a geometry as raw bytes, past every check and trigger."""
        db = sqlite3.connect(self.gpkg)
        for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (layer,)).fetchall():
            db.execute(f'DROP TRIGGER "{name}"')
        db.execute(f'UPDATE "{layer}" SET geom = ? WHERE fid = ?', (blob, which))
        db.commit()
        db.close()

    def elsewhere(self, layer, file, driver, code=world.EPSG, options=()):
        """Reads the layer from a file of its own."""
        path = self / file
        world.write_layer(path, layer, driver, code, options=options)
        self.study(f"layer: {layer}", f"path: {file}")
        return path

    def points_csv(self, text):
        """The schools from a text table."""
        (self / "schools.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
        self.study("layer: schools", "path: schools.csv, crs: EPSG:32735, x: x, y: y")

    def raster_people(self, **how):
        world.write_raster(self / "people.tif", **how)
        self.study("people: {layer: wards, field: population, id: id}", "people: {path: people.tif}",
                   "  spread: {layers: [buildings], avoid: [dams], unmatched: area}\n", "")


# --- holding a run against its expectation ----------------------------------------------------------------------------


def digest(folder):
    """Names, kinds and contents of everything that is there."""
    found = {}
    for path in sorted(pathlib.Path(folder).rglob("*")):
        info = path.lstat()
        if stat.S_ISREG(info.st_mode):
            found[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest() + f" {info.st_mtime_ns}"
        else:
            found[str(path.relative_to(folder))] = stat.S_IFMT(info.st_mode)
    return found


def run(words, env=None, cwd=None, limits=None, timeout=PATIENCE_S):
    full = {**os.environ, "LC_ALL": "C.UTF-8", **(env or {})}
    started = time.monotonic()
    try:
        done = subprocess.run([THUSO, *map(str, words)], capture_output=True, env=full, cwd=cwd, timeout=timeout, preexec_fn=limits)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"thuso {' '.join(map(str, words))} hangs: no end after {time.monotonic() - started:.0f} s") from None
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def check_sane(code, stderr):
    assert code >= 0, f"died of signal {-code}\n{stderr[-3000:]}"
    for mark in ("Sanitizer", "runtime error:", "GLib-CRITICAL", "GLib-WARNING", "** ERROR", "CRITICAL **"):
        assert mark not in stderr, f"{mark} in:\n{stderr[-4000:]}"
    controls = [c for c in stderr if ord(c) < 32 and c not in "\n\r\t" or c == "\x7f"]
    assert not controls, f"control characters in {stderr!r}"


def error_lines(stderr):
    return [line for line in stderr.splitlines() if line.startswith("thuso")]


def check_refused(got, expected, output):
    code, stdout, stderr = got
    assert code == expected.code, f"exit {code}, expected {expected.code}:\n{stderr[-2000:]}{stdout[-300:]}"
    lines = error_lines(stderr)
    assert len(lines) == 1, f"expected one line of error, got: {stderr}"
    for word in expected.words:
        assert word in lines[0], f"{word!r} is missing in: {lines[0]}"
    left = [path for path in output.rglob("*")] if output.exists() else []
    assert not left, f"files were left: {left}"


def check_findings(path, expected):
    issues = rows(path, "SELECT * FROM quality_issues")
    found = [row for row in issues if row["check"] == expected.check and (expected.layer is None or row["layer"] == expected.layer)]
    told = "\n".join(f"{row['severity']} {row['check']} {row['layer']} {row['count']}: {row['message']}" for row in issues)
    assert found, f"no finding {expected.check!r}; there are:\n{told}"
    assert any(row["severity"] in ("warning", "error") for row in found), f"{expected.check!r} is no warning:\n{told}"
    assert expected.count is None or any(row["count"] == expected.count for row in found), f"the count is not {expected.count}:\n{told}"


IGNORED = ("run", "parameters", "quality_issues", "layer_styles")


def check_same(path, wanted, but):
    """`but` are tables that may differ; "*" stands for all."""
    if "*" in but:
        return
    got = content(path, IGNORED + but)
    for name in wanted:
        if name not in but and name not in IGNORED:
            assert got.get(name) == wanted[name], f"table {name} is not as without the change:\n{got.get(name)}\n{wanted[name]}"


def check_done(got, expected, output, wanted):
    code, stdout, stderr = got
    assert code == 0, f"exit {code}, expected 0:\n{stderr[-2000:]}"
    path = output / "out.gpkg"
    assert path.is_file(), f"exit 0 and no result\n{stdout}\n{stderr}"
    hidden = [file.name for file in output.iterdir() if file.name.startswith(".")]
    assert not hidden, f"temporary files were left: {hidden}"
    check_people(path)
    if expected.people is not None:
        people = audit(path)["people_in"]
        assert abs(people - expected.people) < 1e-6, f"{people} people came in, not {expected.people}"
    if isinstance(expected, Repair):
        check_findings(path, expected)
        if expected.same:
            check_same(path, wanted, ())
    else:
        check_same(path, wanted, expected.but)


def run_case(template, wanted, number, item, folder):
    _, _, expected, spoil, command, words, env, output, data = item
    w = World(world.copy(template, folder / "w"))
    # A case may say where the output goes, and with which further words.
    more = spoil(w, *([data] if data is not None else []))
    words = list(words) + list(more or [])
    place = pathlib.Path(output) if output else w / "results"
    before = digest(w.folder)
    got = run([command, w / "study.yaml", "--progress", "none", "--quiet", *words], env)
    check_sane(got[0], got[2])
    after = digest(w.folder)
    changed = [name for name in before if after.get(name) != before[name]]
    assert not changed, f"inputs were changed: {changed}"
    new = [name for name in after if name not in before and not name.startswith("results")]
    assert not new, f"files were made beside the inputs: {new}"
    if isinstance(expected, Refuse):
        check_refused(got, expected, place)
        if number % JSON_EVERY == 0:
            code, stdout, stderr = run([command, w / "study.yaml", "--progress", "none", "--json", *words], env)
            error = json.loads(stdout)["error"]
            assert code == expected.code == error["code"], (code, error)
            assert all(word in error["message"] for word in expected.words), error
            assert not re.search(r"[\x00-\x1f]", error["message"]), error
    else:
        check_done(got, expected, place, wanted)


# --- the table of treatments ------------------------------------------------------------------------------------------


def treatments():
    """kind -> (treatment, finding) of the table in README.md."""
    found = {}
    for text in (SOURCE / "tests" / "safety" / "README.md").read_text().splitlines():
        cells = [cell.strip().strip("`") for cell in text.strip("|").split("|")]
        if text.startswith("|") and len(cells) >= 3 and cells[1] in ("refuse", "repair", "take"):
            assert cells[0] not in found, f"two rows of {cells[0]}"
            found[cells[0]] = (cells[1], cells[2])
    return found


def check_treatments():
    table = treatments()
    for title, kind, expected, *_ in cases:
        assert kind in table, f"{title}: the table in README.md has no row {kind!r}"
        treatment, finding = table[kind]
        assert treatment == expected.treatment, f"{title}: {expected.treatment}, but the table says {treatment}"
        if isinstance(expected, Repair):
            assert expected.check in re.findall(r"\w+", finding), f"{title}: {expected.check}, but the table says {finding}"
    unused = set(table) - {kind for _, kind, *_ in cases}
    assert not unused, f"rows of the table without a case: {sorted(unused)}"
    titles = [title for title, *_ in cases]
    assert len(titles) == len(set(titles)), f"twice: {[t for t in titles if titles.count(t) > 1]}"


def told(title, function, *arguments):
    """The lines of TAP of one case, but for their number: (passed, text)."""
    started, lines, failed = time.monotonic(), [], False
    try:
        function(*arguments)
        end = ""
    except Skip as why:
        end = f" # SKIP {why}"
    except Exception:
        lines += ["# " + text for text in traceback.format_exc().splitlines()]
        failed, end = True, ""
    if time.monotonic() - started > 5:
        lines.append(f"# {title} took {time.monotonic() - started:.1f} s")
    return not failed, "\n".join(lines), title + end


def report(results):
    """Prints results as they come, numbered; exits with 1 if one failed."""
    failed = 0
    for number, (good, text, title) in enumerate(results, 1):
        print((text + "\n" if text else "") + f"{'ok' if good else 'not ok'} {number} {title}", flush=True)
        failed += not good
    sys.exit(1 if failed else 0)


def in_own_folder(folder, title, function, *arguments):
    with tempfile.TemporaryDirectory(prefix="case-", dir=folder) as own:
        return told(title, function, *arguments, pathlib.Path(own))


def unspoilt(template, folder, wanted):
    got = run(["run", template / "study.yaml", "--quiet", "--output", folder / "plain" / "out.gpkg"])
    check_done(got, taken(but=ANY), folder / "plain", {})
    wanted.update(content(folder / "plain" / "out.gpkg", IGNORED))
    assert "planned_sites" in wanted and len(wanted["municipalities"]) == 4


def main():
    """All cases, or those whose title holds a word of the command line."""
    words = sys.argv[1:]
    chosen = [item for item in cases if not words or any(word in item[0] for word in words)]
    print(f"1..{len(chosen) + 2}", flush=True)
    with tempfile.TemporaryDirectory(prefix="thuso-safety-") as name, concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        folder, wanted = pathlib.Path(name), {}
        os.environ["THUSO_CACHE"] = str(folder / "cache")  # never the user's own
        template = world.build(folder / "template")
        first = [told("the-unspoilt-world", unspoilt, template, folder, wanted), told("table-of-treatments", check_treatments)]
        rest = [pool.submit(in_own_folder, folder, item[0], run_case, template, wanted, i, item) for i, item in enumerate(chosen)]
        report(itertools.chain(first, (future.result() for future in rest)))
