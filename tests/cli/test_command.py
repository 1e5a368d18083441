#!/usr/bin/python3
"""The command as a newcomer meets it: help, errors that let them mend the cause, exit codes, the demonstration region."""
import json
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "support"))
from results import audit, check_geopackage, check_people, check_qgis, content, hashes, rows, tables  # noqa: E402
from tap import SOURCE, Skip, demonstration, main, thuso  # noqa: E402

DEMO = SOURCE / "geodata" / "demo"


def changed(study, old, new, count=1):
    text = study.read_text()
    assert old in text, f"the demonstration study has no {old!r}"
    study.write_text(text.replace(old, new, count))
    return study


def refused(study, code, *words, command="run"):
    """The run ends with `code` and one line that holds all words; nothing stands at the output path."""
    out = study.parent / "results"
    _, stderr = thuso(command, study, "--progress", "none", "--quiet", code=code)
    lines = [line for line in stderr.splitlines() if line.startswith("thuso")]
    assert len(lines) == 1, f"expected one line of error, got: {stderr}"
    for word in words:
        assert word in lines[0], f"{word!r} is missing in: {lines[0]}"
    left = [p for p in out.rglob("*") if p.is_file()] if out.exists() else []
    assert not left, f"files were left: {left}"
    stdout, _ = thuso(command, study, "--progress", "none", "--json", code=code)
    error = json.loads(stdout)["error"]
    assert error["code"] == code and words[0] in error["message"]


# --- help and usage ----------------------------------------------------------------------------------------------------


def test_help(folder):
    text, _ = thuso("--help")
    for command in ("new", "check", "run", "rank", "list"):
        assert f"thuso {command}" in text
        own, _ = thuso(command, "--help")
        assert "--overwrite" in own and "--threads" in own
    version, _ = thuso("--version")
    assert version.startswith("thuso ")
    thuso(code=2)


def test_man_page_and_completion(folder):
    man, _ = thuso("help", "man")
    page = folder / "thuso.1"
    page.write_text(man)
    if shutil.which("man"):
        done = subprocess.run(["man", "--warnings", "-l", str(page)], capture_output=True, text=True, env=dict(os.environ, MANPAGER="cat"))
        assert done.returncode == 0 and not done.stderr, done.stderr
    script, _ = thuso("help", "completion")
    bash = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True)
    assert bash.returncode == 0, bash.stderr


def test_list(folder):
    text, _ = thuso("list")
    for kind in ("criteria", "slopes", "study"):
        assert kind in text
        one, _ = thuso("list", kind)
        assert len(one) > 200
    data = json.loads(thuso("list", "--json")[0])
    assert {"people_gained", "people_within", "need", "zone", "distance_to", "slope", "attribute", "sql"} <= set(data["criteria"])
    for item in data["criteria"].values():
        assert item["summary"] and item["source"]


def test_unknown_words(folder):
    _, stderr = thuso("rnk", "x", code=2)
    assert "did you mean 'rank'" in stderr
    _, stderr = thuso("run", "x", "--overwite", code=2)
    assert "--overwrite" in stderr
    _, stderr = thuso("list", "criterias", code=2)
    assert "criteria" in stderr
    thuso("run", code=2)
    thuso("run", folder / "none.yaml", code=2)


# --- errors ------------------------------------------------------------------------------------------------------------


def test_misspelt_key(folder):
    study = changed(demonstration(folder), "buffer:", "bufer:")
    line = next(i for i, text in enumerate(study.read_text().splitlines(), 1) if "bufer" in text)
    refused(study, 2, "unknown key 'bufer'", f"study.yaml:{line}", "did you mean 'buffer'")


def test_missing_layer(folder):
    study = changed(demonstration(folder), "layer: municipalities", "layer: municipalitys")
    refused(study, 3, "municipalitys", "municipalities", "demo.gpkg")


