"""Blocks of the study file that say something odd: words of YAML, keys without effect, classes that take nobody, plans without sites."""
from cases import case, refuse, repair, taken

ALL = ("*",)
STANDARDS = "standards: [{service: thusong, settlement: any, trip: taxi, limit: 30 min, source: test}]"
CENTRES = "open: {field: status, values: [functional]}}"
CANDIDATES = "{layer: schools, prefix: school, id: id, title: title, within: area, kind: new}"
ZONES = "  - {layer: zones, need: need, potential: potential, breaks: quantiles, category: category, role: role}"
EXCLUDE = "exclude: [{use: inside, layer: floodline}]"
GAINED = "    - {use: people_gained, weight: 50}"


def swap(w, data):
    w.study(*data)


def block(text):
    """Another block of the study."""
    return "output: {path", text + "\noutput: {path"


def siting(text, more=""):
    return block("siting: {" + text + "}" + more)


def refused(kind, code, items):
    for title, data, *words in items:
        case(kind, refuse(code, *words), name="blocks-" + title, data=data)(swap)


# --- words that YAML or a word processor makes of a value --------------------------------------------------------------------

for title, old, new in (
    ("no-as-a-name", "name: Small world", "name: no"),
    ("a-number-with-zeros-before", "weight: 50", "weight: 050"),
    ("a-number-with-an-exponent", "weight: 50", "weight: 5e1"),
    ("a-number-with-a-plus", "weight: 50", "weight: +50"),
    ("a-blank-that-does-not-break", "cell: 500 m", "cell: 500\u00a0m"),
    ("a-narrow-blank", "cell: 500 m", "cell: 500\u202fm"),
    ("a-thin-blank", "limit: 30 min", "limit: 30\u2009min"),
    ("one-item-for-a-list", "values: [functional]", "values: functional"),
):
    case("study file: a value written otherwise", taken(), name="blocks-" + title, data=(old, new))(swap)

refused("study file: a value that makes no sense", 2, (
    ("tilde-as-a-name", ("name: Small world", "name: ~"), "study.yaml:1", "name", "empty"),
    ("null-as-a-field", ("title: title\n", "title: null\n"), "study.yaml", "title", "empty"),
    ("null-in-a-list", ("values: [functional]", "values: [NULL]"), "study.yaml", "empty"),
    ("blanks-as-a-name", ("name: Small world", 'name: "   "'), "study.yaml:1", "name", "empty"),
    ("tilde-as-a-length", ("buffer: 1 km", "buffer: ~"), "buffer", "empty"),
    ("number-with-underscores", ("cell: 500 m", "cell: 5_00 m"), "study.yaml:9", "cell"),
    ("hexadecimal", ("cell: 500 m", "cell: 0x1F4 m"), "study.yaml:9", "cell"),
    ("base-of-sixty", ("limit: 30 min", "limit: 0:30:00"), "study.yaml:24", "limit"),
    ("unit-in-capitals", ("limit: 30 min", "limit: 30 MIN"), "study.yaml:24", "limit"),
    ("key-in-another-case", ("buffer: 1 km", "Buffer: 1 km"), "study.yaml:7", "Buffer", "buffer"),
    ("quotes-of-a-word-processor", ("trip: taxi", "trip: \u201ctaxi\u201d"), "study.yaml:24", "taxi"),
    ("date-that-never-was", ("date: 2026-11-21", "date: 2026-02-30"), "study.yaml:1", "date"),
    ("date-day-first", ("date: 2026-11-21", "date: 21/11/2026"), "study.yaml:1", "date"),
))

# --- standards, bands, levels -------------------------------------------------------------------------------------------------

