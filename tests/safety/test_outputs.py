#!/usr/bin/python3
"""Where the result goes, and the surroundings of a run: names, links, locks, locales, time zones, caches, other programs' settings."""
import fcntl
import hashlib
import os
import pathlib
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "safety"))
from cases import THUSO, Skip, check_sane, digest, error_lines, report, run, told, world  # noqa: E402

FILES = ("out.gpkg", "out.qgz", "out_cost.tif", "out_cost.qml")
setting = {}  # "template": the small world; "plain": the bytes of its result


def bytes_of(folder):
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES if (folder / name).is_file()}


def write(folder, output, *words, code=0, env=None, words_in=()):
    """A run of a copy of the small world; the error holds the words. Returns the world's folder."""
    place = folder / "w"
    if not place.exists():
        world.copy(setting["template"], place)
    before = digest(place)
    got = run(["run", place / "study.yaml", "--quiet", "--progress", "none", "--output", output, *words], env, cwd=folder)
    check_sane(got[0], got[2])
    assert got[0] == code, f"exit {got[0]}, expected {code}: {got[2]}"
    if code:
        assert len(error_lines(got[2])) == 1, got[2]
        for word in words_in:
            assert word in got[2], f"{word!r} is missing in {got[2]}"
    after = digest(place)
    assert all(after.get(name) == before[name] for name in before), [name for name in before if after.get(name) != before[name]]
    return place


def refused(folder, output, code, *words, more=()):
    """Refused, and everything in the folder as it was."""
    before = digest(folder)
    write(folder, output, *more, code=code, words_in=words)
    after = {name: value for name, value in digest(folder).items() if not name.startswith("w")}
    assert after == {name: value for name, value in before.items() if not name.startswith("w")}, set(after) ^ set(before)


def same(folder, env=None, words=(), output="r/out.gpkg"):
    """The same bytes as ever."""
    write(folder, folder / output, *words, env=env)
    got = bytes_of((folder / output).parent)
    assert got == setting["plain"], [name for name in FILES if got.get(name) != setting["plain"][name]]


# --- names and kinds of the output --------------------------------------------------------------------------------------


def test_output_is_a_link(folder):
    (folder / "target.gpkg").write_bytes(b"precious")
    (folder / "out.gpkg").symlink_to("target.gpkg")
    refused(folder, folder / "out.gpkg", 2, "symbolic link", more=["--overwrite"])
    assert (folder / "target.gpkg").read_bytes() == b"precious"


def test_output_is_a_dangling_link(folder):
    (folder / "out.gpkg").symlink_to("nowhere.gpkg")
    refused(folder, folder / "out.gpkg", 2, "symbolic link", more=["--overwrite"])


def test_side_file_is_a_link(folder):
    (folder / "target").write_bytes(b"precious")
    (folder / "out_cost.tif").symlink_to("target")
    refused(folder, folder / "out.gpkg", 2, "out_cost.tif", more=["--overwrite"])
    assert (folder / "target").read_bytes() == b"precious"


def test_lock_is_a_link(folder):
    (folder / "target").write_bytes(b"precious")
    (folder / ".out.gpkg.lock").symlink_to("target")
    refused(folder, folder / "out.gpkg", 1, more=["--overwrite"])
    assert (folder / "target").read_bytes() == b"precious"


def test_temporary_folder_is_a_link(folder):
    """A link with the name of a killed run's folder is not followed."""
    (folder / "precious").mkdir()
    (folder / "precious" / "file").write_bytes(b"x")
    (folder / "r").mkdir()
    (folder / "r" / ".out.tmp-ABCDEF").symlink_to(folder / "precious")
    same(folder)
    assert (folder / "precious" / "file").exists()


def test_output_is_a_folder(folder):
    (folder / "out.gpkg").mkdir()
    refused(folder, folder / "out.gpkg", 2, "no regular file", more=["--overwrite"])


def test_output_is_a_pipe(folder):
    os.mkfifo(folder / "out.gpkg")
    refused(folder, folder / "out.gpkg", 2, "no regular file", more=["--overwrite"])


def test_output_below_a_file(folder):
    (folder / "file").write_bytes(b"x")
    refused(folder, folder / "file" / "out.gpkg", 1, "output folder")


def test_output_below_a_device(folder):
    write(folder, "/dev/null/out.gpkg", code=1, words_in=["output folder"])


