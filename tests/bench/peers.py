"""The programs that the bench runs, each as a command line over the files of a landscape (terrain.py)."""
import os
import pathlib
import shutil
import subprocess
import sys
import time

BENCH = pathlib.Path(__file__).resolve().parent
GRASS_BYTES_A_CELL = 48  # more than r.walk and r.cost were seen to take, so that they never swap


class Run:
    """What one process, with all that it started, took."""

    def __init__(self, words, env=None):
        self.words = [str(word) for word in words]
        began = time.monotonic()
        process = subprocess.Popen(self.words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env)
        self.said = process.stdout.read().decode(errors="replace")
        _, status, used = os.wait4(process.pid, 0)
        self.wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu = used.ru_utime + used.ru_stime
        self.peak = used.ru_maxrss * 1024
        if process.returncode != 0:
            raise RuntimeError(f"{' '.join(self.words)}: exit {process.returncode}\n{self.said[-1500:]}")


def helper(name, *words):
    """A program of this folder in a process of its own: what this process holds would count in the peaks of those it starts."""
    done = subprocess.run([BENCH / name, *map(str, words)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{name}: {done.stderr[-1500:]}")
    return done.stdout


class Grass:
    """GRASS's modules called directly, without the start of its shell. Its database is beside the landscape; import and export do not count."""

    @staticmethod
    def home():
        if not shutil.which("grass"):
            return None
        found = subprocess.run(["grass", "--config", "path"], capture_output=True, text=True)
        return found.stdout.strip().splitlines()[-1] if found.returncode == 0 and found.stdout.strip() else None

    def __init__(self, folder, n_cells):
        home = self.home()
        self.folder, self.memory = folder, max(300, n_cells * GRASS_BYTES_A_CELL >> 20)
        settings = folder / "grass.rc"
        settings.write_text(f"GISDBASE: {folder}\nLOCATION_NAME: grass\nMAPSET: PERMANENT\nGUI: text\n")
        paths = [f"{home}/bin", f"{home}/scripts", os.environ["PATH"]]
        libraries = [f"{home}/lib", os.environ.get("LD_LIBRARY_PATH", "")]
        self.env = dict(os.environ, GISBASE=home, GISRC=str(settings), PATH=":".join(paths), LD_LIBRARY_PATH=":".join(libraries).rstrip(":"))

    def load(self, points):
        shutil.rmtree(self.folder / "grass", ignore_errors=True)
        subprocess.run(["grass", "-c", self.folder / "dem.tif", self.folder / "grass", "-e"], check=True, capture_output=True)
        for name in ("dem", "classes", "slowness"):
            self.run("r.in.gdal", f"input={self.folder}/{name}.tif", f"output={name}")
        self.run("g.region", "raster=dem")
        for n in points:
            self.run("v.in.ascii", f"input={self.folder}/points_{n}.csv", f"output=points_{n}", "separator=comma", "skip=1", "x=2", "y=3", "cat=1")

    def run(self, *words):
        more = [] if words[0] == "g.region" else ["--overwrite"]
        return Run([*words, *more, "--quiet"], self.env)

    def walk(self, points, knights=False):
        return self.run("r.walk", *["-k"] * knights, "elevation=dem", "friction=classes", f"start_points=points_{points}", "output=cost",
                        "lambda=1", f"memory={self.memory}")

    def cost(self, points, knights=False):
        return self.run("r.cost", *["-k"] * knights, "input=slowness", f"start_points=points_{points}", "output=cost", f"memory={self.memory}")

    def walk_around(self, x, y, half_m, limit_s):
        """One turn of the OD loop: a window around the point, then the search as far as the limit."""
        window = self.run("g.region", f"n={y + half_m}", f"s={y - half_m}", f"w={x - half_m}", f"e={x + half_m}", "align=dem")
        walk = self.run("r.walk", "elevation=dem", "friction=classes", f"start_coordinates={x},{y}", f"max_cost={limit_s}", "output=od",
                        "lambda=1", "memory=2000")
        return window.wall + walk.wall

    def whole_region(self):
        self.run("g.region", "raster=dem")

    def raster(self, path):
        """The last result as a GeoTIFF, for comparison."""
        path.unlink(missing_ok=True)
        self.run("r.out.gdal", "-c", "-m", "input=cost", f"output={path}", "format=GTiff", "type=Float64", "nodata=-1")
        return path


class Heap:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def walk(self, points, neighbours=8):
        return Run([self.program, self.folder / "dem.tif", self.folder / "classes.tif", self.folder / f"points_{points}.csv", neighbours,
                    self.folder / "heap.tif"])

    def cost(self, points, neighbours=8):
        return Run([self.program, "-", self.folder / "slowness.tif", self.folder / f"points_{points}.csv", neighbours, self.folder / "heap.tif"])

    def matrix(self, points, limit_s):
        return Run([self.program, self.folder / "dem.tif", self.folder / "classes.tif", self.folder / f"points_{points}.csv", 8, "--od", limit_s,
                    self.folder / "heap_od.csv"])


class Thuso:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    @staticmethod
    def has_cost(program):
        return program.exists() and subprocess.run([program, "cost", "--help"], capture_output=True).returncode == 0

    def run(self, points, threads, *words, output="thuso.tif"):
        more = ["--output", self.folder / output] if output else []
        return Run([self.program, "cost", "--sources", self.folder / f"points_{points}.csv", "--direction", "from", "--threads", threads, *words,
                    *more, "--overwrite", "--progress", "none", "--json"])

    def plain(self, neighbours):
        return ["--neighbours", neighbours, "--corners", "cut", "--lengths", "planar"]

    def walk(self, points, threads, neighbours=8, *words, output="thuso.tif"):
        return self.run(points, threads, "--friction", self.folder / "classes.tif", "--elevation", self.folder / "dem.tif",
                        *self.plain(neighbours), *words, output=output)

    def cost(self, points, threads, neighbours=8, output="thuso.tif"):
        return self.run(points, threads, "--friction", self.folder / "slowness.tif", *self.plain(neighbours), output=output)

    def classes(self, points, threads, *words):
        """Land cover and heights as a planner gives them: 16 neighbours, guarded corners, ground lengths, Tobler."""
        return self.run(points, threads, "--landcover", self.folder / "classes.tif", "--speeds", self.folder / "speeds.csv", "--elevation",
                        self.folder / "dem.tif", *words)

    def matrix(self, points, threads, limit_s):
        return self.walk(points, threads, 8, "--limit", f"{limit_s} s", "--od", self.folder / "thuso_od.csv", output=None)


def say(text):
    print(text, file=sys.stderr, flush=True)
