#!/usr/bin/python3
"""Faults while a result is written: calls that fail, kills, full disks, refused memory. Whatever happens, what stands at the output path is the
old result or the new one, whole; exit 0 means the new one; the next run mends what a killed one left, and gives the same bytes.

THUSO_SAFETY_FULL=1: every call of every kind, 1,000 kills, every allocation (scripts/dev nightly); else a sample. The seed of the random ones is
printed; THUSO_SAFETY_SEED repeats it."""
import concurrent.futures
import os
import pathlib
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "safety"))
from cases import THUSO, WORKERS, Skip, check_sane, error_lines, in_own_folder, report, run, told, world  # noqa: E402

FAULT = os.environ.get("THUSO_FAULT", "")
NO_MEMORY = os.environ.get("THUSO_NO_MEMORY", "")
SANITIZE = os.environ.get("THUSO_SANITIZE", "none")
FULL = bool(os.environ.get("THUSO_SAFETY_FULL"))
SEED = int(os.environ.get("THUSO_SAFETY_SEED") or random.SystemRandom().randrange(10**9))
NAMES = ("out.gpkg", "out.qgz", "out_cost.tif", "out_cost.qml")  # and out.run.json, which tells of its run

# What fails: the call, how, with which errno, and how many of its places are tried outside the full sweep.
KINDS = (
    ("write", "once", 28, 28), ("write", "forever", 28, 18), ("write", "once", 5, 6), ("write", "short", 28, 10),
    ("fsync", "once", 5, 16), ("fsync", "forever", 5, 8),
    ("close", "once", 5, 12), ("close", "forever", 5, 6),
    ("rename", "once", 5, 8), ("rename", "forever", 13, 6),
    ("link", "once", 1, 5), ("link", "forever", 1, 3), ("unlink", "once", 13, 5), ("unlink", "forever", 13, 3),
    ("open", "once", 28, 12), ("open", "forever", 24, 4),
)


class Place:
    """A folder for results that holds the old result, or nothing."""

    def __init__(self, setting, folder, old):
        self.setting, self.folder, self.old = setting, folder / "results", old
        self.folder.mkdir()
        self.cache = folder / "cache"
        if old:
            for name, data in setting["old"].items():
                (self.folder / name).write_bytes(data)

    def words(self, *more):
        return ["run", self.setting["study"], "--overwrite", "--quiet", "--threads", "1", "--progress", "none", "--output", self.folder / "out.gpkg", *more]

    def env_of_killed(self):
        """Counters of coverage that are torn would spoil those of all other runs: they go elsewhere."""
        return self.env(GCOV_PREFIX=str(self.folder.parent / "counters"))

    def env(self, **more):
        return {"THUSO_CACHE": str(self.cache), **more}

    def now(self):
        return {name: (self.folder / name).read_bytes() for name in NAMES if (self.folder / name).exists()}

    def hidden(self):
        return [path.name for path in self.folder.iterdir() if path.name.startswith(".")] if self.folder.exists() else []

    def check_whole(self):
        """The old result or the new one stands there, or none where there was none."""
        now = self.now()
        whole = [self.setting["new"].get("out.gpkg"), *([self.setting["old"]["out.gpkg"]] if self.old else [None])]
        assert now.get("out.gpkg") in whole, f"a torn result: {({name: len(data) for name, data in now.items()})}"

    def check_run(self, code, stderr):
        """After a run that ended by itself."""
        check_sane(code, stderr)
        now = self.now()
        if code == 0:
            assert now == self.setting["new"], f"exit 0 and not the new result: {[name for name in NAMES if now.get(name) != self.setting['new'][name]]}\n{stderr}"
            return
        assert len(error_lines(stderr)) == 1, f"exit {code} without one line of error: {stderr}"
        self.check_whole()
        before = self.setting["old"] if self.old else {}
        bring_back = "by hand" in stderr
        assert bring_back or all(now.get(name) == before.get(name) for name in NAMES), \
            f"exit {code} and not the result as it was: {[name for name in NAMES if now.get(name) != before.get(name)]}\n{stderr}"

    def check_next(self):
        """A run without faults gives the new result, whatever the last one left; nobody has to mend anything."""
        code, _, stderr = run(self.words(), self.env())
        assert code == 0, f"the next run fails: exit {code}\n{stderr}"
        assert self.now() == self.setting["new"], "the next run gives other bytes"
        assert not self.hidden(), f"left after the next run: {self.hidden()}"


def preload(library, **more):
    if SANITIZE != "none":
        raise Skip("a sanitizer's own library must come first")
    if not os.path.exists(library):
        raise Skip("no library of faults here")
    return {"LD_PRELOAD": library, **more}


def each(folder, items, function):
    """function(item, its own folder) for every item; fails with all that failed, not with the first."""
    wrong = []
    for item in items:
        with tempfile.TemporaryDirectory(dir=folder) as own:
            try:
                function(item, pathlib.Path(own))
            except AssertionError as why:
                wrong.append(f"{item}: {why}")
    assert not wrong, f"{len(wrong)} of {len(items)} failed:\n" + "\n".join(wrong[:20])


