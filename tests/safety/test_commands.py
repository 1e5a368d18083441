#!/usr/bin/python3
"""Odd words and tables for the commands that need no study: each is refused in one line with the right exit code, or answered rightly."""
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "support"))
sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "safety"))
import tap  # noqa: E402
import world  # noqa: E402
from cases import check_sane, error_lines, run  # noqa: E402

OD = "demand,site,cost\na,s,1\na,t,2\nb,s,3\nb,t,1\nc,t,9\n"
tests = []


def test(name, function, *arguments):
    def named(folder):
        function(folder, *arguments)
    named.__name__ = name
    tests.append(named)


def refused(got, code, words):
    check_sane(got[0], got[2])
    lines = error_lines(got[2])
    assert got[0] == code, f"exit {got[0]}, expected {code}: {got[2]}"
    assert len(lines) == 1, got[2]
    for word in words:
        assert word in lines[0], f"{word!r} is missing in: {lines[0]}"


# --- thuso locate ---------------------------------------------------------------------------------------------------------------


def locate(folder, words=("-p", "1"), model="pmedian", od=OD, **tables):
    (folder / "od.csv").write_text(od)
    line = ["locate", "--model", model, "--od", "od.csv", "--json", "--quiet", *words]
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
        line += [f"--{name}", f"{name}.csv"]
    return run(line, cwd=folder)


def located(folder, asked, code, words):
    got = locate(folder, **asked)
    refused(got, code, words)
    answer = json.loads(got[1])
    assert answer.get("status") == "infeasible" if code == 4 else answer["error"]["code"] == code, answer


GROUPS = "site,m\ns,A\nt,B\n"
QUOTA = "level,group,min,max\n"
for title, asked, code, *words in (
    ("cost-below-zero", {"od": OD.replace("9", "-9")}, 3, "od.csv", "line 6", "-9"),
    ("cost-that-is-nan", {"od": OD.replace("9", "nan")}, 3, "od.csv", "line 6", "nan"),
    ("cost-without-end", {"od": OD.replace("9", "1e999")}, 3, "od.csv", "line 6"),
    ("cost-of-1e308", {"od": OD.replace("9", "1e308")}, 3, "od.csv", "line 6", "1e15"),
    ("pair-twice", {"od": OD + "a,s,7\n"}, 3, "od.csv", "line 7", "line 2"),
    ("only-a-header", {"od": "demand,site,cost\n"}, 3, "od.csv", "header"),
    ("no-pair-at-all", {"od": "demand,site,cost\na,s,\nb,t,\n"}, 4, "2 demand rows"),
    ("pair-without-names", {"od": "demand,site,cost\n,s,1\n"}, 3, "od.csv", "line 2"),
    ("demand-that-is-not-listed", {"demand": "demand,weight\na,1\nb,1\n"}, 3, "od.csv", "line 6", "'c'", "demand.csv"),
    ("site-that-is-not-listed", {"sites": "site,fixed\ns,0\n"}, 3, "od.csv", "'t'", "sites.csv"),
    ("weight-below-zero", {"demand": "demand,weight\na,-1\nb,1\nc,1\n"}, 3, "demand.csv", "line 2"),
    ("weight-that-is-nan", {"demand": "demand,weight\na,nan\nb,1\nc,1\n"}, 3, "demand.csv", "line 2"),
    ("weight-beyond-reason", {"demand": "demand,weight\na,1e300\nb,1\nc,1\n"}, 3, "demand.csv", "line 2", "1e15"),
    ("weights-all-zero", {"demand": "demand,weight\na,0\nb,0\nc,0\n"}, 3, "demand.csv", "0"),
    ("demand-twice", {"demand": "demand,weight\na,1\na,2\nb,1\nc,1\n"}, 3, "demand.csv", "line 3"),
    ("fixed-and-forbidden", {"sites": "site,fixed,forbidden\ns,1,1\nt,0,0\n"}, 3, "sites.csv", "line 2", "'s'"),
    ("all-forbidden", {"sites": "site,forbidden\ns,1\nt,1\n"}, 4, "3 demand rows"),
    ("more-fixed-than-asked", {"sites": "site,fixed\ns,1\nt,1\n"}, 4, "2 fixed", "1"),
    ("fixed-maybe", {"sites": "site,fixed\ns,maybe\nt,no\n"}, 3, "sites.csv", "line 2", "maybe"),
    ("capacity-of-nothing", {"model": "cpmedian", "sites": "site,capacity\ns,0\nt,0\n"}, 4, "capacity"),
    ("capacity-below-zero", {"model": "cpmedian", "sites": "site,capacity\ns,-3\nt,9\n"}, 3, "sites.csv", "line 2"),
    ("cost-of-a-site-below-zero", {"words": ("--budget", "5"), "sites": "site,cost\ns,-1\nt,1\n"}, 3, "sites.csv", "line 2"),
    ("budget-of-nothing", {"words": ("--budget", "0"), "sites": "site,cost\ns,1\nt,1\n"}, 4, "sites"),
    ("budget-without-costs", {"words": ("--budget", "5"), "sites": "site,fixed\ns,0\nt,0\n"}, 3, "sites.csv", "'s'", "cost"),
    ("quotas-of-more-than-asked", {"sites": GROUPS, "quota": QUOTA + "m,A,1,1\nm,B,1,1\n"}, 4, "2"),
    ("quota-of-no-level", {"sites": GROUPS, "quota": QUOTA + "q,A,1,1\n"}, 3, "quota.csv", "line 2", "'q'"),
    ("quota-of-no-group", {"sites": GROUPS, "quota": QUOTA + "m,Z,1,1\n"}, 3, "quota.csv", "line 2", "'Z'"),
    ("quota-of-half-a-site", {"sites": GROUPS, "quota": QUOTA + "m,A,0.5,1\n"}, 3, "quota.csv", "line 2", "0.5"),
    ("quota-twice", {"sites": GROUPS, "quota": QUOTA + "m,A,0,1\nm,A,1,1\n"}, 3, "quota.csv", "line 3"),
    ("no-site-asked-for", {"words": ("-p", "0")}, 2, "-p"),
    ("sites-beyond-all-numbers", {"words": ("-p", "99999999999999999999")}, 2, "-p"),
    ("unknown-model", {"model": "pmedain"}, 2, "pmedain", "pmedian"),
    ("unknown-option", {"words": ("-p", "1", "--limitt", "5")}, 2, "--limitt", "--limit"),
    ("option-without-its-value", {"words": ("-p", "1", "--limit")}, 2, "--limit"),
    ("word-too-many", {"words": ("-p", "1", "more")}, 2, "too many words", "`thuso locate`"),
    ("threads-below-zero", {"words": ("-p", "1", "--threads", "-1")}, 2, "--threads"),
    ("output-that-is-an-input", {"words": ("-p", "1", "--output", "od.csv", "--overwrite")}, 2, "od.csv"),
    ("gap-of-more-than-all", {"words": ("-p", "1", "--gap", "150 %")}, 2, "--gap"),
):
    test("locate-" + title, located, asked, code, words)