def test_output_in_proc(folder):
    write(folder, "/proc/out.gpkg", code=1)


def test_output_in_a_read_only_folder(folder):
    (folder / "r").mkdir(mode=0o555)
    if os.access(folder / "r", os.W_OK):
        raise Skip("this user may write anywhere")
    refused(folder, folder / "r" / "out.gpkg", 1, "writable")


def test_output_in_new_folders(folder):
    same(folder, output="a/b/c/out.gpkg")


def test_new_folder_is_taken_away_after_an_error(folder):
    place = world.copy(setting["template"], folder / "w")
    (place / "dem.tif").write_bytes(b"no raster")
    write(folder, folder / "a" / "out.gpkg", code=3)
    assert not (folder / "a").exists()


def test_names_of_the_output(folder):
    for name, word in (("out.txt", ".gpkg"), ("out", ".gpkg"), (".gpkg", "allowed"), (".hidden.gpkg", "allowed"), ("-rf.gpkg", "allowed"),
                       ("a\nb.gpkg", "allowed"), ("a\x1bb.gpkg", "allowed"), ("a;b.gpkg", "allowed"), ("a'b.gpkg", "allowed"), ("ä.gpkg", "allowed"),
                       ("x" * 200 + ".gpkg", "allowed"), (" out.gpkg", "allowed"), ("out.GPKG", ".gpkg")):
        write(folder, folder / "r" / name, code=2, words_in=[word])
        assert not (folder / "r").exists(), name
    assert run(["run", folder / "w" / "study.yaml", "--quiet", "--output", ""])[0] == 2


def test_output_is_an_input(folder):
    place = world.copy(setting["template"], folder / "w")
    write(folder, place / "world.gpkg", "--overwrite", code=2, words_in=["input"])


def test_output_is_a_hard_link_to_an_input(folder):
    place = world.copy(setting["template"], folder / "w")
    os.link(place / "world.gpkg", folder / "out.gpkg")
    write(folder, folder / "out.gpkg", "--overwrite", code=2, words_in=["input"])


def test_output_beside_an_input_of_its_name(folder):
    place = world.copy(setting["template"], folder / "w")
    (place / "dem.tif").rename(place / "out_cost.tif")
    study = place / "study.yaml"
    study.write_text(study.read_text().replace("dem.tif", "out_cost.tif"))
    write(folder, place / "out.gpkg", "--overwrite", code=2, words_in=["input"])


def test_nothing_is_overwritten_unasked(folder):
    for name in (*FILES, "out.run.json"):
        (folder / "r").mkdir(exist_ok=True)
        (folder / "r" / name).write_bytes(b"precious")
        refused(folder, folder / "r" / "out.gpkg", 2, "--overwrite")
        (folder / "r" / name).unlink()


def test_old_result_stays_after_an_error(folder):
    same(folder)
    before = digest(folder / "r")
    (folder / "w" / "dem.tif").write_bytes(b"no raster")
    write(folder, folder / "r" / "out.gpkg", "--overwrite", code=3)
    assert digest(folder / "r") == before


def test_twice_the_same_bytes(folder):
    same(folder)
    same(folder, words=["--overwrite"])


# --- locks and other programs ------------------------------------------------------------------------------------------


