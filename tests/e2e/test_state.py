"""State that outlives the process: what is kept, what is refused, what it costs."""

import glob
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import unittest

from exporter import PROGRAM, ExporterTest, delivery, run, wait_until

DELIVERIES = "maillog_deliveries_total"
LONG = os.environ.get("MAILLOG_LONG") == "yes"


class Refused(ExporterTest):
    def setUp(self):
        super().setUp()
        self.state = os.path.join(self.folder, "state")
        self.append(delivery("0A1"))

    def arguments(self):
        return [f"--state.path={self.state}", "--from-start", self.log]

    def count_once(self):
        exporter = self.start(*self.arguments())
        wait_until(lambda: exporter.total(DELIVERIES) == 1, "the line")
        return exporter

    def test_totals_go_on_and_lines_written_meanwhile_count(self):
        self.count_once().stop()
        self.append(delivery("0A2"))
        exporter = self.start(*self.arguments())
        wait_until(lambda: exporter.total(DELIVERIES) == 2, "both lines")
        self.assertTrue(any("state is kept on disk" in line for line in exporter.log), exporter.log)

    def test_state_directory_of_the_environment(self):
        os.environ["STATE_DIRECTORY"] = self.state + ":/nowhere"
        self.addCleanup(os.environ.pop, "STATE_DIRECTORY")
        self.start(self.log).stop()
        self.assertTrue(os.path.exists(os.path.join(self.state, "state.sqlite3")))
        exporter = self.start("--state.path=", self.log)
        self.assertTrue(any("state is kept in memory" in line for line in exporter.log), exporter.log)

    def test_second_exporter(self):
        self.count_once()
        status, _, stderr = run("--web.listen-address=127.0.0.1:0", *self.arguments())
        self.assertEqual(status, 2)
        self.assertIn(f"another maillog_exporter keeps its state in {self.state}", stderr)

    def test_the_end_leaves_whole_files(self):
        exporter = self.count_once()
        hanging = socket.create_connection(("127.0.0.1", exporter.port))
        self.addCleanup(hanging.close)
        hanging.sendall(b"GET /metrics HTTP/1.1\r\nHo")
        exporter.stop()
        self.assertEqual(sorted(os.listdir(self.state)), ["state.lock", "state.sqlite3"])

    def test_damage(self):
        self.count_once().stop()
        with open(os.path.join(self.state, "state.sqlite3"), "r+b") as file:
            file.truncate(6000)
        status, _, stderr = run("--web.listen-address=127.0.0.1:0", *self.arguments())
        self.assertEqual(status, 2)
        self.assertIn("--state.on-damage=set-aside", stderr)
        self.assertEqual(stderr.strip().count("\n"), 0, stderr)
        self.start("--state.on-damage=set-aside", *self.arguments())
        self.assertEqual(len(glob.glob(os.path.join(self.state, "state.set-aside-*"))), 1)

    def test_bytes_of_a_damaged_state_are_never_printed(self):
        self.count_once().stop()
        path = os.path.join(self.state, "state.sqlite3")
        with open(path, "rb") as file:
            content = file.read()
        # SQLite quotes the name of a table whose statement it cannot read.
        for old, new in (
            (b"tableknown_value", b"table\xff\x1b[2J\n(xy\xe3z"),
            (b"CREATE TABLE known_value", b"CREATE TABEL known_value"),
        ):
            self.assertEqual((content.count(old), len(old)), (1, len(new)))
            content = content.replace(old, new)
        with open(path, "wb") as file:
            file.write(content)
        for command in (["state", "show", f"--state.path={self.state}"], self.arguments()):
            done = subprocess.run([PROGRAM, *command], capture_output=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr.decode(), r"\A[ -~]+\\xff\\x1b[ -~]+\n\Z")

    def test_show(self):
        self.count_once()
        status, out, _ = run("state", "show", f"--state.path={self.state}")
        self.assertEqual(status, 0)
        self.assertIn(f"source {self.log} (1 file)", out)
        self.assertIn("maillog_deliveries_total 1 in", out)
        self.assertEqual(run("state", "show", f"--state.path={self.folder}/nothing")[0], 2)

    def test_a_disk_that_hangs_holds_up_neither_sighup_nor_the_end(self):
        exporter = self.count_once()
        with sqlite3.connect(os.path.join(self.state, "state.sqlite3"), isolation_level=None) as other:
            other.execute("BEGIN EXCLUSIVE")  # commits wait for it
            self.append(delivery("0A2"))
            exporter.scrape()
            before = time.monotonic()
            exporter.process.send_signal(signal.SIGHUP)
            wait_until(lambda: any("SIGHUP" in line for line in exporter.log), "SIGHUP")
            self.assertLess(time.monotonic() - before, 1)
            took, status = exporter.stop()
            self.assertLess(took, 3)
            self.assertEqual(status, 0)
        self.start(*self.arguments())

    def test_the_shell_can_look(self):
        if shutil.which("sqlite3") is None:
            self.skipTest("the sqlite3 shell is not installed")
        self.count_once()
        query = "SELECT sum(value) FROM series WHERE metric='maillog_deliveries_total'"
        shell = subprocess.run(
            ["sqlite3", "-readonly", os.path.join(self.state, "state.sqlite3"), query], capture_output=True, check=True
        )
        self.assertEqual(shell.stdout.strip(), b"1")

    def test_memory_and_cpu_at_1000_lines_a_second(self):
        exporter = self.count_once()
        pid = exporter.process.pid

        def cpu():
            with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
                fields = stat.read().rpartition(") ")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

        before, began, seconds = cpu(), time.monotonic(), 30 if LONG else 5
        for second in range(seconds):
            for tenth in range(10):
                self.append("".join(delivery(f"0{second:X}{tenth:X}{i:X}") for i in range(100)))
                with self.assertRaises(subprocess.TimeoutExpired):
                    exporter.process.wait(max(0.001, began + second + (tenth + 1) / 10 - time.monotonic()))
        share = (cpu() - before) / (time.monotonic() - began) * 100
        with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
            resident = int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        print(f"measured: 1,000 lines/s with state on disk: {share:.2f} % of a core, resident {resident:.1f} MB")
        self.assertLess(resident, 20)


if __name__ == "__main__":
    unittest.main()
