#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# companion_test.py CAISSON_COMPANION - runs it beside a stand-in payload, with a stand-in for
# journald and for systemd's notification socket. Needs no privileges; prints TAP.
import array
import fcntl
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback

COMPANION = os.path.abspath(sys.argv[1])
MIB = 1024 * 1024
WAIT = 10  # seconds; how long anything may take on a busy machine
CASES = []


def case(function):
    CASES.append(function)
    return function


class Skip(Exception):
    pass


def receiver(path):
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    bound.bind(path)
    bound.settimeout(WAIT)
    return bound


def parse_entry(data):
    """The native protocol's fields, in its text form and its length-prefixed one."""
    entry = {}
    while data:
        line, data = data.split(b"\n", 1)
        key, equals, value = line.partition(b"=")
        if not equals:
            size = struct.unpack("<Q", data[:8])[0]
            value, data = data[8:8 + size], data[8 + size:]
            assert data[:1] == b"\n", "length-prefixed field without newline"
            data = data[1:]
        entry[key.decode()] = value
    return entry


class Box:
    """A companion, the other ends of all it was given, and a payload that does nothing."""

    def __init__(self, notify=None, memory=None, peak=None, note=False, listen=True, health=None):
        self.directory = tempfile.TemporaryDirectory(prefix="companion-")
        path = self.directory.name
        self.journal_path = path + "/journal"
        self.journal = receiver(self.journal_path) if listen else None
        self.payload = subprocess.Popen(["sleep", "1000"])
        given = {"pidfd": os.pidfd_open(self.payload.pid)}
        given["stdout"], self.out = os.pipe()
        given["stderr"], self.err = os.pipe()
        environment = dict(os.environ)
        if notify:
            address = notify if notify[0] == "@" else path + "/" + notify
            environment["NOTIFY_SOCKET"] = address
            self.manager = receiver("\0" + address[1:] if address[0] == "@" else address)
            inner = receiver(path + "/inner")
            given["notify"] = inner.fileno()
            self.sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self.sender.connect(path + "/inner")
        for key, text in (("memory_events", memory), ("memory_peak", peak)):
            if text is not None:
                with open(path + "/" + key, "w") as file:
                    file.write(text)
                given[key] = os.open(path + "/" + key, os.O_RDONLY)
        if note:
            given["memory_note"] = os.open(path + "/note", os.O_WRONLY | os.O_CREAT)
        settings = []
        if health is not None:
            given["go"], self.go = os.pipe()
            settings = self.settings(**health)
        self.process = subprocess.Popen(
            [COMPANION, "web", "journal=" + self.journal_path] +
            [f"{key}={fd}" for key, fd in given.items()] + settings,
            pass_fds=given.values(), env=environment)
        for fd in given.values():
            os.close(fd)
        if notify:
            inner.detach()

    def settings(self, probe, interval=0.2, timeout=10, start_period=0, retries=2, **words):
        """A shell script in the place of caisson-runtime; its status goes to the descriptor 3."""
        path = self.directory.name
        with open(path + "/runtime", "w") as file:
            file.write(f"#!/bin/sh\ncd {path}\ndate +%s.%N >>times\n{probe}\nstatus=$?\n"
                       'printf "e\\\\$(printf %03o $status)" >&3\nexit $status\n')
            os.chmod(file.fileno(), 0o755)
        times = {"interval": interval, "timeout": timeout, "start_period": start_period}
        return ([f"{key}={round(value * 1e6)}" for key, value in times.items()] +
                [f"{key}={value}" for key, value in words.items()] +
                [f"retries={retries}", "service=web.service", "runtime=" + path + "/runtime",
                 "records=" + path])

    def let_go(self):
        os.write(self.go, b"1")

    def record(self):
        try:
            with open(self.directory.name + "/web") as file:
                return dict(line.rstrip("\n").split("=", 1) for line in file)
        except FileNotFoundError:
            return {}

    def wait_for(self, **fields):
        deadline = time.monotonic() + WAIT
        while time.monotonic() < deadline:
            record = self.record()
            if all(record.get(key) == value for key, value in fields.items()):
                return record
            time.sleep(0.01)
        raise AssertionError(f"no {fields} in {self.record()}")

    def make(self, name):
        open(self.directory.name + "/" + name, "w").close()

    def remove(self, name):
        os.unlink(self.directory.name + "/" + name)

    def times(self):
        with open(self.directory.name + "/times") as file:
            return [float(line) for line in file]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (self.process, self.payload):
            process.kill()
            process.wait()
        self.directory.cleanup()

    def entry(self):
        while True:
            data, rights, _, _ = self.journal.recvmsg(4 * MIB, 64)
            for _, _, fds in rights:
                fd = array.array("i", fds)[0]
                seals = fcntl.fcntl(fd, fcntl.F_GET_SEALS)
                assert seals == 0xf, f"seals are {seals:#x}"
                with open(f"/proc/self/fd/{fd}", "rb") as file:
                    data = file.read()
                os.close(fd)
            if data:  # an empty one only marks the end
                return parse_entry(data)

    def line(self):
        entry = self.entry()
        return int(entry["PRIORITY"]), entry["MESSAGE"]

    def lines(self, count):
        return [self.line() for _ in range(count)]

    def notification(self):
        return self.manager.recv(65536)

    def is_silent(self):
        return not select.select([self.journal], [], [], 0.3)[0]

    def close_pipes(self):
        for fd in (self.out, self.err):
            os.close(fd)

    def kill_payload(self):
        self.payload.kill()
        self.payload.wait()

    def end(self):
        """Lets the payload end; True if the companion then ends well."""
        self.close_pipes()
        self.kill_payload()
        return self.has_ended()

    def has_ended(self):
        deadline = time.monotonic() + WAIT
        while self.process.poll() is None and time.monotonic() < deadline:
            if select.select([self.journal], [], [], 0.01)[0]:
                self.journal.recv(4 * MIB)
        return self.process.poll() == 0

    def pss(self):
        try:
            with open(f"/proc/{self.process.pid}/smaps_rollup") as file:
                return next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        except OSError as error:
            raise Skip(f"needs root and CONFIG_PROC_PAGE_MONITOR to read its memory: {error}")


