#!/usr/bin/python3
"""`thuso locate` as a planner uses it: plans that can be checked by hand, published values, every refusal, what it writes."""
import csv
import itertools
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "support"))
from tap import SHARED, Skip, THUSO, main, thuso  # noqa: E402

# Four villages on a road, three sites: costs in minutes.
OD = "demand,site,cost\n1,a,0\n1,b,10\n1,c,30\n2,a,10\n2,b,0\n2,c,20\n3,a,30\n3,b,20\n3,c,0\n4,c,5\n"
PEOPLE = "demand,weight\n1,100\n2,50\n3,80\n4,20\n5,7\n"


def write(folder, **texts):
    """Files NAME.csv of the given texts."""
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def locate(folder, *words, code=0):
    """Runs with --json in the folder; gives the document, or the error's message."""
    stdout, _ = thuso("locate", *words, "--progress", "none", "--json", code=code, cwd=folder)
    document = json.loads(stdout)
    return document["error"]["message"] if "error" in document else document


def chosen(document):
    return sorted(s["site"] for s in document["sites"])


def refused(folder, code, *words, says=()):
    before = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
    message = locate(folder, *words, "--output", "refused.csv", code=code)
    for word in says:
        assert word in message, f"{word!r} is missing in: {message}"
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == before, "files were changed or left"
    return message


def need(model):
    if model not in json.loads(thuso("list", "models", "--json")[0])["models"]:
        raise Skip(f"there is no model {model}")


def near(a, b, relative=1e-9):
    return abs(a - b) <= relative * max(abs(b), 1e-9)


MCLP = ("--model", "mclp", "--od", "od.csv", "--limit", "10")


# --- by hand ------------------------------------------------------------------------------------------------------------------


def test_document(folder):
    write(folder, od=OD, people=PEOPLE)
    document = locate(folder, *MCLP, "-p", 2, "--demand", "people.csv")
    assert list(document) == ["model", "status", "objective", "bound", "gap", "seconds", "sites", "binding", "alternatives", "findings"]
    assert (document["model"], document["status"], document["objective"], document["bound"]) == ("mclp", "optimal", 250, 250)
    assert document["gap"] <= 1e-9 and document["seconds"] >= 0
    assert [list(s) for s in document["sites"]] == [["site", "step", "kind", "gain", "people_added", "people_total"]] * 2
    assert [(s["step"], s["kind"], s["people_added"], s["people_total"]) for s in document["sites"]] == [(1, "new", 150, 150), (2, "new", 100, 250)]
    assert sum(s["gain"] for s in document["sites"]) == document["objective"]
    assert document["sites"][1]["site"] == "c" and document["sites"][0]["site"] in "ab"
    assert all(isinstance(line, str) for line in document["binding"]) and document["alternatives"] == []
    # Without weights each row of demand counts once; --sites may know of more sites, and --demand of more people.
    document = locate(folder, *MCLP, "-p", 1)
    assert document["objective"] == 2
    write(folder, sites="site\nd\nc\nb\na\n")
    assert locate(folder, *MCLP, "-p", 4, "--demand", "people.csv", "--sites", "sites.csv")["objective"] == 250


def test_text(folder):
    write(folder, od=OD, people=PEOPLE)
    stdout, _ = thuso("locate", *MCLP, "--number", 2, "--demand", "people.csv", "--output", "plan.csv", "--progress", "none", cwd=folder)
    for word in ("mclp", "optimal", "250", "257 in 5 rows of demand; 3 sites, 10 pairs", "97.3 %", "new", "People added", "result: "):
        assert word in stdout, stdout
    again, _ = thuso("locate", *MCLP, "-p", 2, "--demand", "people.csv", "--output", "plan.csv", "--overwrite", "--threads", 1, "--progress", "none", cwd=folder)
    assert [x for x in stdout.splitlines() if not x.startswith("seconds")] == [x for x in again.splitlines() if not x.startswith("seconds")]
    quiet, stderr = thuso("locate", *MCLP, "-p", 2, "--output", "q.csv", "--quiet", cwd=folder)
    assert quiet == f"result: {folder / 'q.csv'}\n" and stderr == ""


