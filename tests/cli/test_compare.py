"""`thuso compare`: two results of the demonstration study, and what may be wrong with them."""
import csv
import json
import pathlib
import shutil
import sqlite3
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from results import rows  # noqa: E402
from tap import SOURCE, main, thuso  # noqa: E402

DATA = {"THUSO_GEODATA": str(SOURCE / "geodata")}
made = {}


def results(folder):
    """The demonstration run twice: as it is, and with another limit, another weight and an input of another hash. Made once."""
    if not made:
        home = pathlib.Path(tempfile.mkdtemp(prefix="thuso-compare-"))
        made["home"] = home
        thuso("new", home / "demo", "--from-demo", env=DATA)
        study, speeds = home / "demo" / "study.yaml", home / "demo" / "speeds_roads.csv"
        thuso("run", study, "--progress", "none", "--quiet", "--output", home / "old" / "old.gpkg")
        text = study.read_text()
        for before, after in (("use: people_gained, weight: 40", "use: people_gained, weight: 10"), ("limit: 30 min", "limit: 40 min")):
            assert before in text
            text = text.replace(before, after, 1)
        study.write_text(text)
        speeds.write_text(speeds.read_text() + "\n")  # another hash, the same speeds
        thuso("run", study, "--progress", "none", "--quiet", "--output", home / "new" / "new.gpkg")
    for name in ("old", "new"):
        shutil.copy(made["home"] / name / f"{name}.gpkg", folder)
    return folder / "old.gpkg", folder / "new.gpkg"


def compared(old, new):
    data = json.loads(thuso("compare", old, new, "--json")[0])
    assert data["old"] == str(old) and data["new"] == str(new)
    return data


def of_kind(data, kind):
    return [change for change in data["changes"] if change["kind"] == kind]


def edited(path, *statements):
    with sqlite3.connect(path) as db:
        db.create_function("ST_IsEmpty", 1, lambda shape: 0)
        for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            db.create_function(name, 1, lambda shape: 0.0)
        for statement in statements:
            db.execute(statement)
    db.close()


def without(path, *names):
    for name in names:
        edited(path, *[f"DROP TRIGGER \"{row['name']}\"" for row in
                       rows(path, "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", name)])
        edited(path, f"DELETE FROM gpkg_geometry_columns WHERE table_name = '{name}'", f"DELETE FROM gpkg_extensions WHERE table_name = '{name}'",
               f"DELETE FROM gpkg_contents WHERE table_name = '{name}'", f'DROP TABLE "{name}"')


# --- the same result, and another ------------------------------------------------------------------------------------------


def test_nothing_changed(folder):
    old, _ = results(folder)
    data = compared(old, old)
    assert data["changes"] == [] and data["notes"] == []
    assert data["summary"]["sites_same"] == data["summary"]["sites_old"] > 100
    text, _ = thuso("compare", old, old)
    assert "Nothing changed" in text


def test_ranking(folder):
    old, new = results(folder)
    then, now = ({row["site"]: row["rank"] for row in rows(path, "SELECT site, rank FROM ranked_sites")} for path in (old, new))
    want = {site: ("up" if now[site] < then[site] else "down") for site in then.keys() & now.keys() if now[site] != then[site]}
    want |= {site: "new" for site in now.keys() - then.keys()} | {site: "gone" for site in then.keys() - now.keys()}
    data = compared(old, new)
    found = of_kind(data, "ranked_site")
    assert {c["id"]: c["change"] for c in found} == want and len(found) == len(want)
    for c in found:
        assert c["old"] == (str(then[c["id"]]) if c["id"] in then else None)
        assert c["new"] == (str(now[c["id"]]) if c["id"] in now else None)
        assert c["difference"] == (now[c["id"]] - then[c["id"]] if c["id"] in then and c["id"] in now else None)
    for word, name in (("up", "up"), ("down", "down"), ("new", "added"), ("gone", "gone")):
        assert data["summary"][f"sites_{name}"] == sum(w == word for w in want.values())
    assert set(want.values()) == {"up", "down", "new", "gone"}, "the change of the study is too small to test anything"
    ranks = [int(c["new"]) for c in found if c["new"]]
    assert ranks == sorted(ranks)


def test_plans(folder):
    old, new = results(folder)
    then, now = ({(r["plan"], r["site"]): r["step"] for r in rows(path, "SELECT plan, site, step FROM planned_sites")} for path in (old, new))
    data = compared(old, new)
    found = {(c["level"], c["id"]): c["change"] for c in of_kind(data, "planned_site")}
    assert {key for key, word in found.items() if word == "added"} == now.keys() - then.keys() != set()
    assert {key for key, word in found.items() if word == "dropped"} == then.keys() - now.keys() != set()
    for key in then.keys() & now.keys():
        assert found.get(key) == ("earlier" if now[key] < then[key] else "later" if now[key] > then[key] else None)
    assert data["summary"]["planned_same"] == len(then.keys() & now.keys())


