#!/usr/bin/python3
"""`thuso report` and `thuso map`: what stands in the pages, what hostile names can do (nothing), what is refused, and that a real browser
shows it."""
import csv
import html.parser
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
import zipfile

sys.path.insert(0, str(pathlib.Path(os.environ["THUSO_SOURCE"]) / "tests" / "support"))
from browser import Browser  # noqa: E402
from results import hashes, rows  # noqa: E402
from tap import SOURCE, THUSO, Skip, main, thuso  # noqa: E402

HOSTILE = [
    "<script>window.hit = 1</script>",
    '"><img src=x onerror="window.hit = 2">',
    "</title></svg><script>window.hit = 3</script>",
    "' onload='window.hit = 4' x='",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "a \u202e b, \"c\"\nd & e",
    "</style></script><script>window.hit = 5</script>",
]
state = {}


def demo():
    """The demonstration's result, computed once."""
    if "demo" not in state:
        state["folder"] = tempfile.TemporaryDirectory(prefix="thuso-report-")
        state["demo"] = pathlib.Path(state["folder"].name) / "demo.gpkg"
        thuso("run", SOURCE / "geodata" / "demo" / "study.yaml", "--output", state["demo"], "--quiet")
    return state["demo"]


def pages():
    """Its report in every format, written once; tests only read it."""
    if "pages" not in state:
        state["pages"] = demo().parent / "out"
        state["said"], _ = thuso("report", demo(), "--output", state["pages"], "--formats", "html,pdf,xlsx,csv")
    return state["pages"]


def edit(path, *statements):
    """SQL on a copy of a result; the functions that its triggers name never run."""
    with sqlite3.connect(path) as db:
        for name, n in (("ST_IsEmpty", 1), ("ST_MinX", 1), ("ST_MaxX", 1), ("ST_MinY", 1), ("ST_MaxY", 1)):
            db.create_function(name, n, lambda *_: 0)
        for statement in statements:
            db.execute(*statement) if isinstance(statement, tuple) else db.execute(statement)
    db.close()


def copy(folder, name="copy.gpkg"):
    folder.mkdir(exist_ok=True)
    shutil.copy(demo(), folder / name)
    return folder / name


class Page(html.parser.HTMLParser):
    """Elements, texts and attributes of a page; open elements must close in order."""

    VOID = {"meta", "input", "br", "img", "link", "hr"}

    def __init__(self, path):
        super().__init__()
        self.elements, self.stack, self.text, self.ids, self.headings = [], [], [], [], []
        self.feed(pathlib.Path(path).read_text(encoding="utf-8"))
        assert not self.stack, f"{path}: not closed: {self.stack}"

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.elements.append((tag, attrs))
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.stack and self.stack[-1] == tag, f"</{tag}> closes {self.stack[-3:]}"
        self.stack.pop()

    def handle_data(self, data):
        if not {"script", "style"} & set(self.stack):
            self.text.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    def words(self):
        return " ".join(" ".join(self.text).split())


# --- the pages --------------------------------------------------------------------------------------------------------------


def test_pages_of_the_demonstration(folder):
    out = pages()
    areas = rows(demo(), "SELECT * FROM municipalities")
    names = {p.name for p in out.iterdir()}
    assert {"index.html", "demo.xlsx", "ranked_sites.csv", "contents.txt"} <= names
    assert {f"municipality-{area['id']}.html" for area in areas} <= names
    assert state["said"].splitlines()[0] == f"result: {out / 'index.html'}"
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", name) for name in names), names
    overview = Page(out / "index.html").words()
    total = rows(demo(), "SELECT sum(people_served_now) AS s, sum(people_assessed) AS a, sum(people_unserved_now) AS u FROM municipalities")[0]
    for text in (f"{total['s']:,.0f} people ({100 * total['s'] / total['a']:.1f} %)", f"{total['u']:,.0f}", "Indicative; policy may override"):
        assert text in overview, text
    first = rows(demo(), "SELECT * FROM ranked_sites WHERE rank = 1")[0]
    assert first["title"] in overview and first["reason"] in overview
    for area in areas:
        words = Page(out / f"municipality-{area['id']}.html").words()
        for column in ("people", "people_served_now", "people_unserved_now"):
            assert f"{area[column]:,.0f}" in words, (area["id"], column, area[column])
        assert (f"{area['title']} has no open centre." in words) == (area["centres_open"] == 0), area["id"]


