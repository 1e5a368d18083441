#!/usr/bin/python3
"""Holds `thuso locate` against CBC and GLPK: the same problems, in turn, in one run; whole processes, tables and LP files in.

Called by `scripts/dev bench-siting`. Prints markdown tables and leaves them in build-bench/siting/siting.md. Asserts nothing about time; that
programs which finish agree on the best value is checked, and a difference fails."""
import argparse
import json
import math
import pathlib
import re
import shutil
import statistics
import sys

import numpy as np

from bench import first_line, first_lines, machine_line, number, table
from peers import Run, say

ORLIB = {  # nodes and p of the files pmed1 .. pmed40
    **dict(zip(range(1, 6), [(100, 5), (100, 10), (100, 10), (100, 20), (100, 33)])),
    **dict(zip(range(6, 11), [(200, 5), (200, 10), (200, 20), (200, 40), (200, 67)])),
    **dict(zip(range(11, 16), [(300, 5), (300, 10), (300, 30), (300, 60), (300, 100)])),
    **dict(zip(range(16, 21), [(400, 5), (400, 10), (400, 40), (400, 80), (400, 133)])),
    **dict(zip(range(21, 26), [(500, 5), (500, 10), (500, 50), (500, 100), (500, 167)])),
    **dict(zip(range(26, 31), [(600, 5), (600, 10), (600, 60), (600, 120), (600, 200)])),
    **dict(zip(range(31, 35), [(700, 5), (700, 10), (700, 70), (700, 140)])),
    **dict(zip(range(35, 38), [(800, 5), (800, 10), (800, 80)])),
    **dict(zip(range(38, 41), [(900, 5), (900, 10), (900, 90)])),
}


# --- problems ---------------------------------------------------------------------------------------------------------


def covering(folder, n_sites, n_demand, p, radius, seed=1):
    """People in clusters on a square, candidates among them: tables for thuso, and an LP in which rows with equal sites are one."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    towns = random.random((max(10, n_demand // 400), 2))
    demand = (towns[random.integers(0, len(towns), n_demand)] + random.normal(0, 0.03, (n_demand, 2))) % 1
    weight = np.ceil(random.lognormal(3, 1, n_demand)).astype(int)
    sites = demand[random.choice(n_demand, n_sites, replace=False)]
    merged = {}
    with open(folder / "od.csv", "w") as od:
        od.write("demand,site,cost\n")
        for first in range(0, n_demand, 2000):
            block = demand[first : first + 2000]
            near = np.hypot(block[:, None, 0] - sites[None, :, 0], block[:, None, 1] - sites[None, :, 1]) <= radius
            for i, row in enumerate(near):
                reach = np.flatnonzero(row)
                for j in reach:
                    od.write(f"{first + i + 1},{j + 1},0\n")
                if len(reach):
                    key = reach.tobytes()
                    merged[key] = merged.get(key, 0) + int(weight[first + i])
    (folder / "demand.csv").write_text("demand,weight\n" + "".join(f"{i + 1},{w}\n" for i, w in enumerate(weight)))
    rows = [(np.frombuffer(key, dtype=np.int64), people) for key, people in merged.items()]
    with open(folder / "model.lp", "w") as lp:
        lp.write("Maximize\n obj:" + "".join(f" + {people} y{i}\n" for i, (_, people) in enumerate(rows)))
        lp.write("Subject To\n p:" + "".join(f" + x{j}\n" for j in range(n_sites)) + f" <= {p}\n")
        for i, (reach, _) in enumerate(rows):
            lp.write(f" c{i}: y{i}" + "".join(f" - x{j}\n" for j in reach) + " <= 0\n")
        lp.write("Bounds\n" + "".join(f" 0 <= y{i} <= 1\n" for i in range(len(rows))))
        lp.write("Binary\n" + "".join(f" x{j}\n" for j in range(n_sites)) + "End\n")
    return len(rows)


def edges_of(path):
    words = path.read_text().split()
    n, m, p = map(int, words[:3])
    return n, p, [(int(words[3 + 3 * e]), int(words[4 + 3 * e]), float(words[5 + 3 * e])) for e in range(m)]


def made_edges(file):
    """The form of the files: n nodes, n * n / 50 edges of length 1 to 100, connected."""
    n, p = ORLIB[file]
    random = np.random.default_rng(file)
    order = random.permutation(n) + 1
    edges = [(int(order[i]), int(order[random.integers(0, i)]), float(random.integers(1, 101))) for i in range(1, n)]
    while len(edges) < n * n // 50:
        a, b = (int(k) for k in random.integers(1, n + 1, 2))
        if a != b:
            edges.append((a, b, float(random.integers(1, 101))))
    return n, p, edges


def network(folder, file, orlib):
    """OR-Library's file where it stands beside the project, else one of the same form. Returns p and whether it is the published one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = orlib / f"pmed{file}.txt"
    n, p, edges = edges_of(path) if path.exists() else made_edges(file)
    cost = np.full((n, n), math.inf)
    np.fill_diagonal(cost, 0)
    for a, b, length in edges:
        cost[a - 1, b - 1] = cost[b - 1, a - 1] = length
    for k in range(n):
        np.minimum(cost, cost[:, k, None] + cost[None, k, :], out=cost)
    with open(folder / "od.csv", "w") as od:
        od.write("demand,site,cost\n")
        for i in range(n):
            od.write("".join(f"{i + 1},{j + 1},{cost[i, j]:.0f}\n" for j in range(n)))
    return p, path.exists()