def test_people(folder):
    old, new = results(folder)
    data = compared(old, new)
    for state in ("now", "plan"):
        for level in ("municipalities", "district", "province"):
            query = f"SELECT id, people_served_{state} AS served FROM {level}"
            then, now = ({row["id"]: row["served"] for row in rows(path, query)} for path in (old, new))
            want = {area: now[area] - then[area] for area in now if abs(now[area] - then[area]) >= 0.5}
            found = {c["id"]: c for c in of_kind(data, f"people_served_{state}") if c["level"] == level}
            assert found.keys() == want.keys() != set()
            for area, c in found.items():
                assert abs(c["difference"] - want[area]) < 1e-6 and c["change"] == ("gained" if want[area] > 0 else "lost")
        totals = [sum(row["s"] for row in rows(path, f"SELECT people_served_{state} AS s FROM municipalities")) for path in (old, new)]
        summary = data["summary"]
        assert abs(summary[f"served_{state}_new"] - totals[1]) < 1e-3 and abs(summary[f"served_{state}_old"] - totals[0]) < 1e-3
        assert abs(summary[f"gained_{state}"] - summary[f"lost_{state}"] - (totals[1] - totals[0])) < 1


def test_provenance(folder):
    old, new = results(folder)
    data = compared(old, new)
    found = {c["id"]: c for c in of_kind(data, "input")}
    then, now = ({r["name"]: r["sha256"] for r in rows(path, "SELECT name, sha256 FROM run WHERE kind = 'input'")} for path in (old, new))
    assert found.keys() == {"study.yaml", "speeds_roads.csv"}
    for name, c in found.items():
        assert (c["old"], c["new"], c["change"]) == (then[name], now[name], "changed")
    parameters = {c["id"]: (c["old"], c["new"]) for c in of_kind(data, "parameter")}
    assert parameters["standards.1.limit"] == ("30 min", "40 min")
    assert parameters["ranking.criteria.1.weight"] == ("40", "10")
    assert of_kind(data, "program") == []
    edited(new, "UPDATE run SET value = '9.9.9' WHERE name = 'PROJ'")
    program, = of_kind(compared(old, new), "program")
    assert program["id"] == "PROJ" and program["new"] == "9.9.9" and program["change"] == "changed"


def test_the_other_way_round(folder):
    old, new = results(folder)
    turned = {"up": "down", "down": "up", "new": "gone", "gone": "new", "added": "dropped", "dropped": "added", "earlier": "later",
              "later": "earlier", "gained": "lost", "lost": "gained", "changed": "changed"}
    there, back = ({(c["kind"], c["level"], c["id"]): c for c in compared(*pair)["changes"]} for pair in ((old, new), (new, old)))
    assert there.keys() == back.keys()
    for key, c in there.items():
        assert back[key]["change"] == turned[c["change"]] and (back[key]["old"], back[key]["new"]) == (c["new"], c["old"])
        assert c["difference"] is None or c["difference"] == -back[key]["difference"]


def test_centres(folder):
    old, new = results(folder)
    shutil.copy(old, new)
    sites = [row["site"] for row in rows(old, "SELECT site FROM centres ORDER BY site")]
    states = {row["site"]: row["is_open"] for row in rows(old, "SELECT site, is_open FROM centres")}
    edited(new, f"UPDATE centres SET is_open = 1 - is_open WHERE site = '{sites[0]}'", f"DELETE FROM centres WHERE site = '{sites[1]}'")
    found = {c["id"]: c["change"] for c in of_kind(compared(old, new), "centre")}
    assert found == {sites[0]: "closed" if states[sites[0]] else "opened", sites[1]: "gone"}


# --- text, CSV ----------------------------------------------------------------------------------------------------------------


def test_text(folder):
    old, new = results(folder)
    text, _ = thuso("compare", old, new, "--top", "3")
    for word in ("Ranking:", "up", "gone", "Planned sites:", "People served by open centres", "with the plan", "Inputs that changed: 2",
                 "speeds_roads.csv: changed", "30 min -> 40 min", "and", "more"):
        assert word in text, word
    assert len(text.splitlines()) < 70
    assert thuso("compare", old, new, "--quiet")[0] == ""


def test_csv(folder):
    old, new = results(folder)
    out = folder / "change.csv"
    text, _ = thuso("compare", old, new, "--output", out)
    assert text.splitlines()[-1] == f"result: {out}"
    with out.open(newline="") as file:
        table = list(csv.DictReader(file))
    data = compared(old, new)["changes"]
    assert len(table) == len(data) > 100
    for row, change in zip(table, data):
        assert all(row[name] == (change[name] or "") for name in ("kind", "level", "id", "title", "change", "old", "new"))
        assert (row["difference"] == "") == (change["difference"] is None)
        assert not row["difference"] or float(row["difference"]) == change["difference"]
    before = out.read_bytes()
    _, stderr = thuso("compare", old, new, "--output", out, code=2)
    assert "--overwrite" in stderr and out.read_bytes() == before
    thuso("compare", old, new, "--output", out, "--overwrite")
    assert out.read_bytes() == before
    assert sorted(p.name for p in folder.iterdir()) == ["change.csv", "new.gpkg", "old.gpkg"]
    assert ".csv" in thuso("compare", old, new, "--output", folder / "change.txt", code=2)[1]
    assert "does not exist" in thuso("compare", old, new, "--output", folder / "none" / "change.csv", code=2)[1]