def test_files(folder):
    write(folder, od=OD, people=PEOPLE, sites="site,fixed\na,yes\nb,\nc,\n")
    document = locate(folder, *MCLP, "-p", 2, "--demand", "people.csv", "--sites", "sites.csv", "--output", "plan.csv", "--assigned", "who.csv")
    rows = list(csv.DictReader(open(folder / "plan.csv")))
    assert list(rows[0]) == ["step", "site", "kind", "gain", "people_added", "people_total"]
    assert [(r["step"], r["site"], r["kind"], r["people_added"], r["people_total"]) for r in rows] == [
        ("1", "a", "existing", "150", "150"), ("2", "c", "new", "100", "250")]
    assert [s["site"] for s in document["sites"]] == ["a", "c"]
    who = list(csv.reader(open(folder / "who.csv")))
    assert who == [["demand", "site", "people", "cost"], ["1", "a", "100", "0"], ["2", "a", "50", "10"], ["3", "c", "80", "0"], ["4", "c", "20", "5"]]
    old = (folder / "plan.csv").read_bytes()
    words = (*MCLP, "-p", 1, "--output")
    assert "--overwrite" in locate(folder, *words, "plan.csv", code=2) and (folder / "plan.csv").read_bytes() == old
    locate(folder, *words, "plan.csv", "--overwrite")
    assert (folder / "plan.csv").read_bytes() != old
    assert "replace the input" in locate(folder, *words, "od.csv", "--overwrite", code=2)
    os.link(folder / "od.csv", folder / "link.csv")
    assert "replace the input" in locate(folder, *words, "link.csv", "--overwrite", code=2)
    assert "must end in .csv" in locate(folder, *words, "plan.txt", code=2)
    assert "name the same file" in locate(folder, *words, "x.csv", "--assigned", "x.csv", code=2)
    assert "does not exist" in locate(folder, *words, "nowhere/x.csv", code=2)
    assert not [p for p in folder.iterdir() if ".part." in p.name] and (folder / "od.csv").read_text() == OD


def test_decisions(folder):
    """Fixed and forbidden sites, thresholds, budgets, a cost for those who are not reached."""
    write(folder, od=OD, people=PEOPLE)

    def plan(sites, *words):
        write(folder, sites=sites)
        return locate(folder, *MCLP, "--demand", "people.csv", "--sites", "sites.csv", *words)

    document = plan("site,fixed,forbidden\na,,\nb,TRUE,\nc,,1\n", "-p", 2)
    assert document["objective"] == 150 and document["sites"][0] == {**document["sites"][0], "site": "b", "kind": "existing"} and "c" not in chosen(document)
    assert chosen(plan("site,cost\na,3\nb,2\nc,4\n", "-p", 3, "--budget", "6")) == ["b", "c"]
    assert chosen(plan("site,cost\na,2000000\nb,3e6\nc,4000000\n", "-p", 3, "--budget", "6 M")) == ["a", "c"]
    document = plan("site,min_people\na,120\nb,120\nc,120\n", "-p", 3)
    assert sum(s["people_added"] for s in document["sites"]) == 150 and len(document["sites"]) == 1
    assert len(plan("site\na\nb\nc\n", "-p", 3, "--min-people", 120)["sites"]) == 1
    assert len(plan("site,min_people\na,120\nb,120\nc,90\n", "-p", 3, "--min-people", 500)["sites"]) == 2
    words = ("--model", "pmedian", "--od", "od.csv", "--demand", "people.csv", "-p", 3)
    assert locate(folder, *words, "--unserved", 100)["objective"] == 5 * 20 + 7 * 100
    assert "5" in locate(folder, *words, code=4)["binding"][0]


def test_limit_with_a_unit(folder):
    write(folder, od="demand,site,cost\n1,a,3600\n2,a,3601\n")
    for limit in ("60 min", "1 h", "3600", "3600 s", "3.6 km"):
        assert locate(folder, "--model", "mclp", "--od", "od.csv", "-p", 1, "--limit", limit)["objective"] == 1, limit