def test_bars_count_everybody(folder):
    """The bands of all areas together are those that the run wrote; each state is counted from the cells on its own."""
    text = Page(pages() / "index.html").words()
    for row in rows(demo(), "SELECT people, label, state FROM travel_bands WHERE trip = 'taxi' AND lower IS NOT NULL"):
        assert f"{row['people']:,.0f} (" in text, tuple(row)


def test_accessible_and_closed_to_the_world(folder):
    for path in sorted((pages()).glob("*.html")):
        page = Page(path)
        assert page.all("html")[0]["lang"] == "en-ZA"
        policy = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"][0]
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy, policy
        for tag, attrs in page.elements:
            assert "style" not in attrs and not any(name.startswith("on") for name in attrs), (tag, attrs)
            target = attrs.get("href", "")
            assert target == "" or target.startswith("#") or re.fullmatch(r"[\w-]+\.html", target), target
            assert "src" not in attrs, attrs
            if target.startswith("#"):
                assert target[1:] in page.ids, target
        assert len(page.ids) == len(set(page.ids)), "an id twice"
        assert page.headings[0] == 1 and page.headings.count(1) == 1
        assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:])), page.headings
        for svg in page.all("svg"):
            if "aria-labelledby" in svg:
                assert all(part in page.ids for part in svg["aria-labelledby"].split())
        heads = page.all("th")
        assert heads and all(th.get("scope") in ("col", "row") for th in heads)
        assert page.elements[[tag for tag, _ in page.elements].index("a")][1]["href"] == "#main", "no skip link first"
    done = subprocess.run(["tidy", "-e", "-q", *map(str, (pages()).glob("*.html"))], capture_output=True, text=True) if shutil.which("tidy") else None
    if done:
        # tidy of Debian 12 knows the attributes of <svg> only inside an image's own file.
        complaints = [line for line in done.stderr.splitlines() if "proprietary attribute" not in line]
        assert not complaints, complaints[:5]


def test_same_bytes(folder):
    env = {"LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Tokyo", "HOME": str(folder)}
    thuso("report", demo(), "--output", folder / "b", "--formats", "html,pdf,xlsx,csv", env=env)
    assert hashes(pages()) == hashes(folder / "b")


def test_by_district(folder):
    thuso("report", demo(), "--output", folder / "out", "--by", "district", "--formats", "html")
    page = Page(folder / "out" / "district-DCD1.html").words()
    area = rows(demo(), "SELECT * FROM district WHERE id = 'DCD1'")[0]
    assert f"{area['people_served_now']:,.0f}" in page
    inside = rows(demo(), "SELECT count(*) AS n FROM ranked_sites WHERE municipality_title = 'Nokatala'")[0]["n"]
    assert inside > 0 and "Nokatala" in page


# --- what is not there ----------------------------------------------------------------------------------------------------------


def test_a_result_that_lacks_most(folder):
    """Only the municipalities: no empty chart, no heading without content."""
    path = copy(folder)
    gone = "ranked_sites planned_sites centres excluded_sites quality_issues catchments travel_bands demand_cells access trips od parameters run province district "
    gone += "standards standards_by_area policy_zones infrastructure_plan mobile_stops"
    gone = gone.split()
    edit(path, *[("DELETE FROM gpkg_contents WHERE table_name = ?", (name,)) for name in gone])
    thuso("report", path, "--output", folder / "out")
    page = Page(folder / "out" / "municipality-DEM02.html")
    assert [h for h in page.headings if h > 1] == [2, 2], page.words()
    assert len([s for s in page.all("svg") if "aria-labelledby" in s]) == 1
    assert "nan" not in page.words().lower().split() and "(null)" not in page.words()
    assert "With the plan" not in page.words()


