#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What cannot be kept in a repository as a case: special files, large files, outputs that refuse."""

import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile

MINIMAL = '[container]\nrootfs.directory = "/r"\ncommand = ["/c"]\n'
GENERATOR = sys.argv[1]


class Skip(Exception):
    pass


class Tree:
    def __init__(self, scratch):
        self.root, self.out = scratch / "root", scratch / "out"
        self.definitions = self.root / "etc/caisson"
        self.definitions.mkdir(parents=True)
        self.out.mkdir()
        (self.definitions / "good.toml").write_text(MINIMAL)

    def run(self, *prefix, out=None, arguments=None, environment=None):
        command = [*prefix, GENERATOR, *(arguments or ["--root", self.root, out or self.out])]
        return subprocess.run(command, capture_output=True, text=True, timeout=20,
                              env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **(environment or {})})

    def expect_refused(self, name, reason):
        run = self.run()
        assert run.returncode == 0, run
        assert f"/etc/caisson/{name}.toml: error: cannot be read: {reason}\n" in run.stderr, run.stderr
        assert (self.out / f"{name}.service").exists()
        assert "caisson-runtime start" in (self.out / "good.service").read_text()


def a_fifo_does_not_block(tree):
    os.mkfifo(tree.definitions / "x.toml")
    tree.expect_refused("x", "is a FIFO")


def a_link_to_a_fifo_does_not_block(tree):
    os.mkfifo(tree.root / "fifo")
    (tree.definitions / "x.toml").symlink_to("/fifo")
    tree.expect_refused("x", "is a FIFO")


def a_socket_is_refused(tree):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tree.definitions / "x.toml"))
        tree.expect_refused("x", "is a socket")