def test_from_to(folder):
    """What `thuso cost --od` writes: from, to, empty where out of reach."""
    write(folder, od="from,to,cost\na,a,0\na,b,5\na,c,\nb,a,5\nb,b,0\nb,c,\nc,a,\nc,b,\nc,c,0\n")
    document = locate(folder, "--model", "pmedian", "--od", "od.csv", "-p", 2)
    assert document["objective"] == 5 and "c" in chosen(document)
    document = locate(folder, "--model", "lscp", "--od", "od.csv", "--limit", 5)
    assert document["objective"] == 2 and "c" in chosen(document)


def test_dispersion(folder):
    need("pdispersion")
    write(folder, od="from,to,cost\n" + "".join(f"{a},{b},{abs(a - b)}\n" for a in (1, 2, 6, 10) for b in (1, 2, 6, 10)))
    document = locate(folder, "--model", "pdispersion", "--od", "od.csv", "-p", 3)
    assert document["objective"] == 4 and chosen(document) in (["1", "10", "6"], ["10", "2", "6"])
    write(folder, bad="from,to,cost\n1,2,1\n2,1,1\nx,1,4\n", sites="site\n1\n2\n", people="demand,weight\n1,1\n2,1\n")
    refused(folder, 3, "--model", "pdispersion", "--od", "bad.csv", "--sites", "sites.csv", "-p", 2, says=("line 4", "'x'", "sites.csv"))
    refused(folder, 2, "--model", "pdispersion", "--od", "od.csv", "--demand", "people.csv", "-p", 2, says=("leave --demand out",))


def test_capacity(folder):
    need("cmclp")
    write(folder, od=OD, people=PEOPLE, sites="site,capacity\na,120\nb,60\nc,\n")
    words = ("--model", "cmclp", "--od", "od.csv", "--demand", "people.csv", "--limit", 10, "-p", 1, "--assigned", "who.csv", "--overwrite")
    document = locate(folder, *words, "--sites", "sites.csv", "--assignment", "single")
    assert document["objective"] == 100, "c takes all in its reach; a has room for the first village only"
    assert locate(folder, *words, "--sites", "sites.csv")["objective"] == 120, "split unless asked for otherwise"
    document = locate(folder, *words, "--sites", "sites.csv", "-p", 2, "--assignment", "split")
    assert document["objective"] == 220
    people = {}
    for row in csv.DictReader(open(folder / "who.csv")):
        people[row["site"]] = people.get(row["site"], 0) + float(row["people"])
    assert people == {"a": 120, "c": 100}
    assert locate(folder, *words, "--sites", "sites.csv", "-p", 2, "--assignment", "single")["objective"] == 200
    refused(folder, 2, *words[:-3], says=("needs --sites SITES.csv with a column capacity",))
    write(folder, bare="site\na\nb\nc\n")
    refused(folder, 3, *words[:-3], "--sites", "bare.csv", says=("bare.csv has no column capacity",))


def test_alternatives(folder):
    write(folder, od=OD, people=PEOPLE)
    document = locate(folder, *MCLP, "-p", 2, "--demand", "people.csv", "--alternatives", 5, "--loss", "50 %")
    sets = [chosen(document)] + [sorted(a["sites"]) for a in document["alternatives"]]
    assert sorted(sets) == [["a", "b"], ["a", "c"], ["b", "c"]]
    values = [document["objective"]] + [a["objective"] for a in document["alternatives"]]
    assert values == [250, 250, 150]
    assert [a["objective"] for a in locate(folder, *MCLP, "-p", 2, "--demand", "people.csv", "--alternatives", 5)["alternatives"]] == [250]
    stdout, _ = thuso("locate", *MCLP, "-p", 2, "--demand", "people.csv", "--alternatives", 5, "--progress", "none", cwd=folder)
    assert "Alternatives:" in stdout


# --- quotas -------------------------------------------------------------------------------------------------------------------


