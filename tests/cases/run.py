#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Golden cases of the generator.

A case is a directory with an input tree (etc/, run/, usr/), what the generator must write
(expected/) and what it must say (expected.err; absent: nothing). Every file in examples/ is a case
too, named example-NAME. Plans are laid out for reading, and their hashes are left out.

run.py GENERATOR RUNTIME [CASE...]; CAISSON_ACCEPT=1 rewrites the expectations.
"""

import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

ACCEPT = os.environ.get("CAISSON_ACCEPT") == "1"
HERE = pathlib.Path(__file__).resolve().parent
EXAMPLES = HERE.parent.parent / "examples"
RUNTIME = sys.argv[2]  # where caisson-runtime will be installed
INPUTS = ("etc", "run", "usr")
HASH = re.compile(r"\.[0-9a-f]{16}\.(json|errors)\b")


def lay_out(plan):
    """One line for each member, two levels deep."""
    lines = []
    for key, value in json.loads(plan).items():
        if isinstance(value, dict):
            members = [f"  {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in value.items()]
            lines.append(f" {json.dumps(key)}: {{\n" + ",\n".join(members) + "}")
        elif key == "mounts":
            items = [f"  {json.dumps(item, ensure_ascii=False)}" for item in value]
            lines.append(f" {json.dumps(key)}: [\n" + ",\n".join(items) + "]")
        else:
            lines.append(f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(lines) + "}\n"


def entries(tree):
    return sorted(path for path in tree.rglob("*") if path.is_symlink() or not path.is_dir())


def copy_shuffled(source, target, seed):
    """Directories list their entries in another order when they were created in another."""
    paths = entries(source)
    random.Random(seed).shuffle(paths)
    for path in paths:
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy, follow_symlinks=False)


def generate(generator, inputs, seed, scratch):
    root, out = scratch / f"root{seed}", scratch / f"out{seed}"
    root.mkdir()
    out.mkdir()
    for tree, below in inputs:
        copy_shuffled(tree, root / below, seed)
    run = subprocess.run([generator, "--root", root, out], capture_output=True, timeout=60,
                         env={"PATH": "/usr/bin:/bin"})
    def portable(text):
        return text.replace(str(out), "@OUT@").replace(RUNTIME, "@RUNTIME@")

    said = portable(run.stderr.decode())
    if run.returncode != 0:
        said += f"exit status {run.returncode}\n"
    written, problems = {}, []
    for path in entries(out):
        name = str(path.relative_to(out))
        if path.is_symlink():
            written[name] = ("link", os.readlink(path))
            continue
        content = portable(path.read_bytes().decode())
        mode = 0o600 if name.startswith("caisson/") else 0o644
        if path.stat().st_mode & 0o777 != mode:
            problems.append(f"{name}: mode is {path.stat().st_mode & 0o777:o}, not {mode:o}")
        for plan in re.findall(r"@OUT@/(caisson/\S+)", content):
            if not (out / plan).exists():
                problems.append(f"{name}: names {plan}, which is not there")
        written[name] = ("file", content)
    return written, said, problems


def readable(written):
    """Without hashes, which change with every detail of a plan."""
    shown = {}
    for name, (kind, content) in written.items():
        if kind == "file" and name.endswith(".json"):
            content = lay_out(content)
        shown[HASH.sub(r".HASH.\1", name)] = (kind, HASH.sub(r".HASH.\1", content))
    return shown


def stored(case):
    expected = {}
    for path in entries(case / "expected"):
        name = str(path.relative_to(case / "expected"))
        if path.is_symlink():
            expected[name] = ("link", os.readlink(path))
        else:
            expected[name] = ("file", path.read_text())
    return expected


def store(case, shown, said):
    shutil.rmtree(case / "expected", ignore_errors=True)
    for name, (kind, content) in shown.items():
        path = case / "expected" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "link":
            path.symlink_to(content)
        else:
            path.write_text(content)
    error = case / "expected.err"
    error.unlink(missing_ok=True)
    if said:
        error.write_text(said)


def difference(expected, found):
    lines = []
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            lines.append(f"{name}: missing")
        elif name not in expected:
            lines.append(f"{name}: unexpected")
        elif expected[name] != found[name]:
            old, new = expected[name][1].splitlines(), found[name][1].splitlines()
            lines.append(f"{name}: differs")
            lines += [f"  - {line}" for line in old if line not in new]
            lines += [f"  + {line}" for line in new if line not in old]
    return lines


def opens_with_comment(inputs):
    definitions = [path for tree, _ in inputs for path in entries(tree)
                   if path.suffix == ".toml" and path.is_file() and not path.is_symlink()]
    return any(path.read_bytes().lstrip(b"\xef\xbb\xbf").startswith(b"#") for path in definitions)


def check(generator, case, inputs):
    with tempfile.TemporaryDirectory(prefix="caisson-case-") as name:
        scratch = pathlib.Path(name)
        written, said, problems = generate(generator, inputs, 1, scratch)
        for seed in (2, 3):
            other = generate(generator, inputs, seed, scratch)
            if (other[0], other[1]) != (written, said):
                problems.append("the order of the directory makes a difference")
    if not opens_with_comment(inputs):
        problems.append("no input begins with a comment that says what the case shows")
    shown = readable(written)
    if ACCEPT:
        store(case, shown, said)
        return problems
    problems += difference(stored(case), shown)
    error = case / "expected.err"
    wanted = error.read_text() if error.exists() else ""
    if wanted != said:
        problems.append(f"expected.err differs; expected:\n{wanted}said:\n{said}")
    return problems


def cases():
    for case in sorted(HERE.iterdir()):
        if any((case / tree).exists() for tree in INPUTS):
            yield case, [(case / tree, tree) for tree in INPUTS if (case / tree).exists()]
    for example in sorted(EXAMPLES.glob("*.toml")):
        yield HERE / f"example-{example.stem}", example


def main():
    generator, only = sys.argv[1], sys.argv[3:]
    found = [entry for entry in cases() if not only or entry[0].name in only]
    print(f"1..{len(found)}")
    failed = False
    for number, (case, inputs) in enumerate(found, 1):
        with tempfile.TemporaryDirectory(prefix="caisson-case-") as name:
            if isinstance(inputs, pathlib.Path):
                shutil.copy2(inputs, name)
                inputs = [(pathlib.Path(name), "etc/caisson")]
            problems = check(generator, case, inputs)
        print(f"{'not ok' if problems else 'ok'} {number} - {case.name}")
        for problem in problems:
            print("\n".join("# " + line for line in problem.splitlines()))
        failed = failed or bool(problems)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
