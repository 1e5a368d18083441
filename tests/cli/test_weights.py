#!/usr/bin/python3
"""Weights from comparisons in pairs, by the command: Saaty's own examples, tables, contradictions, refusals."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "support"))
sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "cli"))
from results import rows, tables  # noqa: E402
from tap import SOURCE, main, thuso  # noqa: E402
from test_siting import World, near, refused  # noqa: E402

USES = ["people_within", "people_gained", "attribute, field: y, best: 7000000, worst: 7020000", "attribute, field: x, best: 600000, worst: 620000"]


def criteria(names, extra=""):
    return ", ".join(f"{{use: {USES[i % 4]}, name: {n}{extra}}}" for i, n in enumerate(names))


class Judged(World):
    def write_judged(self, folder, names, judgements, extra=""):
        study = self.write(folder, "")
        old = "ranking: {criteria: [{use: people_within}]}"
        assert old in study.read_text()
        study.write_text(study.read_text().replace(old, f"ranking:\n  criteria: [{criteria(names, extra)}]\n{judgements}"))
        return study

    def judge(self, folder, names, judgements):
        thuso("run", self.write_judged(folder, names, judgements), "--quiet", "--overwrite")
        return folder / "out.gpkg"


def facts(result):
    return {r["name"]: r for r in rows(result, "SELECT * FROM parameters")}


def check_weights(result, names, wanted, digits):
    found = facts(result)
    weights = [float(found[f"ranking.criteria.{i + 1}.weight"]["value"]) for i in range(len(names))]
    for name, w, exact in zip(names, weights, wanted):
        assert abs(w - exact) <= digits, (name, w, exact)
    near(sum(weights), 1, "weights add up to 1")
    assert "Saaty 1980" in found["ranking.criteria.1.weight"]["source"] and found["ranking.criteria.1.weight"]["origin"] == "derived"
    for r in rows(result, "SELECT * FROM ranked_sites"):
        near(r["score"], 100 * sum(w * r[f"score_{n}"] for n, w in zip(names, weights)), r["site"])
    return found


def test_drinks(folder):
    """What is drunk in the United States (Saaty 2008), in the study file: weights to three digits, ratio 0.022, no finding."""
    names = ["coffee", "wine", "tea", "beer", "sodas", "milk", "water"]
    judgements = """\
  ahp:
    coffee: {wine: 9, tea: 5, beer: 2, sodas: 1, milk: 1, water: 1/2}
    wine: {tea: 1/3, beer: 1/9, sodas: 1/9, milk: 1/9, water: 1/9}
    tea: {beer: 1/3, sodas: 1/4, milk: 1/3, water: 1/9}
    beer: {sodas: 1/2, milk: 1, water: 1/3}
    sodas: {milk: 2, water: 0.5}
    milk: {water: 1/3}