def test_quotas(folder):
    sites = "site,fixed,municipality,district\na,yes,M1,D\nb,,M1,D\nc,,M2,D\nd,,M2,E\n"
    od = "demand,site,cost\n" + "".join(f"{i},{s},1\n" for i, s in enumerate("abcdbbc"))
    write(folder, od=od, sites=sites)

    def plan(quota, p=4, code=0):
        write(folder, quota="level,group,min,max,count\n" + quota)
        return locate(folder, *MCLP, "-p", p, "--sites", "sites.csv", "--quota", "quota.csv", code=code)

    assert plan("")["objective"] == 7
    assert chosen(plan("municipality,M1,,1,\n")) == ["a", "c", "d"]
    assert chosen(plan("municipality,M1,,1,total\n")) == ["a", "c", "d"]
    assert chosen(plan("municipality,M1,,1,new\n")) == ["a", "b", "c", "d"]
    assert chosen(plan("municipality,*,,1,new\n")) == ["a", "b", "c"]
    assert chosen(plan("municipality,*,,1,new\nmunicipality,M1,,0,new\n")) == ["a", "c"], "a group's own row comes first"
    assert chosen(plan("district,E,1,,\n", p=2)) == ["a", "d"]
    assert chosen(plan("district,E,1,,\nmunicipality,M1,1,,new\n", p=3)) == ["a", "b", "d"]
    document = plan("municipality,M2,3,,\n", code=4)
    assert document["status"] == "infeasible" and document["sites"] == [] and document["objective"] is None
    assert any("M2" in line for line in document["binding"]), document["binding"]


def test_infeasible(folder):
    """Exit 4; with --json the document says so, without it the message does; no file is written."""
    write(folder, od=OD, people=PEOPLE, sites="site,forbidden,municipality\na,yes,M1\nb,yes,M1\nc,,M2\n", quota="level,group,min,max\nmunicipality,M1,1,\n")
    words = (*MCLP, "-p", 2, "--sites", "sites.csv", "--quota", "quota.csv", "--output", "plan.csv")
    document = locate(folder, *words, code=4)
    assert list(document)[:2] == ["model", "status"] and document["status"] == "infeasible" and document["binding"]
    stdout, stderr = thuso("locate", *words, "--progress", "none", code=4, cwd=folder)
    assert stdout == "" and "M1" in stderr and stderr.startswith("thuso locate: "), stderr
    assert not (folder / "plan.csv").exists() and not [p for p in folder.iterdir() if ".part." in p.name]


# --- random problems against every set of sites ---------------------------------------------------------------------------------


def test_random(folder):
    for seed in range(12):
        rand = random.Random(seed)
        n_demand, n_sites, p = rand.randint(5, 30), rand.randint(3, 9), rand.randint(1, 3)
        cost = {(i, j): rand.randint(0, 60) for i in range(n_demand) for j in range(n_sites) if rand.random() < 0.8}
        weight = [rand.randint(0, 50) for _ in range(n_demand)]
        rows = [f"{i},s{j},{c}\n" for (i, j), c in cost.items()]
        rand.shuffle(rows)
        group = ["X", "Y"] + [rand.choice("XY") for _ in range(n_sites - 2)]
        fixed = rand.randrange(n_sites)
        write(folder, od="demand,site,cost\n" + "".join(rows), people="demand,weight\n" + "".join(f"{i},{w}\n" for i, w in enumerate(weight)),
              sites="site,fixed,g\n" + "".join(f"s{j},{int(j == fixed)},{group[j]}\n" for j in range(n_sites)), quota="level,group,min,max\ng,X,,1\ng,Y,,2\n")
        best_cover, best_cost = None, None
        for n in range(1, p + 1):  # p is the most
            for some in itertools.combinations(range(n_sites), n):
                if fixed not in some or sum(group[j] == "X" for j in some) > 1 or sum(group[j] == "Y" for j in some) > 2:
                    continue
                least = [min((cost.get((i, j), 1e9) for j in some)) for i in range(n_demand)]
                cover = sum(w for w, c in zip(weight, least) if c <= 20)
                total = sum(w * (c if c < 1e9 else 90) for w, c in zip(weight, least))
                best_cover = cover if best_cover is None else max(best_cover, cover)
                best_cost = total if best_cost is None else min(best_cost, total)
        words = ("--od", "od.csv", "--demand", "people.csv", "--sites", "sites.csv", "--quota", "quota.csv", "-p", p)
        document = locate(folder, "--model", "mclp", "--limit", 20, *words)
        assert near(document["objective"], best_cover), (seed, document["objective"], best_cover)
        document = locate(folder, "--model", "pmedian", "--unserved", 90, *words)
        assert near(document["objective"], best_cost), (seed, document["objective"], best_cost)


