"""Killed at any moment while a log is written and rotated: nothing is lost or doubled, and nothing ever falls."""

import os
import random
import re
import shutil
import subprocess
import threading
import time
import unittest

from exporter import PROGRAM, Exporter, ExporterTest, delivery, wait_until
from prometheus import Prometheus, free_port

DELIVERIES = "maillog_deliveries_total"
MAILS = "maillog_mails_total"
SESSIONS = "maillog_smtp_session_seconds_count"
OTHERS = 5  # mails that begin before one ends
GUESSERS = 7
LONG = os.environ.get("MAILLOG_LONG") == "yes"
SERIES = re.compile(r"(maillog_\w+(?:\{.*\})?) (\S+)")
SINCE_START = (
    "maillog_state_",
    "maillog_build_info",
    "maillog_source_up",
    "maillog_source_lag",
    "maillog_source_caught",
    "maillog_http_",
    "maillog_scrape_",
    "maillog_web_",
)


def durable(exposition):
    """Counters and histograms that no restart may lower."""
    return {
        match[1]: float(match[2])
        for match in map(SERIES.fullmatch, exposition.splitlines())
        if match and not match[1].startswith(SINCE_START) and "timestamp" not in match[1]
    }


class Writer(threading.Thread):
    """Appends to a log until it is stopped. After a rotation by renaming it continues in the old file for some lines, like a
    writer that is told late."""

    def __init__(self, log, seed):
        super().__init__(daemon=True)
        self.written = 0
        self._log = log
        self._random = random.Random(seed)
        self._reopen = threading.Event()
        self._reopened = threading.Event()
        self._stop_wanted = threading.Event()

    def tell(self):
        """What logrotate does after a rotation: from now on the writer writes to the new file."""
        self._reopened.clear()
        self._reopen.set()
        self._reopened.wait(10)

    def run(self):
        file = open(self._log, "ab", buffering=0)
        while not self._stop_wanted.wait(self._random.uniform(0, 0.01)):
            self._write(file, 1, 20)
            if self._reopen.is_set():
                self._write(file, 0, 5)
                file.close()
                file = open(self._log, "ab", buffering=0)
                self._reopen.clear()
                self._reopened.set()
        file.close()

    def _write(self, file, least, most):
        for _ in range(self._random.randint(least, most)):
            file.write(beginning(self.written).encode())
            if self.written >= OTHERS:
                file.write(end(self.written - OTHERS).encode())
            self.written += 1

    def finish(self):
        self._stop_wanted.set()
        self.join()


def beginning(number):
    """The lines of a mail until it has been delivered, among them the beginning of a session, and a guess at a password."""
    queue_id = queue_id_of(number)
    stamp = "Apr 23 12:31:16 mx postfix"
    guesser = f"198.51.100.{number % GUESSERS}"
    return (
        f"{stamp}/smtpd[{number}]: connect from mail.example.com[192.0.2.1]\n"
        f"{stamp}/smtpd[{number}]: {queue_id}: client=mail.example.com[192.0.2.1]\n"
        f"{time.strftime('%b %e %H:%M:%S')} mx postfix/smtpd[7700]: warning: unknown[{guesser}]: SASL LOGIN authentication failed: UGFz\n"
        f"{stamp}/qmgr[7700]: {queue_id}: from=<a@example.com>, size=900, nrcpt=1 (queue active)\n"
        f"{delivery(queue_id)}"
    )


def end(number):
    stamp = "Apr 23 12:31:16 mx postfix"
    return (
        f"{stamp}/qmgr[7700]: {queue_id_of(number)}: removed\n"
        f"{stamp}/smtpd[{number}]: disconnect from mail.example.com[192.0.2.1]\n"
    )


def queue_id_of(number):
    return f"{number:09X}0"


