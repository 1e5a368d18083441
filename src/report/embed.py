"""embed.py OUT NAME FILE ... : text files as C constants."""
import sys


def literal(text):
    lines = []
    for line in text.splitlines():
        escaped = line.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?")
        lines.append(f'"{escaped}\\n"')
    return "\n\t".join(lines)


out, pairs = sys.argv[1], sys.argv[2:]
with open(out, "w", encoding="utf-8") as file:
    file.write('#include "assets.h"\n')
    for name, path in zip(pairs[::2], pairs[1::2]):
        with open(path, encoding="utf-8") as source:
            file.write(f"\nconst char {name}[] =\n\t{literal(source.read())};\n")
