#!/usr/bin/python3
"""`thuso new --layers`: a folder of layers becomes a study that runs once its decisions are filled in, and nothing else is changed."""
import csv
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "support"))
from results import check_people, content, hashes, rows, tables  # noqa: E402
from tap import SHARED, SOURCE, Skip, main, thuso  # noqa: E402

DEMO = SOURCE / "geodata" / "demo"
GEODATA = {"THUSO_GEODATA": str(SOURCE / "geodata")}
BANDS = "[15 min, 30 min, 45 min, 60 min, 90 min, 120 min]"


def new(folder, layers, *words):
    thuso("new", folder, "--layers", layers, "--progress", "none", *words, env=GEODATA)
    return folder / "study.yaml"


def decide(study, *decisions):
    """Fills in the DECIDEs in their order; there must be as many as decisions, and nothing else is changed."""
    lines, left = [], list(decisions)
    for line in study.read_text().splitlines():
        code, mark, said = line.partition(" #")
        while "DECIDE" in code and not line.startswith("#"):
            code = code.replace("DECIDE", left.pop(0), 1)
        lines.append(code + mark + said)
    assert not left, f"decisions that the study does not ask for: {left}"
    study.write_text("\n".join(lines) + "\n")
    return study


def code_of(study):
    return "\n".join(line.partition(" #")[0] for line in study.read_text().splitlines() if not line.startswith("#"))


# --- the demonstration ---------------------------------------------------------------------------------------------------


def test_demonstration(folder):
    before = hashes(DEMO)
    study = new(folder / "mine", DEMO)
    text, said = code_of(study), study.read_text()
    for words in (
        "boundaries: {layer: municipalities}", "id: code", "district: {id: district, title: district_title}",
        "people: {layer: wards, field: population, id: id}", "layers: [{layer: buildings}]", "elevation: {", "landcover: {",
        "roads: {layer: roads, class: class", "bridges: {field: bridge, values: [\"yes\"]}", "{layer: dams}", "field: status, values: DECIDE",
        "{layer: service_points, department: department}", "{layer: schools, prefix: school, id: id, title: title",
        "{layer: zones, need: need, potential: potential, breaks: DECIDE, category: nsdp_category, role: pgds_role}",
        "{use: inside, layer: floodline}",
    ):
        assert words in text, f"{words!r} is missing in:\n{said}"
    for words in ("DEM01", "functional (3), non-functional (1)", "pgds_nodes", "need.csv", "92 of 102 keys", "population.tif", "demand: control"):
        assert words in said, f"{words!r} is missing in:\n{said}"
    _, stderr = thuso("check", study, "--progress", "none", code=2)
    assert "still to be decided" in stderr and "limit" in stderr
    decide(study, "30 min", "a test", BANDS, "[functional]", "quantiles", "60", "40")
    thuso("run", study, "--quiet")
    result = folder / "mine" / "results" / "mine.gpkg"
    a = check_people(result)
    own = rows(DEMO / "demo.gpkg", "SELECT sum(population) AS p FROM wards WHERE municipality <> 'OUT'")[0]["p"]
    assert abs(a["people_inside_area"] - own) < 0.001 * own
    assert len(rows(result, "SELECT * FROM municipalities")) == 8
    assert [row["id"] for row in rows(result, "SELECT id FROM centres WHERE is_open = 1")] == ["TSC01", "TSC02", "TSC03"]
    assert before == hashes(DEMO), "a layer was changed, or something written beside it"


def test_same_as_by_hand(folder):
    """What is guessed of roads, people and centres gives the numbers of the study that was written by hand."""
    shutil.copytree(DEMO, folder / "hand")
    by_hand = folder / "hand" / "study.yaml"
    written = decide(new(folder / "mine", DEMO), "30 min", "a test", BANDS, "[functional]", "quantiles", "60", "40")
    thuso("run", by_hand, "--quiet")
    thuso("run", written, "--quiet")
    columns = "id, people, people_assessed, people_served_now, mean_cost_now, p95_cost_now"
    hand, mine = (
        [tuple(row) for row in rows(path, f"SELECT {columns} FROM municipalities ORDER BY id")]
        for path in (folder / "hand" / "results" / "demo.gpkg", folder / "mine" / "results" / "mine.gpkg")
    )
    assert hand == mine, (hand, mine)