def test_missing_file(folder):
    study = changed(demonstration(folder), "data: demo.gpkg", "data: demmo.gpkg")
    refused(study, 3, "no such file", "demmo.gpkg")


def test_missing_column(folder):
    study = demonstration(folder)
    text = study.read_text()
    start = text.index("people:")
    field = text[text.index("field:", start) + 6 :].split(",")[0].split("}")[0].strip()
    refused(changed(study, f"field: {field}", f"field: {field}x"), 3, f"{field}x", "wards", field)


def test_degree_crs(folder):
    study = changed(demonstration(folder), "crs: auto", "crs: EPSG:4326")
    refused(study, 2, "EPSG:4326", "auto")


def test_empty_candidates(folder):
    study = demonstration(folder)
    text = study.read_text()
    head, tail = text.split("\ncandidates:", 1)
    rest = tail[tail.index("\nzones:") :]
    study.write_text(head + "\ncandidates:\n  - {layer: schools, where: \"1 = 0\"}\n" + rest)
    refused(study, 3, "no candidate")


def test_undecided(folder):
    study = demonstration(folder)
    text = study.read_text()
    limit = text[text.index("limit:", text.index("standards:")) :].split(",")[0]
    refused(changed(study, limit, "limit: DECIDE"), 2, "still to be decided", "limit")


def test_open_is_policy(folder):
    study = demonstration(folder)
    text = study.read_text()
    start = text.index("open:", text.index("centres:"))
    end = text.index("}", start) + 1
    study.write_text(text[:start] + text[end:].lstrip(", "))
    refused(study, 2, "open", "status")


def test_inputs_are_never_replaced(folder):
    study = demonstration(folder)
    before = hashes(folder / "demo")
    for output in (folder / "demo" / "demo.gpkg", folder / "link.gpkg"):
        if output.name == "link.gpkg":
            os.link(folder / "demo" / "demo.gpkg", output)
        _, stderr = thuso("run", study, "--overwrite", "--quiet", "--output", output, code=2)
        assert "would replace an input" in stderr, stderr
    dem = folder / "demo" / "out_cost.tif"
    (folder / "demo" / "dem.tif").rename(dem)
    changed(study, "path: dem.tif", "path: out_cost.tif")
    thuso("run", study, "--overwrite", "--quiet", "--output", folder / "demo" / "out.gpkg", code=2)
    assert hashes(folder / "demo")["demo.gpkg"] == before["demo.gpkg"]


def test_nothing_left_to_rank(folder):
    study = changed(demonstration(folder), "    - {use: slope, over: 20 %}", "    - {use: near, layer: places, under: 900 km}")
    for command in ("rank", "run"):
        text, _ = thuso(command, study, "--overwrite", "--progress", "none")
        assert "result: " in text
    assert "No site is left" in thuso("rank", study, "--overwrite", "--progress", "none")[0]
    data = json.loads(thuso("rank", study, "--overwrite", "--json", "--progress", "none")[0])
    assert data["ranked_sites"] == []
    assert len(rows(folder / "demo" / "results" / "demo.gpkg", "SELECT * FROM excluded_sites")) > 200


def test_never_half_obeyed(folder):
    for number, (old, new, word) in enumerate((
        ("- {use: need, weight: 20}", "- {use: need, weight: 20, query: x}", "takes no `query`"),
        ("walk: {}", "walk: {factor: 0.5}", "`factor`"),
        ("prefix: office,", "prefix: office, min_people: 5,", "min_people"),
        ("GROUP BY c.site", "GROUP BY c.site UNION ALL SELECT site, 3 FROM candidates", "twice"),
        ("layer: centres, id: id", "layer: centres, prefix: hall, id: fidx", "fidx"),
    )):
        study = changed(demonstration(folder / str(number)), old, new)
        refused(study, 3 if word == "fidx" else 2, word)


def test_ids_say_which_site_is_meant(folder):
    study = demonstration(folder)
    changed(study, "layer: centres, id: id,", "layer: centres, prefix: x, id: id,")
    changed(study, "candidates:\n", "candidates:\n  - {layer: centres, prefix: x, id: id, title: title}\n")
    refused(study, 2, "x:TSC01", "prefix")