def test_lock_is_held(folder):
    (folder / "r").mkdir()
    with open(folder / "r" / ".out.gpkg.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("12345\n")
        lock.flush()
        write(folder, folder / "r" / "out.gpkg", code=75, words_in=["12345", "another run"])
        assert [path.name for path in (folder / "r").iterdir()] == [".out.gpkg.lock"]
    same(folder)
    assert not (folder / "r" / ".out.gpkg.lock").exists()


def test_many_runs_at_once(folder):
    place = world.copy(setting["template"], folder / "w")
    words = [THUSO, "run", str(place / "study.yaml"), "--quiet", "--overwrite", "--output", str(folder / "r" / "out.gpkg")]
    runs = [subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(5)]
    codes = []
    for each in runs:
        stderr = each.communicate()[1].decode()
        codes.append(each.returncode)
        check_sane(each.returncode, stderr)
    assert set(codes) <= {0, 75} and 0 in codes, codes
    assert bytes_of(folder / "r") == setting["plain"]
    assert not [path for path in (folder / "r").iterdir() if path.name.startswith(".")]


def test_old_result_is_being_read(folder):
    """As QGIS does: the reader keeps what it has open, the new result takes the name."""
    same(folder)
    (folder / "w" / "study.yaml").write_text((folder / "w" / "study.yaml").read_text().replace("limit: 30 min", "limit: 20 min"))
    db = sqlite3.connect(f"file:{folder / 'r' / 'out.gpkg'}?mode=ro", uri=True)
    rows = db.execute("SELECT * FROM ranked_sites")
    first = rows.fetchone()
    write(folder, folder / "r" / "out.gpkg", "--overwrite")
    assert first and len(rows.fetchall()) > 3
    db.close()
    assert bytes_of(folder / "r") != setting["plain"]


def test_old_result_is_being_edited(folder):
    same(folder)
    db = sqlite3.connect(folder / "r" / "out.gpkg")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("UPDATE gpkg_contents SET description = 'edited'")
    db.commit()
    assert (folder / "r" / "out.gpkg-wal").exists()
    write(folder, folder / "r" / "out.gpkg", "--overwrite", code=75, words_in=["out.gpkg-wal"])
    assert db.execute("SELECT count(*) FROM gpkg_contents WHERE description = 'edited'").fetchone()[0] > 5
    db.close()


# --- surroundings ----------------------------------------------------------------------------------------------------------


def test_locales(folder):
    for i, locale in enumerate(("C", "de_DE.UTF-8", "tr_TR.UTF-8", "fa_IR.UTF-8", "nonsense", "")):
        same(folder, env={"LC_ALL": locale, "LANG": locale}, output=f"r{i}/out.gpkg")


def test_time_zones(folder):
    for i, zone in enumerate(("UTC", "Africa/Johannesburg", "Pacific/Kiritimati", "America/St_Johns", ":nonsense", "XYZ-99:99")):
        same(folder, env={"TZ": zone}, output=f"r{i}/out.gpkg")


def test_clock(folder):
    if not shutil.which("faketime"):
        raise Skip("no faketime here")
    place = world.copy(setting["template"], folder / "w")
    for i, date in enumerate(("1970-01-02 00:00:00", "2038-01-19 03:14:00", "2099-12-31 23:59:59")):
        done = subprocess.run(["faketime", date, THUSO, "run", str(place / "study.yaml"), "--quiet", "--output", str(folder / f"r{i}" / "out.gpkg")], capture_output=True)
        assert done.returncode == 0, done.stderr
        assert bytes_of(folder / f"r{i}") == setting["plain"]


def test_threads(folder):
    for n in ("1", "2", "3", "64"):
        same(folder, words=["--threads", n], output=f"r{n}/out.gpkg")


def test_file_modes(folder):
    old = os.umask(0o022)
    try:
        same(folder)
        assert (folder / "r" / "out.gpkg").stat().st_mode & 0o777 == 0o644
        os.umask(0o077)
        same(folder, output="r2/out.gpkg")
        assert (folder / "r2" / "out.gpkg").stat().st_mode & 0o077 == 0
    finally:
        os.umask(old)


def test_input_in_a_read_only_folder(folder):
    place = world.copy(setting["template"], folder / "w")
    for path in place.iterdir():
        path.chmod(0o444)
    place.chmod(0o555)
    try:
        same(folder)
    finally:
        place.chmod(0o755)


def test_input_with_a_strange_name(folder):
    for i, name in enumerate(("a b", "a'b", 'a"b', "a%20b?c#d", "ä€𝄞", "a;b&c", "$(x)")):
        place = world.copy(setting["template"], folder / name)
        got = run(["run", place / "study.yaml", "--quiet", "--output", folder / f"r{i}" / "out.gpkg"])
        assert got[0] == 0, (name, got[2])
        assert bytes_of(folder / f"r{i}") == setting["plain"], name


def test_settings_of_other_programs(folder):
    """Whatever GDAL, PROJ, SQLite and SpatiaLite find in the environment, the answer is the same."""
    (folder / "home" / ".gdal").mkdir(parents=True)
    (folder / "home" / ".gdal" / "gdalrc").write_text("[configoptions]\nGDAL_NUM_THREADS=ALL_CPUS\nOGR_SQLITE_SYNCHRONOUS=OFF\nSHAPE_ENCODING=CP437\n")
    for i, env in enumerate((
        {"HOME": str(folder / "home")}, {"HOME": "/nonexistent"}, {"GDAL_NUM_THREADS": "ALL_CPUS"}, {"GDAL_CACHEMAX": "1"}, {"CPL_DEBUG": "ON"},
        {"GDAL_DATA": "/nonexistent"}, {"SPATIALITE_SECURITY": "relaxed"}, {"OGR_SQLITE_JOURNAL": "WAL"}, {"OGR_SQLITE_PRAGMA": "journal_mode=WAL"},
        {"SQLITE_USE_OGR_VFS": "YES"}, {"GDAL_PAM_ENABLED": "YES", "GDAL_PAM_PROXY_DIR": str(folder)}, {"PROJ_NETWORK": "ON"},
        {"OSR_DEFAULT_AXIS_MAPPING_STRATEGY": "AUTHORITY_COMPLIANT"}, {"GTIFF_POINT_GEO_IGNORE": "TRUE"}, {"GDAL_TIFF_INTERNAL_MASK": "YES"},
        {"COMPRESS_OVERVIEW": "JPEG", "GDAL_TIFF_OVR_BLOCKSIZE": "64"}, {"GDAL_DISABLE_READDIR_ON_OPEN": "NO"}, {"OGR_ENABLE_PARTIAL_REPROJECTION": "YES"},
        {"GDAL_VALIDATE_CREATION_OPTIONS": "NO"}, {"CREATE_METADATA_TABLES": "NO"}, {"OGR_CURRENT_DATE": "1999-01-01T00:00:00Z"}, {"G_DEBUG": "fatal-warnings"},
        {"MALLOC_PERTURB_": "165"}, {"G_SLICE": "always-malloc"}, {"LANGUAGE": "de"}, {"TMPDIR": "/nonexistent"}, {"COLUMNS": "3", "TERM": "dumb"},
        {"OGR_GPKG_FOREIGN_KEY_CHECK": "NO"}, {"GDAL_DEFAULT_WMS_CACHE_PATH": str(folder)}, {"OGR_GEOJSON_MAX_OBJ_SIZE": "1"},
        {"OGR_ORGANIZE_POLYGONS": "SKIP", "GTIFF_IGNORE_READ_ERRORS": "YES"}, {"OGR_SETFIELD_NUMERIC_WARNING": "NO"}, {"GDAL_GEOREF_SOURCES": "NONE"},
    )):
        try:
            same(folder, env=env, output=f"r{i}/out.gpkg")
        except AssertionError as why:
            raise AssertionError(f"{env}: {why}") from None


def test_no_code_from_driver_paths(folder):
    """A library in GDAL's driver path is not loaded. The one of faults writes a file when its program ends, which tells."""
    library = os.environ.get("THUSO_FAULT", "")
    if not os.path.exists(library):
        raise Skip("no library of faults here")
    (folder / "drivers").mkdir()
    for name in ("gdal_evil.so", "ogr_evil.so", "GRASS.so"):
        shutil.copy(library, folder / "drivers" / name)
    same(folder, env={"GDAL_DRIVER_PATH": str(folder / "drivers"), "OGR_DRIVER_PATH": str(folder / "drivers"), "GDAL_PYTHON_DRIVER_PATH": str(folder / "drivers"),
                      "THUSO_FAULT_COUNT": str(folder / "loaded")})
    assert not (folder / "loaded").exists(), "a library of the driver path was loaded"


# --- the cache -----------------------------------------------------------------------------------------------------------------


def test_cache_cannot_be_written(folder):
    (folder / "file").write_bytes(b"x")
    for i, cache in enumerate((folder / "file" / "cache", "/proc/cache", "/dev/null", "")):
        same(folder, env={"THUSO_CACHE": str(cache)}, output=f"r{i}/out.gpkg")


def test_cache_is_damaged(folder):
    cache = folder / "cache"
    same(folder, env={"THUSO_CACHE": str(cache)})
    files = [path for path in cache.rglob("*") if path.is_file()]
    assert files
    for i, spoil in enumerate((lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b"\xff" * len(b), lambda b: b[:-1] + bytes([b[-1] ^ 1]),
                               lambda b: b[: len(b) // 2] + bytes([b[len(b) // 2] ^ 0x40]) + b[len(b) // 2 + 1 :], lambda b: b + b"x")):
        for path in files:
            if path.exists():
                path.write_bytes(spoil(path.read_bytes()) if path.stat().st_size else b"x")
        same(folder, env={"THUSO_CACHE": str(cache)}, output=f"r{i}/out.gpkg")


def test_cache_is_full_of_others(folder):
    """Links and folders in the cache are left alone."""
    cache = folder / "cache"
    same(folder, env={"THUSO_CACHE": str(cache)})
    target = folder / "precious"
    target.write_bytes(b"precious")
    for path in [path for path in cache.rglob("*") if path.is_file()]:
        path.unlink()
        path.symlink_to(target)
    same(folder, env={"THUSO_CACHE": str(cache)}, output="r2/out.gpkg")
    assert target.read_bytes() == b"precious"


def test_cache_of_pipes(folder):
    """Pipes under the names of cached files, and a pipe or a loop of links in the place of the cache."""
    cache = folder / "cache"
    same(folder, env={"THUSO_CACHE": str(cache)})
    files = [path for path in cache.rglob("*") if path.is_file()]
    assert files
    for path in files:
        path.unlink()
        os.mkfifo(path)
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to("loop")
    for i, place in enumerate((cache, folder / "pipe", folder / "loop")):
        same(folder, env={"THUSO_CACHE": str(place)}, output=f"r{i}/out.gpkg")
    assert all(stat.S_ISFIFO(path.lstat().st_mode) for path in files)


def test_output_folder_is_a_link(folder):
    (folder / "real").mkdir()
    (folder / "link").symlink_to("real")
    same(folder, output="link/out.gpkg")
    (folder / "nowhere").symlink_to("missing")
    write(folder, folder / "nowhere" / "out.gpkg", code=1, words_in=["output folder"])


def test_names_that_are_no_utf_8(folder):
    place = world.copy(setting["template"], folder / os.fsdecode(b"w\xff\xfe"))
    for i, output in enumerate((folder / "r" / "out.gpkg", folder / os.fsdecode(b"o\xff") / "out.gpkg")):
        got = run(["run", place / "study.yaml", "--quiet", "--output", output])
        check_sane(got[0], got[2])
        assert got[0] in (0, 2, 3) and len(error_lines(got[2])) == (got[0] != 0), (i, got)
        if got[0] == 0:
            assert set(bytes_of(output.parent)) == set(setting["plain"])


def test_files_that_change_during_the_run(folder):
    """An input that another program writes at the same time: the old answer, the new one, or an error; never a crash or half of each."""
    place = world.copy(setting["template"], folder / "w")
    data = (place / "world.gpkg").read_bytes()
    for i in range(4):
        process = subprocess.Popen([THUSO, "run", str(place / "study.yaml"), "--quiet", "--output", str(folder / f"r{i}" / "out.gpkg")], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(0.02 + 0.05 * i)
        (place / "world.gpkg").write_bytes(data[: len(data) // 2])
        stderr = process.communicate(timeout=60)[1].decode("utf-8", "replace")
        check_sane(process.returncode, stderr)
        assert process.returncode in (0, 2, 3), stderr
        if process.returncode == 0:
            assert bytes_of(folder / f"r{i}") == setting["plain"]
        else:
            assert not (folder / f"r{i}").exists()
        (place / "world.gpkg").write_bytes(data)


def main():
    tests = [value for name, value in sorted(globals().items()) if name.startswith("test_") and (len(sys.argv) < 2 or any(word in name for word in sys.argv[1:]))]
    print(f"1..{len(tests)}", flush=True)
    with tempfile.TemporaryDirectory(prefix="thuso-outputs-") as name:
        folder = pathlib.Path(name)
        os.environ["THUSO_CACHE"] = str(folder / "cache")
        setting["template"] = world.build(folder / "template")
        code, _, stderr = run(["run", setting["template"] / "study.yaml", "--quiet", "--output", folder / "plain" / "out.gpkg"])
        assert code == 0, stderr
        setting["plain"] = bytes_of(folder / "plain")
        assert len(setting["plain"]) == len(FILES)

        def one(number, test):
            (folder / str(number)).mkdir()
            return told(test.__name__.removeprefix("test_").replace("_", "-"), test, folder / str(number))
        report(one(number, test) for number, test in enumerate(tests))


if __name__ == "__main__":
    main()