refused("study file: blocks that contradict each other", 2, (
    ("standard-twice", (STANDARDS, STANDARDS[:-1] + ", {service: thusong, trip: taxi, limit: 60 min}]"), "study.yaml:24", "thusong", "two"),
    ("standard-beyond-the-search", ("limit: 30 min", "limit: 4 h"), "search_limit", "taxi"),
    ("standard-with-less-than-its-least", ("source: test", "min_people: 100, max_people: 10"), "study.yaml:24", "max_people"),
    ("standard-of-an-unknown-trip", ("trip: taxi", "trip: bus"), "study.yaml:24", "bus", "taxi"),
    ("standard-of-an-unknown-settlement", ("settlement: any", "settlement: town"), "study.yaml:24", "town"),
    ("band-beyond-the-search", ("bands: [15 min, 30 min, 60 min]", "bands: [15 min, 5 h]"), "study.yaml:25", "5 h", "search_limit", "3 h"),
    ("band-twice", ("bands: [15 min, 30 min, 60 min]", "bands: [15 min, 15 min]"), "study.yaml:25", "15 min"),
    ("band-of-the-other-measure", ("bands: [15 min, 30 min, 60 min]", "bands: [15 km]"), "study.yaml:25", "bands"),
    ("level-called-municipality", ("levels: {district:", "levels: {municipality:"), "study.yaml:6", "municipality"),
    ("weight-of-zero", ("weight: 50", "weight: 0"), "study.yaml:", "people_gained", "weight"),
    ("exclusion-without-a-threshold", (EXCLUDE, "exclude: [{use: slope}]"), "study.yaml:", "slope", "threshold"),
    ("exclusion-of-everything", (EXCLUDE, "exclude: [{use: slope, over: 5 %, under: 10 %}]"), "study.yaml:", "slope", "over", "under"),
    ("exclusion-twice", (EXCLUDE, "exclude: [{use: inside, layer: floodline}, {use: inside, layer: floodline}]"), "study.yaml", "inside_floodline"),
    ("densities-that-go-down", block("settlements: {density: {rural: 1000, urban: 0}}"), "study.yaml:", "urban", "ascend"),
    ("classes-of-two-kinds", ("  spread:", '  factors: [{field: population, classes: {"+1sd": 50 %, "100": 10 %}}]\n  spread:'), "study.yaml:", "population"),
    ("candidates-of-an-unknown-kind", ("kind: new", "kind: upgrad"), "study.yaml:28", "kind", "upgrade"),
    ("score-that-is-missing", (GAINED, GAINED + "\n    - {use: zone, weight: 5, scores: {HN-HP: 1.0}}"), "study.yaml:", "zone", "LN-HP"),
    ("capacity-without-a-field", block("capacity: {method: optimal}"), "study.yaml:38", "centres", "capacity"),
    ("under-more-than-over", (CENTRES, CENTRES[:-1] + ", capacity: {field: title, unit: x}}\ncapacity: {under: 200 %, over: 10 %}"), "study.yaml:27", "under", "over"),
    ("equity-without-measures", block("equity: {by: district}"), "study.yaml:38", "measures"),
    ("report-by-no-level", block("report: {by: province}"), "study.yaml:38", "province"),
    ("sensitivity-limit-of-its-own", block("sensitivity: {draws: 5, limit: [30 min]}"), "study.yaml:38", "30 min"),
    ("sensitivity-without-draws", block("sensitivity: {draws: 0}"), "study.yaml:38", "draws"),
    ("sensitivity-with-too-many-draws", block("sensitivity: {draws: 1000000000}"), "study.yaml:38", "draws"),
    ("measure-twice", block("measures: [{use: 2sfca}, {use: 2sfca}]"), "study.yaml:38", "2sfca"),
    ("measure-with-a-power-of-zero", block("measures: [{use: gravity, decay: power, exponent: 0, unit: 1 min}]"), "study.yaml:38", "exponent"),
    ("measure-with-half-of-nothing", block("measures: [{use: gravity, decay: exponential, half: 0 min}]"), "study.yaml:38", "half"),
    ("steps-that-go-up", block("measures: [{use: e2sfca, steps: {10 min: 0.1, 20 min: 1}}]"), "study.yaml:38", "step"),
    ("steps-that-go-back", block("measures: [{use: e2sfca, steps: {20 min: 1, 10 min: 0.5}}]"), "study.yaml:38", "step"),
    ("mobile-without-a-plan", block("mobile: {trip: walk, limit: 60 min, stops: 3}"), "study.yaml:38", "siting"),
    ("schedule-that-keeps-nothing", block("schedule: {folder: s, keep: 0}"), "study.yaml:38", "keep"),
))


def compare(text):
    """Weights from comparisons in pairs: criteria without weights of their own."""
    return (", weight: 50", "", ", weight: 30", "", ", weight: 20", "", "  missing: worst", "  missing: worst\n  ahp: " + text)