def test_limits_are_told_as_stated(folder):
    study = changed(demonstration(folder), "limit: 30 min", "limit: 27.5 min")
    text, _ = thuso("rank", study, "--progress", "none")
    assert "27.5 min by taxi" in text and "28 min" not in text


def test_template_is_refused_until_decided(folder):
    thuso("new", folder / "mine", env={"THUSO_GEODATA": str(SOURCE / "geodata")})
    _, stderr = thuso("check", folder / "mine" / "study.yaml", code=2)
    assert "still to be decided" in stderr
    thuso("new", folder / "mine", code=2)


def test_yaml_tricks(folder):
    study = folder / "study.yaml"
    for text, word in (
        ("a: [", "YAML"),
        ("study: &x {name: 1}\n", "anchors"),
        ("study: {name: 1}\nstudy: {name: 2}\n", "twice"),
        ("", "empty"),
        ("- 1\n", "begins with keys"),
        ("study: {name: a}\n---\nstudy: {name: b}\n", "one document"),
        ("study: !!python/x {name: 1}\n", "tags"),
        ("[" * 5000, "deep"),
    ):
        study.write_text(text)
        _, stderr = thuso("run", study, code=2)
        assert word in stderr or "YAML" in stderr or "keys" in stderr, stderr
    study.write_bytes(b"study: {name: \xff\xfe}\n")
    _, stderr = thuso("run", study, code=2)
    assert "UTF-8" in stderr


# --- the demonstration region --------------------------------------------------------------------------------------------


def test_check(folder):
    study = demonstration(folder, coarse=False)
    before = hashes(folder / "demo")
    text, _ = thuso("check", study, "--progress", "none")
    assert "cells" in text and "memory" in text
    data = json.loads(thuso("check", study, "--json", "--progress", "none", "--overwrite")[0])
    assert len(data["municipalities"]) == 8 and data["grid"]["cells"] > 10000
    people = sum(area["people"] for area in data["municipalities"])
    # Neither the grid's edge nor the borders inside lose an area's people or take its neighbours'.
    own = {row["municipality"]: row["p"] for row in rows(DEMO / "demo.gpkg", "SELECT municipality, sum(population) AS p FROM wards GROUP BY 1")}
    for area in data["municipalities"]:
        assert abs(area["people"] - own[area["id"]]) < 0.002 * own[area["id"]], (area, own[area["id"]])
    assert abs(people - sum(own.values()) + own["OUT"]) < 0.001 * people
    after = hashes(folder / "demo")
    assert all(after[name] == value for name, value in before.items()), "an input was changed"
    assert set(after) - set(before) <= {"results/demo_findings.gpkg", "results/demo_findings.qgz"}, set(after) - set(before)


def test_run_results(folder):
    study = demonstration(folder)
    before = hashes(folder / "demo")
    text, _ = thuso("run", study, "--progress", "none")
    written = [line.removeprefix("result: ") for line in text.splitlines() if line.startswith("result: ")]
    assert written and all(pathlib.Path(path).is_file() for path in written)
    result = folder / "demo" / "results" / "demo.gpkg"
    assert written[0] == str(result)
    for name in ("demo.qgz", "demo_cost.tif", "demo_cost.qml", "demo.run.json"):
        assert (result.parent / name).is_file(), name
    assert not [p for p in result.parent.iterdir() if p.name.startswith(".")], "temporary files were left"
    expected = {"ranked_sites", "planned_sites", "centres", "excluded_sites", "catchments", "travel_bands", "demand_cells",
                "municipalities", "district", "province", "access", "od", "parameters", "run", "plans", "rollout", "residual_demand"}
    assert expected <= tables(result), expected - tables(result)
    check_people(result)
    assert all(before[name] == value for name, value in hashes(folder / "demo").items() if name in before), "an input was changed"
    _, stderr = thuso("run", study, code=2)
    assert "--overwrite" in stderr