def test_texts_of_a_spreadsheet(folder):
    """A title that would be a formula, or holds the separator, stays a text."""
    old, new = results(folder)
    shutil.copy(old, new)
    site = rows(old, "SELECT site FROM ranked_sites WHERE rank = 1")[0]["site"]
    edited(new, f"UPDATE ranked_sites SET rank = 99, title = '=1+1, \"x\"' WHERE site = '{site}'")
    thuso("compare", old, new, "--output", folder / "change.csv")
    with (folder / "change.csv").open(newline="") as file:
        row, = [row for row in csv.DictReader(file) if row["id"] == site]
    assert row["title"] == "'=1+1, \"x\"" and row["old"] == "1" and row["new"] == "99" and row["difference"] == "98"


# --- results that lack something -------------------------------------------------------------------------------------------------


def test_missing_sites_are_none(folder):
    old, new = results(folder)
    n = len(rows(old, "SELECT * FROM ranked_sites"))
    without(old, "ranked_sites", "planned_sites", "centres")
    data = compared(old, new)
    assert data["summary"]["sites_old"] == 0 and data["summary"]["sites_added"] == data["summary"]["sites_new"]
    assert {c["change"] for c in of_kind(data, "ranked_site")} == {"new"} and n > 0
    assert sum("taken as empty" in note for note in data["notes"]) == 3
    assert of_kind(data, "people_served_now"), "the other tables are compared all the same"


def test_missing_tables_are_noted(folder):
    old, new = results(folder)
    without(new, "run", "parameters", "district")
    data = compared(old, new)
    for kind in ("input", "parameter", "program"):
        assert of_kind(data, kind) == []
    assert data["summary"]["inputs_changed"] is None and data["summary"]["parameters_changed"] is None
    assert {c["level"] for c in of_kind(data, "people_served_now")} == {"municipalities", "province"}
    for word in ("run", "parameters", "district"):
        assert any(word in note and "new.gpkg" in note for note in data["notes"]), word
    text, _ = thuso("compare", old, new)
    assert "note: " in text


def test_missing_column(folder):
    old, new = results(folder)
    edited(new, "ALTER TABLE municipalities RENAME COLUMN people_served_plan TO served_differently")
    data = compared(old, new)
    assert {c["level"] for c in of_kind(data, "people_served_now")} == {"municipalities", "district", "province"}
    assert {c["level"] for c in of_kind(data, "people_served_plan")} == {"district", "province"}


def test_names_alike(folder):
    """Two results of one name are told apart by their folders."""
    old, new = results(folder)
    (folder / "a").mkdir()
    shutil.copy(new, folder / "a" / "old.gpkg")
    without(folder / "a" / "old.gpkg", "run")
    data = compared(old, folder / "a" / "old.gpkg")
    assert any(str(folder / "a" / "old.gpkg") in note for note in data["notes"])


# --- what is refused ---------------------------------------------------------------------------------------------------------------


def refused(code, old, new, *words):
    stdout, stderr = thuso("compare", old, new, code=code)
    lines = [line for line in stderr.splitlines() if line.startswith("thuso")]
    assert len(lines) == 1 and stdout == "", stderr
    for word in words:
        assert word in lines[0], f"{word!r} is missing in: {lines[0]}"
    error = json.loads(thuso("compare", old, new, "--json", code=code)[0])["error"]
    assert error["code"] == code


def test_refused(folder):
    old, new = results(folder)
    refused(3, old, SOURCE / "geodata" / "demo" / "demo.gpkg", "demo.gpkg", "no result of thuso", "thuso run")
    refused(3, folder / "none.gpkg", new, "none.gpkg")
    (folder / "torn.gpkg").write_bytes(old.read_bytes()[:20000])
    refused(3, folder / "torn.gpkg", new, "torn.gpkg")
    (folder / "text.gpkg").write_text("this is no GeoPackage")
    refused(3, old, folder / "text.gpkg", "text.gpkg")
    (folder / "old.csv").write_text("site,rank\n")
    refused(3, folder / "old.csv", new, "old.csv", ".gpkg")
    thuso("compare", old, code=2)
    thuso("compare", old, new, new, code=2)
    thuso("compare", old, new, "--top", "-1", code=2)


def test_help(folder):
    text, _ = thuso("compare", "--help")
    assert "OLD.gpkg NEW.gpkg" in text and "--top" in text and "change.csv" in text


if __name__ == "__main__":
    tests = [test for name, test in list(globals().items()) if name.startswith("test_")]
    try:
        main(tests)
    finally:
        if made:
            shutil.rmtree(made["home"])
