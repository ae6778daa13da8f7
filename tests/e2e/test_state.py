"""State that outlives the process: killed at any moment, nothing is lost, doubled, or ever falls."""

import glob
import os
import random
import re
import shutil
import subprocess
import threading
import time
import unittest

from exporter import Exporter, ExporterTest, delivery, run, wait_until

DELIVERIES = "maillog_deliveries_total"
LONG = os.environ.get("MAILLOG_LONG") == "yes"
SERIES = re.compile(r"(maillog_\w+(?:\{.*\})?) (\S+)")
SINCE_START = ("maillog_state_", "maillog_build_info", "maillog_source_up", "maillog_source_lag", "maillog_source_caught")


def durable(exposition):
    """Counters and histograms that no restart may lower."""
    return {
        match[1]: float(match[2])
        for match in map(SERIES.fullmatch, exposition.splitlines())
        if match and not match[1].startswith(SINCE_START) and "timestamp" not in match[1]
    }


class Writer(threading.Thread):
    """Appends to a log, and rotates it when told to, until it is stopped."""

    def __init__(self, log, rotate, seed):
        super().__init__(daemon=True)
        self.log = log
        self.written = 0
        self.rotations = 0
        self._rotate = rotate
        self._random = random.Random(seed)
        self._wanted = threading.Event()
        self._stop_wanted = threading.Event()

    def rotate(self):
        self._wanted.set()

    def run(self):
        file = open(self.log, "ab", buffering=0)
        while not self._stop_wanted.wait(self._random.uniform(0, 0.01)):
            for _ in range(self._random.randint(1, 20)):
                file.write(delivery(f"0{self.written:X}").encode())
                self.written += 1
            if self._wanted.is_set():
                self._wanted.clear()
                self._rotate(self.log)
                self.rotations += 1
                # As a writer does that is told after a while: some lines still go to the old file.
                for _ in range(self._random.randint(0, 5)):
                    file.write(delivery(f"0{self.written:X}").encode())
                    self.written += 1
                file.close()
                file = open(self.log, "ab", buffering=0)
        file.close()

    def finish(self):
        self._stop_wanted.set()
        self.join()


def rename_by_hand(log):
    for number in range(8, 0, -1):
        if os.path.exists(f"{log}.{number}"):
            os.rename(f"{log}.{number}", f"{log}.{number + 1}")
    os.rename(log, f"{log}.1")
    with open(log, "ab"):
        pass


class Killed(ExporterTest):
    def setUp(self):
        super().setUp()
        self.state = os.path.join(self.folder, "state")
        self.shown = {}

    def start(self, *arguments, **options):
        exporter = Exporter(f"--state.path={self.state}", "--from-start", *arguments, **options)
        self.addCleanup(exporter.kill)
        return exporter

    def scrape(self, exporter):
        now = durable(exporter.scrape())
        for series, value in self.shown.items():
            self.assertGreaterEqual(now.get(series, -1), value, series)
        self.shown = now

    def scrape_until_it_is_gone(self, exporter, faults):
        while True:
            try:
                self.scrape(exporter)
            except AssertionError as fault:
                faults.append(fault)
                return
            except (OSError, ValueError, EOFError):
                return
            except Exception as error:  # a connection that ends in the middle of an answer
                if exporter.process.poll() is None:
                    faults.append(error)
                return

    def kill_often(self, kills, rotate):
        seed = random.randrange(1 << 30)
        print(f"measured: seed of the kills: {seed}")
        chance = random.Random(seed)
        writer = Writer(self.log, rotate, seed)
        writer.start()
        for _ in range(kills):
            exporter = self.start(self.log)
            faults = []
            scraper = threading.Thread(target=self.scrape_until_it_is_gone, args=(exporter, faults))
            scraper.start()
            # One rotation for each life: it must have been seen before the next.
            wait_until(lambda: exporter.request("/-/ready")[0] == 200, "reading")
            if chance.random() < 0.7:
                writer.rotate()
            try:
                exporter.process.wait(chance.uniform(0, 0.4))
            except subprocess.TimeoutExpired:
                pass
            exporter.kill()
            scraper.join()
            self.assertEqual(faults, [])
        writer.finish()
        exporter = self.start(self.log)
        wait_until(lambda: exporter.total(DELIVERIES) >= writer.written, f"all {writer.written} lines")
        self.scrape(exporter)
        exporter.stop()
        exporter = self.start(self.log)
        self.scrape(exporter)
        wait_until(lambda: exporter.request("/-/ready")[0] == 200, "readiness")
        total = exporter.total(DELIVERIES)
        print(
            f"measured: {kills} kills, {writer.rotations} rotations, {writer.written} lines: "
            f"{max(writer.written - total, 0):.0f} lost, {max(total - writer.written, 0):.0f} doubled"
        )
        self.assertEqual(total, writer.written)

    def test_while_lines_are_written_and_the_log_is_renamed(self):
        self.kill_often(20, rename_by_hand)

    @unittest.skipUnless(LONG, "takes minutes: --all")
    def test_often_with_logrotate(self):
        logrotate = shutil.which("logrotate", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if logrotate is None:
            self.skipTest("logrotate is not installed")
        configuration = os.path.join(self.folder, "logrotate.conf")
        with open(configuration, "w", encoding="ascii") as file:
            file.write(f"{self.log} {{\n  su root root\n  rotate 5\n  create\n  nocompress\n}}\n")
        os.chmod(configuration, 0o600)
        os.chmod(self.folder, 0o700)

        def rotate(log):
            subprocess.run([logrotate, "-f", "-s", f"{self.folder}/logrotate.state", configuration], check=True)

        self.kill_often(200, rotate)


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

    def test_show(self):
        self.count_once()
        status, out, _ = run("state", "show", f"--state.path={self.state}")
        self.assertEqual(status, 0)
        self.assertIn(f"source {self.log} (1 files)", out)
        self.assertIn("maillog_deliveries_total 1 in", out)
        self.assertEqual(run("state", "show", f"--state.path={self.folder}/nothing")[0], 2)

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
