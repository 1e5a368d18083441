#!/usr/bin/python3
"""count.py JUNIT.xml : prints PASSED FAILED SKIPPED over all test cases of a meson run.

A program that died before or after its cases, and a file that is not there, count as failures: a test that did not
report has not passed."""
import os
import sys
import xml.etree.ElementTree as tree


def main(path):
    if not os.path.exists(path):
        return 0, 1, 0
    passed = failed = skipped = 0
    for suite in tree.parse(path).getroot().iter("testsuite"):
        cases = list(suite.iter("testcase"))
        bad = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
        skips = sum(case.find("skipped") is not None for case in cases)
        # Meson notes a program's own death in the suite's numbers, not in a case.
        declared = int(suite.get("errors", 0)) + int(suite.get("failures", 0))
        failed += max(bad, declared) if cases else 1
        skipped += skips
        passed += max(0, len(cases) - max(bad, declared) - skips)
    return passed, failed, skipped


if __name__ == "__main__":
    print(*main(sys.argv[1]))
