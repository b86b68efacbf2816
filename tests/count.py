#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""count.py LOG STATUS: prints how many have passed, failed and were skipped in a run of `meson test --logbase LOG`.

A test of several cases counts as these. Its own verdict can be worse than theirs: a leak, a crash, a time-out. STATUS is
meson's; a run that has failed, or has run nothing, is at least one failure.
"""
import json
import sys
import xml.etree.ElementTree


def count(suites, name):
    """[passed, failed, skipped] of a test's cases: of suites of its own, or one in the project's."""
    counts = [0, 0, 0]
    for suite in suites:
        _, _, own = suite.get("name").partition(".")
        for case in suite.findall("testcase"):
            if own == name or own.startswith(name + ".") or not own and case.get("name") == name:
                bad = case.find("failure") is not None or case.find("error") is not None
                left = case.find("skipped") is not None or case.get("status") == "notrun"
                counts[1 if bad else 2 if left else 0] += 1
    return counts


def total(log):
    sums = [0, 0, 0]
    suites = list(xml.etree.ElementTree.parse(log + ".junit.xml").getroot().iter("testsuite"))
    with open(log + ".json", encoding="utf-8") as lines:
        tests = [json.loads(line) for line in lines]
    for test in tests:
        passed, failed, skipped = count(suites, test["name"])
        if test["result"] == "SKIP":
            passed, failed, skipped = 0, 0, max(skipped, 1)
        elif test["result"] not in ("OK", "EXPECTEDFAIL") and not failed:
            passed, failed = max(passed - 1, 0), 1
        elif not passed + failed + skipped:
            passed = 1
        sums = [a + b for a, b in zip(sums, (passed, failed, skipped))]
    return sums


def main():
    try:
        passed, failed, skipped = total(sys.argv[1])
    except (OSError, ValueError, xml.etree.ElementTree.ParseError):
        passed = failed = skipped = 0
    if not failed and (sys.argv[2] != "0" or not passed + skipped):
        failed = 1
    print(passed, failed, skipped)


if __name__ == "__main__":
    main()