def test_in_kilometres(folder):
    study = decide(new(folder / "mine", DEMO), "15 km", "a test", "[5 km, 10 km, 15 km, 25 km, 40 km]", "[functional]", "quantiles", "60", "40")
    thuso("check", study, "--progress", "none")


def test_full(folder):
    short, full = new(folder / "short", DEMO), new(folder / "full", DEMO, "--full")
    assert code_of(full).replace("full", "short").strip() == code_of(short).strip()
    text = full.read_text()
    for block in ("# siting:", "# classes:", "# rollout:", "# monitoring:", "# report:", "# clusters:", "#   search_limit:", "#   direction: to"):
        assert block in text, block
    assert "#   cell:" not in text, "a key that the study has stands in the list of others"
    assert len(short.read_text().splitlines()) < 90


# --- files of every kind --------------------------------------------------------------------------------------------------


def table(path, name, header, lines):
    with open(path / name, "w", newline="") as file:
        csv.writer(file).writerows([header, *lines])


def keep(path, *layers):
    """The GeoPackage with these layers only."""
    with sqlite3.connect(path) as db:
        for (name,) in db.execute("SELECT table_name FROM gpkg_contents").fetchall():
            if name not in layers:
                db.execute("DELETE FROM gpkg_contents WHERE table_name = ?", (name,))
                db.execute("DELETE FROM gpkg_geometry_columns WHERE table_name = ?", (name,))
    return path