class Killed(ExporterTest):
    def setUp(self):
        super().setUp()
        self.state = os.path.join(self.folder, "state")
        self.port = free_port()
        self.shown = {}
        self.rotations = 0
        self.at_risk = 0  # lines that were written while a log was copied and cut

    def arguments(self):
        return (f"--state.path={self.state}", "--from-start", f"--web.listen-address=127.0.0.1:{self.port}", self.log)

    def begin(self):
        exporter = Exporter(*self.arguments())
        self.addCleanup(exporter.kill)
        return exporter

    def kill_at_start(self, seconds):
        process = subprocess.Popen(
            [PROGRAM, *self.arguments()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        process.kill()
        process.wait()

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

    def live(self, writer, chance, rotate):
        exporter = self.begin()
        faults = []
        scraper = threading.Thread(target=self.scrape_until_it_is_gone, args=(exporter, faults))
        scraper.start()
        if rotate and chance.random() < 0.7:
            rotate(writer)
            self.rotations += 1
        try:
            exporter.process.wait(chance.uniform(0, 0.4))
        except subprocess.TimeoutExpired:
            pass
        exporter.kill()
        scraper.join()
        self.assertEqual(faults, [])

    def kill_often(self, kills, rotate):
        """Every fourth kill is during the start. Returns the lines that are missing at the end."""
        seed = random.randrange(1 << 30)
        print(f"measured: seed of the kills: {seed}")
        chance = random.Random(seed)
        self.append("")
        # What is rotated before the very first commit belongs to the time before.
        self.start(*self.arguments()).stop()
        writer = Writer(self.log, seed)
        writer.start()
        for kill in range(kills):
            if kill % 4 == 3:
                self.kill_at_start(chance.uniform(0, 0.05))
            else:
                self.live(writer, chance, rotate)
        writer.finish()
        exporter = self.begin()
        wait_until(lambda: exporter.request("/-/ready")[0] == 200, "readiness")
        wait_until(
            lambda: exporter.total(DELIVERIES) >= writer.written - self.at_risk,
            lambda: f"all {writer.written} lines but {self.at_risk}: {exporter.total(DELIVERIES):.0f}",
        )
        self.scrape(exporter)
        exporter.stop()
        exporter = self.begin()
        self.scrape(exporter)
        wait_until(lambda: exporter.request("/-/ready")[0] == 200, "readiness")
        total = exporter.total(DELIVERIES)
        if not self.at_risk:
            ended = writer.written - OTHERS
            self.assertEqual(exporter.total(MAILS), ended)
            self.assertEqual(exporter.total(MAILS, outcome="delivered"), ended)
            # Where a log ends and the next begins, lines of both may be read in another order than they were written: a
            # session whose end is read before its beginning has no length.
            self.assertLessEqual(exporter.total(SESSIONS), ended)
            self.assertGreaterEqual(exporter.total(SESSIONS), ended - OTHERS * self.rotations)
            # Two of them are counted as one with every fiftieth salt.
            self.assertIn(exporter.total("maillog_auth_failed_clients", window="1h"), (GUESSERS, GUESSERS - 1))
            self.assertEqual(exporter.total("maillog_top_auth_failures", window="1h"), -(-writer.written // GUESSERS))
        print(
            f"measured: {kills} kills, {self.rotations} rotations, {writer.written} lines: "
            f"{max(writer.written - total, 0):.0f} lost, {max(total - writer.written, 0):.0f} doubled "
            f"(at risk while copying: {self.at_risk})"
        )
        self.assertLessEqual(total, writer.written)
        return writer.written - total

    def shift_old_logs(self):
        for number in range(18, 0, -1):
            if os.path.exists(f"{self.log}.{number}"):
                os.rename(f"{self.log}.{number}", f"{self.log}.{number + 1}")

    def rename_by_hand(self, writer):
        self.shift_old_logs()
        os.rename(self.log, f"{self.log}.1")
        with open(self.log, "ab"):
            pass
        writer.tell()

    def copy_by_hand(self, writer):
        """What is written between the copy and the cut is in no file afterwards, but may have been counted."""
        self.shift_old_logs()
        before = writer.written
        shutil.copyfile(self.log, f"{self.log}.1")
        copied = writer.written
        wait_until(lambda: writer.written > copied, "lines after the copy")
        os.truncate(self.log, 0)
        self.at_risk += writer.written + 1 - before  # with the one that is being written

    def test_while_lines_are_written(self):
        self.assertEqual(self.kill_often(12, None), 0)

    def test_while_lines_are_written_and_the_log_is_renamed(self):
        self.assertEqual(self.kill_often(20, self.rename_by_hand), 0)

    def test_while_lines_are_written_and_the_log_is_copied(self):
        self.assertLessEqual(self.kill_often(20, self.copy_by_hand), self.at_risk)

    def with_logrotate(self, *words, kills):
        logrotate = shutil.which("logrotate", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if logrotate is None or shutil.which("prometheus") is None:
            self.skipTest("logrotate or prometheus is not installed")
        configuration = os.path.join(self.folder, "logrotate.conf")
        with open(configuration, "w", encoding="ascii") as file:
            lines = "".join(f"  {word}\n" for word in words)
            file.write(f"{self.log} {{\n  su root root\n  rotate 20\n{lines}}}\n")
        os.chmod(configuration, 0o600)
        os.chmod(self.folder, 0o700)
        copies = "copytruncate" in words

        # Writers are told before anything is packed: with delaycompress that is at the next rotation.
        def rotate(writer):
            before = writer.written
            subprocess.run([logrotate, "-f", "-s", f"{self.folder}/logrotate.state", configuration], check=True)
            if copies:
                self.at_risk += writer.written + 1 - before
            else:
                writer.tell()

        prometheus = Prometheus(self.folder, self.port, interval="1s")
        self.addCleanup(prometheus.stop)
        lost = self.kill_often(kills, rotate)
        self.expect_nothing_fell(prometheus)
        return lost

    def expect_nothing_fell(self, prometheus):
        wait_until(lambda: prometheus.query(f"sum({DELIVERIES})"), "a scrape")
        names = [
            name
            for name in prometheus.names()
            if name.startswith("maillog_")
            and not name.startswith(SINCE_START)
            and name.endswith(("_total", "_count", "_bucket"))
        ]
        self.assertIn(DELIVERIES, names)
        for name in names:
            self.assertEqual(prometheus.query(f"sum(resets({name}[1h]))"), 0, name)

    @unittest.skipUnless(LONG, "takes minutes: --all")
    def test_often_with_logrotate(self):
        self.assertEqual(self.with_logrotate("create", "nocompress", kills=200), 0)

    @unittest.skipUnless(LONG, "takes minutes: --all")
    def test_often_with_logrotate_that_packs(self):
        self.assertEqual(self.with_logrotate("create", "compress", "delaycompress", kills=200), 0)

    @unittest.skipUnless(LONG, "takes minutes: --all")
    def test_often_with_logrotate_that_copies(self):
        self.assertLessEqual(self.with_logrotate("copytruncate", "compress", kills=200), self.at_risk)


if __name__ == "__main__":
    unittest.main()
