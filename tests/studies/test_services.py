#!/usr/bin/python3
"""Monitoring of a register and clusters of departments in studies: the demonstration against plain loops over its own points."""
import json
import math
import os
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "support"))
from results import content, rows, tables  # noqa: E402
from tap import demonstration, main, thuso  # noqa: E402

REGISTER = """\
id;title;province;status;b1;b2;b3;b4;b5;b6;departments;condition;ict;users;clean;safe
TSC03;Mispeldrif;Pulanala;functional;yes;yes;yes;yes;yes;yes;;collapsing;fibre;38000;4;4
TSC01;Kgorokgolo;Pulanala;functional;yes;yes;no;no;yes;yes;Home Affairs: daily | SASSA: 2;good;fibre;61000;4;3
TSC02;Letlapatala;Pulanala;functional;yes;no;no;no;no;;;good;none;9500;2;2
TSC04;Rooivinkpoort;;vandalised;no;no;no;no;no;no;;bad;none;0;0;0
"""
BLOCK = """
monitoring:
  register: register.csv
  id: id
  title: title
  province: province
  status: status
  functional: [functional]
  blocks: [b1, b2, b3, b4, b5, b6]
  departments: departments
  anchors: [Home Affairs, SASSA]
  condition: condition
  bad_condition: [bad, collapsing]
  destroyed: [vandalised]
  ict: ict
  no_ict: [none]
  users: users
  topics: topics.csv
  grades: grades.csv
  stated: stated.csv
"""
GRADES = "grade,min_share,max_flags\nA,80 %,0\nB,50 %,1\nC,,\n"
TOPICS = "topic,column,most\ncleanliness,clean,4\nsafety,safe,4\n"
STATED = "province,total,functional,not_functional\nPulanala,3,3,0\nall,197,121,72\n"


def demo(folder, block=BLOCK, register=REGISTER):
    study = demonstration(folder)
    home = study.parent
    for name, text in (("register", register), ("grades", GRADES), ("topics", TOPICS), ("stated", STATED)):
        (home / f"{name}.csv").write_text(text)
    study.write_text(study.read_text() + block)
    return study


def run(study):
    thuso("run", study, "--quiet", "--progress", "none", "--overwrite")
    return study.parent / "results" / "demo.gpkg"


def points(path, layer, *columns):
    """x, y and columns of a point layer, from the blob's WKB."""
    found = []
    for row in rows(path, f"SELECT * FROM {layer}"):
        blob = row["geom"]
        skip = 8 + (0, 32, 48, 48, 64)[blob[3] >> 1 & 7]
        found.append((*struct.unpack("<2d", blob[skip + 5:skip + 21]), *(row[c] for c in columns)))
    return found


def test_register(folder):
    study = demo(folder)
    result, data = run(study), study.parent / "demo.gpkg"
    services = points(data, "service_points", "department")
    found = {row["site"]: row for row in rows(result, "SELECT * FROM register")}
    assert list(found) == ["TSC01", "TSC02", "TSC03", "TSC04"]
    for x, y, site in points(data, "centres", "id"):
        nearest = min(math.hypot(a - x, b - y) for a, b, department in services if department in ("Home Affairs", "SASSA"))
        assert abs(found[site]["anchor_m"] - nearest) < 1e-6
        # TSC01 has anchors inside, however far the others are.
        assert ("anchor" in (found[site]["flags"] or "").split(", ")) == (site != "TSC01" and nearest > 1000)
    assert any("anchor" in (row["flags"] or "") for row in found.values())
    assert [found[s]["blocks"] for s in found] == [4, 1, 6, 0] and found["TSC02"]["blocks_unknown"] == 1
    assert found["TSC01"]["days"] == 7 and found["TSC01"]["users"] == 61000 and found["TSC01"]["share"] == 0.875
    assert [found[s]["grade"] for s in found] == ["A", "C", "B", "C"]
    assert found["TSC04"]["flags"] == "condition, ict, destroyed" and "vandalised" in found["TSC04"]["reasons"]
    centres = {row["site"]: row for row in rows(result, "SELECT * FROM centres")}
    for site, row in centres.items():
        assert (row["flags"], row["grade"]) == (found[site]["flags"], found[site]["grade"])
    flags = rows(result, "SELECT * FROM flags")
    assert len(flags) == sum(row["n_flags"] for row in found.values())
    assert all("NW3446" in row["source"] and row["reason"] for row in flags)