def test_columns_that_come_later(folder):
    """Years, costs and rank ranges, which other studies fill."""
    path = copy(folder)
    edit(
        path,
        "UPDATE planned_sites SET year = 2027 + step, capital = 8000000 WHERE step > 0",
        "UPDATE ranked_sites SET rank_best = max(1, rank - 2), rank_worst = rank + 7, share_in_top_10 = 0.25",
        "CREATE TABLE change (fid INTEGER PRIMARY KEY, what TEXT, before REAL, after REAL)",
        "INSERT INTO change VALUES (1, 'people served', 100, 120)",
        "CREATE TABLE novelty (fid INTEGER PRIMARY KEY, what TEXT)",
        "INSERT INTO novelty VALUES (1, 'a table of tomorrow')",
        "INSERT INTO gpkg_contents(table_name, data_type, identifier, last_change) VALUES ('novelty', 'attributes', 'novelty', '2026-11-21T00:00:00Z')",
        "INSERT INTO gpkg_contents(table_name, data_type, identifier, last_change) VALUES ('change', 'attributes', 'change', '2026-11-21T00:00:00Z')",
    )
    thuso("report", path, "--output", folder / "out", "--formats", "html,pdf,xlsx")
    overview = Page(folder / "out" / "index.html").words()
    for text in ("Roll-out by year", "2028", "8,000,000", "How sure the ranks are", "1–8", "What changed since the last report", "people served"):
        assert text in overview, text
    with zipfile.ZipFile(folder / "out" / "copy.xlsx") as book:
        assert "a table of tomorrow" in sheet(book, "novelty")[0].values()


# --- hostile names ----------------------------------------------------------------------------------------------------------------


def hostile(folder):
    path = copy(folder, "hostile.gpkg")
    text = " ".join(HOSTILE)
    statements = [("UPDATE municipalities SET title = ? WHERE fid = 1", (text,)), ("UPDATE municipalities SET id = ? WHERE fid = 3", ("../../x<y",))]
    for i, name in enumerate(HOSTILE):
        statements += [(f"UPDATE {t} SET title = ? WHERE fid = ?", (name, i + 1)) for t in ("ranked_sites", "planned_sites", "centres")]
        statements += [("UPDATE ranked_sites SET reason = ? WHERE fid = ?", (name, i + 11))]
    for table, column in (("quality_issues", "message"), ("catchments", "title"), ("travel_bands", "label"), ("excluded_sites", "reason")):
        statements.append((f"UPDATE {table} SET {column} = ? WHERE fid = 1", (text,)))
    statements.append(("UPDATE parameters SET value = ? WHERE name IN ('study.name', 'standards.1.limit')", (HOSTILE[2],)))
    edit(path, *statements)
    return path


def test_hostile_names_are_only_text(folder):
    out = folder / "out"
    thuso("report", hostile(folder), "--output", out, "--formats", "html,pdf,xlsx,csv")
    for path in out.glob("*.html"):
        page = Page(path)
        assert not page.all("img") and not [s for s in page.all("script") if s], path
        assert len(page.all("script")) == (path.name == "index.html"), path
        assert not any(name.startswith("on") for _, attrs in page.elements for name in attrs)
        assert "\u202e" not in path.read_text()
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", p.name) for p in out.iterdir())
    assert "<script>window.hit = 1</script>" in Page(out / "index.html").words()


def test_hostile_cells_are_inert(folder):
    out = folder / "out"
    thuso("report", hostile(folder), "--output", out, "--formats", "xlsx,csv")
    for path in out.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line in csv.reader(file):
                for cell in line:
                    number = re.fullmatch(r"-?[0-9.]+(e[+-]?[0-9]+)?", cell)
                    assert number or not cell.lstrip(" ").startswith(tuple("=+-@\t\r")), (path.name, cell)
    with (out / "ranked_sites.csv").open(encoding="utf-8-sig", newline="") as file:
        titles = [line["title"] for line in csv.DictReader(file)][: len(HOSTILE)]
    assert titles == ["'" + name if name[0] in "=+-@" else name for name in HOSTILE]
    with zipfile.ZipFile(out / "hostile.xlsx") as book:
        assert book.testzip() is None
        for name in book.namelist():
            root = ET.fromstring(book.read(name))
            assert not [e for e in root.iter() if e.tag.endswith("}f")], f"a formula in {name}"
            assert not [e for e in root.iter() if e.tag.endswith("}hyperlink")], f"a link in {name}"


# --- the workbook --------------------------------------------------------------------------------------------------------------------


