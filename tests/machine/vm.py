# SPDX-License-Identifier: LGPL-2.1-or-later
"""Back end "vm": a whole machine under QEMU, booted once into a template and resumed from it for each run.

A template is the guest's RAM in a file that resumed machines map privately, and the devices' state beside it. It belongs to
its image, QEMU, kernel and parameters; the cache's name for it says which.
"""
import argparse
import json
import os
import select
import socket
import subprocess
import sys
import termios
import time
import tty

import session

BOOT_LIMIT = 300
RESUME_LIMIT = 90
# What the guest still has to do after the agent's first word is done before the template is taken.
SETTLE = 3


class Monitor:
    """QEMU's machine protocol over its socket."""

    def __init__(self, path, process):
        self.socket = socket.socket(socket.AF_UNIX)
        deadline = time.monotonic() + session.GRACE
        while True:
            try:
                self.socket.connect(path)
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise session.NoContact("QEMU does not start") from None
                time.sleep(0.02)
        self.socket.settimeout(session.GRACE)
        self.file = self.socket.makefile("rw")
        self.file.readline()
        self.command("qmp_capabilities")

    def command(self, name, **arguments):
        self.file.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
        self.file.flush()
        while True:
            line = self.file.readline()
            if not line:
                raise session.NoContact(f"QEMU has closed its monitor at {name}")
            reply = json.loads(line)
            if "error" in reply:
                raise session.NoContact(f"QEMU: {name}: {reply['error'].get('desc')}")
            if "return" in reply:
                return reply["return"]

    def ignore_shared_memory(self):
        # The RAM is in its file already: only the devices' state travels.
        self.command("migrate-set-capabilities",
                     capabilities=[{"capability": "x-ignore-shared", "state": True}])


def qemu_program(qemu, name):
    return [f"{qemu}/lib64/ld-linux-x86-64.so.2", "--library-path",
            f"{qemu}/usr/lib/x86_64-linux-gnu", f"{qemu}/usr/bin/{name}"]


def qemu_command(meta, template, run, resume):
    """The resumed machine must be the one of the template: both come from here."""
    qemu = meta["qemu"]
    memory = f"memory-backend-file,id=ram,size={meta['memory']},mem-path={template}/ram,"
    memory += "share=off,readonly=on,rom=off" if resume else "share=on"
    accelerator = {"tcg": "tcg,thread=multi", "kvm": "kvm"}[meta["accelerator"]]
    cpu = {"tcg": "Nehalem", "kvm": "host"}[meta["accelerator"]]
    command = qemu_program(qemu, "qemu-system-x86_64")
    for directory in ("usr/share/qemu", "usr/share/seabios", "usr/lib/ipxe/qemu"):
        command += ["-L", f"{qemu}/{directory}"]
    command += [
        "-accel", accelerator, "-M", "pc,memory-backend=ram", "-cpu", cpu, "-smp", "1",
        "-m", meta["memory"], "-object", memory,
        "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
        "-serial", f"file:{run}/console", "-kernel", meta["kernel"],
        "-append", "root=/dev/nvme0n1 rw console=ttyS0 quiet loglevel=4 mitigations=off nokaslr tsc=reliable "
                   "random.trust_cpu=on systemd.show_status=no audit=0",
        "-drive", f"file={template}/root.qcow2,if=none,id=root,format=qcow2" + (",snapshot=on" if resume else ""),
        "-device", "nvme,drive=root,serial=root",
        "-drive", f"file={run}/job,if=none,id=job,format=raw,readonly=on", "-device", "virtio-blk-pci,drive=job",
        "-device", "virtio-serial-pci",
        "-chardev", "stdio,id=machine,signal=off", "-device", "virtserialport,chardev=machine,name=machine",
        "-chardev", f"socket,id=terminal,path={run}/terminal,server=on,wait=off",
        "-device", "virtconsole,chardev=terminal",
        "-device", "virtio-rng-pci", "-qmp", f"unix:{run}/monitor,server=on,wait=off"]
    return command + (["-incoming", "defer"] if resume else [])


def start_qemu(meta, template, run, resume):
    # Ends with this program even if it is killed. Temporary overlays of disks go to the run's directory.
    return subprocess.Popen(["setpriv", "--pdeathsig", "KILL"] + qemu_command(meta, template, run, resume),
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=open(f"{run}/qemu", "wb"), env=dict(os.environ, TMPDIR=run), start_new_session=True)


def end(process):
    process.kill()
    process.wait()


def wait_for_agent(process):
    seen = b""
    deadline = time.monotonic() + BOOT_LIMIT
    while b"READY\n" not in seen:
        if time.monotonic() > deadline:
            raise session.Trouble("no word from the agent inside")
        if select.select([process.stdout], [], [], 0.5)[0]:
            data = os.read(process.stdout.fileno(), 4096)
            if not data:
                raise session.Trouble("QEMU has ended")
            seen += data


