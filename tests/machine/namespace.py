# SPDX-License-Identifier: LGPL-2.1-or-later
"""Back end "namespace": the root's systemd as PID 1 of private namespaces on this kernel.

Everything it makes hangs off two things that vanish together: a cgroup (all processes) and a mount namespace (all mounts).
"""
import argparse
import os
import subprocess
import sys
import time

import session

HERE = os.path.dirname(os.path.abspath(__file__))


class Cgroup:
    """A child cgroup of our own under the host's cgroup2 mount."""

    def __init__(self, name):
        mount, self.parent = self._parent()
        self.own = self.parent if self.parent != mount else None
        self.path = f"{self.parent}/{name}"
        self.enabled = []

    @staticmethod
    def _parent():
        with open("/proc/self/mountinfo") as mountinfo:
            mounts = [line.split() for line in mountinfo]
        mount = next((m[4] for m in mounts if m[m.index("-") + 1] == "cgroup2"), None)
        if mount is None:
            raise session.Trouble("no cgroup2 file system is mounted here")
        with open("/proc/self/cgroup") as cgroups:
            own = next(line[3:].strip() for line in cgroups if line.startswith("0::"))
        # In a scope that systemd has delegated to us we build there; anywhere else only the root is safe to use.
        delegated = os.environ.get("MACHINE_DELEGATED") and own != "/"
        return mount, mount + own if delegated else mount

    def make(self):
        if self.own:
            # A cgroup with controllers for its children may hold no processes itself.
            os.makedirs(f"{self.own}/driver", exist_ok=True)
            self._write(f"{self.own}/driver/cgroup.procs", str(os.getpid()))
        os.mkdir(self.path)
        with open(f"{self.parent}/cgroup.controllers") as available, \
                open(f"{self.parent}/cgroup.subtree_control") as enabled:
            wanted = set(available.read().split()) & {"cpu", "io", "memory", "pids"}
            wanted -= set(enabled.read().split())
        self.enabled = [name for name in sorted(wanted)
                        if self._write(f"{self.parent}/cgroup.subtree_control", f"+{name}")]

    @staticmethod
    def _write(path, text):
        try:
            with open(path, "w") as file:
                file.write(text)
            return True
        except OSError:
            return False

    def enter(self, subgroup=""):
        with open(f"{self.path}{subgroup}/cgroup.procs", "w") as procs:
            procs.write("0")

    def first_process(self):
        with open(f"{self.path}/init.scope/cgroup.procs") as procs:
            return min(int(line) for line in procs)

    def remove(self):
        if not os.path.isdir(self.path):
            return
        self._write(f"{self.path}/cgroup.kill", "1")
        deadline = time.monotonic() + session.GRACE
        while os.path.isdir(self.path) and time.monotonic() < deadline:
            for directory, _, _ in os.walk(self.path, topdown=False):
                try:
                    os.rmdir(directory)
                except OSError:
                    time.sleep(0.01)
        for name in self.enabled:
            self._write(f"{self.parent}/cgroup.subtree_control", f"-{name}")


def cgroup_of(run):
    return Cgroup("caisson-machine." + os.path.basename(run).removeprefix("run."))


def boot(options, cgroup):
    # The chain ends with this program even if it is killed: parent-death signals down to the namespace's PID 1.
    command = ["setpriv", "--pdeathsig", "KILL",
               "unshare", "--mount", "--pid", "--fork", "--cgroup", "--uts", "--ipc", "--net", "--kill-child",
               "--propagation", "private",
               f"{HERE}/namespace-init", options.run, options.root, options.containers, options.state]
    with open(f"{options.run}/console", "wb") as console:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console,
                                preexec_fn=cgroup.enter, start_new_session=True)


def interact(cgroup):
    environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
                   "LANG": "C.UTF-8", "TERM": os.environ.get("TERM", "dumb"), "MACHINE_BACKEND": "namespace",
                   "MACHINE_TESTS": "/run/machine/tests", "MACHINE_OUTPUT": "/run/machine/output"}
    return subprocess.call(
        ["nsenter", "--all", "--target", str(cgroup.first_process()),
         "env", "--chdir=/run/machine/tests", "bash", "-l"],
        env=environment, preexec_fn=lambda: cgroup.enter("/system.slice/machine-agent.service"))


def run(options):
    cgroup = cgroup_of(options.run)
    channel = f"{options.run}/channel"
    os.mkfifo(channel, 0o600)
    stream = os.open(channel, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    machine = None
    followed = session.Session(options.nonce, options.script, options.timeout, 300)
    try:
        cgroup.make()
        machine = boot(options, cgroup)
        followed.follow(stream, lambda: machine.poll() is None)
        return interact(cgroup) if options.shell else followed.status()
    finally:
        if machine:
            machine.kill()
        cgroup.remove()
        if machine:
            machine.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", required=True)
    parser.add_argument("--root")
    parser.add_argument("--containers")
    parser.add_argument("--state", default="memory")
    parser.add_argument("--nonce")
    parser.add_argument("--timeout", type=int)
    parser.add_argument("--shell", action="store_true")
    parser.add_argument("--sweep", action="store_true")
    parser.add_argument("script", nargs="*")
    options = parser.parse_args()
    if options.sweep:
        cgroup_of(options.run).remove()
        session.remove_run(options.run)
        return 0
    return session.guarded(options.run, lambda: run(options))


if __name__ == "__main__":
    sys.exit(main())