# --- tables as people have them ---------------------------------------------------------------------------------------------------


def test_order_and_threads(folder):
    """The same bytes for any order of rows and columns and any number of threads."""
    rand = random.Random(5)
    rows = [[str(i), f"s{j}", str(rand.randint(0, 900) / 8)] for i in range(300) for j in range(40) if rand.random() < 0.7]
    people = [[str(i), str(rand.randint(1, 99))] for i in range(300)]
    sites = [[f"s{j}", rand.choice(["M1", "M2", "M3"])] for j in range(40)]
    first = None
    for turn in range(4):
        columns = [0, 1, 2]
        for table in (rows, people, sites, columns) if turn else ():
            rand.shuffle(table)
        names = ["demand", "site", "cost"]
        write(folder, od="\n".join(",".join(r[c] for c in columns) for r in [names] + rows) + "\n", people="demand,weight\n" + "".join(",".join(r) + "\n" for r in people),
              sites="site,m\n" + "".join(",".join(r) + "\n" for r in sites), quota="level,group,min,max\nm,*,1,4\n")
        words = ("locate", "--model", "pmedian", "--od", "od.csv", "--demand", "people.csv", "--sites", "sites.csv", "--quota", "quota.csv", "-p", 6, "--unserved", 500,
                 "--output", "plan.csv", "--assigned", "who.csv", "--overwrite", "--progress", "none", "--threads", turn + 1, "--alternatives", 2, "--loss", "5 %")
        stdout, _ = thuso(*words, cwd=folder)
        got = [x for x in stdout.splitlines() if not x.startswith("seconds")], (folder / "plan.csv").read_bytes(), (folder / "who.csv").read_bytes()
        first = first or got
        assert got == first, f"turn {turn}"


def test_semicolons_and_ids(folder):
    """Decimal commas; ids with separators, quotes, other letters, formulas; numbers in the order of numbers."""
    od = 'site;cost;demand\n"s;1";1,5;Zoë\n"s""2";2,25;Zoë\n=1+1;0,5;"a,b"\n"s;1";9;10\n"s""2";9;9\n'
    write(folder, od=od)
    document = locate(folder, "--model", "pmedian", "--od", "od.csv", "-p", 3, "--output", "plan.csv", "--assigned", "who.csv")
    assert near(document["objective"], 1.5 + 0.5 + 18) and chosen(document) == sorted(["=1+1", 's"2', "s;1"])
    who = list(csv.DictReader(open(folder / "who.csv")))
    assert [r["demand"] for r in who] == ["9", "10", "Zoë", "a,b"] or [r["demand"] for r in who] == ["9", "10", "a,b", "Zoë"]
    sites = {r["site"] for r in csv.DictReader(open(folder / "plan.csv"))}
    assert sites == {"'=1+1", 's"2', "s;1"}, "a formula is made harmless"
    write(folder, od="demand;site;cost\n1;a;1,5\n2;a;2.5\n")
    refused(folder, 3, "--model", "pmedian", "--od", "od.csv", "-p", 1, says=("decimal commas (line 2)", "decimal points (line 3)"))
    (folder / "od.csv").write_bytes("\ufeffdemand\tsite\tcost\r\n1\ta\t1.5\r\n".encode())
    assert locate(folder, "--model", "pmedian", "--od", "od.csv", "-p", 1)["objective"] == 1.5
    (folder / "od.csv").write_bytes(b"demand,site,cost\nZo\xeb,a,1\n")
    document = locate(folder, "--model", "pmedian", "--od", "od.csv", "-p", 1)
    assert [f["check"] for f in document["findings"]] == ["encoding"]


