#!/usr/bin/python3
"""Holds `thuso cost` against GRASS r.walk and r.cost and a plain heap search: same files, same answer, in turn, in one run.

Called by `scripts/dev bench`, which builds the programs first. Prints markdown tables (README.md of this folder says how to read
them), and leaves them with every single figure in build-bench/bench.md and bench.json. Asserts nothing about time."""
import argparse
import collections
import datetime
import json
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys

from peers import Grass, Heap, Run, Thuso, helper, say

SCENES = ["walk", "knights", "cost", "defaults", "matrix", "memory", "siting", "national"]
LIMIT_S, WINDOW_M = 7200, 25000  # OD: two hours on foot, and the window that GRASS needs for them
NATIONAL = dict(rows=16000, cols=14000, empty=0.45, points=4000)
BOUNDED_CELLS = 1.6e7  # a smaller raster's need is mostly the process itself, which no bound can halve
FREE_BYTES = 64 << 20  # memory target: so much, and 9 bytes a cell
Landscape = collections.namedtuple("Landscape", "name folder n_cells points")


def median(values):
    return statistics.median(values)


def number(value):
    """Three figures, as a reader wants them."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value < 1 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def paired(rounds, contenders):
    """Runs them in turn, round by round: name -> the runs."""
    runs = {name: [] for name in contenders}
    for turn in range(rounds):
        for name, run in contenders.items():
            runs[name].append(run())
            say(f"  {turn + 1}/{rounds} {name}: {runs[name][-1].wall:.2f} s")
    return runs


def ratio(runs, other, what):
    """Median over the rounds of other / this."""
    return median([getattr(b, what) / max(getattr(a, what), 1e-3) for a, b in zip(runs, other)])


class Bench:
    def __init__(self, given):
        self.given, self.work = given, given.work
        self.thuso = given.thuso if Thuso.has_cost(given.thuso) else None
        self.grass_home = None if given.no_grass else Grass.home()
        self.rows, self.targets, self.notes, self.raw = [], [], [], []
        self.siting_text = ""
        self.failed = False
        self.by_cell = None  # name, cells and wall ns a cell of the first raster that growth is counted from
        if not self.thuso:
            self.note(f"{given.thuso} has no command `cost`: its rows are missing")
        if not self.grass_home:
            self.note("no GRASS here (Debian: grass-core): its rows are missing, the plain heap search is what ratios refer to")

    def note(self, text):
        say(text)
        self.notes.append(text)

    def landscape(self, rows, cols=None, empty=0, points=()):
        name = f"{rows:,} x {cols or rows:,}"
        folder = self.work / f"{rows}x{cols or rows}{'-tiled' * self.given.tiled}"
        words = ["--rows", rows, "--cols", cols or rows, "--empty", empty, *["--tiled"] * self.given.tiled, "--points", *sorted(points)]
        done = folder / "done.json"
        if not done.exists() or done.read_text() != json.dumps(words):
            say(f"making {name}")
            helper("terrain.py", folder, *words)
            if self.grass_home and not empty:
                Grass(folder, rows * (cols or rows)).load(points)
            done.write_text(json.dumps(words))
        return Landscape(name, folder, rows * (cols or rows), points)

    # --- the same answer, in turn -----------------------------------------------------------------------------------

    def contenders(self, land, scene, starts):
        """Name -> a run of it. The first is what ratios refer to."""
        neighbours = 16 if scene == "knights" else 8
        found = {}
        heap = Heap(self.given.heap, land.folder)
        if self.grass_home:
            grass = Grass(land.folder, land.n_cells)
            name = {"walk": "r.walk", "knights": "r.walk -k", "cost": "r.cost"}[scene]
            found[name] = lambda: grass.cost(starts) if scene == "cost" else grass.walk(starts, scene == "knights")
        found["heap"] = lambda: heap.cost(starts) if scene == "cost" else heap.walk(starts, neighbours)
        for threads in self.given.threads if self.thuso else []:
            thuso, output = Thuso(self.thuso, land.folder), f"thuso{threads}.tif"
            found[f"thuso, {threads} thread{'s' * (threads > 1)}"] = lambda threads=threads, output=output: (
                thuso.cost(starts, threads, output=output) if scene == "cost" else thuso.walk(starts, threads, neighbours, output=output)
            )
        return found

    def reference(self, land, scene):
        """The raster of the first contender's last run, and its unit in seconds. r.cost counts a cell's side as 1: its costs times the
        side are the seconds that the friction in s/m stands for."""
        if not self.grass_home:
            return land.folder / "heap.tif", 1
        side = 100 if scene == "cost" else 1
        return Grass(land.folder, land.n_cells).raster(land.folder / "grass.tif"), side

    def agreements(self, land, scene, names):
        there, factor = self.reference(land, scene)
        found = {}
        for name in names[1:]:
            here = land.folder / ("heap.tif" if name == "heap" else f"thuso{name.split()[1]}.tif")
            found[name] = json.loads(helper("agreement.py", here, there, factor))
        outputs = [land.folder / f"thuso{threads}.tif" for threads in self.given.threads] if self.thuso else []
        for other in outputs[1:]:
            if outputs[0].read_bytes() != other.read_bytes():
                self.note(f"{land.name}, {scene}: {outputs[0].name} and {other.name} are not the same bytes")
        return found

    def same_answer(self, land, scene, starts):
        say(f"{land.name}, {starts} starts: {scene}")
        contenders = self.contenders(land, scene, starts)
        names = list(contenders)
        runs = paired(self.given.runs, contenders)
        agreement = self.agreements(land, scene, names)
        n_reached = max([found["cells"] for found in agreement.values()], default=land.n_cells)
        for name in names:
            used, first, found = runs[name], runs[names[0]], agreement.get(name)
            self.raw.append(dict(raster=land.name, scene=scene, starts=starts, program=name, reached=n_reached, agreement=found,
                                 wall=[run.wall for run in used], cpu=[run.cpu for run in used], peak=[run.peak for run in used]))
            off = "reference"
            if found:
                unlike = found["only_here"] + found["only_there"]
                off = f"{found['relative']:.1e}" + (f", {unlike:,} cells reached by one only" if unlike else "")
            self.rows.append([
                land.name, f"{starts}", {"walk": "walk, 8", "knights": "walk, 16", "cost": "friction, 8"}[scene], name,
                number(median([run.wall for run in used])), number(median([run.cpu for run in used])),
                number(1e9 * median([run.cpu for run in used]) / max(n_reached, 1)),
                number(max(run.peak for run in used) / land.n_cells), number(ratio(used, first, "wall")), number(ratio(used, first, "cpu")), off,
            ])
            if name.startswith("thuso") and starts > 1:
                self.judge(land, scene, name, used, first, n_reached)

    def judge(self, land, scene, name, used, first, n_reached):
        """Targets are for rasters from 4,000 squared on; smaller ones are mostly the start of the process."""
        threads, large = int(name.split()[1]), land.n_cells > 5e7
        aim = (lambda text: text) if land.n_cells >= 1.6e7 else (lambda text: "")
        if scene == "walk" and self.grass_home and threads == 2:
            self.target(f"r.walk / thuso, wall, 2 threads, {land.name}", aim("50; 100 hoped for" if large else "50"), ratio(used, first, "wall"))
        if scene == "walk" and self.grass_home and threads == 1:
            self.target(f"r.walk / thuso, CPU, 1 thread, {land.name}", aim("40" if large else "25"), ratio(used, first, "cpu"))
        if scene == "knights" and self.grass_home and threads == 2:
            self.target(f"r.walk -k / thuso, wall, 2 threads, {land.name}", aim("60"), ratio(used, first, "wall"))
        if scene == "walk" and threads == 2:
            by_cell = 1e9 * median([run.wall for run in used]) / max(n_reached, 1)
            peak = max(run.peak for run in used)
            self.target(f"wall ns a reached cell, 2 threads, {land.name}", "", by_cell)
            self.target(f"bytes a cell beyond 64 MB, {land.name}", aim("at most 9"), max(0, peak - FREE_BYTES) / land.n_cells)
            if self.by_cell and land.n_cells > self.by_cell[1]:
                grown = 100 * (by_cell / self.by_cell[2] - 1)
                self.target(f"growth of that from {self.by_cell[0]} to {land.name}, %", "under 20 from 4,000 to 10,000", grown)
            elif land.n_cells >= 1.6e7:
                self.by_cell = (land.name, land.n_cells, by_cell)

    def target(self, what, wanted, here):
        self.targets.append([what, wanted, number(here)])

    # --- thuso against itself ---------------------------------------------------------------------------------------

    def defaults(self, land, starts):
        say(f"{land.name}: the defaults against 8, cut, planar")
        thuso, threads = Thuso(self.thuso, land.folder), max(self.given.threads)
        runs = paired(self.given.runs, {
            "8, cut, planar": lambda: thuso.classes(starts, threads, *thuso.plain(8)),
            "defaults": lambda: thuso.classes(starts, threads),
        })
        self.raw.append(dict(raster=land.name, scene="defaults", starts=starts, wall={name: [run.wall for run in used] for name, used in runs.items()}))
        self.target(f"the defaults / (8, cut, planar), wall, {threads} threads, {land.name}", "at most 2.5",
                    ratio(runs["8, cut, planar"], runs["defaults"], "wall"))

    def memory(self, land, starts):
        say(f"{land.name}: half of the memory")
        thuso, threads = Thuso(self.thuso, land.folder), max(self.given.threads)
        told = re.search(r'"need_bytes"\s*:\s*([0-9.e+]+)', thuso.walk(starts, threads).said)
        need = float(told.group(1)) if told else 9.0 * land.n_cells
        words = ["--memory", f"{need / 2e6:.0f} MB"]
        runs = paired(self.given.runs, {
            "in memory": lambda: thuso.walk(starts, threads, output="thuso.tif"),
            "half": lambda: thuso.walk(starts, threads, 8, *words, output="half.tif"),
        })
        if (land.folder / "thuso.tif").read_bytes() != (land.folder / "half.tif").read_bytes():
            self.note(f"{land.name}: with half of the memory the bytes are others")
        self.raw.append(dict(raster=land.name, scene="memory", need=need, wall={name: [run.wall for run in used] for name, used in runs.items()},
                             peak={name: [run.peak for run in used] for name, used in runs.items()}))
        self.target(f"half of the needed {need / 1e6:,.0f} MB / all of it, wall, {land.name} (peak {max(run.peak for run in runs['half']) / 1e6:,.0f} MB)",
                    "at most 1.5", ratio(runs["in memory"], runs["half"], "wall"))

    # --- origins and destinations -----------------------------------------------------------------------------------

    def matrix(self, land, n):
        say(f"{land.name}: {n} candidates, {LIMIT_S // 3600} h")
        heap = Heap(self.given.heap, land.folder).matrix(n, LIMIT_S)
        settled = int(heap.said.split()[-1])
        self.target(f"settled cells of {n:,} searches within 2 h, {land.name}", "", settled)
        self.target(f"heap, 1 thread: wall ns a settled cell, {land.name}", "", 1e9 * heap.wall / settled)
        loop = self.loop(land, n) if self.grass_home else None
        if loop:
            self.target(f"r.walk loop, {n:,} windows of 50 km, s, measured on {self.given.loop} and scaled", "", loop)
        if not self.thuso:
            return
        thuso = Thuso(self.thuso, land.folder)
        runs = paired(self.given.runs, {threads: (lambda threads=threads: thuso.matrix(n, threads, LIMIT_S)) for threads in self.given.threads})
        for threads, used in runs.items():
            wall = median([run.wall for run in used])
            self.raw.append(dict(raster=land.name, scene="matrix", candidates=n, threads=threads, settled=settled, wall=[run.wall for run in used], loop=loop))
            self.target(f"OD, {n:,} candidates, {threads} threads: wall ns a settled cell, whole process {number(wall)} s, {land.name}",
                        "at most 25" if threads == 2 else "", 1e9 * wall / settled)
            if loop:
                self.target(f"r.walk loop / OD, wall, {threads} threads, {land.name}", "1,500" if threads == 2 else "", loop / wall)
        self.same_matrix(land)

    def loop(self, land, n):
        grass, wall = Grass(land.folder, land.n_cells), []
        lines = (land.folder / f"points_{n}.csv").read_text().splitlines()[1 : self.given.loop + 1]
        for line in lines:
            _, x, y = map(float, line.split(","))
            wall.append(grass.walk_around(x, y, WINDOW_M, LIMIT_S))
        grass.whole_region()
        return sum(wall) / len(wall) * n

    def same_matrix(self, land):
        there, here = pairs(land.folder / "heap_od.csv"), pairs(land.folder / "thuso_od.csv")
        both = there.keys() & here.keys()
        off = max((abs(here[pair] - there[pair]) / (1 + there[pair]) for pair in both), default=0)
        self.note(f"OD, {land.name}: {len(both):,} pairs, greatest relative difference to the heap {off:.1e}; in one only {len(there.keys() ^ here.keys()):,}")

    def national(self):
        land = self.landscape(NATIONAL["rows"], NATIONAL["cols"], NATIONAL["empty"], (NATIONAL["points"],))
        thuso, threads, starts = Thuso(self.thuso, land.folder), max(self.given.threads), NATIONAL["points"]
        runs = paired(self.given.runs, {
            "r.walk's model, 8": lambda: thuso.walk(starts, threads),
            "defaults": lambda: thuso.classes(starts, threads),
        })
        for name, used in runs.items():
            self.raw.append(dict(raster=land.name, scene="national", model=name, wall=[run.wall for run in used], cpu=[run.cpu for run in used],
                                 peak=[run.peak for run in used]))
            self.target(f"country-sized: {land.name}, 45 % empty, {starts:,} centres, {threads} threads, {name}: wall s "
                        f"(CPU {number(median([run.cpu for run in used]))} s, peak {max(run.peak for run in used) / 1e6:,.0f} MB)",
                        "under 12" if name != "defaults" else "", median([run.wall for run in used]))

    def siting(self):
        say("choosing sites: thuso locate, CBC, GLPK")
        self.siting_text = helper("siting.py", "--thuso", self.given.thuso, "--work", self.given.work / "siting", "--runs", self.given.runs)

    # --- all of it --------------------------------------------------------------------------------------------------

    def attempt(self, scene, *words):
        """A program that fails costs its scene, not the run."""
        try:
            scene(*words)
        except RuntimeError as why:
            self.failed = True
            self.note(f"FAILED: {str(why).strip()}")

    def run(self):
        given, largest = self.given, max(self.given.sizes)
        for size in given.sizes if set(given.only) - {"national", "siting"} else []:
            with_matrix = "matrix" in given.only and size == largest
            land = self.landscape(size, points=tuple(sorted({*given.starts, *[given.candidates] * with_matrix})))
            for scene in [scene for scene in ("walk", "knights", "cost") if scene in given.only]:
                # 16 neighbours and friction alone: with many starts only, they say little more with one.
                for starts in given.starts if scene == "walk" else given.starts[-1:]:
                    self.attempt(self.same_answer, land, scene, starts)
            if "defaults" in given.only and self.thuso:
                self.attempt(self.defaults, land, given.starts[-1])
            if "memory" in given.only and self.thuso and land.n_cells >= BOUNDED_CELLS:
                self.attempt(self.memory, land, given.starts[-1])
            if with_matrix:
                self.attempt(self.matrix, land, given.candidates)
        if "siting" in given.only and self.thuso:
            self.attempt(self.siting)
        if "national" in given.only and self.thuso:
            self.attempt(self.national)

    def text(self):
        lines = [machine(self), ""]
        if self.rows:
            heads = ["raster", "starts", "model", "program", "wall s", "CPU s", "CPU ns/cell", "B/cell", "times in wall", "times in CPU", "difference"]
            lines += table(heads, self.rows, "lrllrrrrrrl") + [""]
        if self.targets:
            lines += table(["", "target", "here"], self.targets, "llr") + [""]
        return "\n".join(lines + [f"* {note}" for note in self.notes] + ["", self.siting_text])


def pairs(path):
    found = {}
    with open(path) as lines:
        next(lines)
        for line in lines:
            start, end, cost = line.rstrip("\n").split(",")
            if cost:
                found[(int(start), int(end))] = float(cost)
    return found


def table(heads, rows, sides):
    marks = {"l": "---", "r": "---:"}
    lines = [heads, [marks[side] for side in sides], *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]


def first_line(*words):
    try:
        return subprocess.run(words, capture_output=True, text=True).stdout.splitlines()[0]
    except (OSError, IndexError):
        return ""


def machine_line(thuso, runs, peers):
    cpu = next((line.split(":", 1)[1].strip() for line in first_lines("lscpu") if line.startswith("Model name")), platform.machine())
    memory = next((int(line.split()[1]) / 1048576 for line in open("/proc/meminfo") if line.startswith("MemTotal")), 0)
    load = open("/proc/loadavg").read().split()[0]
    return (f"{datetime.date.today()}, {cpu}, {first_line('nproc')} cores, {memory:.0f} GB, {platform.system()} {platform.release()}; {peers}, "
            f"{first_line(thuso, '--version')}; medians of {runs} runs in turn, load {load}.")


def machine(bench):
    grass = first_line("grass", "--config", "version") if bench.grass_home else "no GRASS"
    return machine_line(bench.given.thuso, bench.given.runs, f"GRASS {grass}, {first_line('gdalinfo', '--version').split(',')[0]}")


def first_lines(*words):
    try:
        return subprocess.run(words, capture_output=True, text=True).stdout.splitlines()
    except OSError:
        return []


def main():
    ask = argparse.ArgumentParser(prog="scripts/dev bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--sizes", type=int, nargs="+", default=[1000, 2000, 4000], help="rows and columns (1000 2000 4000)")
    ask.add_argument("--starts", type=int, nargs="+", default=[1, 500])
    ask.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    ask.add_argument("--runs", type=int, default=3, help="rounds; medians are printed (3)")
    ask.add_argument("--only", nargs="+", choices=SCENES, default=[scene for scene in SCENES if scene != "national"],
                     help="what to run; all but national (14,000 x 16,000), which comes on request")
    ask.add_argument("--candidates", type=int, default=5000, help="of the OD, on the largest raster (5000)")
    ask.add_argument("--loop", type=int, default=20, help="searches of the r.walk loop that are measured (20)")
    ask.add_argument("--tiled", action="store_true", help="GeoTIFFs in tiles of 256 instead of strips")
    ask.add_argument("--no-grass", action="store_true")
    ask.add_argument("--thuso", type=pathlib.Path, default="build-bench/src/cli/thuso")
    ask.add_argument("--heap", type=pathlib.Path, default="build-bench/tests/bench/bench-heap")
    ask.add_argument("--work", type=pathlib.Path, default="build-bench/bench", help="landscapes, GRASS's database, results")
    ask.add_argument("--clean", action="store_true", help="remove the landscapes at the end")
    given = ask.parse_args()
    given.work, given.thuso, given.heap = given.work.resolve(), given.thuso.resolve(), given.heap.resolve()
    given.work.mkdir(parents=True, exist_ok=True)
    bench = Bench(given)
    try:
        bench.run()
    finally:
        text = bench.text()
        (given.work / "bench.md").write_text(text + "\n")
        (given.work / "bench.json").write_text(json.dumps(bench.raw, indent=1) + "\n")
        print(text)
        if given.clean:
            for folder in given.work.iterdir():
                if folder.is_dir():
                    shutil.rmtree(folder)
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