def test_counts(folder):
    result = run(demo(folder))
    counts = {row["province"]: row for row in rows(result, "SELECT * FROM register_counts")}
    assert list(counts) == ["Pulanala", "not stated", "all"]
    for column in ("centres", "functional", "not_functional", "not_known", "flagged"):
        assert counts["all"][column] == counts["Pulanala"][column] + counts["not stated"][column]
    messages = [row["message"] for row in rows(result, "SELECT message FROM quality_issues WHERE layer = 'register'")]
    for words in ("121 functional and 72 not functional make 193", "197 centres for all, and has 4", "provinces make 3"):
        assert any(words in message for message in messages), words


def test_traced(folder):
    """Every input has its hash, every setting its origin."""
    result = run(demo(folder))
    inputs = {row["name"] for row in rows(result, "SELECT name FROM run WHERE kind = 'input'")}
    assert {"register.csv", "grades.csv", "topics.csv", "stated.csv"} <= inputs
    parameters = {row["name"]: row for row in rows(result, "SELECT * FROM parameters")}
    within = parameters["monitoring.anchor_within"]
    assert (within["value"], within["unit"], within["origin"]) == ("1", "km", "sourced") and "NW3446" in within["source"]
    assert parameters["clusters"]["origin"] == "derived" and parameters["clusters"]["value"] == "within 1 km, 2 departments"


def test_order_of_rows(folder):
    first = content(run(demo(folder / "a")), ("run",))
    head, *lines = REGISTER.splitlines()
    second = content(run(demo(folder / "b", register="\n".join([head, *reversed(lines)]) + "\n")), ("run",))
    for name in first:
        assert first[name] == second[name], name


def test_centres_are_a_register(folder):
    """Without a file the layer of `centres` is looked through, by what `centres` says of it."""
    study = demo(folder, "\nmonitoring: {anchors: [Home Affairs], anchor_within: 700 m}\n")
    result, data = run(study), study.parent / "demo.gpkg"
    services = points(data, "service_points", "department")
    found = {row["site"]: row for row in rows(result, "SELECT * FROM register")}
    for x, y, site, status in points(data, "centres", "id", "status"):
        nearest = min(math.hypot(a - x, b - y) for a, b, department in services if department == "Home Affairs")
        assert (found[site]["flags"] == "anchor") == (nearest > 700)
        assert found[site]["is_functional"] == (status == "functional")
    assert {row["flags"] for row in found.values()} == {"anchor", None}


def test_places_of_its_own(folder):
    """A register that is a layer has its own points, in whatever reference system; centres outside the study area count."""
    study = demo(folder, "\nmonitoring: {register: register.geojson, id: id, anchors: [SASSA]}\n")
    data = study.parent / "demo.gpkg"
    x, y, _ = next(p for p in points(data, "service_points", "department") if p[2] == "SASSA")
    features = [{"type": "Feature", "properties": {"id": name}, "geometry": {"type": "Point", "coordinates": [x + dx, y]}}
                for name, dx in (("at", 0), ("edge", 1000), ("far", 90000))]
    (study.parent / "register.geojson").write_text(json.dumps({
        "type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32735"}},
        "features": features + [{"type": "Feature", "properties": {"id": "nowhere"}, "geometry": None}]}))
    result = run(study)
    found = {row["site"]: row for row in rows(result, "SELECT * FROM register")}
    assert len(found) == 4 and found["at"]["anchor_m"] == 0 and found["nowhere"]["anchor_m"] is None
    sassa = [p for p in points(data, "service_points", "department") if p[2] == "SASSA"]
    for name, dx in (("edge", 1000), ("far", 90000)):
        nearest = min(math.hypot(a - x - dx, b - y) for a, b, _ in sassa)
        assert abs(found[name]["anchor_m"] - nearest) < 1e-6
        assert (found[name]["flags"] == "anchor") == (nearest > 1000.001)
    assert found["edge"]["flags"] is None and found["far"]["flags"] == "anchor" and found["nowhere"]["flags"] is None