# --- refusals -------------------------------------------------------------------------------------------------------------------


def test_usage(folder):
    write(folder, od=OD, people=PEOPLE, sites="site\na\nb\nc\n")
    od = ("--od", "od.csv")
    cases = [
        (od, ("--model is missing", "pmedian", "mclp")),
        (("--model", "mlcp", *od), ("'mlcp' is not known", "did you mean 'mclp'?", "pmedian")),
        (("--model", "mclp", "-p", 1, "--limit", 1), ("--od is missing",)),
        (("--model", "mclp", *od, "--limit", 1), ("mclp needs -p N",)),
        (("--model", "pmedian", *od), ("pmedian needs -p N",)),
        (("--model", "mclp", *od, "-p", 1), ("mclp needs --limit", "60 min")),
        (("--model", "lscp", *od), ("lscp needs --limit",)),
        ((*MCLP, "-p", 0), ("-p: '0' is no whole number from 1 to",)),
        ((*MCLP, "-p", "two"), ("-p: 'two'",)),
        ((*MCLP, "-p", 1, "--limit", "ten"), ("--limit: 'ten' is not understood", "60 min")),
        ((*MCLP, "-p", 1, "--limit", "-1"), ("--limit must not be negative",)),
        (("--model", "lscp", *od, "--limit", 1, "--target", "90"), ("--target must be from 0 to 100 %",)),
        ((*MCLP, "-p", 1, "--budget", "1 M"), ("--budget needs --sites",)),
        ((*MCLP, "-p", 1, "--quota", "sites.csv"), ("--quota needs --sites",)),
        ((*MCLP, "-p", 1, "--gap", "2"), ("--gap must be",)),
        ((*MCLP, "-p", 1, "--time-limit", "5"), ("--time-limit: '5' is not understood", "a time")),
        ((*MCLP, "-p", 1, "--time-limit", "0 s"), ("--time-limit must be above 0",)),
        ((*MCLP, "-p", 1, "--seed", "-1"), ("--seed: '-1'",)),
        ((*MCLP, "-p", 1, "--alternatives", "-1"), ("--alternatives: '-1'",)),
        ((*MCLP, "-p", 1, "--loss", "1 %"), ("--loss goes with --alternatives",)),
        ((*MCLP, "-p", 1, "--assignment", "both"), ("--assignment: 'both' is not known", "single, split")),
        ((*MCLP, "-p", 1, "--assignment", "split"), ("--assignment goes with models of limited capacity",)),
        (("--model", "pmedian", *od, "-p", 1, "--limit", "1 h"), ("--limit has no meaning for --model pmedian",)),
        ((*MCLP, "-p", 1, "--unserved", 5), ("--unserved has no meaning for --model mclp",)),
        ((*MCLP, "-p", 1, "--decay", 2), ("--decay has no meaning for --model mclp",)),
        (("--model", "pcenter", *od, "-p", 1, "--target", "50 %"), ("--target has no meaning for --model pcenter",)),
        (("--model", "pmedian", *od, "-p", 1, "--min-people", 5), ("--min-people goes with models that maximise people",)),
        (("--model", "huff", *od, "--limit", 1, "-p", 1, "--decay", "-1"), ("--decay must be above 0",)),
        ((*MCLP, "-p", 1, "--quotas", "x"), ("did you mean --quota?",)),
    ]
    for words, says in cases:
        refused(folder, 2, *words, says=says)