# --- programs ---------------------------------------------------------------------------------------------------------


class Siting:
    def __init__(self, given):
        self.given, self.rows, self.notes, self.failed = given, [], [], False

    def note(self, text):
        say(text)
        self.notes.append(text)

    def thuso(self, folder, *words):
        run = Run([self.given.thuso, "locate", "--od", folder / "od.csv", "--json", "--quiet", *words])
        return run, json.loads(run.said)

    def cbc(self, folder, limit):
        run = Run(["cbc", folder / "model.lp", "sec", limit, "threads", "1", "solve"])
        found = re.search(r"^Objective value:\s+([-\d.]+)", run.said, re.M)
        proven = "Result - Optimal solution found" in run.said
        return run, dict(objective=abs(float(found.group(1))) if found else None, status="optimal" if proven else "stopped")

    def glpk(self, folder, limit):
        run = Run(["glpsol", "--lp", folder / "model.lp", "--tmlim", limit, "-o", folder / "glpk.txt"])
        found = re.search(r"Objective:\s+obj = ([\d.e+]+)", (folder / "glpk.txt").read_text()) if (folder / "glpk.txt").exists() else None
        proven = "INTEGER OPTIMAL SOLUTION FOUND" in run.said
        return run, dict(objective=float(found.group(1)) if found and proven else None, status="optimal" if proven else "stopped")

    def add(self, problem, name, runs, answer):
        gap = answer.get("gap")
        self.rows.append([
            problem, name, number(statistics.median(run.wall for run in runs)), number(statistics.median(run.cpu for run in runs)),
            f"{max(run.peak for run in runs) / 1e6:,.0f}", answer["status"], "-" if answer["objective"] is None else f"{answer['objective']:,.10g}",
            "-" if gap is None else f"{100 * gap:.3g} %",
        ])

    def covering(self, name, n_sites, n_demand, p, radius, limits, peers_limit):
        folder = self.given.work / name
        say(f"{name}: {n_sites:,} sites x {n_demand:,} demand rows, p = {p}")
        merged = covering(folder, n_sites, n_demand, p, radius)
        problem = f"covering, {n_sites:,} x {n_demand:,} ({merged:,} rows that differ), p = {p}"
        contenders = {f"thuso{', ' + limit if limit else ''}": (lambda limit=limit: self.thuso(
            folder, "--model", "mclp", "--demand", folder / "demand.csv", "--limit", 0, "-p", p, *(["--time-limit", limit] if limit else [])))
            for limit in limits}
        for peer, tool, run in (("CBC", "cbc", self.cbc), ("GLPK", "glpsol", self.glpk)):
            if shutil.which(tool):
                contenders[peer] = lambda run=run: run(folder, peers_limit)
            else:
                self.note(f"no {tool} here: its rows are missing")
        runs, answers = {key: [] for key in contenders}, {}
        for _ in range(self.given.runs):
            for key, run in contenders.items():
                done, answers[key] = run()
                runs[key].append(done)
                say(f"  {key}: {done.wall:.2f} s")
        for key in contenders:
            self.add(problem, key, runs[key], answers[key])
        best = {answers[key]["objective"] for key in contenders if answers[key]["status"] == "optimal"}
        if len(best) > 1:
            self.failed = True
            self.note(f"FAILED: {problem}: proven optima differ: {sorted(best)}")

    def orlib(self, model):
        """All files of one model, summed up: the search's own seconds, and those of whole processes."""
        wall = cpu = seconds = 0
        proven = published = 0
        for file in self.given.files:
            folder = self.given.work / f"pmed{file}"
            p, is_published = network(folder, file, self.given.orlib)
            run, answer = self.thuso(folder, "--model", model, "-p", p)
            wall, cpu, seconds = wall + run.wall, cpu + run.cpu, seconds + answer["seconds"]
            proven += answer["status"] == "optimal"
            published += is_published
            say(f"  {model}, pmed{file}: {answer['objective']:.10g}, {answer['status']}, {answer['seconds']:.2f} s")
        n = len(self.given.files)
        self.rows.append([f"{model}, {n} networks of OR-Library's sizes ({published} are its own files)", "thuso, whole processes", number(wall),
                          number(cpu), "-", f"{proven} of {n} optimal", f"searches alone: {number(seconds)} s", "0 %" if proven == n else "-"])

    def run(self):
        self.covering("covering-500", 500, 20000, 30, 0.05, [""], 240)
        if self.given.large:
            self.covering("covering-5000", 5000, 200000, 100, 0.03, ["1 s", "60 s"], self.given.peers_limit)
        self.orlib("pmedian")
        self.orlib("pcenter")

    def text(self):
        heads = ["problem", "program", "wall s", "CPU s", "MB", "status", "objective", "gap"]
        cbc = next((line.split(":")[1].strip() for line in first_lines("cbc", "-quit") if line.startswith("Version")), "not here")
        peers = f"CBC {cbc}, GLPK {first_line('glpsol', '--version').split()[-1]}"
        lines = [machine_line(self.given.thuso, self.given.runs, peers), "", *table(heads, self.rows, "llrrrlrr"), ""]
        return "\n".join(lines + [f"* {note}" for note in self.notes])


def main():
    ask = argparse.ArgumentParser(prog="scripts/dev bench-siting", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--runs", type=int, default=3, help="rounds of the covering problems; medians are printed (3)")
    ask.add_argument("--files", type=int, nargs="+", default=list(ORLIB), help="numbers of OR-Library's files (1 .. 40)")
    ask.add_argument("--no-large", dest="large", action="store_false", help="without 5,000 x 200,000")
    ask.add_argument("--peers-limit", type=int, default=120, help="seconds for CBC and GLPK on the large problem (120)")
    ask.add_argument("--orlib", type=pathlib.Path, default=pathlib.Path("../shared/data/published/orlib"))
    ask.add_argument("--thuso", type=pathlib.Path, default="build-bench/src/cli/thuso")
    ask.add_argument("--work", type=pathlib.Path, default="build-bench/siting")
    given = ask.parse_args()
    given.work, given.thuso = given.work.resolve(), given.thuso.resolve()
    given.work.mkdir(parents=True, exist_ok=True)
    siting = Siting(given)
    try:
        siting.run()
    finally:
        text = siting.text()
        (given.work / "siting.md").write_text(text + "\n")
        print(text)
    return 1 if siting.failed else 0


if __name__ == "__main__":
    sys.exit(main())