def save(monitor, template):
    monitor.command("stop")
    monitor.ignore_shared_memory()
    monitor.command("migrate", uri=f"file:{template}/state")
    while True:
        status = monitor.command("query-migrate").get("status")
        if status == "completed":
            return
        if status == "failed":
            raise session.Trouble("QEMU cannot save the template")
        time.sleep(0.1)


def make(options):
    template = options.template
    meta = {"qemu": options.qemu, "kernel": options.kernel, "memory": options.memory,
            "accelerator": options.accelerator, "job_size": options.job_size}
    with open(f"{template}/meta", "w") as file:
        json.dump(meta, file)
    subprocess.check_call(qemu_program(options.qemu, "qemu-img") + [
        "create", "-q", "-f", "qcow2", "-F", "raw", "-b", options.image, f"{template}/root.qcow2"])
    with open(f"{template}/job", "wb") as job:
        job.truncate(options.job_size)
    process = start_qemu(meta, template, template, resume=False)
    try:
        wait_for_agent(process)
        time.sleep(SETTLE)
        save(Monitor(f"{template}/monitor", process), template)
    finally:
        end(process)
    for name in ("monitor", "terminal", "job"):
        os.unlink(f"{template}/{name}")


def pack_job(run, size):
    job = f"{run}/job"
    subprocess.check_call(["tar", "-c", "-f", job, "--owner=0", "--group=0", "-C", f"{run}/stage", "."])
    if os.path.getsize(job) > size:
        raise session.Trouble(f"the job is larger than its disk of {size} bytes")
    os.truncate(job, size)


def resume(process, template, run):
    monitor = Monitor(f"{run}/monitor", process)
    monitor.ignore_shared_memory()
    monitor.command("migrate-incoming", uri=f"file:{template}/state")
    deadline = time.monotonic() + RESUME_LIMIT
    while monitor.command("query-status")["status"] == "inmigrate":
        if time.monotonic() > deadline:
            raise session.NoContact("QEMU does not resume the template")
        time.sleep(0.01)
    terminal = socket.socket(socket.AF_UNIX)
    terminal.connect(f"{run}/terminal")
    monitor.command("cont")
    process.stdin.write(b"JOB %.3f\n" % time.time())
    process.stdin.flush()
    return terminal


def interact(followed, process, terminal):
    """Joins this terminal and the guest's until the shell inside has ended."""
    saved = termios.tcgetattr(0) if os.isatty(0) else None
    sources = {0: terminal.fileno(), terminal.fileno(): 1}
    try:
        if saved:
            tty.setraw(0)
        while not followed.done:
            ready, _, _ = select.select([process.stdout, *sources], [], [])
            for source in ready:
                target = sources.get(source)
                data = os.read(source if target is not None else process.stdout.fileno(), 65536)
                if target is not None and data:
                    os.write(target, data)
                elif target is not None:
                    # The end of our input is the end of the shell's: Control-D.
                    del sources[source]
                    terminal.send(b"\x04")
                elif data:
                    followed.feed(data)
                else:
                    raise session.Trouble("the machine has ended")
    finally:
        if saved:
            termios.tcsetattr(0, termios.TCSADRAIN, saved)


def add_qemu_errors(run):
    with open(f"{run}/qemu", "rb") as errors, open(f"{run}/console", "ab") as console:
        console.write(errors.read())


def attempt(options, meta):
    run = options.run
    followed = session.Session(options.nonce, options.script, options.timeout, RESUME_LIMIT, f"{run}/output.tar")
    process = start_qemu(meta, options.template, run, resume=True)
    try:
        terminal = resume(process, options.template, run)
        if options.shell:
            interact(followed, process, terminal)
        else:
            followed.follow(process.stdout.fileno(), lambda: process.poll() is None)
    except session.Trouble:
        add_qemu_errors(run)
        raise
    finally:
        end(process)
    return followed.status()


def run_job(options):
    with open(f"{options.template}/meta") as file:
        meta = json.load(file)
    pack_job(options.run, meta["job_size"])
    try:
        status = attempt(options, meta)
    except session.NoContact:
        for name in ("monitor", "terminal", "console"):
            if os.path.exists(f"{options.run}/{name}"):
                os.unlink(f"{options.run}/{name}")
        status = attempt(options, meta)
    if os.path.exists(f"{options.run}/output") and os.path.exists(f"{options.run}/output.tar"):
        subprocess.check_call(["tar", "-x", "-f", f"{options.run}/output.tar", "-C", f"{options.run}/output"])
    return status


def make_template(options):
    try:
        make(options)
        return 0
    except session.Trouble as error:
        add_qemu_errors(options.template)
        session.console_tail(options.template, error)
        return session.TROUBLE


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--make", action="store_true")
    parser.add_argument("--template", required=True)
    for name in ("run", "nonce", "qemu", "image", "kernel", "memory", "accelerator"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--timeout", type=int)
    parser.add_argument("--job-size", type=int)
    parser.add_argument("--shell", action="store_true")
    parser.add_argument("script", nargs="*")
    options = parser.parse_args()
    if options.make:
        return make_template(options)
    return session.guarded(options.run, lambda: run_job(options))


if __name__ == "__main__":
    sys.exit(main())
