#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""TRY stands only as a whole statement, as the whole initialiser of a variable or as the whole operand of return.

Anywhere else its early return may leave the members of a half-made object undestroyed, a file descriptor for one.
"""
import os
import re
import sys

# A string, a character or a comment may hold anything.
OPAQUE = re.compile(r'R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|//[^\n]*|/\*.*?\*/', re.S)
# What may stand between the end of the last statement and TRY.
ALLOWED = re.compile(r"(?:(?:if|for|while)\s*\(.*\)|else|case\b.*:|default\s*:|\w+\s*:)?\s*"
                     r"(?:return|[\w:<>,*&.\[\]\s()-]*[\w\]>]\s*=)?", re.S)


def blank(match):
    return re.sub(r"[^\n]", " ", match[0])


def end_of_call(text, opening):
    depth = 0
    for at in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if not depth:
            return at + 1
    return len(text)


def statement_before(text, at):
    """From the last semicolon or brace that is not inside of parentheses."""
    depth = 0
    for start in range(at - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(text[start], 0)
        if depth < 0 or (not depth and text[start] in ";{}"):
            return text[start], text[start + 1:at].strip()
    return "", text[:at].strip()


def is_initialiser(text, at):
    """Whether the brace that was opened last belongs to an expression: a name, "=", "return", "," or "(" before it."""
    depth = 0
    for start in range(at - 1, -1, -1):
        depth += {"}": 1, "{": -1}.get(text[start], 0)
        if depth < 0:
            before = text[:start].rstrip()
            return not re.search(r"(?:\)|\belse|\bdo|\bconst|\bnoexcept|\bmutable|->\s*[\w:<>,&*\s]+|[;{}:])$", before)
    return False


def check(name):
    with open(name, encoding="utf-8") as source:
        text = OPAQUE.sub(blank, source.read())
    bad = False
    for match in re.finditer(r"\bTRY\s*\(", text):
        line_start = text.rfind("\n", 0, match.start()) + 1
        if text[line_start:].lstrip().startswith("#"):
            continue
        delimiter, before = statement_before(text, match.start())
        after = text[end_of_call(text, match.end() - 1):].lstrip()
        if (delimiter in ("(", ",") or not after.startswith(";") or not ALLOWED.fullmatch(before)
                or delimiter == "{" and is_initialiser(text, match.start())):
            print(f"{name}:{text.count(chr(10), 0, match.start()) + 1}: TRY is not the whole of a statement, "
                  "an initialiser or what is returned")
            bad = True
    return bad


def main():
    os.chdir(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
    names = sorted(os.path.join(folder, name) for top in ("src", "tests") for folder, _, names in os.walk(top)
                   for name in names if name.endswith((".cc", ".h")))
    return any([check(name) for name in names])


if __name__ == "__main__":
    sys.exit(main())
