#!/usr/bin/python3
"""`thuso run --scheduled`: a folder of dated results, `latest`, what changed, what is refused, kills, overlaps, and a year of quarters."""
import csv
import glob
import json
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys
import time

for part in ("support", "safety"):
    sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / part))
from results import check_people, content, hashes, rows, tables  # noqa: E402
from tap import SOURCE, THUSO, Skip, main, thuso  # noqa: E402
import world  # noqa: E402
from osgeo import ogr  # noqa: E402

FAULT = os.environ.get("THUSO_FAULT", "")
HIDDEN = ("--progress", "none")
SCHEDULE = """\
report: {by: municipality, formats: [html]}
schedule: {folder: series, keep: 3}
"""


def study(folder, keep=3, more=""):
    """The small world with its register of centres in a file of its own, and a schedule."""
    place = world.build(folder / "w")
    world.write_layer(place / "register.gpkg", "centres", "GPKG")
    text = (place / "study.yaml").read_text().replace(
        "centres: {layer: centres,", "centres: {path: register.gpkg, layer: centres, max_age: 120 days,")
    (place / "study.yaml").write_text(text + SCHEDULE.replace("keep: 3", f"keep: {keep}") + more)
    return place


def edit(path, *statements):
    dataset = ogr.Open(str(path), 1)
    for statement in statements:
        result = dataset.ExecuteSQL(statement)
        if result is not None:
            dataset.ReleaseResultSet(result)
    dataset = None


def run(place, code=0, words=(), env=None):
    return thuso("run", place / "study.yaml", "--scheduled", *HIDDEN, *words, code=code, env=env)


def names(place):
    return sorted(path.name for path in (place / "series").iterdir())


def latest(place):
    return (place / "series" / "latest" / "out.gpkg").resolve()


def today():
    return time.strftime("%Y-%m-%d")


# --- one run after the other ------------------------------------------------------------------------------------------------


def test_first_run(folder):
    place = study(folder)
    said, _ = run(place)
    assert names(place) == [today(), "latest"], names(place)
    assert os.readlink(place / "series" / "latest") == today()
    assert latest(place) == (place / "series" / today() / "out.gpkg").resolve()
    assert "change" not in tables(latest(place))
    check_people(latest(place))
    paragraph, *last = said.strip().split("\nresult: ")
    assert last == [str(place / "series" / today() / name) for name in ("out.gpkg", "reports/index.html")], said
    assert "of 1,600 people, 200 (12.5 %) are within 30 min by taxi of an open centre" in " ".join(paragraph.split()), said
    assert "\n\n" not in paragraph and "Since" not in paragraph
    assert rows(latest(place), "SELECT last_change FROM gpkg_contents")[0][0].startswith("2026-11-21"), "the study's date stays"


def test_equal_to_an_ordinary_run_but_for_what_it_adds(folder):
    place = study(folder)
    run(place)
    thuso("run", place / "study.yaml", *HIDDEN, "--quiet")
    plain, ours = content(place / "results" / "out.gpkg"), content(latest(place))
    assert [row for row in ours["run"] if row[1] != "fields"] == plain["run"], "the run table"
    assert any(row[1] == "fields" for row in ours["run"])
    for name in set(plain) - {"run"}:
        assert ours[name] == plain[name], name


def test_what_changed(folder):
    place = study(folder)
    run(place)
    before = latest(place)
    edit(place / "register.gpkg", "UPDATE centres SET status = 'functional'")
    said, _ = run(place)
    now = latest(place)
    assert now.parent.name == today() + "-2"
    words = " ".join(said.split())
    assert f"Since {today()}: " in words and "centres: 1 opened" in words and "more people served than the 200 then" in words, said
    assert "changed: 1 input, " in words, said
    thuso("compare", before, now, "--output", folder / "change.csv", "--quiet")
    with open(folder / "change.csv", newline="", encoding="utf-8") as file:
        told = [tuple(row.values()) for row in csv.DictReader(file)]
    columns = "kind, level, id, title, change, old, new"
    ours = [tuple("" if value is None else str(value) for value in row) for row in rows(now, f"SELECT {columns} FROM change ORDER BY fid")]
    assert ours == [row[:7] for row in told], [pair for pair in zip(ours, told) if pair[0] != pair[1][:7]][:3]
    kinds = {row[0] for row in ours}
    assert {"ranked_site", "centre", "people_served_now", "input"} <= kinds, kinds
    page = (now.parent / "reports" / "index.html").read_text(encoding="utf-8")
    assert "What changed since the last report" in page and "1 centres opened and 0 closed" in page
    section = page[page.index("What changed since the last report"):]
    for caption in ("People served by open centres", "Centres", "Ranking", "Inputs, by their checksums"):
        assert f"<caption>{caption}</caption>" in section, caption
    assert "Centre 2" in section and ">opened<" in section
    assert "number population" not in page, "fields of layers are no reading matter"


