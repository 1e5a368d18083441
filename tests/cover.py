#!/usr/bin/python3
"""cover.py BUILD [JSON] : lines and branches that the last tests of a build with -Db_coverage=true have run, a row a folder of src/.

Goal: 95 % of lines and 80 % of branches where something is computed, read or written. Clean-up and assertion branches count like all others:
each `g_assert`, each `g_clear_*` and each test of a NULL before a free has a way that no test should be able to go. What comes out of
headers of GLib as a function of its own stands in their files and does not count; what comes as a macro stands in ours and counts. JSON, if
given, gets the same figures, by folder and by file. The exit status is 0 whether the goal is reached or not; the last line says."""
import json
import pathlib
import subprocess
import sys

GOALS = (0.95, 0.80)
NO_GOAL = {"cli"}  # words and tables, tested as a whole


def measure(data):
    """File -> (lines, branches): line -> was it run, (line, number) -> was it taken."""
    done = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities", str(data)], capture_output=True, text=True, cwd=data.parent)
    for text in done.stdout.splitlines():
        for file in json.loads(text)["files"]:
            lines = {line["line_number"]: line["count"] > 0 for line in file["lines"]}
            branches = {(line["line_number"], i): branch["count"] > 0 for line in file["lines"] for i, branch in enumerate(line["branches"])}
            yield file["file"], lines, branches


def collect(build):
    found = {}
    for data in sorted((build / "src").rglob("*.gcda")):
        for name, lines, branches in measure(data):
            parts = pathlib.Path(name).parts
            if "src" not in parts or not name.endswith((".c", ".h")):
                continue
            key = parts[parts.index("src") + 1], parts[-1]
            old = found.setdefault(key, ({}, {}))
            for into, new in zip(old, (lines, branches)):
                for place, run in new.items():
                    into[place] = into.get(place, False) or run
    return found


def shares_of(counts):
    return [counts[1][i] / max(counts[0][i], 1) for i in range(2)]


def missing(counts):
    """The kinds in which the goal is missed."""
    return [kind for kind, share, wanted in zip(("lines", "branches"), shares_of(counts), GOALS) if share < wanted]


def row(name, counts, goal):
    shares = shares_of(counts)
    told = "" if not goal else f"  below the goal: {', '.join(missing(counts))}" if missing(counts) else "  reached"
    print(f"{name:<14}{counts[1][0]:>8}/{counts[0][0]:<7}{shares[0]:>7.1%}{counts[1][1]:>9}/{counts[0][1]:<7}{shares[1]:>7.1%}{told}")


def save(path, folders, files):
    def figures(counts):
        return {"lines": counts[0][0], "lines_run": counts[1][0], "branches": counts[0][1], "branches_taken": counts[1][1]}
    found = {"goals": {"lines": GOALS[0], "branches": GOALS[1]}, "folders": {name: figures(counts) for name, counts in sorted(folders.items())},
             "files": {name: figures(counts) for name, counts in sorted(files)}}
    pathlib.Path(path).write_text(json.dumps(found, indent=1) + "\n")


def main(build, path=None):
    found = collect(pathlib.Path(build).resolve())
    if not found:
        print("nothing was measured: are there .gcda files in the build?", file=sys.stderr)
        return 1
    folders, files = {}, []
    for (folder, file), kinds in found.items():
        counts = [[len(kind) for kind in kinds], [sum(kind.values()) for kind in kinds]]
        files.append((f"{folder}/{file}", counts))
        total = folders.setdefault(folder, [[0, 0], [0, 0]])
        for i in range(2):
            for k in range(2):
                total[i][k] += counts[i][k]
    print(f"{'folder':<14}{'lines':>12}{'':>11}{'branches':>13}{'':>11}  goal {GOALS[0]:.0%} and {GOALS[1]:.0%}")
    for folder, counts in sorted(folders.items()):
        row(folder, counts, folder not in NO_GOAL)
    row("all", [[sum(counts[i][k] for counts in folders.values()) for k in range(2)] for i in range(2)], False)
    worst = sorted(((counts[0][0] - counts[1][0], name) for name, counts in files), reverse=True)
    print("most lines never run: " + ", ".join(f"{name} ({n})" for n, name in worst[:12]))
    if path:
        save(path, folders, files)
    below = sorted(name for name, counts in folders.items() if name not in NO_GOAL and missing(counts))
    print(f"below the goal: {', '.join(below)}" if below else "the goal is reached in every folder")
    return 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
