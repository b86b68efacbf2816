#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every unit that a case expects is one that systemd reads without a word."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
STUB = "[Unit]\nDescription=Stands in for a unit of others\n[Service]\nExecStart=/bin/true\n"


def copy_units(case, target):
    """The runtime and the units of others that a case names need not be installed here."""
    for path in sorted(case.glob("expected/*.service")) + sorted(case.glob("expected/*.d/*.conf")):
        copy = target / path.relative_to(case / "expected")
        copy.parent.mkdir(exist_ok=True)
        text = path.read_text().replace("@RUNTIME@", "/bin/true")
        copy.write_text(text.replace("@OUT@", "/run/systemd/generator"))


def verify(case):
    with tempfile.TemporaryDirectory(prefix="caisson-verify-") as name:
        target = pathlib.Path(name)
        copy_units(case, target)
        services = sorted(target.glob("*.service"))
        scopes = [directory.name[:-2] for directory in target.glob("*.scope.d")]
        for scope in scopes:
            # A scope cannot be loaded from a file; a slice takes the same directives.
            text = "".join(path.read_text() for path in (target / (scope + ".d")).glob("*.conf"))
            (target / "verify.slice").write_text(text.replace("[Scope]", "[Slice]"))
            services.append(target / "verify.slice")
        for unit in ("ssh", "nginx", "apache2", "watch", "alert", "lone"):
            (target / f"{unit}.service").exists() or (target / f"{unit}.service").write_text(STUB)
        for unit in ("stack.target", "backup.target", "data.mount"):
            where = "[Mount]\nWhat=tmpfs\nWhere=/data\n" if unit.endswith(".mount") else ""
            (target / unit).write_text("[Unit]\nDescription=Stub\n" + where)
        if not services:
            return ""
        run = subprocess.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *services],
                             capture_output=True, text=True, timeout=60,
                             env={"PATH": "/usr/bin:/bin", "SYSTEMD_UNIT_PATH": f"{target}:"})
        return run.stdout + run.stderr


def main():
    if not shutil.which("systemd-analyze"):
        print("skipped: systemd-analyze is not installed (package systemd)")
        return 77
    failed = False
    for case in sorted(path.parent for path in HERE.glob("*/expected")):
        if said := verify(case):
            failed = True
            print(f"{case.name}:\n{said}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