def sheet(book, name):
    """Cells of a sheet by reference, shared strings resolved."""
    ns = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    rel = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    targets = {r.get("Id"): r.get("Target") for r in ET.fromstring(book.read("xl/_rels/workbook.xml.rels"))}
    sheets = {s.get("name"): targets[s.get(rel)] for s in ET.fromstring(book.read("xl/workbook.xml")).find("m:sheets", ns)}
    texts = ["".join(t.text or "" for t in si.iter("{%s}t" % ns["m"])) for si in ET.fromstring(book.read("xl/sharedStrings.xml"))]
    root = ET.fromstring(book.read("xl/" + sheets[name]))
    cells = {}
    for cell in root.iter("{%s}c" % ns["m"]):
        value = cell.find("m:v", ns)
        if value is not None:
            cells[cell.get("r")] = texts[int(value.text)] if cell.get("t") == "s" else float(value.text)
    return cells, root, sheets


def test_workbook_opens_and_agrees(folder):
    with zipfile.ZipFile(pages() / "demo.xlsx") as book:
        cells, root, sheets = sheet(book, "municipalities")
        notes, _, _ = sheet(book, "notes")
    assert list(sheets)[0] == "notes" and {"ranked_sites", "planned_sites", "access", "parameters", "run"} <= set(sheets)
    areas = rows(demo(), "SELECT id, people FROM municipalities ORDER BY fid")
    assert cells["A1"] == "Code" and cells["C1"] == "People (people)", cells["C1"]
    for i, area in enumerate(areas):
        assert cells[f"A{i + 2}"] == area["id"] and abs(cells[f"C{i + 2}"] - area["people"]) < 1e-6
    tags = {e.tag.split("}")[1] for e in root.iter()}
    assert {"pane", "autoFilter"} <= tags
    said = " ".join(map(str, notes.values()))
    for text in ("Indicative; policy may override", "SHA-256", "thuso 0.1.0"):
        assert text in said, text


# --- pictures ----------------------------------------------------------------------------------------------------------------------------