def test_layers_as_planners_have_them(folder):
    """Points in CSV with longitude and latitude, wards whose people stand in a table, road classes that nobody knows."""
    layers = folder / "data of 2026"
    (layers / "old").mkdir(parents=True)
    shutil.copy(DEMO / "demo.gpkg", layers / "base.gpkg")
    db = sqlite3.connect(layers / "base.gpkg")
    people = db.execute("SELECT id, population FROM wards").fetchall()
    for trigger in [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
        db.execute(f'DROP TRIGGER "{trigger}"')
    db.execute("ALTER TABLE wards DROP COLUMN population")
    db.execute("ALTER TABLE wards DROP COLUMN adults")
    db.execute("ALTER TABLE wards DROP COLUMN households")
    db.execute("UPDATE roads SET class = 'gravel, district' WHERE class = 'tertiary'")
    db.commit()
    db.close()
    keep(layers / "base.gpkg", "municipalities", "wards", "roads", "rivers", "buildings")
    table(layers, "census.csv", ["ward", "total_pop"], people)
    table(layers, "clinics.csv", ["facility_id", "name", "longitude", "latitude"],
          [[i, f"Clinic {i}", 28.5 + 0.03 * i, -24.2 - 0.02 * i] for i in range(20)])
    table(layers, "thusong.csv", ["name", "state", "longitude", "latitude"],
          [["North", "open", 28.7, -24.3], ["South", "", 28.8, -24.5]])
    (layers / "old" / "notes.txt").write_text("ask the district\n")
    (layers / "broken.shp").write_bytes(b"no shapefile")
    study = new(folder / "my study", layers)
    text, said = code_of(study), study.read_text()
    assert "join: {path: \"../data of 2026/census.csv\"" in text or "join: {path: ../data of 2026/census.csv" in text, text
    assert "key: ward, to: id" in text and "field: total_pop" in text, text
    assert "clinics.csv, prefix: clinic, id: facility_id, title: name" in text, text
    assert "field: state, values: DECIDE" in text, text
    assert "broken.shp" in said and str(folder) not in said, said
    speeds = list(csv.DictReader(open(folder / "my study" / "speeds_roads.csv")))
    assert {row["class"]: row["speed_km_per_h"] for row in speeds}["gravel, district"] == "DECIDE"
    assert {row["class"]: row["speed_km_per_h"] for row in speeds}["national"] == "100"
    assert all(row["source"] for row in speeds)
    decide(study, "30 min", "a test", BANDS, "[open]")
    _, stderr = thuso("check", study, "--progress", "none", code=3)
    assert "gravel, district" in stderr and "still to be decided" in stderr and "speeds_roads.csv" in stderr, stderr
    speeds_file = folder / "my study" / "speeds_roads.csv"
    speeds_file.write_text(speeds_file.read_text().replace("DECIDE", "40"))
    stdout, _ = thuso("check", study, "--progress", "none")
    assert "407," in stdout or "DEM01" in stdout


def test_formats(folder):
    """Shapefiles with their short field names, GeoJSON, a workbook, points of a workbook; the rest of the shapefiles is no table."""
    if not shutil.which("ogr2ogr"):
        raise Skip("no ogr2ogr here")
    layers = folder / "layers"
    layers.mkdir()

    def convert(target, layer, *words):
        done = subprocess.run(["ogr2ogr", *words, str(layers / target), str(DEMO / "demo.gpkg"), layer], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    convert("municipalities.shp", "municipalities")
    convert("wards.geojson", "wards", "-t_srs", "EPSG:4326")
    convert("roads.shp", "roads")
    convert("schools.kml", "schools", "-t_srs", "EPSG:4326")
    convert("register.xlsx", "centres", "-f", "XLSX", "-sql", "SELECT id, title, status FROM centres")
    study = new(folder / "s", layers)
    text, said = code_of(study), study.read_text()
    for words in ("municipalities.shp}", "district: {id: district", "province: {id: province", "wards.geojson, field: population, id: id", "roads.shp, class: class"):
        assert words in text, f"{words!r} is missing in:\n{text}"
    assert "schools" in text and "register.xlsx" in said, said
    assert ".dbf" not in said and ".prj" not in said
    thuso("check", decide(study, "30 min", "a test", BANDS), "--progress", "none")


def test_results_are_no_layers(folder):
    thuso("new", folder / "demo", "--from-demo", env=GEODATA)
    thuso("run", folder / "demo" / "study.yaml", "--quiet")
    study = new(folder / "again", folder / "demo")
    assert "results" not in code_of(study).replace("output: {path: results/again.gpkg}", ""), study.read_text()


def test_two_looks_are_the_same(folder):
    one, two = new(folder / "a" / "x", DEMO, "--threads", "1"), new(folder / "b" / "x", DEMO, "--threads", "4")
    assert one.read_bytes() == two.read_bytes()


def test_refused(folder):
    _, stderr = thuso("new", folder / "a", "--layers", folder / "none", code=2)
    assert "none" in stderr and "No such file" in stderr
    (folder / "empty").mkdir()
    _, stderr = thuso("new", folder / "a", "--layers", folder / "empty", "--progress", "none", code=3)
    assert "holds no layer" in stderr
    assert not (folder / "a").exists(), "something was made"
    thuso("new", folder / "a", "--layers", DEMO, "--from-demo", code=2)
    thuso("new", folder / "a", "--full", code=2)
    study = new(folder / "a", DEMO)
    before = study.read_bytes()
    thuso("new", folder / "a", "--layers", DEMO, "--progress", "none", code=2)
    assert study.read_bytes() == before


def test_names_that_yaml_reads_otherwise(folder):
    """A field called `no`, a layer with a colon, and a value with a line end are quoted or escaped, and the study reads."""
    layers = folder / "l"
    layers.mkdir()
    shutil.copy(DEMO / "demo.gpkg", layers / "b: {x}.gpkg")
    keep(layers / "b: {x}.gpkg", "municipalities", "wards", "roads", "schools", "centres")
    db = sqlite3.connect(layers / "b: {x}.gpkg")
    for trigger in [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
        db.execute(f'DROP TRIGGER "{trigger}"')
    db.execute("UPDATE centres SET status = 'open' || char(10) || 'study: {name: x}' WHERE id = 'TSC01'")
    db.execute("UPDATE municipalities SET title = '# no' WHERE code = 'DEM01'")
    db.commit()
    db.close()
    study = decide(new(folder / "s", layers), "30 min", "a test", BANDS, "[functional]")
    thuso("check", study, "--progress", "none")


# --- the real folders ------------------------------------------------------------------------------------------------------


def test_swellendam(folder):
    layers = SHARED / "data" / "demo_swellendam"
    if not layers.is_dir():
        raise Skip("../shared/data is not here")
    study = decide(new(folder / "mine", layers), "60 min", "a test", BANDS, "all")
    thuso("run", study, "--quiet")
    result = folder / "mine" / "results" / "mine.gpkg"
    a = check_people(result)
    # The study by hand, with the same places to avoid: where its layers are the same, its people are the same, to the person.
    text = (SOURCE / "tests" / "studies" / "swellendam.yaml").read_text().replace("../../../shared", str(SHARED))
    text = text.replace("avoid: [water_polygons, protected_areas]", "avoid: [water_polygons, water_osm_detail, protected_areas]")
    text = text.replace("barriers: [{layer: rivers_osm}, {layer: water_polygons}]", "barriers: [{layer: rivers_osm}, {layer: water_polygons}, {layer: water_osm_detail}]")
    text = text.replace("speeds: speeds_osm.csv", "speeds: " + str(folder / "mine" / "speeds_roads.csv")).replace("search_limit: 5 h", "search_limit: 3 h")
    (folder / "hand.yaml").write_text(text)
    thuso("run", folder / "hand.yaml", "--quiet")
    by_hand = folder / "results" / "swellendam.gpkg"
    b = check_people(by_hand)
    for name in ("people_in", "people_on_grid", "people_inside_area", "people_assessed", "people_no_data", "people_served_now"):
        assert a[name] == b[name], (name, a[name], b[name])
    print(f"# {a['people_inside_area']:.0f} people inside, {a['people_assessed']:.0f} assessed, {a['people_served_now']:.0f} served now")
    sites = {row["site"] for row in rows(result, "SELECT site FROM ranked_sites")}
    assert sites and all(re.match("(school|health):", site) for site in sites)


def test_swellendam_as_it_stands(folder):
    """With the layers of the study by hand only, nothing of it is changed: the people agree to the person."""
    source = SHARED / "data" / "demo_swellendam"
    if not source.is_dir():
        raise Skip("../shared/data is not here")
    layers = folder / "layers"
    shutil.copytree(source, layers)
    keep(layers / "swellendam.gpkg", "municipality", "wards", "study_window", "roads", "rivers_osm", "water_polygons", "protected_areas", "buildings_osm",
         "places", "schools_natemis_2018", "who_health_2019", "public_points_dsfsi", "thusong_partial")
    study = decide(new(folder / "mine", layers), "60 min", "a test", BANDS, "all")
    text = (SOURCE / "tests" / "studies" / "swellendam.yaml").read_text().replace("../../../shared", str(SHARED))
    (folder / "hand.yaml").write_text(text.replace("speeds: speeds_osm.csv", "speeds: " + str(SOURCE / "tests" / "studies" / "speeds_osm.csv")))
    thuso("run", study, "--quiet")
    thuso("run", folder / "hand.yaml", "--quiet")
    a, b = check_people(folder / "mine" / "results" / "mine.gpkg"), check_people(folder / "results" / "swellendam.gpkg")
    for name in ("people_in", "people_on_grid", "people_inside_area", "people_assessed", "people_no_data"):
        assert a[name] == b[name], (name, a[name], b[name])


def test_country(folder):
    """The folders of the whole country: layers of many files are found below one folder."""
    source = SHARED / "data"
    if not source.is_dir():
        raise Skip("../shared/data is not here")
    layers = folder / "za"
    layers.mkdir()
    for part in ("boundaries/za_mdb_2011.gpkg", "facilities/za_facilities.gpkg", "roads/za_intercity_network.gpkg", "water/za_hydro_gshhg.gpkg",
                 "terrain/za_dem_1p5min_interpolated.tif"):
        shutil.copy(source / part, layers)
    text = code_of(new(folder / "mine", layers))
    for words in ("layer: local_municipality_2011", "id: CAT_B", "title: MUNICNAME", "district: {id: DISTRICT}", "layer: ward_2011, field: POPULATION, id: WARD",
                  "cell: 1 km", "layer: edges, speed: speed_kmh", "layer: rivers", "layer: za_thusong_partial", "layer: za_schools_natemis_2018"):
        assert words in text, f"{words!r} is missing in:\n{text}"


if __name__ == "__main__":
    main([
        test_demonstration, test_same_as_by_hand, test_in_kilometres, test_full, test_layers_as_planners_have_them, test_formats, test_results_are_no_layers,
        test_two_looks_are_the_same, test_refused, test_names_that_yaml_reads_otherwise, test_swellendam, test_swellendam_as_it_stands, test_country,
    ])