def test_ranking_holds_together(folder):
    study = demonstration(folder)
    text, _ = thuso("rank", study, "--top", "5", "--progress", "none")
    assert "Score" in text and "Why the first" in text
    result = folder / "demo" / "results" / "demo.gpkg"
    ranked = rows(result, "SELECT * FROM ranked_sites ORDER BY rank")
    assert [row["rank"] for row in ranked] == list(range(1, len(ranked) + 1))
    weights = {"people_gained": 40, "need": 20, "zone": 15, "slope": 5}
    for row in ranked:
        assert row["reason"] and row["municipality"]
        assert 0 <= row["people_gained_in_order"] <= row["people_gained"] + 1e-6 <= row["people_within"] + 2e-6
        scores = {key.removeprefix("score_"): row[key] for key in row.keys() if key.startswith("score_")}
        assert set(weights) <= set(scores)
        assert all(0 <= value <= 1 for value in scores.values())
    assert all(a["score"] >= b["score"] for a, b in zip(ranked, ranked[1:]))
    # The first phase: one planned site in every municipality without an open centre that has a candidate.
    planned = [row["municipality"] for row in rows(result, "SELECT municipality FROM planned_sites WHERE phase = 1")]
    without = {row["id"] for row in rows(result, "SELECT id FROM municipalities WHERE has_centre = 0 AND best_site IS NOT NULL")}
    assert len(planned) == len(set(planned)) and set(planned) == without


def test_distance_instead_of_time(folder):
    study = changed(demonstration(folder), "limit: 30 min", "limit: 15 km")
    changed(study, "bands: [15 min, 30 min, 45 min, 60 min, 90 min, 120 min]", "bands: [5 km, 10 km, 15 km, 25 km, 40 km]")
    changed(study, "search_limit: 3 h", "search_limit: 60 km")
    refused(changed(study, "limit: 45 min}", "limit: 90 min}"), 2, "sensitivity", "no distance")
    changed(study, "limit: 90 min}", "limit: 25 km}")
    thuso("run", study, "--quiet")
    result = folder / "demo" / "results" / "demo.gpkg"
    check_people(result)
    labels = [row["label"] for row in rows(result, "SELECT label FROM travel_bands WHERE state = 'now' AND trip = 'taxi'")]
    assert "0 \u2013 5 km" in labels and all(label.endswith(("km", "reached", "data")) for label in labels), labels
    # The shortest way does not depend on how fast it is: both trips have the same distances.
    served = {row["trip"]: row["p"] for row in rows(result, "SELECT trip, sum(people) AS p FROM travel_bands WHERE state = 'now' AND upper <= 15 GROUP BY trip")}
    assert abs(served["walk"] - served["taxi"]) < 1e-6, served
    refused(changed(demonstration(folder / "second"), "limit: 30 min", "limit: 15 km"), 2, "search_limit", "distance")


def test_people_by_raster_and_control(folder):
    study = demonstration(folder, coarse=False)
    by_ward = json.loads(thuso("check", study, "--json", "--progress", "none")[0])["municipalities"]
    text = study.read_text()
    start, end = text.index("  people: {layer: wards"), text.index("travel:")
    study.write_text(text[:start] + "  people: {path: population.tif}\n\n" + text[end:])
    by_raster = json.loads(thuso("check", study, "--json", "--progress", "none")[0])["municipalities"]
    total = sum(area["people"] for area in by_ward)
    for a, b in zip(by_ward, by_raster):
        assert abs(a["people"] - b["people"]) < 0.02 * total / 8, (a["id"], a["people"], b["people"])
    study.write_text(text[:start] + "  people: {path: population.tif}\n  control: {path: projections.csv, id: municipality, field: pop_2026}\n\n" + text[end:])
    official = dict(line.split(";")[:2] for line in (DEMO / "projections.csv").read_text().split()[1:])
    for area in json.loads(thuso("check", study, "--json", "--progress", "none")[0])["municipalities"]:
        assert abs(area["people"] - float(official[area["id"]].replace(",", "."))) < 1e-3, area


