"""Reading results: rows of a GeoPackage's tables, comparisons, and the checks that any result must pass."""
import hashlib
import os
import pathlib
import sqlite3
import subprocess

from tap import SHARED, Skip


def rows(path, query, *values):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        db.row_factory = sqlite3.Row
        return db.execute(query, values).fetchall()


def tables(path):
    return {row[0] for row in rows(path, "SELECT table_name FROM gpkg_contents")}


def hashes(folder):
    """SHA-256 of every file but the run's record, which may differ between equal runs."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(pathlib.Path(folder).rglob("*"))
        if file.is_file() and not file.name.endswith(".run.json")
    }


def content(path, leave_out=()):
    """Every row of every table, for comparing results whose bytes may differ in the tables left out."""
    found = {}
    for name in sorted(tables(path) - set(leave_out)):
        found[name] = [tuple(row) for row in rows(path, f'SELECT * FROM "{name}"')]
    return found


def audit(path):
    return {row["name"]: float(row["value"]) for row in rows(path, "SELECT name, value FROM run WHERE kind = 'audit'")}


def check_people(path):
    """People in = people out, to 1e-9, over the whole run and in every area table; bands add up to the area's people."""
    a = audit(path)

    def same(x, y, what):
        assert abs(x - y) <= 1e-9 * max(abs(x), abs(y), 1) + 1e-6, f"{what}: {x} is not {y}"

    same(a["people_in"], a["people_on_grid"] + a["people_off_grid"], "in = on the grid + off it")
    same(a["people_in"], a["people_out"], "in = out")
    same(a["people_inside_area"], a["people_assessed"] + a["people_no_data"], "inside = assessed + no data")
    for state in ("now", "plan"):
        same(a["people_assessed"], a[f"people_served_{state}"] + a[f"people_unserved_{state}"], f"assessed = served + unserved, {state}")
        for row in rows(path, "SELECT * FROM municipalities"):
            same(row["people"], row["people_assessed"] + row["people_no_data"], row["id"])
            same(row["people_assessed"], row[f"people_served_{state}"] + row[f"people_unserved_{state}"], row["id"])
            kinds = sum(row[f"people_{kind}_{state}"] for kind in ("no_path", "beyond_search", "on_barrier"))
            same(row[f"people_unreachable_{state}"], kinds, row["id"] + " unreachable")
    total = sum(row["people"] for row in rows(path, "SELECT people FROM municipalities"))
    same(total, a["people_inside_area"], "municipalities add up")
    for row in rows(path, "SELECT state, trip, sum(people) AS people FROM travel_bands GROUP BY state, trip"):
        same(row["people"], a["people_inside_area"], f"bands of {row['state']} {row['trip']}")
    served = {row["plan"]: row["people_total"] for row in rows(path, "SELECT plan, people_total FROM planned_sites WHERE step = 0")}
    for plan in set(served) & {"brownfields", "one_per_municipality"}:
        same(served[plan], a["people_served_now"], f"{plan} begins with the people served now")
    for row in rows(path, "SELECT * FROM planned_sites WHERE step > 0 ORDER BY plan, step"):
        served[row["plan"]] = served.get(row["plan"], 0) + row["people_added"]
        same(served[row["plan"]], row["people_total"], f"gains add up at step {row['step']}")
    return a


def shared_check(script, *words):
    path = SHARED / "checks" / script
    if not path.exists():
        raise Skip(f"no {script} here")
    done = subprocess.run([str(path), *map(str, words)], capture_output=True, text=True, timeout=600, env=dict(os.environ))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def check_geopackage(path):
    shared_check("check_gpkg.sh", path)


def check_qgis(path):
    if subprocess.run(["/usr/bin/python3", "-c", "import qgis.core"], capture_output=True).returncode != 0:
        raise Skip("QGIS is not installed")
    project = rows(path, "SELECT name FROM qgis_projects")[0][0]
    shared_check("check_qgis_opens.py", path, "--project", project)
    shared_check("check_qgis_opens.py", path, "--project-file", path.with_suffix(".qgz"))
