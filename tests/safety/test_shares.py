#!/usr/bin/python3
"""Results that other programs have open, that are read-only, or that a share does not let go: told before the work where it can be known,
and never at the price of the work."""
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "safety"))
from cases import THUSO, report, run, told, world  # noqa: E402
from results import check_people, hashes  # noqa: E402

FAULT = os.environ.get("THUSO_FAULT", "")
EBUSY, EROFS = 16, 30
setting = {}


def start(folder):
    """A place with an old result, and what a run of the changed study gives."""
    place = world.copy(setting["template"], folder / "w")
    (folder / "r").mkdir()
    for name, data in setting["old"].items():
        (folder / "r" / name).write_bytes(data)
    return place


def go(folder, code, *words, env=None):
    got = run(["run", folder / "w" / "study.yaml", "--progress", "plain", "--overwrite", "--output", folder / "r" / "out.gpkg"],
              {"THUSO_CACHE": "off", **(env or {})})
    assert got[0] == code, f"exit {got[0]}, expected {code}: {got[2]}"
    if code:
        error = next(line for line in got[2].splitlines() if line.startswith("thuso run: "))
        assert all(word in error for word in words), (words, error)
    return got[2]


def stands(folder):
    return {path.name: path.read_bytes() for path in (folder / "r").iterdir() if path.is_file() and path.name in setting["old"]}


def untouched(folder):
    assert stands(folder) == setting["old"], "the old result is not as it was"


def kept(folder):
    """The only folder beside the result, which must be the whole new one."""
    found = [path for path in (folder / "r").iterdir() if path.is_dir()]
    assert [path.name for path in found] == ["out-" + time.strftime("%Y-%m-%d")], found
    whole = hashes(found[0])
    assert whole == setting["new"], (sorted(whole), sorted(setting["new"]))
    check_people(found[0] / "out.gpkg")
    assert (found[0] / "out.run.json").exists()


def before_the_work(said):
    assert "travel" not in said, said


def preload(call, nth, mode, number):
    return {"LD_PRELOAD": FAULT, "THUSO_FAULT_CALL": call, "THUSO_FAULT_NTH": str(nth), "THUSO_FAULT_MODE": mode,
            "THUSO_FAULT_ERRNO": str(number), "THUSO_FAULT_COUNT": setting["count"]}


# --- before the work ------------------------------------------------------------------------------------------------------


def test_being_changed_by_another_program(folder):
    start(folder)
    with sqlite3.connect(folder / "r" / "out.gpkg", isolation_level=None) as db:
        db.execute("BEGIN IMMEDIATE")
        before_the_work(go(folder, 75, "out.gpkg", "is being changed by another program"))
        db.execute("ROLLBACK")
    db.close()
    untouched(folder)
    go(folder, 0)


def test_being_read_by_another_program(folder):
    """A reader hinders nobody, and goes on reading the old result."""
    start(folder)
    with sqlite3.connect(folder / "r" / "out.gpkg", isolation_level=None) as db:
        db.execute("BEGIN")
        before = db.execute("SELECT sum(people) FROM municipalities").fetchone()
        go(folder, 0)
        assert db.execute("SELECT sum(people) FROM municipalities").fetchone() == before
    db.close()
    assert hashes(folder / "r") == setting["new"]


def test_edits_in_a_write_ahead_log(folder):
    """As QGIS has it open."""
    start(folder)
    db = sqlite3.connect(folder / "r" / "out.gpkg", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE note (text)")
    before_the_work(go(folder, 75, "out.gpkg-wal", "QGIS"))
    db.close()


def test_marked_as_read_only(folder):
    for name in ("out.gpkg", "out_cost.tif"):
        place = folder / name.replace(".", "_")
        place.mkdir()
        start(place)
        (place / "r" / name).chmod(0o444)
        before_the_work(go(place, 1, name, "make it writable"))
        untouched(place)


# --- after the work --------------------------------------------------------------------------------------------------------


def test_renaming_over_the_old_result_fails(folder):
    """Each of the renames that put files into place, as a share refuses it while a desktop has the file open."""
    start(folder)
    go(folder, 0, env=preload("rename", 0, "once", EBUSY))
    total = int(pathlib.Path(setting["count"]).read_text())
    for nth in range(total - 4, total + 1):
        place = folder / str(nth)
        place.mkdir()
        start(place)
        go(place, 1, "into place", "is as it was before", "the new one is kept whole in", env=preload("rename", nth, "once", EBUSY))
        untouched(place)
        kept(place)
        go(place, 0)
        assert [path.name for path in (place / "r").iterdir() if path.name.startswith(".")] == []


def test_nothing_can_be_renamed(folder):
    """Even then the work is kept; the next run gives it its name."""
    start(folder)
    go(folder, 1, "kept whole in", ".out.tmp-", env=preload("rename", 1, "forever", EROFS))
    untouched(folder)
    go(folder, 0)
    kept(folder)
    assert [path.name for path in (folder / "r").iterdir() if path.name.startswith(".")] == []


def test_opened_while_the_run_works(folder):
    start(folder)
    words = [THUSO, "run", folder / "w" / "study.yaml", "--progress", "plain", "--overwrite", "--output", folder / "r" / "out.gpkg"]
    process = subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "THUSO_CACHE": "off"})
    for line in process.stderr:
        if "travel" in line:
            process.send_signal(signal.SIGSTOP)
            break
    with sqlite3.connect(folder / "r" / "out.gpkg", isolation_level=None) as db:
        db.execute("BEGIN IMMEDIATE")
        process.send_signal(signal.SIGCONT)
        _, error = process.communicate(timeout=120)
        db.execute("ROLLBACK")
    db.close()
    assert process.returncode == 75 and "the new one is kept whole in" in error, error
    untouched(folder)
    kept(folder)


TESTS = [value for name, value in list(globals().items()) if name.startswith("test_")]


def main():
    if os.environ.get("THUSO_SANITIZE", "none") != "none":
        print("1..0 # SKIP libraries that are loaded first do not go with sanitizers")
        return
    print(f"1..{len(TESTS)}")
    with tempfile.TemporaryDirectory(prefix="thuso-shares-") as top:
        top = pathlib.Path(top)
        setting["count"] = str(top / "count")
        setting["template"] = world.build(top / "template")
        text = (setting["template"] / "study.yaml").read_text()
        for which, limit in (("old", "20 min"), ("new", "30 min")):
            place = world.copy(setting["template"], top / which)
            (place / "study.yaml").write_text(text.replace("limit: 30 min", f"limit: {limit}"))
            code, _, error = run(["run", place / "study.yaml", "--quiet"], {"THUSO_CACHE": "off"})
            assert code == 0, error
            if which == "new":
                setting["new"] = hashes(place / "results")
            else:
                setting["old"] = {path.name: path.read_bytes() for path in (place / "results").iterdir()}

        def one(test):
            (top / test.__name__).mkdir()
            return told(test.__name__.removeprefix("test_").replace("_", "-"), test, top / test.__name__)
        report(one(test) for test in TESTS)


if __name__ == "__main__":
    main()