"""
    result = Judged(1).judge(folder, names, judgements)
    found = check_weights(result, names, [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327], 0.0005)
    assert abs(float(found["ranking.ahp.consistency_ratio"]["value"]) - 0.022) <= 0.0005
    assert "quality_issues" not in tables(result) or not rows(result, "SELECT * FROM quality_issues WHERE \"check\" = 'inconsistent_weights'")


def test_chairs(folder):
    """Brightness of four chairs (Saaty 1980), from a table with empty cells: eigenvalue 4.39, ratio 0.14, which is told."""
    names = ["c1", "c2", "c3", "c4"]
    folder.mkdir(exist_ok=True)
    (folder / "ahp.csv").write_text("criterion,c1,c2,c3,c4\nc1,,5,6,7\nc2,1/5,1,4,6\nc3,,,,4\nc4,,,1/4,\n")
    result = Judged(2).judge(folder, names, "  weights: {path: ahp.csv}\n")
    found = check_weights(result, names, [0.61, 0.24, 0.10, 0.05], 0.01)
    eigenvalue, ratio = (float(found[f"ranking.ahp.{n}"]["value"]) for n in ("eigenvalue", "consistency_ratio"))
    assert abs(eigenvalue - 4.39) <= 0.005 and abs(ratio - (eigenvalue - 4) / 3 / 0.90) <= 1e-9
    issue = rows(result, "SELECT * FROM quality_issues WHERE \"check\" = 'inconsistent_weights'")
    assert len(issue) == 1 and "0.14" in issue[0]["message"] and "look first at" in issue[0]["message"], [dict(i) for i in issue]
    inputs = {r["name"] for r in rows(result, "SELECT name FROM run WHERE kind = 'input'")}
    assert "ahp.csv" in inputs


def test_decimal_commas(folder):
    names = ["c1", "c2", "c3"]
    folder.mkdir(exist_ok=True)
    (folder / "ahp.csv").write_text("criterion;c1;c2;c3\nc1;1;2;4\nc2;0,5;1;2\nc3;0,25;0,5;1\n")
    result = Judged(3).judge(folder, names, "  weights: {path: ahp.csv}\n")
    found = check_weights(result, names, [4 / 7, 2 / 7, 1 / 7], 1e-9)
    near(float(found["ranking.ahp.eigenvalue"]["value"]), 3, "consistent")


def test_refusals(folder):
    world, names = Judged(4), ["c1", "c2", "c3"]
    full = "  ahp: {c1: {c2: 3, c3: 5}, c2: {c3: 2}}\n"
    for judgements, words in (("  ahp: {c1: {c2: 3}, c2: {c3: 2}}\n", ["c1", "c3", "missing"]), ("  ahp: {c1: {c2: 3, c4: 5}}\n", ["'c4'", "c1, c2, c3"]),
                              ("  ahp: {c1: {c2: 12}}\n", ["'12'", "up to 9"]), ("  ahp: {c1: {c2: much}}\n", ["'much'"]),
                              ("  ahp: {c1: {c2: 3, c3: 5}, c2: {c1: 3, c3: 2}}\n", ["other way round"]),
                              (full + "  weights: {path: area.geojson}\n", ["`ahp`", "`weights`"]),
                              ("  weights: {path: area.geojson}\n", ["criterion", "column"])):
        refused(world.write_judged(folder, names, judgements), 2, "study.yaml", *words)
    refused(world.write_judged(folder, names, full, ", weight: 3"), 2, "`weight`", "`ahp`", "keep one")
    refused(world.write_judged(folder, names, "  weights: {path: none.csv}\n"), 3, "none.csv")


# --- criteria that look at the candidate itself -------------------------------------------------------------------------------------------


def test_site_criteria(folder):
    """On the demonstration: departments within 1 km are what the SQL criterion counts; kinds and costs by their tables."""
    study = folder / "demo" / "study.yaml"
    thuso("new", folder / "demo", "--from-demo", "--quiet", env={"THUSO_GEODATA": str(SOURCE / "geodata")})
    text = study.read_text()
    text = text[: text.index("siting:")] + text[text.index("output:"):]
    text = text.replace("kind: new}", "kind: new, cost: 8 M}").replace("kind: upgrade}", "kind: upgrade, cost: 3 M}")
    text = text.replace("    - use: sql ", "    - {use: departments_within, weight: 10}\n    - {use: departments_within, name: near, within: 300 m}\n"
                        "    - {use: kind, scores: {upgrade: 1, new: 0.4}}\n    - {use: cost}\n    - use: sql ")
    text = text.replace("  exclude:\n", "  exclude:\n    - {use: departments_within, over: 3}\n").replace("spacing: 3 km", "spacing: 0 m")
    study.write_text(text)
    thuso("run", study, "--quiet")
    result = folder / "demo" / "results" / "demo.gpkg"
    sites = rows(result, "SELECT * FROM ranked_sites")
    assert len({s["value_departments_within"] for s in sites}) == 4
    for s in sites:
        assert s["value_departments_within"] == s["value_services_near"] >= s["value_near"], dict(s)
        assert s["score_kind"] == (1 if s["kind"] == "upgrade" else 0.4)
        assert s["value_cost"] == (3e6 if s["kind"] == "upgrade" else 8e6) and s["score_cost"] == (1 if s["kind"] == "upgrade" else 0)
    out = rows(result, "SELECT * FROM excluded_sites WHERE criterion = 'departments_within'")
    assert out and all(r["value"] > 3 for r in out) and all(s["value_departments_within"] <= 3 for s in sites)
    found = facts(result)
    assert float(found["ranking.departments_within.within"]["value"]) == 1000 and float(found["ranking.near.within"]["value"]) == 300


if __name__ == "__main__":
    main([test_drinks, test_chairs, test_decimal_commas, test_refusals, test_site_criteria])