def expect(got, wanted):
    assert got == wanted, f"got {got!r:.500}, expected {wanted!r:.500}"


@case
def entry_has_the_fields_of_a_service():
    with Box() as box:
        os.write(box.out, b"hello\n")
        expect(box.entry(), {"PRIORITY": b"6", "SYSLOG_FACILITY": b"3",
                             "SYSLOG_IDENTIFIER": b"web", "MESSAGE": b"hello"})


@case
def stdout_is_info_and_stderr_is_err():
    with Box() as box:
        os.write(box.out, b"hello\n")
        expect(box.line(), (6, b"hello"))
        os.write(box.err, b"oops\n")
        expect(box.line(), (3, b"oops"))


@case
def level_in_front_counts_and_is_stripped():
    with Box() as box:
        os.write(box.out, b"<0>a\n<7>b\n<8>c\n<3d\n <4>e\n<<4>f\n")
        expect(box.lines(6), [(0, b"a"), (7, b"b"), (6, b"<8>c"), (6, b"<3d"), (6, b" <4>e"),
                              (6, b"<<4>f")])


@case
def empty_line_is_no_entry():
    with Box() as box:
        os.write(box.out, b"\n\na\n<3>\n\nb\n")
        expect(box.lines(2), [(6, b"a"), (6, b"b")])


@case
def line_is_joined_across_writes():
    with Box() as box:
        for part in (b"one\ntw", b"o", b"\nthree\n"):
            os.write(box.out, part)
            time.sleep(0.05)
        expect(box.lines(3), [(6, b"one"), (6, b"two"), (6, b"three")])


@case
def binary_line_stays_as_it_is():
    line = bytes(byte for byte in range(256) if byte != ord("\n")) * 3
    with Box() as box:
        os.write(box.out, line + b"\n")
        expect(box.line(), (6, line))


@case
def line_of_a_mebibyte_is_one_entry():
    line = os.urandom(MIB).replace(b"\n", b".")
    with Box() as box:
        writer = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=box.out)
        writer.communicate(line + b"\nnext\n")
        expect(box.lines(2), [(6, line), (6, b"next")])


@case
def longer_line_is_split_and_keeps_its_level():
    with Box() as box:
        writer = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=box.out)
        writer.communicate(b"<4>" + b"x" * (2 * MIB) + b"\nnext\n")
        expect(box.lines(4), [(4, b"x" * (MIB - 3)), (4, b"x" * MIB), (4, b"xxx"), (6, b"next")])


