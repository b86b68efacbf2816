#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""count.py LOG STATUS: prints how many have passed, failed and were skipped in a run of `meson test --logbase LOG`.

A test of several cases counts as these. Its own verdict can be worse than theirs: a leak, a crash, a time-out. STATUS is
meson's; a run that has failed, or has run nothing, is at least one failure.
"""
import json
import sys
import xml.etree.ElementTree


def cases(log):
    """Test -> [passed, failed, skipped] of its cases."""
    counts = {}
    for suite in xml.etree.ElementTree.parse(log + ".junit.xml").getroot().iter("testsuite"):
        for case in suite.findall("testcase"):
            names = suite.get("name").split(".")
            count = counts.setdefault(names[1] if len(names) > 1 else case.get("name"), [0, 0, 0])
            bad = case.find("failure") is not None or case.find("error") is not None
            left = case.find("skipped") is not None or case.get("status") == "notrun"
            count[1 if bad else 2 if left else 0] += 1
    return counts


def total(log):
    passed = failed = skipped = 0
    counts = cases(log)
    with open(log + ".json", encoding="utf-8") as lines:
        tests = [json.loads(line) for line in lines]
    for test in tests:
        name = test["name"].split(" / ")[-1].split(":")[-1]
        good, bad, left = counts.get(name, [0, 0, 0])
        if test["result"] == "SKIP":
            good, bad, left = 0, 0, max(left, 1)
        elif test["result"] not in ("OK", "EXPECTEDFAIL") and not bad:
            good, bad = max(good - 1, 0), 1
        passed, failed, skipped = passed + good, failed + bad, skipped + left
    return passed, failed, skipped


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
