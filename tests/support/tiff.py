"""GeoTIFFs without GDAL: written plainly for tests, and read as `thuso cost` writes them (one band, not compressed, tiles that may be
missing)."""
import math
import struct

TYPES = {"B": (1, 1), "H": (16, 1), "h": (16, 2), "i": (32, 2), "I": (32, 1), "f": (32, 3), "d": (64, 3)}  # struct code: bits, format
PROJECTED, GEOGRAPHIC = 3072, 2048


def write(path, rows, code="f", cell=100.0, origin=(300000.0, 6240000.0), epsg=32734, nodata=None, height=None):
    """rows: a list of rows of numbers; cell may be (width, height); epsg 0 = no reference system, under 5000 = degrees."""
    n_rows, n_cols = len(rows), len(rows[0])
    width, tall = cell if isinstance(cell, tuple) else (cell, cell)
    bits, form = TYPES[code]
    if code == "B":
        bits = 8
    data = b"".join(struct.pack(f"<{n_cols}{code}", *row) for row in rows)
    entries, extra = [], b""

    def add(tag, kind, values):
        nonlocal extra
        packed = values if isinstance(values, bytes) else struct.pack(f"<{len(values)}{'HId'[(3, 4, 12).index(kind)]}", *values)
        n = len(values)
        entries.append((tag, kind, n, packed))

    add(256, 4, [n_cols])
    add(257, 4, [n_rows])
    add(258, 3, [bits])
    add(259, 3, [1])
    add(262, 3, [1])
    add(273, 4, [8])
    add(277, 3, [1])
    add(278, 4, [n_rows])
    add(279, 4, [len(data)])
    add(339, 3, [form])
    add(33550, 12, [width, tall, 0.0])
    add(33922, 12, [0.0, 0.0, 0.0, origin[0], origin[1], 0.0])
    if epsg:
        degrees = epsg < 5000
        add(34735, 3, [1, 1, 0, 3, 1024, 0, 1, 2 if degrees else 1, 1025, 0, 1, 1, GEOGRAPHIC if degrees else PROJECTED, 0, 1, epsg])
    if nodata is not None:
        add(42113, 2, str(nodata).encode() + b"\0")
    start = 8 + len(data) + (len(data) & 1)
    table, tail = b"", b""
    tail_start = start + 2 + 12 * len(entries) + 4
    for tag, kind, n, packed in entries:
        if len(packed) <= 4:
            table += struct.pack("<HHI", tag, kind, n) + packed.ljust(4, b"\0")
        else:
            table += struct.pack("<HHII", tag, kind, n, tail_start + len(tail))
            tail += packed + b"\0" * (len(packed) & 1)
    with open(path, "wb") as file:
        file.write(struct.pack("<2sHI", b"II", 42, start) + data + b"\0" * (len(data) & 1))
        file.write(struct.pack("<H", len(entries)) + table + struct.pack("<I", 0) + tail)
    return path


def read(path):
    """The rows of a tiled TIFF; a missing tile is full of nodata."""
    raw = path.read_bytes()
    assert raw[:4] == b"II*\0", "no little-endian classic TIFF"
    at = struct.unpack_from("<I", raw, 4)[0]
    tags = {}
    for i in range(struct.unpack_from("<H", raw, at)[0]):
        tag, kind, n = struct.unpack_from("<HHI", raw, at + 2 + 12 * i)
        code, size = {1: ("B", 1), 2: ("s", 1), 3: ("H", 2), 4: ("I", 4), 12: ("d", 8)}.get(kind, ("B", 1))
        where = at + 2 + 12 * i + 8
        if n * size > 4:
            where = struct.unpack_from("<I", raw, where)[0]
        tags[tag] = raw[where : where + n] if code == "s" else struct.unpack_from(f"<{n}{code}", raw, where)
    n_cols, n_rows, width, tall = (tags[t][0] for t in (256, 257, 322, 323))
    assert tags.get(259, (1,))[0] == 1 and width == 256 and tall == 256
    code = "f" if tags[339][0] == 3 else "i"
    empty = math.nan if code == "f" else 0
    rows = [[empty] * n_cols for _ in range(n_rows)]
    across = (n_cols + width - 1) // width
    for t, offset in enumerate(tags[324]):
        if not offset:
            continue
        values = struct.unpack_from(f"<{width * tall}{code}", raw, offset)
        top, left = t // across * tall, t % across * width
        for r in range(min(tall, n_rows - top)):
            n = min(width, n_cols - left)
            rows[top + r][left : left + n] = values[r * width : r * width + n]
    return rows
