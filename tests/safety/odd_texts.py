"""Study files and text tables: YAML tricks, ragged CSV, encodings, joins."""
import os

import world
from cases import Skip, case, refuse, repair, taken
from world import EAST, NORTH

ALL = ("*",)


# --- the study file ------------------------------------------------------------------------------------------------------


def whole(w, text):
    (w / "study.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())


LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(12))
for title, text, words in (
    ("aliases-that-explode", LAUGHS, ("study.yaml",)),
    ("one-anchor", "study: &x {name: a}\n", ("study.yaml", "anchors")),
    ("alias-to-nothing", "study: *x\n", ("study.yaml",)),
    ("merge-key", "study: {<<: {name: a}}\n", ("study.yaml",)),
    ("deep-brackets", "a: " + "[" * 100000, ("study.yaml",)),
    ("deep-braces", "{a: " * 20000, ("study.yaml",)),
    ("deep-indentation", "".join(" " * i + f"k{i}:\n" for i in range(3000)), ("study.yaml",)),
    ("many-question-marks", "? " * 20000 + "a", ("study.yaml",)),
    ("many-dashes", "- " * 20000 + "a", ("study.yaml",)),
    ("huge-scalar", "study: {name: " + "x" * 20_000_000 + "}\n", ("study.yaml",)),
    ("huge-key", "x" * 5000 + ": 1\n", ("study.yaml",)),
    ("many-keys", "".join(f"k{i}: 1\n" for i in range(200000)), ("study.yaml",)),
    ("same-key-twice", "study: {name: a}\nstudy: {name: b}\n", ("study.yaml", "twice")),
    ("tab-indentation", "study:\n\tname: a\n", ("study.yaml",)),
    ("unclosed-quote", 'study: {name: "a}\n', ("study.yaml",)),
    ("unclosed-bracket", "study: [a, b\n", ("study.yaml",)),
    ("tag", "study: !!python/object:os.system {name: a}\n", ("study.yaml", "tags")),
    ("directive", "%YAML 9.9\n---\nstudy: {name: a}\n", ("study.yaml",)),
    ("two-documents", "study: {name: a}\n---\nstudy: {name: b}\n", ("study.yaml", "one document")),
    ("list-instead-of-keys", "- a\n- b\n", ("study.yaml", "keys")),
    ("a-word", "hello\n", ("study.yaml",)),
    ("nothing", "", ("study.yaml", "empty")),
    ("only-comments", "# nothing\n", ("study.yaml", "empty")),
    ("only-null", "~\n", ("study.yaml",)),
    ("not-utf-8", b"study: {name: \xff\xfe}\n", ("study.yaml", "UTF-8")),
    ("overlong-utf-8", b"study: {name: \xc0\xaf}\n", ("study.yaml", "UTF-8")),
    ("utf-16", "study: {name: a}\n".encode("utf-16"), ("study.yaml",)),
    ("utf-32", "study: {name: a}\n".encode("utf-32"), ("study.yaml",)),
    ("zero-bytes", b"study: {name: \0}\n", ("study.yaml",)),
    ("control-characters", b"study: {name: \x07\x1b[31m}\n", ("study.yaml",)),
    ("escaped-control-character-in-a-key", '"a\\e[31mb\\n": 1\n', ("study.yaml",)),
    ("right-to-left-override-in-a-key", '"a\\u202Eb": 1\n', ("study.yaml", "\\u202e")),
    ("json-bomb", '{"a":' * 50000, ("study.yaml",)),
):
    case("study file: no YAML that is read here", refuse(2, *words), name="yaml-" + title, data=text)(whole)


def swap(w, data):
    w.study(*data)


