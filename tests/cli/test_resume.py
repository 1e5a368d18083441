#!/usr/bin/python3
"""`thuso run --resume`: a run that was killed, wherever it was, goes on and gives the bytes of one that nobody disturbed."""
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "support"))
from results import hashes  # noqa: E402
from tap import SOURCE, THUSO, main, thuso  # noqa: E402

SEED = int(os.environ.get("THUSO_SAFETY_SEED") or random.SystemRandom().randrange(10**9))
FULL = bool(os.environ.get("THUSO_SAFETY_FULL"))
state = {}


def demo(folder, limit=None):
    shutil.copytree(SOURCE / "geodata" / "demo", folder / "demo")
    study = folder / "demo" / "study.yaml"
    if limit:
        text = study.read_text(encoding="utf-8")
        changed = re.sub(r"(trip: taxi, limit: )\d+ min", rf"\g<1>{limit}", text, count=1)
        assert changed != text
        study.write_text(changed, encoding="utf-8")
    return study


def words(study, *more):
    return ["run", study, "--progress", "plain", "--verbose", "--output", study.parent / "out" / "demo.gpkg", *more]


def env(folder):
    return {"THUSO_CACHE": str(folder / "cache")}


def undisturbed():
    """Bytes, stages and seconds of a run alone."""
    if not state:
        folder = pathlib.Path(os.environ["THUSO_CACHE"]) / "undisturbed"
        folder.mkdir(parents=True)
        study = demo(folder)
        started = time.monotonic()
        _, log = thuso(*words(study), env=env(folder))
        state["seconds"] = time.monotonic() - started
        state["bytes"] = hashes(study.parent / "out")
        stages = [line.split(" ", 1)[1] for line in log.splitlines() if re.match(r"\d+% ", line)]
        state["stages"] = list(dict.fromkeys(stages))
    return state


def kill(folder, study, stage=None, seconds=None, number=signal.SIGKILL):
    """A run that ends there; None when it was done before."""
    process = subprocess.Popen([THUSO, *map(str, words(study))], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               env={**os.environ, **env(folder)})
    if seconds is not None:
        time.sleep(seconds)
    for line in process.stderr if stage else ():
        if line.rstrip().endswith("% " + stage):
            break
    process.send_signal(number)
    process.communicate(timeout=120)
    return process.returncode


def resume(folder, study, leftover=False):
    said, log = thuso(*words(study, "--resume", "--overwrite"), env=env(folder))
    got = hashes(study.parent / "out")
    assert got == undisturbed()["bytes"], [name for name in got if got[name] != undisturbed()["bytes"].get(name)]
    assert not [path.name for path in (study.parent / "out").iterdir() if path.name.startswith(".")]
    assert leftover or not steps(folder), "kept though the run is done"
    plans = re.search(r"plans taken from the run that was stopped: (\d+)", log)
    found = re.search(r"(\d+) searches found", log)
    return int(plans[1]) if plans else 0, int(found[1])


def steps(folder):
    return sorted((folder / "cache").glob("*.step"))


# --- kills ------------------------------------------------------------------------------------------------------------------


def test_killed_at_every_stage(folder):
    """Outside the full sweep, every third one and the last two."""
    taken, stages = {}, undisturbed()["stages"]
    for number, stage in enumerate(stages if FULL else stages[:-2:3] + stages[-2:]):
        place = folder / str(number)
        place.mkdir()
        study = demo(place)
        assert kill(place, study, stage) in (-signal.SIGKILL, 0)
        taken[stage] = resume(place, study)
        shutil.rmtree(place)
    plans = [n for n, _ in taken.values()]
    assert plans[0] == 0 and max(plans) >= 3, taken
    assert taken["writing"][0] == max(plans) and taken["writing"][1] > 0, taken


def test_killed_at_any_time(folder):
    chance = random.Random(SEED)
    print(f"# seed {SEED}")
    study = demo(folder)
    for _ in range(20 if FULL else 2):
        shutil.rmtree(folder / "cache", ignore_errors=True)
        shutil.rmtree(study.parent / "out", ignore_errors=True)
        for _ in range(chance.randint(1, 3)):  # again and again before it gets through
            kill(folder, study, seconds=chance.uniform(0, 1.2 * undisturbed()["seconds"]))
            shutil.rmtree(study.parent / "out", ignore_errors=True) if (study.parent / "out" / "demo.gpkg").exists() else None
        resume(folder, study)


def test_interrupted(folder):
    """Whoever stops it by hand loses no search."""
    study = demo(folder)
    assert kill(folder, study, "roll-out", number=signal.SIGTERM) in (143, 0)
    plans, found = resume(folder, study)
    assert found > 0


# --- what is not taken ----------------------------------------------------------------------------------------------------------


def test_never_stale(folder):
    """Another limit between the kill and the next run: nothing of the old plans is taken."""
    study = demo(folder, "25 min")
    # Without other limits: a plan for one of them is the same in both studies, and rightly taken.
    study.write_text(re.sub(r"\nsensitivity:.*", "", study.read_text()))
    assert kill(folder, study, "writing") == -signal.SIGKILL
    assert steps(folder)
    shutil.copy(SOURCE / "geodata" / "demo" / "study.yaml", study)
    plans, _ = resume(folder, study, leftover=True)
    assert plans == 0
    # What nobody needed stays until it is a month old.
    (folder / "second").mkdir()
    study = demo(folder / "second")
    assert kill(folder, study, "writing") == -signal.SIGKILL
    for path in steps(folder):
        os.utime(path, (time.time() - 40 * 86400,) * 2)
    thuso(*words(study, "--overwrite"), env=env(folder))
    assert not steps(folder)


def test_only_when_asked(folder):
    study = demo(folder)
    assert kill(folder, study, "writing") == -signal.SIGKILL
    _, log = thuso(*words(study, "--overwrite"), env=env(folder))
    assert "plans taken" not in log and hashes(study.parent / "out") == undisturbed()["bytes"]


def test_damaged(folder):
    study = demo(folder)
    assert kill(folder, study, "writing") == -signal.SIGKILL
    kept = steps(folder)
    for number, path in enumerate(kept):
        data = bytearray(path.read_bytes())
        if number % 3 == 0:
            data[len(data) // 2] ^= 4
        elif number % 3 == 1:
            data = data[:len(data) // 2]
        path.write_bytes(data if number % 3 < 2 else b"")
    plans, _ = resume(folder, study)
    assert len(kept) >= 3 and plans == 0


def test_needs_a_cache(folder):
    study = demo(folder)
    for more, environment in ((["--no-cache"], None), ([], {"THUSO_CACHE": "off"})):
        _, error = thuso("run", study, "--resume", *more, env=environment, code=2)
        assert "--resume" in error and "THUSO_CACHE" in error, error


if __name__ == "__main__":
    main([value for name, value in list(globals().items()) if name.startswith("test_")])