def test_maps(folder):
    thuso("map", demo(), "-o", folder / "m.png", "--dpi", 100)
    png = (folder / "m.png").read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(png[16:20], "big") == round(180 / 25.4 * 100 + 0.499)
    thuso("map", demo(), "--area", "Nokatala", "--state", "plan", "-o", folder / "m.svg")
    root = ET.parse(folder / "m.svg").getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    texts = ["".join(t.itertext()) for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "N" in texts and any(t.endswith(" km") for t in texts) and "Nokatala" in texts, texts
    thuso("map", demo(), "--area", "DCD2", "--by", "district", "-o", folder / "m.pdf")
    pdf = (folder / "m.pdf").read_bytes()
    assert pdf[:5] == b"%PDF-" and b"%%EOF" in pdf[-10:]


def test_no_label_over_another(folder):
    """In every map: texts inside the window do not overlap, and none is cut by its edge (widths as the program reckons them, less a tenth)."""
    svg = "{http://www.w3.org/2000/svg}"
    for path in sorted((pages()).glob("municipality-*.html")):
        for figure in re.findall(r'<figure class="map">.*?</figure>', path.read_text(), re.S):
            text = re.search(r"<svg .*</svg>", figure, re.S).group(0).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
            root = ET.fromstring(text)
            window = root.find(f"{svg}svg")
            w, h = float(window.get("width")), float(window.get("height"))
            boxes = []
            for pin in window.iter(f"{svg}g"):
                for t in pin.findall(f"{svg}text"):
                    size, string = float(t.get("font-size")), "".join(t.itertext())
                    if len(string) <= 2:
                        continue
                    x, y = map(float, re.match(r"translate\((\S+) (\S+)\)", pin.get("transform")).groups())
                    x, y = x + float(t.get("x")), y + float(t.get("y"))
                    width = len(string) * size * 0.5
                    x -= {"middle": width / 2, "end": width}.get(t.get("text-anchor"), 0)
                    boxes.append((x, y - 0.7 * size, x + width, y, string))
            assert boxes, path
            for i, a in enumerate(boxes):
                assert a[0] >= 0 and a[1] >= 0 and a[2] <= w and a[3] <= h, (path.name, a)
                for b in boxes[i + 1:]:
                    assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (path.name, a, b)


# --- refusals ------------------------------------------------------------------------------------------------------------------------------


def refused(folder, code, *words, says=()):
    before = hashes(folder)
    _, stderr = thuso(*words, code=code)
    for word in says:
        assert word in stderr, f"{word!r} is missing in: {stderr}"
    assert hashes(folder) == before, "something was written"


def test_refusals(folder):
    folder = folder / "here"
    path = copy(folder)
    refused(folder, 2, "report", path, "--by", "provinc", says=("province", "municipality"))
    refused(folder, 2, "report", path, "--formats", "html,xls", says=("xlsx",))
    refused(folder, 3, "report", folder / "none.gpkg", says=("none.gpkg",))
    refused(folder, 3, "report", SOURCE / "geodata" / "demo" / "dem.tif", says=("dem.tif",))
    refused(folder, 3, "report", SOURCE / "geodata" / "demo" / "demo.gpkg", "--output", folder / "x")
    refused(folder, 2, "map", path, says=("--output",))
    refused(folder, 2, "map", path, "-o", folder / "map.jpg", says=(".png",))
    refused(folder, 2, "map", path, "-o", folder / "map.png", "--area", "Nokatal", says=("Nokatala",))
    (folder / "map.png").write_text("mine")
    refused(folder, 2, "map", path, "-o", folder / "map.png", says=("--overwrite",))


def test_a_folder_is_replaced_only_if_it_is_a_report(folder):
    folder = folder / "here"
    path = copy(folder)
    thuso("report", path, "--formats", "csv")
    assert (folder / "reports" / "ranked_sites.csv").exists()
    refused(folder, 2, "report", path, "--formats", "csv", says=("--overwrite",))
    (folder / "reports" / "letter.txt").write_text("mine")
    refused(folder, 2, "report", path, "--overwrite", says=("letter.txt",))
    (folder / "reports" / "letter.txt").unlink()
    thuso("report", path, "--formats", "html", "--overwrite")
    assert not (folder / "reports" / "ranked_sites.csv").exists() and (folder / "reports" / "index.html").exists()
    (folder / "photos").mkdir()
    (folder / "photos" / "contents.txt").write_text("my own list")
    refused(folder, 2, "report", path, "--output", folder / "photos", "--overwrite", says=("contents.txt",))
    assert [p.name for p in folder.iterdir() if p.name.startswith(".")] == []


def start(path, out):
    """A report under way, seen writing into its folder beside the target."""
    job = subprocess.Popen([THUSO, "report", path, "--formats", "html,pdf,xlsx,csv", "--output", out], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(3000):
        parts = [p for p in out.parent.iterdir() if ".part-" in p.name]
        if parts and len(list(parts[0].iterdir())) >= 2:
            return job, parts[0]
        if job.poll() is not None:
            raise Skip("the report was done before it could be stopped")
        time.sleep(0.002)
    raise AssertionError("no report begins")


def test_stopped_and_killed(folder):
    """No half report: stopped, nothing is left; killed, only a hidden folder, which a later run removes once it is a day old."""
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)):
        job, part = start(demo(), folder / "out")
        job.send_signal(number)
        assert job.wait(timeout=60) == code
        assert not (folder / "out").exists()
        assert part.exists() == (number == signal.SIGKILL)
    os.utime(part, (time.time() - 90000,) * 2)
    thuso("report", demo(), "--formats", "html", "--output", folder / "out")
    assert [p.name for p in folder.iterdir()] == ["out"]


def test_the_report_of_a_study(folder):
    """`report:` in a study file: written after the result, refused before computing."""
    thuso("new", folder / "demo", "--from-demo", env={"THUSO_GEODATA": str(SOURCE / "geodata")})
    study = folder / "demo" / "study.yaml"
    text = study.read_text()
    study.write_text(text + "report: {by: district, formats: [html]}\n")
    said, _ = thuso("run", study, "--output", folder / "out" / "demo.gpkg", "--quiet")
    for name in ("index.html", "district-DCD1.html"):
        assert f"result: {folder / 'out' / 'reports' / name}" in said.splitlines(), said
    study.write_text(text + "report: {by: distric}\n")
    _, stderr = thuso("run", study, "--output", folder / "other" / "demo.gpkg", code=2)
    assert "distric" in stderr and not (folder / "other" / "demo.gpkg").exists()
    study.write_text(text + "report: {}\n")
    (folder / "other" / "reports").mkdir(parents=True)
    (folder / "other" / "reports" / "mine.txt").write_text("mine")
    _, stderr = thuso("run", study, "--output", folder / "other" / "demo.gpkg", "--overwrite", code=2)
    assert "mine.txt" in stderr and not (folder / "other" / "demo.gpkg").exists()