for title, old, new, words in (
    ("cell-of-zero", "cell: 500 m", "cell: 0 m", ("cell",)),
    ("cell-below-zero", "cell: 500 m", "cell: -5 m", ("cell",)),
    ("cell-that-is-nan", "cell: 500 m", "cell: nan m", ("cell",)),
    ("cell-that-is-infinite", "cell: 500 m", "cell: 1e999 m", ("cell",)),
    ("buffer-beyond-all-numbers", "buffer: 1 km", "buffer: 1e308 km", ("buffer",)),
    ("cell-without-a-unit", "cell: 500 m", "cell: 500", ("cell",)),
    ("cell-in-minutes", "cell: 500 m", "cell: 5 min", ("cell",)),
    ("buffer-below-zero", "buffer: 1 km", "buffer: -1 km", ("buffer",)),
    ("limit-with-a-decimal-comma", "limit: 30 min", "limit: \"30,5 min\"", ("limit",)),
    ("weight-below-zero", "weight: 50", "weight: -50", ("weight",)),
    ("weight-that-is-nan", "weight: 50", "weight: .nan", ("weight",)),
    ("neighbours-of-seven", "neighbours: 8", "neighbours: 7", ("neighbours",)),
    ("date-that-is-none", "date: 2026-11-21", "date: tomorrow", ("date",)),
    ("unknown-key", "buffer: 1 km", "bufer: 1 km", ("bufer", "buffer")),
    ("unknown-key-with-an-escape", "buffer: 1 km", "\"bu\\e[0mfer\": 1 km", ("buffer",)),
    ("list-instead-of-a-word", "id: code", "id: [code]", ("id",)),
    ("filter-that-is-no-sql", "layer: schools,", "layer: schools, where: \"id = = 3\",", ("schools", "id = = 3")),
    ("filter-with-a-second-statement", "layer: schools,", "layer: schools, where: \"id = 1; DROP TABLE schools\",", ("schools",)),
    ("filter-that-never-ends-its-quote", "layer: schools,", "layer: schools, where: \"title = 'a\",", ("schools",)),
    ("filter-on-a-missing-field", "layer: schools,", "layer: schools, where: \"grade = 3\",", ("grade",)),
    ("bands-that-go-down", "bands: [15 min, 30 min, 60 min]", "bands: [60 min, 30 min]", ("bands",)),
    ("speed-of-zero", "speed: 4.5 km/h", "speed: 0 km/h", ("speed",)),
    ("speed-of-light", "speed: 4.5 km/h", "speed: 1e9 km/h", ("speed",)),
    ("factor-of-zero", "factor: 0.85", "factor: 0", ("factor",)),
    ("search-limit-of-zero", "search_limit: 3 h", "search_limit: 0 h", ("search_limit",)),
):
    case("study file: a value that makes no sense", refuse(2, *words), name="study-" + title, data=(old, new))(swap)


for title, query, word in (
    ("that-writes", "DELETE FROM candidates", "query"),
    ("that-attaches", "ATTACH 'x.db' AS y", "query"),
    ("that-reads-a-file", "SELECT site, length(readfile('/etc/passwd')) AS value FROM candidates", "readfile"),
    ("that-reads-a-blob-file", "SELECT site, length(BlobFromFile('/etc/passwd')) AS value FROM candidates", "BlobFromFile"),
    ("that-loads-an-extension", "SELECT site, load_extension('x') AS value FROM candidates", "load_extension"),
    ("with-a-pragma", "PRAGMA writable_schema = 1", "query"),
    ("with-two-statements", "SELECT site, 1 AS value FROM candidates; DROP TABLE candidates", "query"),
    ("without-values", "SELECT site FROM candidates", "value"),
    ("of-nothing", "", "query"),
):
    case("sql criterion: more than a question", refuse(2, word), name="sql-" + title,
         data=("exclude: [", f"exclude: [", "    - {use: need, weight: 30}", f"    - {{use: need, weight: 30}}\n    - {{use: sql, name: own, query: \"{query}\", best: 1, worst: 0, weight: 5}}"))(swap)


@case("sql criterion: without an end", refuse(5, "own"), name="sql-without-an-end")
def endless(w):
    if not os.environ.get("THUSO_SAFETY_LONG"):
        raise Skip("takes a minute; scripts/dev nightly runs it")
    w.study("    - {use: need, weight: 30}", "    - {use: need, weight: 30}\n    - {use: sql, name: own, query: \"WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) "
            "SELECT (SELECT min(site) FROM candidates) AS site, max(x) AS value FROM r\", best: 1, worst: 0, weight: 5}")


# --- the study file in other clothes: the answer is the same -----------------------------------------------------------------


@case("study file: other line ends, a mark of order", taken(), name="yaml-with-byte-order-mark")
def bom(w):
    whole(w, b"\xef\xbb\xbf" + (w / "study.yaml").read_bytes())


@case("study file: other line ends, a mark of order", taken(), name="yaml-with-windows-line-ends")
def crlf(w):
    whole(w, (w / "study.yaml").read_bytes().replace(b"\n", b"\r\n"))


@case("study file: other line ends, a mark of order", taken(), name="yaml-without-a-last-line-end")
def no_end(w):
    whole(w, (w / "study.yaml").read_bytes().rstrip())


@case("study file: other line ends, a mark of order", taken(), name="yaml-with-backslashes-in-paths")
def backslash(w):
    (w / "sub").mkdir()
    (w / "dem.tif").rename(w / "sub" / "dem.tif")
    w.study("path: dem.tif", "path: sub\\dem.tif")


# --- speed tables ------------------------------------------------------------------------------------------------------------


def speeds(w, text):
    (w / "speeds_roads.csv").write_bytes(text if isinstance(text, bytes) else text.encode())