refused("study file: comparisons that do not fit", 2, (
    ("comparison-of-zero", compare("{people_gained: {need: 0}}"), "study.yaml:", "0"),
    ("comparison-below-zero", compare("{people_gained: {need: -3}}"), "study.yaml:", "-3"),
    ("comparison-beyond-nine", compare("{people_gained: {need: 10}}"), "study.yaml:", "10"),
    ("comparison-by-zero", compare("{people_gained: {need: 1/0}}"), "study.yaml:", "1/0"),
    ("comparison-with-an-unknown-criterion", compare("{people_gained: {foo: 3}}"), "study.yaml:", "foo"),
    ("comparison-both-ways", compare("{people_gained: {need: 3, distance_to_ranks: 3}, need: {people_gained: 3, distance_to_ranks: 1}}"), "study.yaml:", "need"),
    ("comparisons-that-are-too-few", compare("{people_gained: {need: 3}}"), "study.yaml:", "distance_to"),
))


# --- plans ------------------------------------------------------------------------------------------------------------------------

refused("study file: a key without effect", 2, (
    ("capacity-of-a-model-without-one", siting("mode: brownfields, model: pmedian, sites: 2, capacity: 0"), "study.yaml:38", "pmedian", "capacity"),
    ("decay-of-a-model-without-one", siting("mode: brownfields, sites: 2, decay: 1.5"), "study.yaml:38", "mclp", "decay"),
    ("decay-of-zero", siting("mode: brownfields, model: huff, sites: 2, decay: 0"), "study.yaml:38", "decay", "0.01"),
    ("moves-without-relocation", siting("mode: brownfields, sites: 2, moves: 1"), "study.yaml:38", "moves", "relocation"),
    ("keep-without-reduction", siting("mode: brownfields, sites: 2, keep: 1"), "study.yaml:38", "keep", "reduction"),
    ("sites-beside-phases", siting("mode: brownfields, sites: 2, phases: [{sites: 1}]"), "study.yaml:38", "phases"),
    ("mode-twice", siting("mode: [brownfields, brownfields], sites: 1"), "study.yaml:38", "brownfields", "twice"),
    ("quota-without-a-number", siting("mode: brownfields, quota: [{level: municipality}]"), "study.yaml:38", "quota"),
    ("quota-with-less-than-its-least", siting("mode: brownfields, quota: [{level: municipality, min: 3, max: 1}]"), "study.yaml:38", "min"),
    ("quota-of-an-unknown-area", siting("mode: brownfields, quota: [{level: municipality, group: ZZ, min: 1}]"), "study.yaml:38", "ZZ", "M1"),
    ("budget-without-costs", siting("mode: brownfields, budget: 5 M"), "study.yaml:38", "cost", "school:"),
    ("rollout-with-too-many-budgets", siting("mode: brownfields, sites: 1", "\nrollout: {start: 2027, years: 2, budget: [1, 2, 3]}"), "study.yaml:39", "3 budgets", "2 years"),
    ("rollout-without-costs", siting("mode: brownfields, sites: 1", "\nrollout: {start: 2027, years: 2, budget: 2 M}"), "study.yaml:39", "cost", "school:"),
))
refused("no plan can be", 4, (
    ("quota-of-more-than-there-are", siting("mode: brownfields, sites: 100, quota: [{level: municipality, min: 30}]"), "study.yaml:38", "M1", "30"),
    ("quota-of-more-than-sites", siting("mode: brownfields, sites: 3, quota: [{level: municipality, min: 3}]"), "study.yaml:38", "12", "4"),
    ("quotas-that-conflict", siting("mode: brownfields, sites: 3, quota: [{level: municipality, max: 0, count: new}, {level: district, min: 2, count: new}]"), "study.yaml:38", "D1"),
    ("everybody-within-the-limit", siting("mode: brownfields, model: lscp, sites: 2"), "study.yaml:38", "everybody"),
))
for title, data in (
    ("no-sites", siting("mode: brownfields, sites: 0")),
    ("more-sites-than-candidates", siting("mode: brownfields, sites: 100")),
    ("target-of-nothing", siting("mode: brownfields, target: 0 %")),
    ("nothing-may-move", siting("mode: relocation, moves: 0")),
    ("nothing-stays", siting("mode: reduction, keep: 0")),
    ("threshold-beyond-all-people", siting("mode: brownfields, sites: 3, min_people: 100000")),
    ("classes-beyond-all-people", siting("mode: brownfields, sites: 2", "\nclasses: {hub: {capital: 1 M, min_people: 100000}}")),
    ("budget-of-nothing", siting("mode: brownfields, sites: 4", "\nclasses: {hub: {capital: 1 M, min_people: 10}}\nrollout: {start: 2027, years: 2, budget: 0}")),
    ("candidates-all-excluded", (EXCLUDE, "exclude: [{use: inside, layer: municipalities}]")),
):
    case("plans without a site, and with all", taken(but=ALL), name="blocks-" + title, data=data)(swap)


