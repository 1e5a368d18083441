#!/usr/bin/python3
"""cover.py BUILD : lines and branches that the last tests of a build with -Db_coverage=true have run, a row a folder of src/.

Goal: 95 % of lines and 80 % of branches where something is computed, read or written. Clean-up and assertion branches count like all others."""
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


def row(name, counts, goal):
    shares = [counts[1][i] / max(counts[0][i], 1) for i in range(2)]
    told = "" if not goal else "  reached" if all(share >= wanted for share, wanted in zip(shares, GOALS)) else "  below the goal"
    print(f"{name:<14}{counts[1][0]:>8}/{counts[0][0]:<7}{shares[0]:>7.1%}{counts[1][1]:>9}/{counts[0][1]:<7}{shares[1]:>7.1%}{told}")


def main(build):
    found = collect(pathlib.Path(build).resolve())
    if not found:
        print("nothing was measured: are there .gcda files in the build?", file=sys.stderr)
        return 1
    folders, files = {}, []
    for (folder, file), kinds in found.items():
        counts = [[len(kind) for kind in kinds], [sum(kind.values()) for kind in kinds]]
        files.append((counts[0][0] - counts[1][0], f"{folder}/{file}"))
        total = folders.setdefault(folder, [[0, 0], [0, 0]])
        for i in range(2):
            for k in range(2):
                total[i][k] += counts[i][k]
    print(f"{'folder':<14}{'lines':>12}{'':>11}{'branches':>13}{'':>11}  goal {GOALS[0]:.0%} and {GOALS[1]:.0%}")
    for folder, counts in sorted(folders.items()):
        row(folder, counts, folder not in NO_GOAL)
    row("all", [[sum(counts[i][k] for counts in folders.values()) for k in range(2)] for i in range(2)], False)
    print("most lines never run: " + ", ".join(f"{name} ({n})" for n, name in sorted(files, reverse=True)[:12]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