HEAD = "class,label,speed_km_per_h,mode\n"
for title, text, words in (
    ("empty", "", ("speeds_roads.csv", "0 bytes")),
    ("only-a-header", HEAD, ("speeds_roads.csv",)),
    ("without-a-speed-column", "class,label,mode\nmain,main,motorised\n", ("speeds_roads.csv", "speed_km_per_h")),
    ("with-a-negative-speed", HEAD + "main,m,-80,motorised\ntrack,t,30,motorised\n", ("speeds_roads.csv", "main")),
    ("with-a-word-as-speed", HEAD + "main,m,fast,motorised\ntrack,t,30,motorised\n", ("speeds_roads.csv", "main")),
    ("with-an-infinite-speed", HEAD + "main,m,1e999,motorised\ntrack,t,30,motorised\n", ("speeds_roads.csv", "main")),
    ("with-an-unknown-mode", HEAD + "main,m,80,flying\ntrack,t,30,motorised\n", ("speeds_roads.csv", "flying")),
    ("with-a-class-twice", HEAD + "main,m,80,motorised\nmain,m,60,motorised\ntrack,t,30,motorised\n", ("speeds_roads.csv", "main")),
    ("with-a-missing-class", HEAD + "main,m,80,motorised\n", ("track",)),
    ("with-zero-bytes", HEAD.encode() + b"main,m\0,80,motorised\n", ("speeds_roads.csv", "zero bytes")),
    ("in-utf-16", (HEAD + "main,m,80,motorised\n").encode("utf-16"), ("speeds_roads.csv", "UTF-16")),
    ("with-an-open-quote", HEAD + 'main,"m,80,motorised\ntrack,t,30,motorised\n', ("speeds_roads.csv", "line 2", "quote")),
    ("with-too-many-cells", HEAD + "main,m,80,motorised,more,and more\ntrack,t,30,motorised\n", ("speeds_roads.csv", "line 2")),
    ("with-20000-columns", ",".join(f"c{i}" for i in range(20000)) + "\n" + ",".join("1" * 20000) + "\n", ("speeds_roads.csv", "columns")),
):
    case("text table: damaged or wrong", refuse(3, *words), name="speeds-" + title, data=text)(speeds)

for title, text in (
    ("with-semicolons", world.ROADS.replace(",", ";")),
    ("with-tabs", world.ROADS.replace(",", "\t")),
    ("with-windows-line-ends", world.ROADS.replace("\n", "\r\n")),
    ("with-old-mac-line-ends", world.ROADS.replace("\n", "\r")),
    ("with-byte-order-mark", "\ufeff" + world.ROADS),
    ("with-quotes", 'class,label,speed_km_per_h,mode\n"main","main ""big"", road",80,"motorised"\n"track","a\nb",30,motorised\n'),
    ("with-empty-lines", world.ROADS.replace("\n", "\n\n,,,\n")),
    ("with-spaces", world.ROADS.replace(",", " , ")),
    ("with-decimal-commas", world.ROADS.replace(",", ";").replace("80", "80,0")),
    ("without-a-last-line-end", world.ROADS.rstrip()),
):
    case("text table: other separators, quotes and line ends", taken(), name="speeds-" + title, data=text)(speeds)


# --- points as text ------------------------------------------------------------------------------------------------------------


def schools(w, text):
    w.points_csv(text)


