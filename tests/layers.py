#!/usr/bin/python3
"""Who may include whom: the rooms of src/, the public headers, and which outside libraries each room sees.

Run from the top of the source tree. Prints every breach and exits 1 when there is one."""
import pathlib
import re
import sys

BASE_HEADERS = {"base", "table", "param", "slabs"}
ROOMS = {  # room: (rooms it may include, outside headers it may include)
    "base": (set(), r"glib|pthread"),
    "geo": ({"base"}, r"glib|proj|geodesic|geos_c"),
    "io": ({"base", "geo"}, r"glib|gio/|gdal|ogr|cpl|sqlite3|spatialite"),
    "data": ({"base", "geo", "io"}, r"glib"),
    "friction": ({"base", "geo"}, r"glib"),
    "access": ({"base", "geo", "friction"}, r"glib|immintrin"),
    "selftest": ({"base", "geo", "friction", "access"}, r"glib"),
    "catchment": ({"base", "geo", "access"}, r"glib"),
    "siting": ({"base", "geo", "access", "catchment"}, r"glib"),
    "out": ({"base", "geo", "io"}, r"glib|json-glib"),
    "report": ({"base", "geo", "io", "out"}, r"glib|cairo|pango/|xlsxwriter"),
    "cost": ({"base", "geo", "io", "data", "friction", "access"}, r"glib"),
    "locate": ({"base", "geo", "io", "data", "siting"}, r"glib"),
    "compare": ({"base", "io"}, r"glib"),
    "study": ({"base", "geo", "io", "data", "friction", "access", "catchment", "siting", "out", "report", "registry", "cost", "compare"}, r"glib|yaml"),
}
ROOMS["cli"] = (set(ROOMS) | {"registry"}, r"glib")
HEADER_ROOM = {name: "base" for name in BASE_HEADERS} | {"location": "siting", "rollout": "siting", "measures": "catchment", "monitoring": "siting", "services": "siting", "sensitivity": "siting", "series": "out"}
SYSTEM = re.compile(
    r"^(assert|ctype|dlfcn|errno|fcntl|float|glob|inttypes|limits|locale|math|pthread|sched|signal|stdarg|stdbool|stddef|stdint|stdio|stdlib|"
    r"string|strings|time|unistd|wchar|zlib|sys/\w+)\.h$"
)
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)


def breaches():
    for path in sorted(pathlib.Path("src").glob("*/*.[ch]")):
        room = path.parts[1]
        if room not in ROOMS:
            yield f"{path}: src/{room} is no room of tests/layers.py"
            continue
        rooms, outside = ROOMS[room]
        for kind, name in INCLUDE.findall(path.read_text()):
            if kind == '"':
                if "/" in name or not (path.parent / name).exists():
                    yield f'{path}: "{name}" is not a header of its own room'
            elif name.startswith("thuso/"):
                header = name[len("thuso/"):-2]
                target = HEADER_ROOM.get(header, header)
                if target != room and target != "base" and target not in rooms:
                    yield f"{path}: src/{room} may not include <{name}>"
            elif not SYSTEM.match(name) and not re.match(outside, name):
                yield f"{path}: src/{room} may not include <{name}>"
    for path in sorted(pathlib.Path("include/thuso").glob("*.h")):
        room = HEADER_ROOM.get(path.stem, path.stem)
        rooms, _ = ROOMS.get(room, ({"base"}, ""))
        for kind, name in INCLUDE.findall(path.read_text()):
            target = HEADER_ROOM.get(name[6:-2], name[6:-2]) if name.startswith("thuso/") else None
            if target and target not in rooms | {room, "base"}:
                yield f"{path}: may not include <{name}>"
            if not target and name != "glib.h" and not SYSTEM.match(name):
                yield f"{path}: a public header may not include <{name}>"


if __name__ == "__main__":
    found = list(breaches())
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)
