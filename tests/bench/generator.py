#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How long the generator takes for 1, 100, 1000 and 10000 definitions, each in a file of its own,
with limits, which are one more file and directory of output each, and without.

Prints the best and the median of several runs, wall clock and CPU, on tmpfs. The machine that PID 1
waits on is idle at that moment; a busy one only tells about its neighbours.
"""

import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

DEFINITION = """[container]
description = "Container number {n}"
rootfs = {{ directory = "/srv/rootfs/busybox", mode = "read-only" }}
command = ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/srv/www"]
environment = {{ TZ = "UTC", NUMBER = "{n}" }}
user = "33:33"
restart = "always"
after = ["network-online.target"]
{limits}
[[container.mount]]
source = "/srv/www"
target = "/srv/www"
read_only = true
"""

LIMITS = """
[container.resources]
memory_max = "64M"
tasks_max = 100
"""


def measure(generator, root, out):
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([generator, "--root", root, out], check=True)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall * 1000, cpu * 1000


def measure_many(generator, count, limits):
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="caisson-bench-", dir=memory) as name:
        root = pathlib.Path(name) / "root"
        definitions = root / "etc/caisson"
        definitions.mkdir(parents=True)
        for n in range(count):
            (definitions / f"c{n:05}.toml").write_text(DEFINITION.format(n=n, limits=limits))
        return [measure(generator, root, pathlib.Path(name) / "out")
                for _ in range(5 if count > 1000 else 15)]


def main():
    generator = sys.argv[1]
    print("definitions  limits  wall min  wall median  CPU min  CPU median  (ms)")
    for count in (1, 100, 1000, 10000):
        for limits in ("", LIMITS):
            runs = measure_many(generator, count, limits)
            wall, cpu = [run[0] for run in runs], [run[1] for run in runs]
            print(f"{count:11}  {'yes' if limits else 'no':6}  {min(wall):8.1f}"
                  f"  {statistics.median(wall):11.1f}  {min(cpu):7.1f}"
                  f"  {statistics.median(cpu):10.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