@case
def last_line_needs_no_newline():
    with Box() as box:
        os.write(box.out, b"one\ntwo")
        expect(box.line(), (6, b"one"))
        os.close(box.out)
        expect(box.line(), (6, b"two"))


@case
def all_is_delivered_after_the_payload_has_gone():
    with Box() as box:
        text = b"".join(b"%d\n" % i for i in range(8000))
        os.write(box.out, text)
        box.kill_payload()
        expect(box.line(), (6, b"0"))
        box.close_pipes()
        expect(box.lines(7999), [(6, b"%d" % i) for i in range(1, 8000)])
        assert box.has_ended()


@case
def nothing_is_lost_while_journald_is_slow():
    with Box() as box:
        writer = subprocess.Popen(["seq", "100000"], stdout=box.out)
        for i in range(1, 100001):
            if i % 10000 == 0:
                time.sleep(0.05)
            expect(box.line(), (6, b"%d" % i))
        expect(writer.wait(), 0)


@case
def journald_may_come_later():
    with Box(listen=False) as box:
        os.write(box.out, b"early\n")
        time.sleep(0.3)
        box.journal = receiver(box.journal_path)
        expect(box.line(), (6, b"early"))


@case
def journald_may_be_replaced():
    with Box() as box:
        os.write(box.out, b"one\n")
        expect(box.line(), (6, b"one"))
        box.journal.close()
        os.unlink(box.journal_path)
        os.write(box.out, b"two\nthree\n")
        time.sleep(0.3)
        box.journal = receiver(box.journal_path)
        expect(box.lines(2), [(6, b"two"), (6, b"three")])


@case
def pipes_may_end_before_the_payload():
    with Box() as box:
        box.close_pipes()
        time.sleep(0.2)
        expect(box.process.poll(), None)
        box.kill_payload()
        assert box.has_ended()


@case
def pipe_that_somebody_holds_is_left_after_five_seconds():
    with Box() as box:
        box.kill_payload()
        os.write(box.out, b"late\n")
        expect(box.line(), (6, b"late"))
        start = time.monotonic()
        assert box.has_ended()
        assert time.monotonic() - start > 4


@case
def journald_has_taken_all_before_the_end():
    with Box() as box:
        os.write(box.out, b"last")
        box.close_pipes()
        box.kill_payload()
        time.sleep(0.4)
        expect(box.process.poll(), None)
        expect(box.line(), (6, b"last"))
        expect(box.journal.recv(100), b"")
        expect(box.process.wait(WAIT), 0)


@case
def signals_are_ignored():
    with Box() as box:
        os.write(box.out, b"one\n")
        expect(box.line(), (6, b"one"))
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE, signal.SIGQUIT,
                       signal.SIGUSR1, signal.SIGRTMIN + 3):
            box.process.send_signal(number)
        os.write(box.out, b"two\n")
        expect(box.line(), (6, b"two"))
        assert box.end()


@case
def has_no_privileges():
    with Box() as box:
        os.write(box.out, b"one\n")
        box.line()
        with open(f"/proc/{box.process.pid}/status") as file:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in file)
        expect(int(status["CapPrm"], 16), 0)
        expect(int(status["CapEff"], 16), 0)
        expect(status["NoNewPrivs"], "1")


@case
def arguments_without_sense_are_refused():
    for arguments in ([], ["web"], ["web", "stdout=0"], ["web", "pidfd=0", "colour=1"]):
        expect(subprocess.run([COMPANION, *arguments], timeout=WAIT).returncode, 2)


@case
def state_is_passed_on():
    with Box(notify="manager") as box:
        box.sender.send(b"READY=1")
        expect(box.notification(), b"READY=1\n")
        box.sender.send(b"STATUS=All is \xc3\xa4\twell = good\nWATCHDOG=1\n")
        expect(box.notification(), b"STATUS=All is \xc3\xa4\twell = good\nWATCHDOG=1\n")
        box.sender.send(b"STOPPING=1\0")
        expect(box.notification(), b"STOPPING=1\n")


@case
def abstract_manager_is_reached():
    with Box(notify=f"@companion-{os.getpid()}") as box:
        box.sender.send(b"READY=1")
        expect(box.notification(), b"READY=1\n")