def test_nothing_changed(folder):
    place = study(folder)
    run(place)
    said, _ = run(place)
    assert "nothing changed" in " ".join(said.split()), said
    one, two = content(place / "series" / today() / "out.gpkg"), content(latest(place))
    assert one == two


def test_as_json(folder):
    place = study(folder)
    run(place)
    edit(place / "register.gpkg", "UPDATE centres SET status = 'functional'")
    told = json.loads(run(place, words=["--json"])[0])
    assert told["folder"] == str(place / "series" / (today() + "-2")) and told["last"].endswith(today() + "/out.gpkg")
    changes = {row["name"]: row["value"] for row in told["changes"]}
    assert changes["centres_opened"] == 1 and told["results"][0] == told["folder"] + "/out.gpkg"


def test_folder_can_be_stated(folder):
    place = study(folder)
    run(place, words=["--output", folder / "elsewhere"])
    assert not (place / "series").exists() and (folder / "elsewhere" / "latest" / "out.gpkg").exists()


def test_needs_a_folder(folder):
    place = world.build(folder / "w")
    _, error = run(place, code=2)
    assert "schedule: {folder: reports}" in error, error


# --- what goes and what stays --------------------------------------------------------------------------------------------------


def test_retention(folder):
    place = study(folder, keep=2)
    (place / "series" / "2020-01-01").mkdir(parents=True)
    (place / "series" / "2020-01-01" / "out.gpkg").write_text("somebody's")
    (place / "series" / "minutes.docx").write_text("somebody's")
    for _ in range(3):
        run(place)
    (place / "series" / (today() + "-2") / "notes.txt").write_text("of the council")
    (place / "series" / (today() + "-3") / "out_cost.tif.aux.xml").write_text("QGIS's")
    _, log = run(place)
    assert "notes.txt" in log and log.count("warning") >= 1, log
    _, log = run(place)
    want = ["2020-01-01", today() + "-2", today() + "-4", today() + "-5", "latest", "minutes.docx"]
    assert names(place) == want, (names(place), log)
    assert (place / "series" / "2020-01-01" / "out.gpkg").read_text() == "somebody's"
    os.remove(place / "series" / (today() + "-2") / "notes.txt")
    run(place)
    assert names(place) == ["2020-01-01", today() + "-5", today() + "-6", "latest", "minutes.docx"], names(place)
    assert os.readlink(place / "series" / "latest") == today() + "-6"


def test_clock_that_jumps_back(folder):
    """The newest is the one made last, whatever the dates say."""
    place = study(folder, keep=2)
    run(place, env=at("2027-03-01 06:00:00"))
    run(place, env=at("2026-12-01 06:00:00"))
    assert os.readlink(place / "series" / "latest") == "2026-12-01"
    run(place, env=at("2026-12-02 06:00:00"))
    assert names(place) == ["2026-12-01", "2026-12-02", "latest"], names(place)


def test_latest_is_somebodys_folder(folder):
    place = study(folder)
    (place / "series" / "latest").mkdir(parents=True)
    _, error = run(place, code=2)
    assert "latest" in error and names(place) == ["latest"], error