def test_tables(folder):
    """What is wrong is named with its file and line."""
    od, sites = OD, "site,fixed,forbidden,m\na,,,M1\nb,,,M1\nc,,,M2\n"
    cases = [
        (dict(od=od + "1,a,3\n"), ("od.csv, line 12", "line 2", "'1'", "'a'")),
        (dict(od=od.replace("c,30", "c,-30")), ("od.csv, line 4", "-30 is negative")),
        (dict(od=od.replace("c,30", "c,NaN")), ("od.csv, line 4", "'NaN' is no number")),
        (dict(od=od.replace("c,30", "c,far")), ("od.csv, line 4", "'far' is no number")),
        (dict(od=od.replace("site", "sight")), ("od.csv has no column site", "is it 'sight'?")),
        (dict(od=od.replace("1,c,30", "1,c")), ("od.csv, line 4", "2 cells")),
        (dict(people=PEOPLE.replace("4,20\n", "")), ("od.csv, line 11", "demand '4' is not in people.csv")),
        (dict(people=PEOPLE + "1,5\n"), ("people.csv, line 7", "twice")),
        (dict(people=PEOPLE.replace("20", "-20")), ("people.csv, line 5", "negative")),
        (dict(sites=sites.replace("b,,", "bb,,")), ("od.csv, line 3", "site 'b' is not in sites.csv")),
        (dict(sites=sites.replace("a,,", "a,yes,no").replace("no,M1", "maybe,M1")), ("sites.csv, line 2", "'maybe,M1'" if False else "maybe")),
        (dict(sites=sites.replace("a,,,", "a,1,1,")), ("sites.csv, line 2", "fixed and forbidden")),
        (dict(quota="level,group,min,max\nmm,M1,1,\n"), ("quota.csv, line 2", "level 'mm'", "did you mean 'm'?")),
        (dict(quota="level,group,min,max\nm,M3,1,\n"), ("quota.csv, line 2", "m 'M3'", "did you mean")),
        (dict(quota="level,group,min,max\nm,M1,3,2\n"), ("quota.csv, line 2", "min 3 is over max 2")),
        (dict(quota="level,group,min\nm,M1,3\n"), ("quota.csv has no column max",)),
    ]
    for changes, says in cases:
        texts = dict(od=od, people=PEOPLE, sites=sites, quota="level,group,min,max\nm,M1,,2\n") | changes
        write(folder, **texts)
        refused(folder, 3, *MCLP, "-p", 2, "--demand", "people.csv", "--sites", "sites.csv", "--quota", "quota.csv", says=says)
    refused(folder, 3, "--model", "mclp", "--od", "nothing.csv", "--limit", 1, "-p", 1, says=("nothing.csv",))
    (folder / "od.gpkg").write_bytes(b"x")
    refused(folder, 3, "--model", "mclp", "--od", "od.gpkg", "--limit", 1, "-p", 1, says=("export it as CSV",))


def test_doubtful_column(folder):
    write(folder, od=OD, sites="site,fixd\na,yes\nb,\nc,\n")
    document = locate(folder, *MCLP, "-p", 1, "--sites", "sites.csv")
    assert [f["check"] for f in document["findings"]] == ["unknown_column"] and "'fixed'" in document["findings"][0]["message"]


# --- stopping -------------------------------------------------------------------------------------------------------------------


def hard(folder):
    """So many alike plans that no proof is quick."""
    rand = random.Random(3)
    n_demand, n_sites = 3000, 600
    at = [(rand.random(), rand.random()) for _ in range(n_demand)]
    to = [(rand.random(), rand.random()) for _ in range(n_sites)]
    with open(folder / "od.csv", "w") as file:
        file.write("demand,site,cost\n")
        for i, (x, y) in enumerate(at):
            for j, (u, v) in enumerate(to):
                d = 1000 * ((x - u) ** 2 + (y - v) ** 2) ** 0.5
                if d < 300:
                    file.write(f"{i},{j},{d:.1f}\n")
    (folder / "people.csv").write_text("demand,weight\n" + "".join(f"{i},{rand.randint(1, 999)}\n" for i in range(n_demand)))
    return ("--model", "mclp", "--od", "od.csv", "--demand", "people.csv", "-p", 30, "--limit", 90)