@case
def foreign_keys_are_dropped():
    with Box(notify="manager") as box:
        box.sender.send(b"MAINPID=1\nREADY=1\nFDSTORE=1\nFDNAME=x\nWATCHDOG_USEC=1\nREADY\nERRNO=2")
        expect(box.notification(), b"READY=1\nERRNO=2\n")
        box.sender.send(b"MAINPID=1\nMAINPIDFDID=7\nNOTIFYACCESS=all\n=\n\nREADYX=1\n")
        box.sender.send(b"READY=2")
        expect(box.notification(), b"READY=2\n")


@case
def control_characters_are_dropped():
    with Box(notify="manager") as box:
        for text in (b"STATUS=\x1b[31m", b"STATUS=a\0b", b"STATUS=\xc2\x9b31m", b"STATUS=\x7f",
                     b"\0"):
            box.sender.send(text)
        box.sender.send(b"STATUS=\0\nREADY=1")
        expect(box.notification(), b"READY=1\n")


@case
def oversize_is_dropped_whole():
    with Box(notify="manager") as box:
        full = b"STATUS=" + b"x" * (4096 - 7)
        box.sender.send(b"READY=1\n" + full)
        box.sender.send(full)
        expect(box.notification(), full + b"\n")


@case
def barrier_is_answered_in_order():
    with Box(notify="manager") as box:
        box.sender.send(b"READY=1")
        read, write = os.pipe()
        socket.send_fds(box.sender, [b"BARRIER=1"], [write])
        os.close(write)
        expect(os.read(read, 1), b"")
        box.manager.settimeout(0)
        expect(box.notification(), b"READY=1\n")
        os.close(read)


@case
def last_notifications_are_passed_on():
    with Box(notify="manager") as box:
        os.write(box.out, b"one\n")
        expect(box.line(), (6, b"one"))
        box.process.send_signal(signal.SIGSTOP)
        for text in (b"STATUS=1", b"MAINPID=1", b"STATUS=2", b"STATUS=3"):
            box.sender.send(text)
        box.close_pipes()
        box.kill_payload()
        box.process.send_signal(signal.SIGCONT)
        expect([box.notification() for _ in range(3)],
               [b"STATUS=1\n", b"STATUS=2\n", b"STATUS=3\n"])
        assert box.has_ended()


@case
def log_goes_on_while_the_manager_is_stuck():
    with Box(notify="manager") as box:
        box.sender.setblocking(False)
        try:
            for _ in range(100000):
                box.sender.send(b"WATCHDOG=1")
                time.sleep(0.0001)
        except BlockingIOError:
            pass
        os.write(box.out, b"one\n")
        expect(box.line(), (6, b"one"))
        expect(box.notification(), b"WATCHDOG=1\n")


@case
def notifications_go_on_while_journald_is_stuck():
    with Box(notify="manager") as box:
        writer = subprocess.Popen(["seq", "200000"], stdout=box.out)
        time.sleep(0.3)
        expect(writer.poll(), None)
        box.sender.send(b"WATCHDOG=1")
        expect(box.notification(), b"WATCHDOG=1\n")
        expect(box.line(), (6, b"1"))
        writer.kill()
        writer.wait()


@case
def kill_at_the_own_limit_is_reported():
    events = "low 0\nhigh 0\nmax 70\noom 1\noom_kill 2\noom_group_kill 0\n"
    with Box(notify="manager", memory=events, peak=f"{512 * MIB}\n") as box:
        entry = box.entry()
        expect(entry["PRIORITY"], b"3")
        expect(entry["MESSAGE"], b"out of memory: the kernel killed 2 processes of this container, "
               b"which had reached its memory_max (it used up to 512 MiB)")
        expect(entry["MESSAGE_ID"], b"fe6faa94e7774663a0da52717891d8ef")
        expect(entry["CAISSON_CONTAINER"], b"web")
        expect(entry["CAISSON_OOM_KILLS"], b"2")
        expect(box.notification(), b"STATUS=out of memory: the kernel killed 2 processes of this "
               b"container\n")