def test_last_result_is_gone_or_damaged(folder):
    place = study(folder)
    run(place)
    first = latest(place)
    first.write_bytes(first.read_bytes()[:30000])
    said, log = run(place)
    assert "cannot be said" in log and "cannot be said" in " ".join(said.split()), (said, log)
    assert "change" not in tables(latest(place))
    os.remove(latest(place))
    _, log = run(place)
    assert "cannot be said" in log and os.readlink(place / "series" / "latest") == today() + "-3"


# --- loud about its layers --------------------------------------------------------------------------------------------------------


def refused(place, code, *words):
    before = {**hashes(place / "series"), "latest": os.readlink(place / "series" / "latest")}
    _, error = run(place, code=code)
    assert len([line for line in error.splitlines() if line.startswith("thuso run: ")]) == 1, error
    for word in words:
        assert word in error, (word, error)
    assert {**hashes(place / "series"), "latest": os.readlink(place / "series" / "latest")} == before


def test_missing_layer(folder):
    place = study(folder)
    run(place)
    os.rename(place / "register.gpkg", place / "register (1).gpkg")
    refused(place, 3, "register.gpkg", "the folder exists, the file does not")


def test_stale_layer(folder):
    place = study(folder)
    run(place)
    then = time.time() - 130 * 86400
    os.utime(place / "register.gpkg", (then, then))
    refused(place, 3, "register.gpkg", "130 days ago", "allows 120 days")
    said, _ = thuso("check", place / "study.yaml", *HIDDEN)
    assert "130 days ago" in said, "thuso check tells it before"
    thuso("run", place / "study.yaml", "--quiet", *HIDDEN)  # an ordinary run does not look at clocks


def test_field_that_is_used_is_gone(folder):
    place = study(folder)
    run(place)
    edit(place / "register.gpkg", "ALTER TABLE centres DROP COLUMN status")
    refused(place, 3, "status", "register.gpkg")


def test_fields_that_changed(folder):
    place = study(folder)
    edit(place / "world.gpkg", "ALTER TABLE wards ADD COLUMN census TEXT", "ALTER TABLE wards ADD COLUMN source TEXT")
    run(place)
    edit(place / "world.gpkg", "ALTER TABLE wards DROP COLUMN census", "ALTER TABLE wards DROP COLUMN source",
         "ALTER TABLE wards ADD COLUMN source INTEGER", "ALTER TABLE wards ADD COLUMN extra TEXT")
    said, log = run(place, words=["--log", "journal"])
    found = rows(latest(place), "SELECT * FROM quality_issues WHERE \"check\" = 'schema_changed' ORDER BY feature")
    assert [row["feature"] for row in found] == ["census", "source"], [tuple(row) for row in found]
    assert "is gone" in found[0]["message"] and "was text in the last result and is number now" in found[1]["message"]
    assert "<4>warning: " in log and "census" in log, log
    assert "Findings about the data" in said
    _, log = run(place)
    assert "census" not in log, "said once"


# --- messages ---------------------------------------------------------------------------------------------------------------------


def test_messages_for_the_journal(folder):
    place = study(folder)
    reader, writer = os.pipe()
    info = os.fstat(writer)
    env = {"JOURNAL_STREAM": f"{info.st_dev}:{info.st_ino}"}
    done = subprocess.run([THUSO, "run", str(place / "study.yaml"), "--scheduled", "--verbose"], stderr=writer, stdout=subprocess.PIPE,
                          env={**os.environ, **env}, timeout=300)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        lines = pipe.read().splitlines()
    assert done.returncode == 0 and lines and all(line[:3] in ("<6>", "<4>", "<3>") for line in lines), lines[:5]
    # The variable of somebody else's stream changes nothing.
    _, log = run(place, words=["--verbose"], env={"JOURNAL_STREAM": "1:1"})
    assert not any(line.startswith("<") for line in log.splitlines()), log
    os.rename(place / "register.gpkg", place / "gone.gpkg")
    _, log = run(place, code=3, words=["--log", "journal"])
    assert log.splitlines()[-1].startswith("<3>thuso run: "), log
    _, log = run(place, code=2, words=["--log", "syslog"])
    assert "auto, plain or journal" in log


# --- overlaps and kills --------------------------------------------------------------------------------------------------------------