# --- weights on demand --------------------------------------------------------------------------------------------------------------


def weigh(w, data):
    sql, text = data
    w.sql("ALTER TABLE wards ADD COLUMN g REAL; " + sql)
    w.study("  spread:", f"  {text}\n  spread:")


FEW = 'factors: [{field: g, classes: {"1": 50 %, "99": 10 %}}]'
for title, sql, text, expected in (
    ("group-of-nobody", "UPDATE wards SET g = 0;", "group: {field: g}", refuse(3, "wards", "field g")),
    ("group-below-zero", "UPDATE wards SET g = -1;", "group: {field: g}", refuse(3, "wards", "field g", "W01")),
    ("factor-of-minus-all", "UPDATE wards SET g = -100;", "factors: [{field: g}]", refuse(3, "wards", "factors")),
    ("factor-below-minus-all", "UPDATE wards SET g = -200;", "factors: [{field: g}]", refuse(3, "wards", "field g", "W01")),
    ("factor-beyond-reason", "UPDATE wards SET g = 1e30;", "factors: [{field: g}]", refuse(3, "wards", "field g", "500", "W01")),
    ("factor-whose-classes-are-not-there", "UPDATE wards SET g = fid;", 'factors: [{field: g, classes: {"99": 50 %}}]', refuse(3, "wards", "field g", "99")),
    ("factor-with-a-class-that-is-none", "UPDATE wards SET g = fid;", 'factors: [{field: g, classes: {"+1e400sd": 50 %}}]', refuse(3, "+1e400sd")),
):
    case("weights that make no sense", expected, name="blocks-" + title, data=(sql, text))(weigh)
case("weights: one value everywhere", repair("constant_factor", None), name="blocks-factor-of-one-value",
     data=("UPDATE wards SET g = 5;", 'factors: [{field: g, classes: {"+1sd": 50 %, "-1sd": -10 %}}]'))(weigh)
case("weights: a class of nobody", repair("unused_class", 1), name="blocks-factor-with-a-class-of-nobody", data=("UPDATE wards SET g = fid;", FEW))(weigh)
case("weights: no value", repair("no_factor", 16), name="blocks-factor-without-values", data=("", FEW))(weigh)
case("weights: no value", repair("no_group", 8), name="blocks-group-without-some-values", data=("UPDATE wards SET g = 50 WHERE fid < 9;", "group: {field: g}"))(weigh)
case("weights: more than all people", repair("large_group", 16), name="blocks-group-of-more-than-all", data=("UPDATE wards SET g = 200;", "group: {field: g}"))(weigh)


def grow(w, data):
    w.study("  spread:", f"  growth: {{{data}}}\n  spread:")


case("study file: a value written otherwise", taken(people=400, but=ALL), name="blocks-growth-that-halves-twice", data="rate: -50 %, years: 2")(grow)
case("people: absurd", refuse(3, "earth"), name="blocks-growth-beyond-the-earth", data="rate: 50 %, years: 100")(grow)
case("people: negative or no number", refuse(3, "wards", "population", "W01"), name="blocks-growth-from-a-field-of-counts", data="field: population, years: 4")(grow)


def capacity(w, data):
    w.sql("ALTER TABLE centres ADD COLUMN room REAL; UPDATE centres SET room = " + data + ";")
    w.study(CENTRES, CENTRES[:-1] + ", capacity: {field: room, unit: visits a year, visits_per_person: 1}}")


for title, value in (("below-zero", "-1"), ("without-end", "9e999")):
    case("people: negative or no number", refuse(3, "centres", "room", "C1"), name="blocks-capacity-" + title, data=value)(capacity)