@case
def kill_is_noted_where_that_is_wanted():
    with Box(memory="oom 0\noom_kill 0\n", note=True) as box:
        os.write(box.out, b"one\n")
        expect(box.line(), (6, b"one"))
        expect(os.path.getsize(box.directory.name + "/note"), 0)
        with open(box.directory.name + "/memory_events", "w") as file:
            file.write("oom 1\noom_kill 1\n")
        box.close_pipes()
        box.kill_payload()
        assert box.line()[1].startswith(b"out of memory: the kernel killed 1 process")
        expect(os.path.getsize(box.directory.name + "/note"), 1)


@case
def kill_for_a_limit_above_is_told_apart():
    with Box(memory="max 0\noom 0\noom_kill 1\n") as box:
        expect(box.line(), (3, b"out of memory: the kernel killed 1 process of this container; not "
                            b"its own memory_max was reached, but a limit above it or the end of "
                            b"the host's memory"))


@case
def kill_is_found_when_the_payload_has_gone():
    with Box(memory="oom 0\noom_kill 0\n") as box:
        os.write(box.out, b"one\n")
        expect(box.line(), (6, b"one"))
        assert box.is_silent()
        with open(box.directory.name + "/memory_events", "w") as file:
            file.write("oom 1\noom_kill 1\n")
        box.close_pipes()
        box.kill_payload()
        assert box.line()[1].startswith(b"out of memory: the kernel killed 1 process")
        assert box.has_ended()


@case
def nothing_is_probed_or_passed_on_before_the_go_ahead():
    with Box(notify="manager", health={"probe": "true"}) as box:
        box.sender.send(b"READY=1")
        time.sleep(0.4)
        expect(box.record(), {})
        assert not select.select([box.manager], [], [], 0)[0]
        box.let_go()
        expect(box.notification(), b"READY=1\n")
        box.wait_for(state="healthy")


@case
def start_that_failed_is_never_probed():
    with Box(health={"probe": "true"}) as box:
        os.close(box.go)
        time.sleep(0.4)
        expect(box.record(), {})
        assert box.end()


@case
def probes_are_at_exact_intervals_and_silent():
    with Box(health={"probe": "sleep 0.05"}) as box:
        box.let_go()
        box.wait_for(probes="8", state="healthy", last="pass", failures="0")
        times = box.times()
        for i, at in enumerate(times):
            assert abs(at - times[0] - i * 0.2) < 0.1, f"probe {i} at {at - times[0]:.3f}"
        assert box.is_silent()


@case
def due_while_one_runs_is_left_out():
    with Box(health={"probe": "sleep 0.3"}) as box:
        box.let_go()
        box.wait_for(probes="3")
        times = box.times()
        for i, at in enumerate(times):
            assert abs(at - times[0] - i * 0.4) < 0.15, f"probe {i} at {at - times[0]:.3f}"


@case
def failures_in_a_row_make_it_unhealthy_and_a_pass_healthy():
    with Box(notify="manager", health={"probe": "echo looking; cat ok", "retries": 3}) as box:
        box.make("ok")
        box.let_go()
        box.wait_for(state="healthy")
        expect(box.notification(), b"STATUS=healthy\n")
        box.remove("ok")
        reason = b"exit status 1: cat: ok: No such file or directory"
        expect(box.notification(), b"STATUS=the probe failed 1 time: " + reason + b"\n")
        expect(box.notification(), b"STATUS=the probe failed 2 times: " + reason + b"\n")
        expect(box.line(), (3, b"unhealthy: the probe failed 3 times: " + reason))
        record = box.wait_for(state="unhealthy")
        expect(record["output"], r"looking\ncat: ok: No such file or directory\n")
        box.make("ok")
        expect(box.line(), (6, b"healthy again: the probe passed"))
        box.wait_for(state="healthy", failures="0")
        assert box.is_silent()


@case
def failures_of_the_start_do_not_count():
    with Box(health={"probe": "false", "start_period": 1}) as box:
        box.let_go()
        expect(box.wait_for(probes="3")["failures"], "0")
        expect(box.line()[0], 3)
        assert box.times()[-1] - box.times()[0] >= 1


@case
def slow_probe_is_killed():
    with Box(health={"probe": "echo hanging; exec sleep 1000", "timeout": 0.1, "retries": 1}) as box:
        box.let_go()
        expect(box.line(), (3, b"unhealthy: the probe failed 1 time: time-out after 100 ms: "
                            b"hanging"))
        expect(box.wait_for(last="timeout")["state"], "unhealthy")


