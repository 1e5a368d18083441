#!/usr/bin/python3
"""Sensitivity of a study: every draw ranked again by plain counting from the GeoPackage, settings against plain worlds, refusals."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "support"))
sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "cli"))
from results import audit, hashes, rows, tables  # noqa: E402
from square import World, near  # noqa: E402
from tap import SOURCE, main, thuso  # noqa: E402
from test_siting import chosen, new_sites, refused  # noqa: E402

RANKING = "ranking: {criteria: [{use: people_within, weight: 5}, {use: people_gained, weight: 3}, {use: attribute, field: y, best: 7000000, worst: 7020000, weight: 2}]%s}"
SITING = "siting: {mode: brownfields, sites: 2, gap: 0 %}\n"
BITS = (1 << 64) - 1


class Square(World):
    """The world of the plans' tests, with three criteria and whatever else a test replaces."""

    def run(self, folder, blocks, spacing="", replace=(), words=()):
        study = self.write(folder, blocks)
        text = study.read_text().replace("ranking: {criteria: [{use: people_within}]}", RANKING % spacing)
        for old, new in replace:
            assert old in text, old
            text = text.replace(old, new)
        study.write_text(text)
        thuso("run", study, "--quiet", "--overwrite", *words)
        return folder / "out.gpkg"

    def served_within(self, sites, limit):
        return self.served(sites, limit)


# --- draws by plain code ---------------------------------------------------------------------------------------------------------


def mix(z):
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & BITS
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & BITS
    return z ^ z >> 31