def calls(setting, folder, kind, library, **more):
    """How many calls of a kind a run without a fault makes, with an old result in place."""
    place = Place(setting, folder, True)
    code, _, stderr = run(place.words(), place.env(**preload(library, THUSO_FAULT_CALL=kind, THUSO_FAULT_NTH="0", THUSO_FAULT_COUNT=str(folder / "n"), **more)))
    assert code == 0, stderr
    n = int((folder / "n").read_text())
    assert n > 0, f"no {kind} was counted"
    return n


def chosen(n, k):
    """Up to k of 1..n: the first ones, the last ones (they put the result into place) and some between."""
    if FULL or k >= n:
        return range(1, n + 1)
    rng = random.Random(SEED + n)
    ends = set(range(1, 1 + k // 6)) | set(range(n + 1 - k // 3, n + 1))
    return sorted(ends | set(rng.sample(sorted(set(range(1, n + 1)) - ends), k - len(ends))))


def one_fault(setting, kind, how, number, nth, folder):
    place = Place(setting, folder, nth % 3 != 0)
    code, _, stderr = run(place.words(), place.env(**preload(FAULT, THUSO_FAULT_CALL=kind, THUSO_FAULT_MODE=how, THUSO_FAULT_ERRNO=str(number), THUSO_FAULT_NTH=str(nth))))
    place.check_run(code, stderr)
    if code != 0 and nth % 4 == 0:
        place.check_next()


def sweep(setting, kind, how, number, k, folder):
    (folder / "count").mkdir()
    n = calls(setting, folder / "count", kind, FAULT)
    each(folder, chosen(n, k), lambda nth, own: one_fault(setting, kind, how, number, nth, own))


def killed_at(setting, kind, nth, folder):
    """SIGKILL in the middle of a call."""
    place = Place(setting, folder, nth % 3 != 0)
    code, _, _ = run(place.words(), place.env(**preload(FAULT, THUSO_FAULT_CALL=kind, THUSO_FAULT_MODE="kill", THUSO_FAULT_NTH=str(nth))))
    assert code in (0, -signal.SIGKILL), code
    place.check_whole()
    place.check_next()


def kills_at_calls(setting, folder):
    """The moments that matter: while the result is put into place."""
    for kind, k in (("rename", 6), ("link", 3), ("unlink", 4), ("fsync", 5), ("write", 4)):
        (folder / kind).mkdir()
        n = calls(setting, folder / kind, kind, FAULT)
        each(folder, chosen(n, k), lambda nth, own: killed_at(setting, kind, nth, own))


def signalled(setting, rng, number, expected, folder):
    """A signal at a random time of the run."""
    place = Place(setting, folder, rng.random() < 0.6)
    wait = rng.uniform(0, 1.2 * setting["seconds"])
    process = subprocess.Popen([THUSO, *map(str, place.words())], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               env=dict(os.environ, LC_ALL="C.UTF-8", **place.env_of_killed()))
    time.sleep(wait)
    process.send_signal(number)
    sent = time.monotonic()
    stderr = process.communicate(timeout=60)[1].decode("utf-8", "replace")
    took = time.monotonic() - sent
    # A signal before the program has set its handlers ends it as any other.
    assert process.returncode in (0, expected, -number), f"exit {process.returncode} after signal {number}, sent after {wait:.3f} s: {stderr}"
    assert SANITIZE != "none" or took < 3, f"{took:.1f} s until the end"
    if process.returncode == expected and expected > 0:
        place.check_run(process.returncode, stderr)
        assert not place.hidden(), place.hidden()
    place.check_whole()
    place.check_next()


def signals(setting, number, expected, n, part, folder):
    rng = random.Random(SEED + number + part)
    each(folder, range(n), lambda i, own: signalled(setting, rng, number, expected, own))


def full_disk(setting, folder):
    """`ulimit -f`: no file grows beyond some size."""
    for i, limit in enumerate((0, 1000, 4096, 20000, 60000, 100000, 150000)):
        (folder / str(i)).mkdir()
        place = Place(setting, folder / str(i), i % 2 == 0)
        code, _, stderr = run(place.words(), place.env_of_killed(), limits=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        place.check_run(code, stderr)
        assert code in (0, 1), f"exit {code}: {stderr}"
        place.check_next()


def full_tmpfs(setting, folder):
    """A file system that is full at some point."""
    for kb in (16, 64, 256, 400):
        mount = folder / f"disk{kb}"
        mount.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kb}k", "none", str(mount)], capture_output=True)
        if done.returncode != 0:
            raise Skip("no file system can be mounted here")
        try:
            place = Place(setting, mount, False)
            place.cache = folder / "cache"
            code, _, stderr = run(place.words(), place.env())
            place.check_run(code, stderr)
            assert code == 1 and str(place.folder) in stderr, f"exit {code}: {stderr}"
            assert not place.hidden(), place.hidden()
        finally:
            subprocess.run(["umount", str(mount)], check=True)


def full_stdout(setting, folder):
    place = Place(setting, folder, False)
    with open("/dev/full", "wb") as full:
        done = subprocess.run([THUSO, "list", "criteria"], stdout=full, stderr=subprocess.PIPE)
        assert done.returncode == 1 and b"stdout" in done.stderr, done
        words = [word for word in map(str, place.words()) if word != "--quiet"]
        done = subprocess.run([THUSO, *words], stdout=full, stderr=subprocess.PIPE, env=dict(os.environ, **place.env()))
        assert done.returncode == 1 and b"stdout" in done.stderr, done


def one_refusal(setting, how, nth, folder):
    place = Place(setting, folder, nth % 2 == 0)
    code, _, stderr = run(place.words(), place.env(**preload(NO_MEMORY, THUSO_FAULT_MODE=how, THUSO_FAULT_NTH=str(nth))))
    place.check_run(code, stderr)
    assert code in (0, 1, 5), f"exit {code}: {stderr}"
    assert code == 0 or "memory" in stderr, f"exit {code}: {stderr}"
    assert not place.hidden(), place.hidden()


def refused_memory(setting, how, k, folder):
    """Every array that is as long as the input: an error that names the size, exit 5; nothing is torn."""
    (folder / "count").mkdir()
    n = calls(setting, folder / "count", "", NO_MEMORY)
    each(folder, chosen(n, k), lambda nth, own: one_refusal(setting, how, nth, own))


def small_memory(setting, folder):
    """`ulimit -v`: what libraries do without memory is theirs, but nothing may be torn."""
    if SANITIZE != "none":
        raise Skip("sanitizers need the whole address space")
    for i, mb in enumerate((150, 180, 200, 220, 250, 300)):
        (folder / str(i)).mkdir()
        place = Place(setting, folder / str(i), i % 2 == 0)
        code, _, stderr = run(place.words(), place.env_of_killed(), limits=lambda: resource.setrlimit(resource.RLIMIT_AS, (mb << 20, mb << 20)))
        if code == 0:
            place.check_run(code, stderr)
        place.check_whole()
        place.check_next()


def prepare(setting, folder):
    """The old result, of a study with another limit, and the new one."""
    template = world.build(folder / "world")
    other = folder / "world" / "other.yaml"
    other.write_text((template / "study.yaml").read_text().replace("limit: 30 min", "limit: 20 min"))
    for name, study in (("old", other), ("new", template / "study.yaml")):
        (folder / name).mkdir()
        setting["study"], setting["old"], setting["new"] = study, {}, {}
        place = Place(setting, folder / name, False)
        started = time.monotonic()
        code, _, stderr = run(place.words(), place.env())
        assert code == 0, stderr
        setting["seconds"] = time.monotonic() - started
        setting["result_" + name] = place.now()
        assert set(place.now()) == set(NAMES)
    setting["old"], setting["new"] = setting["result_old"], setting["result_new"]
    assert setting["old"]["out.gpkg"] != setting["new"]["out.gpkg"]


def plan():
    for kind, how, number, k in KINDS:
        yield f"{kind}-fails-{how}-errno-{number}", sweep, (kind, how, number, k)
    yield "kills-at-calls", kills_at_calls, ()
    for part in range(20 if FULL else 2):
        yield f"kills-at-random-times-{part + 1}", signals, (signal.SIGKILL, -signal.SIGKILL, 50 if FULL else 10, part)
    yield "ctrl-c-at-random-times", signals, (signal.SIGINT, 130, 100 if FULL else 6, 0)
    yield "sigterm-at-random-times", signals, (signal.SIGTERM, 143, 100 if FULL else 6, 0)
    yield "disk-full-by-ulimit", full_disk, ()
    yield "disk-full-by-tmpfs", full_tmpfs, ()
    yield "stdout-full", full_stdout, ()
    yield "memory-refused-once", refused_memory, ("once", 30)
    yield "memory-refused-forever", refused_memory, ("forever", 8)
    yield "memory-small", small_memory, ()


def main():
    steps = [step for step in plan() if len(sys.argv) < 2 or any(word in step[0] for word in sys.argv[1:])]
    print(f"# seed {SEED}\n1..{len(steps) + 1}", flush=True)
    with tempfile.TemporaryDirectory(prefix="thuso-faults-") as name, concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        folder, setting = pathlib.Path(name), {}
        first = told("the-old-and-the-new-result", prepare, setting, folder)

        def results():
            yield first
            for future in [pool.submit(in_own_folder, folder, title, function, setting, *arguments) for title, function, arguments in steps]:
                yield future.result()
        report(results())


if __name__ == "__main__":
    main()