@case
def first_pass_makes_it_ready_and_the_payload_does_not():
    health = {"probe": "cat ok", "interval": 60, "ready": "healthy"}
    with Box(notify="manager", health=health) as box:
        box.let_go()
        assert box.notification().startswith(b"STATUS=starting: the probe failed")
        box.sender.send(b"READY=1\nERRNO=1")
        expect(box.notification(), b"ERRNO=1\n")
        expect(box.wait_for(ready="no")["state"], "starting")
        box.make("ok")
        text = b"STATUS=starting"
        while text.startswith(b"STATUS=starting"):
            text = box.notification()
        expect(text, b"STATUS=healthy\nREADY=1\n")
        count = len(box.times())
        time.sleep(1.3)
        expect(len(box.times()), count)
        assert "ready" not in box.record()
        box.sender.send(b"READY=1")
        expect(box.notification(), b"READY=1\n")


@case
def restart_is_asked_for_once():
    with Box(notify="manager", health={"probe": "false", "on_failure": "restart"}) as box:
        box.let_go()
        texts = b""
        while b"WATCHDOG" not in texts:
            texts += box.notification()
        assert texts.endswith(b"WATCHDOG=trigger\n"), texts
        count = len(box.times())
        time.sleep(0.6)
        expect(len(box.times()), count)
        assert not select.select([box.manager], [], [], 0)[0]


@case
def output_is_cut_and_harmless():
    probe = r"i=0; while [ $i -lt 99 ]; do echo 0123456789; i=$((i+1)); done; " \
            r"printf 'a\033[31m\\\302\233b'; (exit 3)"
    with Box(health={"probe": probe, "retries": 1}) as box:
        box.let_go()
        expect(box.line()[1], b"unhealthy: the probe failed 1 time: exit status 3: a?[31m\\??b")
        output = box.wait_for(last="exit", exit_status="3")["output"]
        assert output.endswith(r"0123456789\na?[31m\\??b"), output
        expect(len(output.replace(r"\n", "n").replace(r"\\", "b")), 512)


@case
def probe_that_cannot_run_fails():
    with Box(health={"probe": "kill -KILL $$", "retries": 1}) as box:
        box.let_go()
        expect(box.line(), (3, b"unhealthy: the probe failed 1 time: it could not be run"))
        box.wait_for(last="error")


@case
def probe_ends_with_the_payload():
    with Box(health={"probe": "echo $$ >pid; exec sleep 1000"}) as box:
        box.let_go()
        time.sleep(0.4)
        with open(box.directory.name + "/pid") as file:
            pidfd = os.pidfd_open(int(file.read()))
        assert box.end()
        assert select.select([pidfd], [], [], WAIT)[0]
        os.close(pidfd)


@case
def memory_with_a_health_check_is_below_100_KiB():
    with Box(notify="manager", health={"probe": "true"}) as box:
        box.let_go()
        box.wait_for(probes="3")
        pss = box.pss()
        print(f"# PSS {pss} KiB")
        assert pss < 100, f"{pss} KiB"


@case
def memory_is_below_100_KiB():
    with Box(notify="manager", memory="oom 0\noom_kill 0\n") as box:
        os.write(box.out, b"hello\n")
        os.write(box.err, b"hello\n")
        box.lines(2)
        box.sender.send(b"STATUS=" + b"x" * 4000)
        box.notification()
        pss = box.pss()
        print(f"# PSS {pss} KiB")
        assert pss < 100, f"{pss} KiB"


@case
def memory_of_a_long_line_is_given_back():
    with Box() as box:
        writer = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=box.out)
        writer.communicate(b"x" * MIB + b"\ny\n")
        box.lines(2)
        os.write(box.out, b"z\n")
        box.line()
        pss = box.pss()
        print(f"# PSS {pss} KiB")
        assert pss < 100, f"{pss} KiB"


print(f"1..{len(CASES)}")
failed = False
for number, run in enumerate(CASES, 1):
    title = run.__name__.replace("_", " ")
    try:
        run()
        print(f"ok {number} {title}")
    except Skip as reason:
        print(f"ok {number} {title} # SKIP {reason}")
    except Exception:
        failed = True
        print(f"not ok {number} {title}")
        print("".join("# " + line + "\n" for line in traceback.format_exc().splitlines()))
    sys.stdout.flush()
sys.exit(failed)