class Chance:
    """The numbers of one draw, as src/siting/README.md says."""

    def __init__(self, seed, draw):
        self.state = mix((seed + 0x9E3779B97F4A7C15) & BITS) ^ mix(draw + 1)

    def real(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & BITS
        return (mix(self.state) >> 11) * 2.0**-53


def order(sites, names, weights):
    def score(site):
        return round(100 * sum(w * site[f"score_{n}"] for n, w in zip(names, weights)) / sum(weights), 8)

    ranked = sorted(sites, key=lambda s: (-score(s), -s["people_gained"], s["site"]))
    return {s["site"]: i + 1 for i, s in enumerate(ranked)}


def correlation(a, b):
    n = len(a)
    return 1 - 6 * sum((a[s] - b[s]) ** 2 for s in a) / (n * (n * n - 1))


NAMES, WEIGHTS = ["people_within", "people_gained", "attribute_y"], [5, 3, 2]


def test_draws_recounted(folder):
    for seed in (1, 2):
        world = Square(seed, n_new=10, n_upgrade=6)
        result = world.run(folder / str(seed), SITING + f"sensitivity: {{draws: 60, weights: 50 %, seed: {seed}}}")
        sites = rows(result, "SELECT * FROM ranked_sites ORDER BY rank")
        ranks = []
        for draw in range(60):
            chance = Chance(seed, draw)
            ranks.append(order(sites, NAMES, [w * (1 + 0.5 * (2 * chance.real() - 1)) for w in WEIGHTS]))
        stated = order(sites, NAMES, WEIGHTS)
        for s in sites:
            mine = [r[s["site"]] for r in ranks]
            assert s["rank"] == stated[s["site"]]
            assert (s["rank_best"], s["rank_worst"], s["share_listed"]) == (min(mine), max(mine), 100), dict(s)
            near(s["share_in_top_10"], 100 * sum(m <= 10 for m in mine) / 60, s["site"])
            for c, name in enumerate(NAMES):
                without = order(sites, NAMES, [0 if k == c else w for k, w in enumerate(WEIGHTS)])
                assert s[f"rank_without_{name}"] == without[s["site"]], (name, dict(s))
            assert s["reason"].endswith(f"of 60 draws; rank {min(mine)} to {max(mine)}." if min(mine) < max(mine) else f"of 60 draws; rank {mine[0]}.")
        table = {r["setting"]: r for r in rows(result, "SELECT * FROM sensitivity")}
        near(table["draws, mean"]["rank_correlation"], sum(correlation(stated, r) for r in ranks) / 60, "mean correlation")
        near(table["draws, least"]["rank_correlation"], min(correlation(stated, r) for r in ranks), "least correlation")
        tops = [sum(stated[s] <= 10 and r[s] <= 10 for s in stated) for r in ranks]
        near(table["draws, mean"]["top_10_in_common"], sum(tops) / 60, "top 10")
        assert table["draws, least"]["top_10_in_common"] == min(tops)
        for c, name in enumerate(NAMES):
            for words, factor in ((f"weight of {name} 50 % less", 0.5), (f"weight of {name} 50 % more", 1.5), (f"without {name}", 0)):
                moved = order(sites, NAMES, [w * factor if k == c else w for k, w in enumerate(WEIGHTS)])
                near(table[words]["rank_correlation"], correlation(stated, moved), words)
                assert table[words]["first_site"] == min(moved, key=moved.get), dict(table[words])
                assert float(table[words]["value"]) == WEIGHTS[c] * factor


def test_nothing_moved(folder):
    """A range of 0 %: best = worst = rank, with spacing too; and the rest of the result is as without the block."""
    world = Square(3, n_new=10, n_upgrade=6)
    result = world.run(folder, SITING + "sensitivity: {draws: 30, weights: 0 %}", ", spacing: 4 km")
    sites = rows(result, "SELECT * FROM ranked_sites")
    assert 2 < len(sites) < 16 and any(r["alternatives"] for r in sites)
    for r in sites:
        assert r["rank_best"] == r["rank_worst"] == r["rank"] and r["share_listed"] == 100, dict(r)
        assert r["share_in_top_10"] == (100 if r["rank"] <= 10 else 0)
    plain = world.run(folder / "plain", SITING, ", spacing: 4 km")
    assert "sensitivity" not in tables(plain)
    for name in ("planned_sites", "municipalities", "catchments", "demand_cells"):
        assert [tuple(r) for r in rows(result, f"SELECT * FROM {name}")] == [tuple(r) for r in rows(plain, f"SELECT * FROM {name}")], name


# --- settings ---------------------------------------------------------------------------------------------------------------------


def check_setting(world, row, kept, limit):
    total = sum(world.people.values())
    near(row["people_served_now"], world.served_within(world.centres, limit), row["setting"] + " now")
    near(row["people_served_kept"], world.served_within(kept, limit), row["setting"] + " kept")
    best = max(world.served_within([*world.centres, *pair], limit) for pair in world.sets(2))
    near(row["people_served_plan"], best, row["setting"] + " plan")
    for what in ("now", "kept", "plan"):
        near(row[f"share_served_{what}"], 100 * row[f"people_served_{what}"] / total, "share")
    assert row["people_served_kept"] <= row["people_served_plan"] + 1e-6 and 0 <= row["sites_in_common"] <= row["sites_new"] <= 2


def test_limits(folder):
    world = Square(4)
    result = world.run(folder, SITING + "sensitivity: {draws: 50, weights: 10 %, limit: [2.2 km, 5.3 km]}")
    table = {r["setting"]: r for r in rows(result, "SELECT * FROM sensitivity")}
    kept = chosen(result, "brownfields")
    for words, limit in (("as stated", 3300), ("limit 2.2 km", 2200), ("limit 5.3 km", 5300)):
        check_setting(world, table[words], kept, limit)
    assert table["as stated"]["sites_in_common"] == table["as stated"]["sites_new"] == 2
    assert table["limit 5.3 km"]["people_served_now"] > table["as stated"]["people_served_now"] > table["limit 2.2 km"]["people_served_now"]
    # The ranking under the other limit is the one of a study with that limit.
    for words, km in (("limit 2.2 km", "2.2"), ("limit 5.3 km", "5.3")):
        other = world.run(folder / km, SITING, replace=[("limit: 3.3 km}", f"limit: {km} km}}")])
        ranks = {r["site"]: r["rank"] for r in rows(other, "SELECT site, rank FROM ranked_sites")}
        stated = {r["site"]: r["rank"] for r in rows(result, "SELECT site, rank FROM ranked_sites")}
        near(table[words]["rank_correlation"], correlation(stated, ranks), words)
        assert table[words]["first_site"] == min(ranks, key=ranks.get)
    # Draws take the other limits too: a third each.
    names = {r["name"]: r["value"] for r in rows(result, "SELECT name, value FROM parameters")}
    assert "2 other settings" in names["sensitivity.distribution"] and names["sensitivity.draws"] == "50"


TIMES = [("limit: 3.3 km}", "limit: 44 min}"), ("bands: [3.3 km, 10 km]", "bands: [44 min, 2 h]"), ("search_limit: 60 km", "search_limit: 10 h")]


def test_walking(folder):
    """On flat ground 44 min are 3.3 km; at 80 % of the speed they are 2.64 km, at 120 % 3.96 km."""
    world = Square(5)
    result = world.run(folder, SITING + "sensitivity: {draws: 20, walking: 20 %}", replace=TIMES)
    table = {r["setting"]: r for r in rows(result, "SELECT * FROM sensitivity")}
    kept = chosen(result, "brownfields")
    for words, limit in (("as stated", 3300), ("walking 20 % slower", 2640), ("walking 20 % faster", 3960)):
        check_setting(world, table[words], kept, limit)


def demo(folder, speed, wait, more=""):
    """The demonstration without land cover and sensitivity, so that one speed decides how people walk."""
    thuso("new", folder, "--from-demo", "--quiet", env={"THUSO_GEODATA": str(SOURCE / "geodata")})
    lines = (folder / "study.yaml").read_text().splitlines()
    text = "\n".join(line for line in lines if not line.startswith(("  landcover:", "sensitivity:", "rollout:"))) + "\n"
    for old, new in (("speed: 4.5 km/h", f"speed: {speed} km/h"), ("factor: 0.85}", f"factor: 0.85, wait: {wait}}}")):
        assert old in text, old
        text = text.replace(old, new)
    (folder / "study.yaml").write_text(text + more)
    thuso("run", folder / "study.yaml", "--quiet")
    return folder / "results" / "demo.gpkg"


def test_walking_and_riding(folder):
    """Roads, rivers, waiting: each walking setting is what a study with that speed gives, to the person."""
    for wait in ("0 min", "6 min"):
        base = folder / wait[0]
        base.mkdir()
        result = demo(base / "base", "4.5", wait, "sensitivity: {draws: 10, walking: 20 %}\n")
        table = {r["setting"]: r for r in rows(result, "SELECT * FROM sensitivity")}
        stated = {r["site"]: r["rank"] for r in rows(result, "SELECT site, rank FROM ranked_sites")}
        planned = set(new_sites(result, "brownfields"))
        for words, speed in (("walking 20 % slower", "3.6"), ("walking 20 % faster", "5.4")):
            other = demo(base / speed, speed, wait)
            near(table[words]["people_served_now"], audit(other)["people_served_now"], words)
            near(table[words]["people_served_plan"], audit(other)["people_served_plan"], words)
            assert table[words]["sites_in_common"] == len(planned & set(new_sites(other, "brownfields"))), words
            ranks = {r["site"]: r["rank"] for r in rows(other, "SELECT site, rank FROM ranked_sites")}
            common = sorted(set(ranks) & set(stated), key=stated.get)
            a = {s: i for i, s in enumerate(common)}
            b = {s: i for i, s in enumerate(sorted(common, key=ranks.get))}
            near(table[words]["rank_correlation"], correlation(a, b), words)


def test_first_phase(folder):
    """Without `siting` the plan follows the ranks: it is made again for every weight, and is that of a study with that weight."""
    world = Square(6, centres=((2, 2),))
    result = world.run(folder, "sensitivity: {draws: 10, weights: 90 %}")
    table = {r["setting"]: r for r in rows(result, "SELECT * FROM sensitivity")}
    base = set(new_sites(result, "one_per_municipality"))
    for words, old, new in (("weight of people_within 90 % less", "people_within, weight: 5", "people_within, weight: 0.5"),
                            ("weight of attribute_y 90 % more", "weight: 2}", "weight: 3.8}"),
                            ("without people_within", "{use: people_within, weight: 5}, ", "")):
        other = world.run(folder / "other", "", replace=[(old, new)])
        sites = new_sites(other, "one_per_municipality")
        near(table[words]["people_served_plan"], world.served([*world.centres, *sites]), words)
        assert table[words]["sites_new"] == len(sites) and table[words]["sites_in_common"] == len(base & set(sites)), words
        near(table[words]["people_served_kept"], world.served([*world.centres, *base]), words)


def test_capacity_and_costs(folder):
    """A capacitated plan with more and less room is the plan of a study that says so; costs are those of its sites."""
    world = Square(7, n_new=5, n_upgrade=3)
    blocks = "siting: {{mode: brownfields, model: cmclp, capacity: {capacity}, sites: 2, gap: 0 %}}\nclasses: {{hub: {{capital: 3 M, operating: 1 M, min_people: 0}}}}\n{more}"
    result = world.run(folder, blocks.format(capacity=2000, more="sensitivity: {draws: 5, capacity: 40 %}"))
    table = {r["setting"]: r for r in rows(result, "SELECT * FROM sensitivity")}
    for words, capacity in (("as stated", 2000), ("capacity 40 % less", 1200), ("capacity 40 % more", 2800)):
        other = world.run(folder / "other", blocks.format(capacity=capacity, more=""))
        sites = new_sites(other, "brownfields")
        near(table[words]["people_served_plan"], world.served([*world.centres, *sites]), words)
        near(table[words]["objective"], rows(other, "SELECT objective FROM plans")[-1]["objective"], words)
        assert table[words]["sites_new"] == len(sites) and table[words]["capital"] == 3e6 * len(sites) and table[words]["operating"] == 1e6 * len(sites)
    assert table["capacity 40 % less"]["objective"] < table["as stated"]["objective"] < table["capacity 40 % more"]["objective"]


# --- the same bytes, and what is refused --------------------------------------------------------------------------------------------


def test_same_bytes(folder):
    world = Square(8)
    found = []
    for words in (["--threads", "1"], ["--threads", "5"], ["--no-cache", "--threads", "2"]):
        world.run(folder, SITING + "sensitivity: {draws: 40, limit: 4 km}", ", spacing: 3 km", words=words)
        found.append(hashes(folder))
    assert found[0] == found[1] == found[2]


def test_refusals(folder):
    world = Square(9)
    for block, words in (("limit: 45 min", ["study.yaml", "45 min", "no distance"]), ("limit: 90 km", ["90 km", "search_limit"]),
                         ("limit: 3.3 km", ["own limit"]), ("walking: 10 %", ["walking", "distances"]), ("capacity: 10 %", ["capacit"]),
                         ("weights: 120 %", ["weights", "out of range"]), ("draws: 0", ["draws"]), ("drawz: 5", ["drawz", "draws"])):
        study = world.write(folder, SITING + f"sensitivity: {{{block}}}")
        refused(study, 2, *words)
        thuso("check", study, "--quiet", code=2)


if __name__ == "__main__":
    main([test_draws_recounted, test_nothing_moved, test_limits, test_walking, test_walking_and_riding, test_first_phase, test_capacity_and_costs, test_same_bytes,
          test_refusals])