def test_same_bytes(folder):
    study = demonstration(folder)
    found = []
    for number, (threads, locale, zone) in enumerate(((1, "C", "UTC"), (2, "de_DE.UTF-8", "Africa/Johannesburg"), (4, "tr_TR.UTF-8", "Asia/Tokyo"))):
        out = folder / f"out{number}" / "demo.gpkg"
        thuso("run", study, "--threads", threads, "--output", out, "--quiet", env={"LC_ALL": locale, "TZ": zone})
        found.append(hashes(out.parent))
    assert found[0] == found[1] == found[2], [name for name in found[0] if not found[0][name] == found[1].get(name) == found[2].get(name)]


def test_shuffled_features(folder):
    if not shutil.which("ogr2ogr"):
        raise Skip("no ogr2ogr here")
    study = demonstration(folder)
    thuso("run", study, "--quiet")
    first = content(folder / "demo" / "results" / "demo.gpkg", ("run",))
    shutil.rmtree(folder / "demo" / "results")
    data = folder / "demo" / "demo.gpkg"
    data.rename(folder / "ordered.gpkg")
    for layer in tables(folder / "ordered.gpkg") - {"layer_styles"}:
        # A fixed shuffle; ids that are feature numbers would change with the order, so those layers must have ids of their own.
        subprocess.run(["ogr2ogr", "-f", "GPKG", "-update", "-append", str(data), str(folder / "ordered.gpkg"), "-nln", layer, "-dialect", "SQLITE",
                        "-sql", f'SELECT * FROM "{layer}" ORDER BY (fid * 7919) % 104729 DESC'], check=True, capture_output=True)
    thuso("run", study, "--quiet")
    second = content(folder / "demo" / "results" / "demo.gpkg", ("run",))
    for name in first:
        assert first[name] == second[name], f"table {name} differs when the input features are shuffled"


def test_geopackage_is_valid(folder):
    study = demonstration(folder)
    thuso("run", study, "--quiet")
    check_geopackage(folder / "demo" / "results" / "demo.gpkg")


def test_opens_in_qgis(folder):
    study = demonstration(folder)
    thuso("run", study, "--quiet")
    check_qgis(folder / "demo" / "results" / "demo.gpkg")


def test_lock(folder):
    study = demonstration(folder)
    first = subprocess.Popen([os.environ["THUSO_EXE"], "run", str(study), "--quiet"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        for _ in range(200):
            out = folder / "demo" / "results"
            if out.exists() and any(out.iterdir()):
                break
            subprocess.run(["sleep", "0.01"])
        if first.poll() is None:
            _, stderr = thuso("run", study, "--quiet", code=75)
            assert "demo.gpkg" in stderr
    finally:
        first.wait()
    assert first.returncode == 0


def test_interrupt(folder):
    study = demonstration(folder)
    run = subprocess.Popen([os.environ["THUSO_EXE"], "run", str(study), "--quiet"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    subprocess.run(["sleep", "0.4"])
    run.send_signal(2)
    run.wait(timeout=20)
    assert run.returncode in (0, 130), run.returncode
    out = folder / "demo" / "results"
    left = sorted(p.name for p in out.iterdir()) if out.exists() else []
    assert run.returncode == 0 or left == [], left


def test_progress_for_programs(folder):
    study = demonstration(folder)
    _, stderr = thuso("run", study, "--progress", "plain")
    percents = [int(line.split("%")[0]) for line in stderr.splitlines() if "%" in line and line.split("%")[0].isdigit()]
    assert percents and percents == sorted(percents) and percents[-1] == 100


if __name__ == "__main__":
    main([value for name, value in sorted(globals().items()) if name.startswith("test_")])
