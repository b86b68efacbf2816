#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What 'caissonctl show' prints is a definition again, of the same container.

Of every case without errors, and every example, the definition of each container and of each pod as
shown is put into a tree of its own. There it has no errors, becomes the same units and the same plan, and is shown the
same once more. What is shown of an instance is a template that makes the same of that instance.

show.py GENERATOR RUNTIME CAISSONCTL [CASE...]
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import run

GENERATOR, _, CTL = sys.argv[1:4]
INSTANCE = "blue"
DEFINITIONS = ("etc/caisson", "run/caisson", "usr/lib/caisson")
DEPENDENCY = re.compile(r"(After|Before|Requires|Wants|BindsTo|PartOf|Conflicts|Upholds)=")
# Each container has a file of its own now.
PATH = re.compile(r"/(etc|run|usr/lib)/caisson/[^/\"\s]+\.toml")


def ctl(root, *words):
    done = subprocess.run([CTL, *words, "--root", root], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: status {done.returncode}: {done.stdout}{done.stderr}")
    return PATH.sub("DEFINITION", done.stdout)


def regular(content):
    """Dependencies stand in a unit in the order of the definition's keys, which means nothing."""
    lines = content.splitlines()
    return "\n".join([line for line in lines if not DEPENDENCY.match(line)] +
                     sorted(line for line in lines if DEPENDENCY.match(line)))


def generated(root, scratch):
    out = scratch / f"generated-from-{root.name}"
    out.mkdir()
    written, said, _ = run.generate(GENERATOR, [(root, ".")], root.name, out)
    return {name: (kind, regular(PATH.sub("DEFINITION", content)))
            for name, (kind, content) in run.readable(written).items()}, said


def show_all(root, names, slices, scratch):
    """The tree with what is shown of each container as its definition, and no host defaults."""
    again = scratch / "again"
    shutil.copytree(root, again, symlinks=True)
    for below in DEFINITIONS:
        shutil.rmtree(again / below, ignore_errors=True)
    (again / "etc/caisson.toml").unlink(missing_ok=True)
    (again / "etc/caisson").mkdir(parents=True)
    for name in names:
        (again / f"etc/caisson/{name}.toml").write_text(ctl(root, "show", name))
    # A container may have the name of a pod: then both are in one file.
    for unit in slices:
        name = unit.removeprefix("caisson-").removesuffix(".slice")
        with open(again / f"etc/caisson/{name}.toml", "a", encoding="utf-8") as file:
            file.write("\n" + ctl(root, "show", unit))
    return again


def round_trip(root, names, slices, scratch):
    again = show_all(root, names, slices, scratch)
    ctl(again, "check")
    old, new = generated(root, scratch), generated(again, scratch)
    problems = run.difference(old[0], new[0])
    if new[1]:
        problems.append(f"says: {new[1]}")
    for name in names + slices:
        if ctl(root, "show", name) != ctl(again, "show", name):
            problems.append(f"{name}: is not shown the same again")
        if name.endswith("@"):
            problems += instance_round_trip(root, again, name)
    return problems


def instance_round_trip(root, again, name):
    instance = name + INSTANCE
    shown = ctl(root, "show", instance)
    (again / f"etc/caisson/{name}.toml").write_text(shown)
    ctl(again, "check")
    problems = [] if ctl(again, "show", instance) == shown else [f"{instance}: is not shown the same again"]
    if ctl(root, "show", "--oci", instance) != ctl(again, "show", "--oci", instance):
        problems.append(f"{instance}: has another plan")
    return problems


def containers(case):
    """The names that the case expects plans of."""
    plans = (case / "expected/caisson").glob("*.HASH.json")
    return sorted(plan.name.removesuffix(".HASH.json") for plan in plans)


def pods(case):
    """Their slices."""
    return sorted(unit.name for unit in (case / "expected").glob("caisson-*.slice"))


def lay_out(inputs, root):
    if isinstance(inputs, pathlib.Path):
        (root / "etc/caisson").mkdir(parents=True)
        shutil.copy2(inputs, root / "etc/caisson")
        return
    for tree, below in inputs:
        shutil.copytree(tree, root / below, symlinks=True)


def main():
    only = sys.argv[4:]
    found = [(case, inputs) for case, inputs in run.cases()
             if not (case / "expected.err").exists() and containers(case) and (not only or case.name in only)]
    print(f"1..{len(found)}")
    failed = False
    for number, (case, inputs) in enumerate(found, 1):
        with tempfile.TemporaryDirectory(prefix="caisson-show-") as name:
            scratch = pathlib.Path(name)
            root = scratch / "root"
            lay_out(inputs, root)
            try:
                problems = round_trip(root, containers(case), pods(case), scratch)
            except RuntimeError as error:
                problems = [str(error)]
        print(f"{'not ok' if problems else 'ok'} {number} - {case.name}")
        for problem in problems:
            print("\n".join("# " + line for line in problem.splitlines()))
        failed = failed or bool(problems)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
