# SPDX-License-Identifier: LGPL-2.1-or-later
"""The host's side of the agent's stream, common to both back ends.

The stream is what the scripts print, with marks in between: the byte 0x1e, "machine", the job's nonce, words, a newline.
"""
import os
import select
import signal
import subprocess
import sys
import time

TROUBLE = 254
SKIP = 77
TIMEOUT = 124
GRACE = 60


class Trouble(Exception):
    """The machine, not a script, has failed."""


class NoContact(Trouble):
    """The machine came up silent: worth one more attempt."""


class Interrupted(Exception):
    def __init__(self, number):
        super().__init__(f"signal {number}")
        self.number = number


def raise_on_signals():
    def handler(number, _frame):
        for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(other, signal.SIG_IGN)
        raise Interrupted(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def say(text):
    print(f"machine: {text}", file=sys.stderr, flush=True)


class Session:
    """Prints the stream, keeps the scripts' results, and knows when something must have happened by."""

    def __init__(self, nonce, scripts, limit, boot_limit, output=os.devnull):
        self.mark = b"\x1emachine " + nonce.encode() + b" "
        self.scripts = scripts
        self.limit = limit
        self.output = output
        self.pending = b""
        self.payload = None
        self.payload_left = 0
        self.results = []
        self.began = 0.0
        self.started = False
        self.done = False
        self.deadline = time.monotonic() + boot_limit

    def feed(self, data):
        self.pending += data
        while self.pending and self._step():
            pass

    def _step(self):
        if self.payload_left:
            return self._take_payload()
        at = self.pending.find(b"\x1e")
        if at < 0:
            self._print(self.pending)
            self.pending = b""
            return False
        self._print(self.pending[:at])
        self.pending = self.pending[at:]
        if not self.pending.startswith(self.mark):
            if self.mark.startswith(self.pending):
                return False
            self._print(self.pending[:1])
            self.pending = self.pending[1:]
            return True
        line, newline, rest = self.pending.partition(b"\n")
        if not newline:
            return False
        self.pending = rest
        self._marked(line[len(self.mark):].decode().split())
        return True

    def _take_payload(self):
        part = self.pending[:self.payload_left]
        self.payload.write(part)
        self.payload_left -= len(part)
        self.pending = self.pending[len(part):]
        if not self.payload_left:
            self.payload.close()
        return True

    @staticmethod
    def _print(data):
        if data:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()

    def _marked(self, words):
        now = time.monotonic()
        if words[0] == "start":
            self.started = True
            self.deadline = now + GRACE
        elif words[0] == "begin":
            self.began = now
            self.deadline = now + self.limit + GRACE
        elif words[0] == "end":
            self._ended(int(words[1]), now - self.began)
            self.deadline = now + GRACE
        elif words[0] == "shell":
            self.results.append(int(words[1]))
        elif words[0] == "output":
            self.payload = open(self.output, "wb")
            self.payload_left = int(words[1])
        elif words[0] == "done":
            self.done = True

    def _ended(self, status, seconds):
        script = self.scripts[len(self.results)]
        self.results.append(status)
        words = {0: "pass", SKIP: "skip"}.get(status, "fail")
        why = f", status {status}" if words == "fail" else ""
        if status in (TIMEOUT, 137) and seconds >= self.limit:
            why = f", stopped after its limit of {self.limit} s"
        say(f"{words} {os.path.basename(script)} ({seconds:.1f} s{why})")

    def follow(self, stream, alive):
        """Reads until the agent is done; `alive` says whether the machine still runs."""
        while not self.done:
            ready, _, _ = select.select([stream], [], [], 0.2)
            if ready:
                data = os.read(stream, 65536)
                if data:
                    self.feed(data)
                    continue
            if not alive():
                raise Trouble("the machine has ended before its scripts")
            if time.monotonic() > self.deadline:
                raise (Trouble if self.started else NoContact)(self._overdue())

    def _overdue(self):
        if not self.started:
            return "no word from the agent inside"
        return "the agent inside has fallen silent"

    def status(self):
        failed = [status for status in self.results if status not in (0, SKIP)]
        if failed:
            return failed[0]
        if self.results and all(status == SKIP for status in self.results):
            return SKIP
        return 0


def console_tail(run, error):
    say(f"trouble with the machine itself, not with a script: {error}; its console ends with:")
    try:
        with open(f"{run}/console", "rb") as console:
            tail = console.read()[-3000:].decode(errors="replace")
    except OSError:
        tail = ""
    print(tail.strip() or "(nothing)", file=sys.stderr, flush=True)


def remove_run(run):
    subprocess.call(["rm", "-rf", "--one-file-system", run])


def guarded(run, action):
    """Runs a back end's action, whatever happens removes the run's directory, and makes an exit status of it."""
    raise_on_signals()
    try:
        return action()
    except Interrupted as signalled:
        return 128 + signalled.number
    except BrokenPipeError:
        # Whoever read the output has gone; Python must not find out again when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except Trouble as error:
        console_tail(run, error)
        return TROUBLE
    except Exception as error:  # a bug of this program must not look like a script's failure
        console_tail(run, f"{type(error).__name__}: {error}")
        return TROUBLE
    finally:
        remove_run(run)
