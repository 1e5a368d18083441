#!/usr/bin/python3
"""count.py BUILD : prints PASSED FAILED SKIPPED over all test cases of a build's last `meson test`.

Cases come from the JUnit log, the fate of each program from the JSON log. A program that timed out, died or broke off after its
last good case is a failure of its own, and so is a run that left no log: a test that did not report has not passed."""
import json
import pathlib
import sys
import xml.etree.ElementTree as tree

GOOD = {"OK", "SKIP", "EXPECTEDFAIL"}


def cases(logs):
    """Name of a program -> [passed, failed, skipped] of its cases."""
    found = {}
    for suite in tree.parse(logs / "testlog.junit.xml").getroot().iter("testsuite"):
        count = found.setdefault(suite.get("name").split(" / ")[-1], [0, 0, 0])
        for case in suite.iter("testcase"):
            bad = case.find("failure") is not None or case.find("error") is not None
            count[1 if bad else 2 if case.find("skipped") is not None else 0] += 1
    return found


def main(build):
    logs = pathlib.Path(build) / "meson-logs"
    if not (logs / "testlog.json").exists() or not (logs / "testlog.junit.xml").exists():
        return 0, 1, 0
    found = cases(logs)
    total = [sum(count[i] for count in found.values()) for i in range(3)]
    for line in (logs / "testlog.json").read_text().splitlines():
        program = json.loads(line)
        count = found.get(program["name"].split(" / ")[-1], [0, 0, 0])
        if program["result"] not in GOOD and count[1] == 0:
            total[1] += 1
    return total


if __name__ == "__main__":
    print(*main(sys.argv[1]))