def start_and_stop(place, env=None, stage="travel"):
    """A run that stands still in the middle of its work."""
    process = subprocess.Popen([THUSO, "run", str(place / "study.yaml"), "--scheduled", "--progress", "plain"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, env={**os.environ, **(env or {})})
    for line in process.stderr:
        if stage in line:
            process.send_signal(signal.SIGSTOP)
            return process
    raise AssertionError(f"no stage {stage} seen")


def test_two_at_once(folder):
    place = study(folder)
    run(place)
    first = start_and_stop(place)
    before = os.readlink(place / "series" / "latest")
    _, error = run(place, code=75)
    assert f"process {first.pid}" in error and os.readlink(place / "series" / "latest") == before
    first.send_signal(signal.SIGCONT)
    first.communicate(timeout=300)
    assert first.returncode == 0 and os.readlink(place / "series" / "latest") == today() + "-2"
    assert names(place) == [today(), today() + "-2", "latest"], names(place)


def test_stopped_by_its_manager(folder):
    place = study(folder)
    run(place)
    process = start_and_stop(place)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGCONT)
    process.communicate(timeout=60)
    assert process.returncode == 143 and names(place) == [today(), "latest"]


def fault(call, nth, mode="kill", count=None):
    if not FAULT or os.environ.get("THUSO_SANITIZE", "none") != "none":
        raise Skip("needs the library that makes calls fail")
    return {"LD_PRELOAD": FAULT, "THUSO_FAULT_CALL": call, "THUSO_FAULT_NTH": str(nth), "THUSO_FAULT_MODE": mode,
            "THUSO_FAULT_COUNT": str(count) if count else "/dev/null"}


def check_latest_is_whole(place):
    link = place / "series" / "latest"
    if link.is_symlink():
        assert (link / ".thuso-result").exists() and (link / "reports" / "index.html").exists()
        check_people(link / "out.gpkg")


def test_kills_and_failures_while_it_is_put_into_place(folder):
    place = study(folder, keep=2)
    for _ in range(2):
        run(place)
    struck = {"kill": 0, "once": 0}
    for call, last in (("rename", 4), ("fsync", 8), ("unlink", 3)):
        run(place, env=fault(call, 0, count=folder / "count"))
        total = int((folder / "count").read_text())
        for mode in ("kill", "once"):
            for nth in range(max(total - last, 0) + 1, total + 1):
                env = {**os.environ, **fault(call, nth, mode)}
                done = subprocess.run([THUSO, "run", str(place / "study.yaml"), "--scheduled", *HIDDEN], capture_output=True, env=env, text=True, timeout=300)
                # What the run before left takes a call more or less, so the last of them may not come.
                assert done.returncode in ((0, -signal.SIGKILL) if mode == "kill" else (0, 1)), (call, nth, mode, done)
                struck[mode] += done.returncode != 0
                check_latest_is_whole(place)
    assert struck["kill"] >= 8 and struck["once"] >= 5, struck
    run(place)
    check_latest_is_whole(place)
    assert len(names(place)) == 3 and not [name for name in names(place) if name.startswith(".")], names(place)


# --- a year of quarters -----------------------------------------------------------------------------------------------------------------