def test_interrupt(folder):
    """Ctrl-C: the best plan so far is printed and written, with its proven gap; exit 130."""
    words = hard(folder)
    process = subprocess.Popen([THUSO, "locate", *map(str, words), "--json", "--progress", "plain", "--output", "plan.csv"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, cwd=folder)
    while "choosing sites" not in process.stderr.readline():
        assert process.poll() is None
    time.sleep(2)
    if process.poll() is not None:
        raise Skip("this machine proves the optimum before it can be interrupted")
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate()
    assert time.monotonic() - start < 3 and process.returncode == 130, (process.returncode, stderr)
    document = json.loads(stdout)
    assert document["status"] == "feasible" and len(document["sites"]) <= 40 and document["bound"] >= document["objective"] > 0
    assert near(document["gap"], (document["bound"] - document["objective"]) / document["objective"], 1e-6)
    assert "interrupted: this is the best plan so far" in stderr
    rows = list(csv.DictReader(open(folder / "plan.csv")))
    assert [r["site"] for r in rows] == [s["site"] for s in document["sites"]]


def test_time_limit(folder):
    words = hard(folder)
    document = locate(folder, *words, "--time-limit", "2 s")
    assert document["status"] in ("feasible", "optimal") and document["seconds"] < 6 and document["bound"] >= document["objective"] > 0


# --- published --------------------------------------------------------------------------------------------------------------------


def test_san_francisco(folder):
    """PySAL spopt's data: 205 census tracts, 16 stores."""
    data = SHARED / "data" / "published" / "spopt"
    if not data.exists():
        raise Skip(f"{data} is not there")
    people = {r["NAME"]: r["POP2000"] for r in csv.DictReader(open(data / "SF_demand_205_centroid_uniform_weight.csv"))}
    rows = csv.DictReader(open(data / "SF_network_distance_candidateStore_16_censusTract_205_new.csv"))
    write(folder, people="demand,weight\n" + "".join(f"{n},{w}\n" for n, w in people.items()),
          od="demand,site,cost\n" + "".join(f"{r['DestinationName']},{r['name']},{r['distance']}\n" for r in rows))
    tables = ("--od", "od.csv", "--demand", "people.csv")
    published = {
        1: (5731159103.675, 11577.279, 448255),
        2: (4009098972.135, 9130.759, 671938),
        3: (3385565397.532, 7529.986, 791499),
        4: (2848268129.7145, 7403.063810849859, 875247),
    }
    for p, (median, centre, covered) in published.items():
        for model, value, words in (("pmedian", median, ()), ("pcenter", centre, ()), ("mclp", covered, ("--limit", 5000))):
            document = locate(folder, "--model", model, *tables, "-p", p, *words)
            assert document["status"] == "optimal" and near(document["objective"], value, 1e-7), (model, p, document["objective"], value)
    document = locate(folder, "--model", "lscp", *tables, "--limit", 5000)
    assert document["status"] == "optimal" and document["objective"] == 8 and len(document["sites"]) == 8
    document = locate(folder, "--model", "mclp", *tables, "-p", 4, "--limit", 5000, "--output", "plan.csv", "--assigned", "who.csv")
    assert sum(float(r["people"]) for r in csv.DictReader(open(folder / "who.csv"))) == 875247
    assert sum(s["people_added"] for s in document["sites"]) == 875247


def test_list(folder):
    stdout, _ = thuso("list", "models")
    for name in ("pmedian", "mclp", "lscp", "pcenter"):
        assert name in stdout
    stdout, _ = thuso("list", "--json")
    assert json.loads(stdout)["models"]["mclp"]["source"]
    stdout, _ = thuso("help", "man")
    assert ".SS thuso locate" in stdout and "\\fB\\-p\\fR, \\fB\\-\\-number\\fR N" in stdout
    stdout, _ = thuso("help", "completion")
    assert "locate) words=" in stdout and " --assigned" in stdout


if __name__ == "__main__":
    main([f for name, f in list(globals().items()) if name.startswith("test_")])