# --- clusters --------------------------------------------------------------------------------------------------------------------


def plain_clusters(places, within, least):
    """The rule of src/siting/README.md: the richest place takes all around it."""
    places, found = sorted(places), []
    free = set(range(len(places)))
    while True:
        best = None
        for i in sorted(free):
            around = [k for k in free if math.hypot(places[k][0] - places[i][0], places[k][1] - places[i][1]) <= within + 1e-3]
            names = {places[k][2] for k in around}
            total = sum(math.hypot(places[k][0] - places[i][0], places[k][1] - places[i][1]) for k in around)
            worth = (len(names), len(around), -total)
            if best is None or worth[:2] > best[0][:2] or (worth[:2] == best[0][:2] and worth[2] > best[0][2] + 1e-9):
                best = (worth, i, around, names)
        if best is None or best[0][0] < least:
            return found
        found.append((places[best[1]][0], places[best[1]][1], ", ".join(sorted(best[3])), len(best[2])))
        free -= set(best[2])


def test_clusters(folder):
    for number, (block, within, least) in enumerate((("", 1000, 2), ("\nclusters: {within: 2.5 km, min_departments: 3}\n", 2500, 3))):
        study = demo(folder / str(number), block)
        result, data = run(study), study.parent / "demo.gpkg"
        want = plain_clusters(points(data, "service_points", "department"), within, least)
        found = [(round(x, 3), round(y, 3), names, n) for x, y, names, n in points(result, "clusters", "departments", "points")]
        inside = [(round(x, 3), round(y, 3), names, n) for x, y, names, n in want]
        assert len(found) > 3 and [c for c in inside if c in found] == found, "places, departments and order"
        for row in rows(result, "SELECT * FROM clusters"):
            assert row["farthest"] <= within + 1e-3 and row["n_departments"] >= least and row["municipality"]
            assert row["people_within"] >= 0 and row["nearest_centre"] in {"TSC01", "TSC02", "TSC03"}


def test_no_services(folder):
    study = demo(folder, "")
    text = study.read_text()
    study.write_text(text.replace("services:\n  - {layer: service_points, department: department}\n", "").replace(
        text[text.index("    - use: sql"):text.index("  exclude:")], "").replace(
        text[text.index("  - {service: sassa"):text.index("settlements:")], ""))
    assert "clusters" not in tables(run(study))


# --- what is refused ---------------------------------------------------------------------------------------------------------------


def test_refused(folder):
    study = demo(folder)
    text = study.read_text()
    for code, old, new, words in (
        (2, "  status: status\n", "  status: stats\n", ("no column stats", "did you mean status")),
        (2, "blocks: [b1, b2, b3, b4, b5, b6]", "blocks: [b1, b2]", ("6 blocks", "study.yaml:")),
        (2, "  id: id\n  title: title\n  province", "  title: title\n  province", ("add `id`",)),
        (3, "grades: grades.csv", "grades: grade.csv", ("no such file", "grade.csv")),
        (2, "  topics: topics.csv\n", "", ("grades, row 1", "topics")),
        (2, "monitoring:\n", "monitoring:\n  anchor_withn: 2 km\n", ("unknown key 'anchor_withn'", "did you mean 'anchor_within'")),
        (2, "monitoring:\n", "monitoring:\n  anchor_within: 2 min\n", ("anchor_within",)),
        (2, "monitoring:\n", "clusters: {min_departments: 1}\nmonitoring:\n", ("min_departments",)),
    ):
        assert old in text, old
        study.write_text(text.replace(old, new, 1))
        for command in ("check", "run"):
            _, stderr = thuso(command, study, "--quiet", "--progress", "none", code=code)
            for word in words:
                assert word in stderr, f"{word!r} is missing in: {stderr}"
    study.write_text(text)
    (study.parent / "register.csv").write_text(REGISTER.replace("SASSA: 2", "SASSA: sometimes"))
    _, stderr = thuso("check", study, "--quiet", "--progress", "none", code=3)
    assert "departments of centre TSC01" in stderr and "fortnightly" in stderr


if __name__ == "__main__":
    main([test for name, test in list(globals().items()) if name.startswith("test_")])