ROWS = [(i + 1, f"School {i + 1}", EAST + 1000 * (1.2 + 2.6 * (i % 4)), NORTH + 1000 * (1.3 + 2.4 * (i // 4))) for i in range(16)]


def table(change=lambda i, row: row, head="id,title,x,y", separator=","):
    return "\n".join([head, *[separator.join(str(cell) for cell in change(i, row)) for i, row in enumerate(ROWS)]]) + "\n"


case("text table: other separators, quotes and line ends", taken(), name="schools-as-csv", data=table())(schools)
case("text table: rows cut short", repair("no_coordinates", 1), name="schools-with-a-short-row", data=table(lambda i, row: row[:3] if i == 5 else row))(schools)
case("text table: rows cut short", repair("short_row", 1), name="schools-with-a-short-row-told", data=table(lambda i, row: row[:3] if i == 5 else row))(schools)
case("text table: no coordinates", repair("no_coordinates", 1), name="schools-without-a-coordinate", data=table(lambda i, row: (*row[:3], "") if i == 5 else row))(schools)
case("text table: no coordinates", repair("no_coordinates", 1), name="schools-with-a-word-as-coordinate", data=table(lambda i, row: (*row[:3], "north") if i == 5 else row))(schools)
case("text table: no coordinates", repair("no_coordinates", 1), name="schools-with-nan-as-coordinate", data=table(lambda i, row: (*row[:3], "NaN") if i == 5 else row))(schools)
case("text table: damaged or wrong", refuse(3, "schools.csv", "line 7"), name="schools-with-an-unquoted-comma", data=table(lambda i, row: (row[0], "a,b", *row[2:]) if i == 5 else row))(schools)
case("text table: damaged or wrong", refuse(3, "schools.csv", "zero bytes"), name="schools-with-zero-bytes", data=table().encode().replace(b"School 3", b"Sch\0ol 3"))(schools)
case("text: not UTF-8", repair("encoding", 1), name="schools-in-windows-1252", data=table().encode().replace(b"School 3", b"Sko\xebl 3"))(schools)
case("text table: damaged or wrong", refuse(3, "schools.csv", "x"), name="schools-without-the-x-column", data=table(head="id,title,east,y"))(schools)
case("text table: a column twice", taken(but=ALL), name="schools-with-a-column-twice", data=table(lambda i, row: (*row, "z"), head="id,title,x,y,title"))(schools)
case("text table: cells that begin like formulas", taken(but=ALL), name="schools-with-formulas", data=table(lambda i, row: (row[0], "=cmd|' /C calc'!A0", *row[2:])))(schools)
case("text table: a long cell", taken(but=ALL), name="schools-with-a-cell-of-ten-megabytes", data=table(lambda i, row: (row[0], "x" * 10_000_000 if i == 3 else "s", *row[2:])))(schools)
case("nothing inside", refuse(3, "no candidate"), name="schools-of-a-header-only", data="id,title,x,y\n")(schools)
case("ids: the same twice", repair("duplicate_id", 1), name="schools-with-an-id-twice", data=table(lambda i, row: (1, *row[1:]) if i == 5 else row))(schools)


# --- joins ---------------------------------------------------------------------------------------------------------------------


def join(w, text):
    (w / "people.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    w.study("people: {layer: wards, field: population, id: id}",
            "people: {layer: wards, field: pop, id: id, join: {path: people.csv, key: ward, to: id, fields: [pop]}}")


PAIRS = [(f"W{i + 1:02d}", 100) for i in range(16)]


def pairs(rows, head="ward,pop"):
    return "\n".join([head, *[f"{a},{b}" for a, b in rows]]) + "\n"


case("join: complete", taken(), name="join-complete", data=pairs(PAIRS))(join)
case("join: keys without a match", repair("join_unmatched", None, people=1500), name="join-with-a-missing-key", data=pairs(PAIRS[:-1]))(join)
case("join: rows that fit no feature", taken(), name="join-with-a-key-too-many", data=pairs([*PAIRS, ("W99", 5)]))(join)
case("join: nothing matches", refuse(3, "people.csv"), name="join-without-any-match", data=pairs([("X" + a, b) for a, b in PAIRS]))(join)
case("join: a key twice", refuse(3, "people.csv", "W03"), name="join-with-a-key-twice", data=pairs([*PAIRS, ("W03", 7)]))(join)
case("join: rows that fit no feature", taken(), name="join-with-an-empty-key-twice", data=pairs([*PAIRS, ("", 7), ("", 8)]))(join)
case("people: negative or no number", refuse(3, "pop"), name="join-with-a-word", data=pairs([*PAIRS[:-1], ("W16", "many")]))(join)
case("columns: missing or misspelt", refuse(3, "people.csv", "ward"), name="join-without-its-key-column", data=pairs(PAIRS, head="wrd,pop"))(join)
case("columns: missing or misspelt", refuse(3, "pop"), name="join-without-its-field", data=pairs(PAIRS, head="ward,popp"))(join)


@case("join: complete", taken(), name="join-of-numbers-with-zeros-before")
def zeros(w):
    w.sql("ALTER TABLE wards ADD COLUMN code TEXT; UPDATE wards SET code = printf('%04d', fid);")
    (w / "people.csv").write_text("code,pop\n" + "".join(f"{i:04d},100\n" for i in range(1, 17)))
    w.study("people: {layer: wards, field: population, id: id}",
            "people: {layer: wards, field: pop, id: id, join: {path: people.csv, key: code, to: code, fields: [pop]}}")


@case("control totals", refuse(3, "control.csv", "M4"), name="control-without-an-area")
def control_missing(w):
    (w / "control.csv").write_text("id,pop\nM1,500\nM2,500\nM3,500\n")
    w.study("  spread:", "  control: {path: control.csv, id: id, field: pop}\n  spread:")


@case("control totals", refuse(3, "control.csv"), name="control-below-zero")
def control_negative(w):
    (w / "control.csv").write_text("id,pop\nM1,500\nM2,500\nM3,500\nM4,-1\n")
    w.study("  spread:", "  control: {path: control.csv, id: id, field: pop}\n  spread:")