def a_device_is_not_opened(tree):
    try:
        os.mknod(tree.definitions / "x.toml", 0o600 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        raise Skip("needs the right to make device nodes; run as root")
    tree.expect_refused("x", "is a device")


def ten_megabytes_are_refused(tree):
    (tree.definitions / "x.toml").write_bytes(b"# \n" * 3500000)
    tree.expect_refused("x", "is larger than 1 MiB")


def an_unreadable_file_is_reported(tree):
    (tree.definitions / "x.toml").write_text(MINIMAL)
    (tree.definitions / "x.toml").chmod(0)
    prefix = []
    if os.getuid() == 0:
        if not shutil.which("setpriv"):
            raise Skip("root reads everything; needs setpriv (util-linux)")
        prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        for path in (tree.root.parent.parent, tree.root.parent, tree.out):
            path.chmod(0o777)
    run = tree.run(*prefix)
    assert run.returncode == 0, run
    assert "/etc/caisson/x.toml: error: cannot be read: Permission denied\n" in run.stderr, run
    assert (tree.out / "x.service").exists()


def one_megabyte_of_keys_is_read_quickly(tree):
    for number, text in enumerate(["[a.b]\n[a.c]\n".replace("a", "a%d").replace("b", "b") % (0, 0),
                                   ""]):
        (tree.definitions / f"k{number}.toml").write_text(text)
    keys = "".join(f"[t{i}.a]\n" for i in range(80000))
    (tree.definitions / "tables.toml").write_text(keys[:1000000])
    keys = "".join(f"k{i}.a = 1\n" for i in range(80000))
    (tree.definitions / "dotted.toml").write_text(keys[:1000000].rsplit("\n", 1)[0])
    keys = "[container]\n" + "".join(f"key{i} = 1\n" for i in range(80000))
    (tree.definitions / "keys.toml").write_text(keys[:1000000].rsplit("\n", 1)[0])
    run = tree.run()
    assert run.returncode == 0, run
    assert len(run.stderr) < 1000000


def an_output_that_is_missing_is_reported(tree):
    run = tree.run(out=tree.out / "missing")
    assert run.returncode == 1, run
    assert run.stderr == f"caisson-generator: open directory {tree.out}/missing: No such file or directory\n"


def an_output_that_cannot_be_written_is_reported(tree):
    (tree.out / "caisson").write_text("in the way")
    run = tree.run()
    assert run.returncode == 1, run
    assert "Not a directory" in run.stderr, run


def a_full_output_leaves_nothing_half_written(tree):
    for number in range(40):
        shutil.copy(tree.definitions / "good.toml", tree.definitions / f"c{number}.toml")
    whole = tree.run()
    assert whole.returncode == 0, whole
    full = tree.root / "full"
    full.mkdir()
    script = f'mount -t tmpfs -o size=48k tmpfs "{full}" && "$@"; status=$?; ' \
             f'cp -a "{full}" "{tree.root}/copy" || exit 99; exit $status'
    prefix = ["unshare", "-m"] if os.getuid() == 0 else ["unshare", "-rm"]
    if not shutil.which("unshare") or subprocess.run([*prefix, "true"], capture_output=True).returncode:
        raise Skip("needs a mount namespace; run as root or allow user namespaces")
    run = tree.run(*prefix, "sh", "-c", script, "sh", out=full)
    assert run.returncode == 1, run
    assert "No space left on device" in run.stderr, run
    written = [path for path in (tree.root / "copy").rglob("*") if path.is_file() and not path.is_symlink()]
    assert written, "nothing was written at all"
    for path in written:
        reference = tree.out / path.relative_to(tree.root / "copy")
        assert reference.exists(), f"{path} is no output"
        assert path.read_text() == reference.read_text().replace(str(tree.out), str(full)), path


def misuse_is_an_error(tree):
    for arguments in ([], ["a", "b"], ["--frobnicate", "a"], ["--root"], ["a", "b", "c", "d"]):
        run = tree.run(arguments=arguments or ["--root", tree.root])
        assert run.returncode == 2, (arguments, run)


def three_directories_are_accepted(tree):
    early, late = tree.out / "early", tree.out / "late"
    run = tree.run(arguments=["--root", tree.root, tree.out, early, late])
    assert run.returncode == 0, run
    assert (tree.out / "good.service").exists() and not early.exists() and not late.exists()


def an_initrd_is_left_alone(tree):
    run = tree.run(environment={"SYSTEMD_IN_INITRD": "1"})
    assert run.returncode == 0 and not list(tree.out.iterdir()), run


def fifty_runs_are_the_same(tree):
    for number in range(20):
        (tree.definitions / f"c{number}.toml").write_text(MINIMAL + f'after = ["c{(number * 7 + 1) % 20}"]\n')
    (tree.definitions / "bad.toml").write_text("[container]\n")
    seen = set()
    for _ in range(50):
        shutil.rmtree(tree.out)
        tree.out.mkdir()
        run = tree.run()
        listing = sorted((str(path), path.read_bytes() if path.is_file() else b"")
                         for path in tree.out.rglob("*"))
        seen.add((run.stderr, repr(listing)))
    assert len(seen) == 1


def main():
    tests = [(name, function) for name, function in globals().items()
             if callable(function) and getattr(function, "__code__", None)
             and function.__code__.co_varnames[:1] == ("tree",) and not name.startswith("_")]
    print(f"1..{len(tests)}")
    failed = False
    for number, (name, function) in enumerate(tests, 1):
        with tempfile.TemporaryDirectory(prefix="caisson-hostile-") as scratch:
            os.chmod(scratch, 0o755)
            title = name.replace("_", " ")
            try:
                function(Tree(pathlib.Path(scratch)))
                print(f"ok {number} - {title}")
            except Skip as reason:
                print(f"ok {number} - {title} # SKIP {reason}")
            except (AssertionError, subprocess.TimeoutExpired) as problem:
                failed = True
                print(f"not ok {number} - {title}")
                print("\n".join("# " + line for line in str(problem).splitlines()))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