# --- in a browser ------------------------------------------------------------------------------------------------------------------------------

PINS = "return Array.from(document.querySelectorAll('svg.live .pin.%s')).filter(p => p.getBoundingClientRect().width > 0).length"


def test_the_live_map_in_a_browser(folder):
    with Browser() as browser:
        browser.open(pages() / "index.html")
        assert browser.log() == [], browser.log()
        assert browser.run(PINS % "open") == 3 and browser.run(PINS % "top") == 10
        # layers
        browser.click("input[data-shows=centres]")
        assert browser.run(PINS % "open") == 0
        browser.click("input[data-shows=centres]")
        assert browser.run(PINS % "open") == 3
        shown = "return ['bands-now', 'bands-plan'].map(n => getComputedStyle(document.querySelector('[data-layer=' + n + ']')).display !== 'none')"
        assert browser.run(shown) == [True, False]
        browser.click("input[data-shows=bands-plan]")
        assert browser.run(shown) == [False, True]
        # a site says why
        first = rows(demo(), "SELECT title, reason FROM ranked_sites WHERE rank = 1")[0]
        browser.run("document.querySelector('svg.live .pin.top[aria-label=\"%s\"] circle').dispatchEvent(new MouseEvent('click', {bubbles: true}))" % first["title"])
        assert first["reason"] in browser.run("return document.querySelector('.about').textContent")
        # zoom and keys; the scale bar follows
        bar = "return document.querySelector('[data-layer=scale] text').textContent"
        before = browser.run(bar)
        for _ in range(4):
            browser.click("button[data-do=in]")
        assert browser.run(bar) != before
        box = "return document.querySelector('svg.view').getAttribute('viewBox')"
        now = browser.run(box)
        browser.run("document.querySelector('svg.view').focus()")
        browser.press("\ue014")
        assert browser.run(box) != now
        browser.press("0")
        assert browser.run(bar) == before
        # by keyboard alone: a site, Enter
        browser.run("document.querySelector('svg.live .pin.open').focus()")
        browser.press("\ue007")
        assert "open centre" in browser.run("return document.querySelector('.about').textContent")
        # find
        browser.type("input[type=search]", first["title"][:9])
        assert 1 <= browser.run(PINS % "top") < 10
        assert "site" in browser.run("return document.querySelector('output').textContent")


def test_hostile_names_in_a_browser(folder):
    thuso("report", hostile(folder), "--output", folder / "out", "--formats", "html")
    with Browser() as browser:
        for page in ("index.html", "municipality-DEM01.html"):
            browser.open(folder / "out" / page)
            for pin in range(browser.run("return document.querySelectorAll('.pin[role=button]').length")):
                browser.run("document.querySelectorAll('.pin[role=button]')[arguments[0]].dispatchEvent(new MouseEvent('click', {bubbles: true}))", pin)
            assert browser.run("return window.hit === undefined")
            assert browser.run("return document.images.length") == 0
            assert browser.log() == [], browser.log()


def test_a_phone_in_a_browser(folder):
    """Nothing makes the page itself wider than the phone; texts have a readable size."""
    with Browser(390, 844) as browser:
        for page in ("index.html", "municipality-DEM05.html"):
            browser.open(pages() / page)
            # A window cannot be narrower than the desktop allows; a frame can.
            browser.run("document.documentElement.style.width = '360px'")
            wide = browser.run(
                "const w = document.documentElement.clientWidth; return Array.from(document.querySelectorAll('p, h1, h2, li, .scroll, figure, dl')).filter("
                "e => e.getBoundingClientRect().right > w + 1).map(e => e.outerHTML.slice(0, 80))"
            )
            assert wide == [], wide
            small = browser.run(
                "return Array.from(document.querySelectorAll('.chart text')).filter(t => t.getBoundingClientRect().height < 8).map(t => t.textContent)"
            )
            assert small == [], small


if __name__ == "__main__":
    main([test for name, test in list(globals().items()) if name.startswith("test_")])