def equal_costs(folder):
    od = "demand,site,cost\n" + "".join(f"d{i},s{j},5\n" for i in range(6) for j in range(5))
    code, stdout, stderr = locate(folder, words=("-p", "2"), od=od)
    check_sane(code, stderr)
    assert code == 0 and json.loads(stdout)["objective"] == 30, stdout


def odd_names(folder):
    code, stdout, stderr = locate(folder, od='demand,site,cost\n"a,""1","s\n1",1\n"=x","s\n1",2\n')
    check_sane(code, stderr)
    answer = json.loads(stdout)
    assert code == 0 and answer["objective"] == 3 and [site["site"] for site in answer["sites"]] == ["s\n1"], stdout


test("locate-costs-all-equal", equal_costs)
test("locate-names-with-commas-quotes-and-line-ends", odd_names)


# --- where the answer goes ----------------------------------------------------------------------------------------------------------


def unwritable(folder, words):
    (folder / "od.csv").write_text(OD)
    with open("/dev/full", "w") as full:
        done = subprocess.run([tap.THUSO, *words], stdout=full, stderr=subprocess.PIPE, text=True, cwd=folder, timeout=60)
    refused((done.returncode, "", done.stderr), 1, ("stdout",))


for title, words in (("help", ["--help"]), ("version", ["--version"]), ("help-of-a-command", ["cost", "--help"]), ("list", ["list", "study"]),
                     ("locate", ["locate", "--model", "pmedian", "--od", "od.csv", "-p", "1"]),
                     ("locate-json", ["locate", "--model", "pmedian", "--od", "od.csv", "-p", "1", "--quiet", "--json"])):
    test("full-device-" + title, unwritable, words)


# --- thuso cost -----------------------------------------------------------------------------------------------------------------------


def cost(folder, sources="id,x,y\n1,505000,7105000\n", words=()):
    world.write_raster(folder / "speed.tif", world.heights() * 0 + 4)
    (folder / "sources.csv").write_text(sources)
    return run(["cost", "--speed", "speed.tif", "--sources", "sources.csv", "--output", "cost.tif", "--quiet", *words], cwd=folder)


def cost_refused(folder, asked, code, words):
    refused(cost(folder, **asked), code, words)
    assert not list(folder.glob("cost*")), "a file was left"


for title, asked, code, *words in (
    ("sources-that-are-nan", {"sources": "id,x,y\n1,nan,nan\n"}, 3, "sources.csv"),
    ("sources-outside", {"sources": "id,x,y\n1,-5,-5\n"}, 3, "sources.csv"),
    ("no-source", {"sources": "id,x,y\n"}, 3, "sources.csv"),
    ("limit-below-zero", {"words": ("--limit", "-1 min")}, 2, "--limit"),
    ("limit-of-the-other-measure", {"words": ("--limit", "5 km")}, 2, "--limit"),
    ("memory-of-a-byte", {"words": ("--memory", "1 B")}, 5, "memory"),
    ("threads-below-zero", {"words": ("--threads", "-1")}, 2, "--threads"),
    ("output-that-is-an-input", {"words": ("--output", "speed.tif", "--overwrite")}, 2, "speed.tif"),
    ("unknown-slope", {"words": ("--slope", "tobbler")}, 2, "tobbler", "tobler"),
):
    test("cost-" + title, cost_refused, asked, code, words)


if __name__ == "__main__":
    tap.main(tests)
