"""Counting a line allocates nothing: only mails under way, hours and new series do."""

import os
import re
import shutil
import subprocess
import sys
import unittest

from exporter import PROGRAM, ExporterTest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "bench"))
import amplify  # noqa: E402

CORPUS = os.path.join(ROOT, "tests", "corpus", "debian12", "syslog", "mail.log")


@unittest.skipUnless(shutil.which("valgrind"), "no valgrind")
class Allocations(ExporterTest):
    def counting(self, megabytes):
        """Lines, and allocations of counting them in one thread."""
        amplify.amplify(CORPUS, self.log, megabytes)
        with open(self.log, "rb") as log:
            lines = log.read().count(b"\n")
        done = subprocess.run(
            ["valgrind", "--leak-check=no", "--undef-value-errors=no", PROGRAM, "count", self.log],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
            check=True,
        )
        heap = re.search(r"total heap usage: ([\d,]+) allocs", done.stderr.decode())
        return lines, int(heap[1].replace(",", ""))

    def test_lines_take_none(self):
        few, before = self.counting(2)
        many, after = self.counting(12)
        self.assertLess((after - before) / (many - few), 1 / 50)


if __name__ == "__main__":
    unittest.main()
