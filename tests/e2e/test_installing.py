"""The commands by which docs/installing.md installs the packages, run in trees of their own: what is on this machine stays as it
is."""

import os
import shutil
import subprocess
import tempfile
import unittest

import documents
from documents import ROOT

# $1: an empty folder. Everything that is written goes into memory and is gone afterwards. Devices and processes are the
# machine's, so that package managers do their work. systemctl sees that its root is not that of the
# first process (this script), and then it enables units and does nothing else.
IN_A_TREE = """
set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/tree"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/tree"
mkdir -p "$1/tree/proc" "$1/tree/dev" "$1/tree/run" "$1/tree/root/maillog_exporter"
mount -t proc proc "$1/tree/proc"
mount --rbind /dev "$1/tree/dev"
tar --exclude=./build --exclude=./.git -cf - . | tar -xf - -C "$1/tree/root/maillog_exporter"
mkdir -p "$1/tree/root/maillog_exporter/build"
cp -r build/packages "$1/tree/root/maillog_exporter/build/"
if ! command -v systemctl >/dev/null; then
  printf '#!/bin/sh\\n' >"$1/tree/usr/local/bin/systemctl"
  chmod 755 "$1/tree/usr/local/bin/systemctl"
fi
status=0
chroot "$1/tree" /usr/bin/env -i HOME=/root TERM=dumb DEBIAN_FRONTEND=noninteractive \\
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \\
  sh -ec 'cd ~/maillog_exporter/build/packages; eval "$0"' "$2" || status=$?
exit "$status"
"""

# After them, the program is there and does something; where there is systemd, the package enables its unit; install.sh
# does so if systemd runs.
AND_THEN = """
cd ~/maillog_exporter
maillog_exporter --version
maillog_exporter check-config tests/corpus/debian12/syslog/mail.log
maillog_exporter count --summary tests/corpus/debian12/syslog/mail.log
"""
ENABLED = "test -L /etc/systemd/system/multi-user.target.wants/maillog_exporter.service"


def run_in_a_tree(lines):
    """(status, what was said)"""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", IN_A_TREE, "bash", folder,
             "\n".join(lines)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900, check=False,
        )  # fmt: skip
    return done.returncode, done.stdout


def why_not():
    if os.environ.get("MAILLOG_LONG") != "yes":
        return "needs --all"
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return "name spaces need root"
    if not (ROOT / "build/packages").exists():
        return "there are no packages (./dev package)"
    status, said = run_in_a_tree(["true"])
    return "" if status == 0 else f"no tree can be made here: {said.strip()}"


NOT_HERE = why_not()


@unittest.skipIf(NOT_HERE, "NOT RUN: " + NOT_HERE)
class Installing(unittest.TestCase):
    def test_every_way(self):
        tried = 0
        for block in documents.installing_blocks():
            lines = documents.lines_for_a_tree(block)
            if not lines:
                continue
            with self.subTest(str(block)):
                enables = shutil.which("systemctl") and lines[0].startswith("apt install")
                status, said = run_in_a_tree([*lines, AND_THEN, *([ENABLED] if enables else [])])
                self.assertEqual(status, 0, said)
                self.assertIn("maillog_exporter", said)
                self.assertIn("deliver", said)
                tried += 1
        self.assertEqual(tried, 2)

    def test_it_is_a_tree_of_its_own(self):
        mark = "/usr/local/bin/mark-of-a-test"
        status, said = run_in_a_tree([f"touch {mark}", f"ls {mark}"])
        self.assertEqual((status, said), (0, mark + "\n"))
        self.assertFalse(os.path.exists(mark))

    def test_a_command_that_fails_is_seen(self):
        self.assertNotEqual(run_in_a_tree(["install -m 755 build/nothing /usr/local/bin/", "true"])[0], 0)


if __name__ == "__main__":
    unittest.main()
