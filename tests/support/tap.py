"""Tests of the command as a whole: functions that raise fail, functions that raise Skip are skipped; reported as TAP."""
import os
import pathlib
import subprocess
import sys
import tempfile
import traceback

SOURCE = pathlib.Path(os.environ["THUSO_SOURCE"])
THUSO = os.environ["THUSO_EXE"]
SHARED = SOURCE.parent / "shared"


def in_full(full, brief):
    """`brief` with THUSO_BRIEF set, as scripts/test does: a landing has its minutes; scripts/dev nightly has all."""
    return brief if os.environ.get("THUSO_BRIEF") else full


class Skip(Exception):
    pass


def thuso(*words, code=0, env=None, cwd=None):
    """Runs the command; fails unless it ends with `code`. Returns stdout, stderr."""
    full = dict(os.environ, **(env or {}))
    done = subprocess.run([THUSO, *map(str, words)], capture_output=True, text=True, env=full, cwd=cwd, timeout=1500)
    said = f"thuso {' '.join(map(str, words))}: exit {done.returncode}, expected {code}\n{done.stdout[-800:]}\n{done.stderr[-1500:]}"
    assert done.returncode == code, said
    return done.stdout, done.stderr


def demonstration(folder, coarse=True):
    """A copy of the demonstration region in folder/demo; its study file. `coarse`: its cells may be coarser (THUSO_COARSE, for slow builds)."""
    thuso("new", folder / "demo", "--from-demo", env={"THUSO_GEODATA": str(SOURCE / "geodata")})
    study = folder / "demo" / "study.yaml"
    if coarse and os.environ.get("THUSO_COARSE"):
        text = study.read_text()
        assert "cell: 250 m" in text
        study.write_text(text.replace("cell: 250 m", "cell: 500 m"))
    return study


def main(tests):
    failed = 0
    print(f"1..{len(tests)}")
    cache = tempfile.TemporaryDirectory(prefix="thuso-cache-")
    os.environ["THUSO_CACHE"] = cache.name  # never the user's own
    for number, test in enumerate(tests, 1):
        name = test.__name__.removeprefix("test_").replace("_", "-")
        try:
            with tempfile.TemporaryDirectory(prefix="thuso-") as folder:
                test(pathlib.Path(folder))
            print(f"ok {number} {name}", flush=True)
        except Skip as why:
            print(f"ok {number} {name} # SKIP {why}", flush=True)
        except Exception:
            failed += 1
            print("".join("# " + line + "\n" for line in traceback.format_exc().splitlines()), end="")
            print(f"not ok {number} {name}", flush=True)
    cache.cleanup()
    sys.exit(1 if failed else 0)