def at(when):
    """The environment of a program that believes it is then."""
    found = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    if not found:
        raise Skip("faketime is not installed")
    return {"LD_PRELOAD": found[0], "FAKETIME": f"@{when}", "NO_FAKE_STAT": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def renew(place, when, *statements):
    """The register comes in new: what it says, and its date."""
    edit(place / "register.gpkg", *statements)
    then = time.mktime(time.strptime(when, "%Y-%m-%d"))
    os.utime(place / "register.gpkg", (then, then))


def changes(place):
    return {(row["kind"], row["id"], row["change"]) for row in rows(latest(place), "SELECT * FROM change")}


def test_a_year_of_quarters(folder):
    """Eight runs: two are killed, one overlaps, one has a stale layer. Nobody mends anything in between."""
    env = at("2026-01-05 06:00:00")
    place = study(folder, keep=3)

    def link():
        return os.readlink(place / "series" / "latest")

    # 1: the first
    renew(place, "2026-01-02", "UPDATE centres SET status = 'closed' WHERE id = 'C2'")
    run(place, env=env)
    assert link() == "2026-01-05"

    # 2: killed in the middle of its work
    renew(place, "2026-04-01", "UPDATE centres SET status = 'functional' WHERE id = 'C2'")
    killed = start_and_stop(place, at("2026-04-06 06:00:00"))
    killed.kill()
    killed.communicate()
    assert link() == "2026-01-05" and (place / "series" / ".thuso-next").exists()

    # 3: the day after
    said, _ = run(place, env=at("2026-04-07 06:00:00"))
    assert link() == "2026-04-07" and ("centre", "C2", "opened") in changes(place)
    assert "Since 2026-01-05: " in " ".join(said.split())

    # 4 and 5: two at once; the second gives way
    renew(place, "2026-07-01", "UPDATE centres SET status = 'closed' WHERE id = 'C1'")
    first = start_and_stop(place, at("2026-07-06 06:00:00"))
    run(place, code=75, env=at("2026-07-06 06:05:00"))
    assert link() == "2026-04-07"
    first.send_signal(signal.SIGCONT)
    first.communicate(timeout=300)
    assert first.returncode == 0 and link() == "2026-07-06"
    assert ("centre", "C1", "closed") in changes(place) and ("centre", "C2", "opened") not in changes(place)

    # 6: nobody sent the new register
    _, error = run(place, code=3, env=at("2026-11-09 06:00:00"))
    assert "131 days ago" in error and link() == "2026-07-06", error

    # 7: it came; killed when the result was whole but `latest` not yet switched
    renew(place, "2026-11-09", "UPDATE centres SET status = 'functional' WHERE id = 'C1'")
    env = at("2026-11-10 06:00:00")
    if FAULT:
        env["LD_PRELOAD"] += " " + FAULT
        env.update(THUSO_FAULT_CALL="rename", THUSO_FAULT_NTH="0", THUSO_FAULT_COUNT=str(folder / "count"))
        trial = folder / "trial"
        shutil.copytree(place, trial, symlinks=True)
        run(trial, env=env)
        # The last renames are those of `latest` and of the oldest result, which goes.
        env.update(THUSO_FAULT_NTH=str(int((folder / "count").read_text()) - 1), THUSO_FAULT_MODE="kill", THUSO_FAULT_COUNT="/dev/null")
        run(place, code=-signal.SIGKILL, env=env)
        assert link() == "2026-07-06" and (place / "series" / "2026-11-10").exists(), names(place)
    else:
        run(place, env=env)

    # 8: the next quarter
    renew(place, "2027-01-03", "UPDATE centres SET title = 'Centre one' WHERE id = 'C1'")
    said, _ = run(place, env=at("2027-01-04 06:00:00"))
    assert link() == "2027-01-04" and "Since 2026-11-10: " in " ".join(said.split()), said
    assert {change for change in changes(place) if change[0] == "centre"} == set()
    assert ("input", "register.gpkg", "changed") in changes(place)

    # What is left is what was to be kept; nothing is to be cleaned up.
    assert names(place) == ["2026-07-06", "2026-11-10", "2027-01-04", "latest"], names(place)
    for name in names(place):
        check_people(place / "series" / name / "out.gpkg")


# --- the units ------------------------------------------------------------------------------------------------------------------------------


def test_units_are_sound(folder):
    tool = shutil.which("systemd-analyze")
    if not tool:
        raise Skip("systemd-analyze is not installed")
    for unit in ("thuso-report@.service", "thuso-report@.timer"):
        text = (SOURCE / "scripts" / "systemd" / unit).read_text(encoding="utf-8")
        (folder / unit.replace("@", "@district")).write_text(text.replace("/usr/bin/thuso", THUSO))
    done = subprocess.run([tool, "verify", "--man=no", str(folder / "thuso-report@district.service"), str(folder / "thuso-report@district.timer")],
                          capture_output=True, text=True)
    said = [line for line in (done.stdout + done.stderr).splitlines() if "thuso-report" in line]
    assert not said, said


if __name__ == "__main__":
    main([value for name, value in list(globals().items()) if name.startswith("test_")])
