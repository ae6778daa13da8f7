"""A real rsyslog sends by RELP: each message counts once when the exporter is killed or rsyslog restarted."""

import os
import random
import socket
import sqlite3
import threading
import time
import unittest

import rsyslog
from exporter import ExporterTest, delivery, run, wait_until
from prometheus import free_port

DELIVERIES = "maillog_deliveries_total"
LONG = os.environ.get("MAILLOG_LONG") == "yes"
NOT_HERE = rsyslog.why_not()


class Writer(threading.Thread):
    """Appends deliveries to a log until it is stopped."""

    def __init__(self, log, seed):
        super().__init__(daemon=True)
        self.written = 0
        self._log = log
        self._random = random.Random(seed)
        self._stop_wanted = threading.Event()

    def run(self):
        with open(self._log, "ab", buffering=0) as file:
            while not self._stop_wanted.wait(self._random.uniform(0, 0.01)):
                lines = [delivery(f"{self.written + i:010X}") for i in range(self._random.randint(1, 40))]
                file.write("".join(lines).encode())
                self.written += len(lines)

    def finish(self):
        self._stop_wanted.set()
        self.join()


@unittest.skipIf(NOT_HERE, NOT_HERE)
class Relp(ExporterTest):
    def setUp(self):
        super().setUp()
        self.senders = []
        self.port = free_port()
        self.address = f"syslog+relp://127.0.0.1:{self.port}"
        open(self.log, "wb").close()

    def begin(self):
        return self.start(f"--state.path={self.folder}/state", self.address)

    def send(self, **options):
        sender = rsyslog.Rsyslog(self.folder, self.log, self.port, **options)
        self.senders.append(sender)
        self.addCleanup(sender.kill)
        return sender

    def wait_for(self, exporter, count):
        """Until so many have been counted, and a moment more, in which nothing may follow."""
        self.wait_while_more_comes(exporter, count)
        wait_until(lambda: self.is_quiet(exporter), "silence")
        self.assertEqual(exporter.total(DELIVERIES), count)

    def wait_for_more(self, exporter, count):
        self.wait_while_more_comes(exporter, exporter.total(DELIVERIES) + count + 1)

    def wait_while_more_comes(self, exporter, count, patience=60):
        """Until so many have been counted: however long that takes a slow disk, but not while nothing comes."""
        counted = exporter.total(DELIVERIES)

        def what_is_so():
            senders = "".join(f"\nthe sender ({each.status()}): {each.output()[-4000:]}" for each in self.senders)
            return f"{count} deliveries; there are {counted}\nthe exporter: {exporter.log[-20:]}{senders}"

        while counted < count:
            before = counted
            wait_until(lambda: exporter.total(DELIVERIES) > before, what_is_so, patience)
            counted = exporter.total(DELIVERIES)

    @staticmethod
    def is_quiet(exporter):
        """Whether nothing has come for a second: what is sent again comes at once."""
        before = exporter.total("maillog_source_read_bytes_total")
        until = time.monotonic() + 1
        while time.monotonic() < until:
            if exporter.total("maillog_source_read_bytes_total") != before:
                return False
        return True

    def test_killed_and_restarted(self):
        kills = 25 if LONG else 6
        chance = random.Random(15)
        exporter = self.begin()
        sender = self.send()
        writer = Writer(self.log, 15)
        writer.start()
        for i in range(kills):
            self.wait_for_more(exporter, chance.randint(0, 500))
            if i == kills // 2:
                sender.stop()
                sender.start()
                # It may send the message twice with which it fails to connect.
                self.wait_for_more(exporter, 500)
            exporter.kill()
            exporter = self.begin()
        writer.finish()
        self.wait_for(exporter, writer.written)
        print(f"{kills} kills, {writer.written} sent, {exporter.total(DELIVERIES):.0f} counted", end=" ... ", flush=True)

    def test_the_exporter_is_away_when_the_sender_starts(self):
        self.append("".join(delivery(f"{i:010X}") for i in range(1000)))
        sender = self.send()
        wait_until(lambda: "could not connect" in sender.output(), "the sender to have tried")
        exporter = self.begin()
        wait_until(lambda: exporter.total(DELIVERIES) >= 1000, "all of them")
        wait_until(lambda: self.is_quiet(exporter), "silence")
        # rsyslog itself may send the message once more with which it failed to connect.
        self.assertIn(exporter.total(DELIVERIES), (1000, 1001))

    def test_reloading_and_stopping_the_exporter(self):
        exporter = self.begin()
        self.send()
        for i in range(4):
            self.append("".join(delivery(f"{i}{j:09X}") for j in range(300)))
            self.wait_for(exporter, (i + 1) * 300)
            exporter.stop()
            exporter = self.begin()
        self.wait_for(exporter, 1200)

    def test_nothing_is_acknowledged_that_is_not_saved(self):
        exporter = self.begin()
        self.send()
        self.append("".join(delivery(f"{i:010X}") for i in range(100)))
        self.wait_for(exporter, 100)
        # Another process holds the database: it cannot be written.
        database = sqlite3.connect(f"{self.folder}/state/state.sqlite3", isolation_level=None)
        self.addCleanup(database.close)
        database.execute("BEGIN IMMEDIATE")
        self.append("".join(delivery(f"1{i:09X}") for i in range(5000)))
        wait_until(lambda: exporter.total("maillog_source_up") == 0, "the source to be held up")
        self.assertLess(exporter.total(DELIVERIES), 5100)
        database.execute("ROLLBACK")
        self.wait_for(exporter, 5100)
        self.assertEqual(exporter.total("maillog_source_up"), 1)

    def test_the_state_names_the_senders(self):
        exporter = self.begin()
        self.send()
        self.append(delivery("01"))
        self.wait_for(exporter, 1)
        exporter.kill()
        status, out, err = run("state", "show", f"--state.path={self.folder}/state")
        self.assertEqual(status, 0, err)
        self.assertIn("127.0.0.1 by RELP; the last 1 messages are remembered", out)

    def test_who_does_not_speak_relp_is_counted(self):
        exporter = self.begin()
        refused = "maillog_source_refused_senders_total"
        self.assertEqual(exporter.total(refused), 0)
        with socket.create_connection(("127.0.0.1", self.port)) as sender:
            sender.sendall(b"<22>" + delivery("01").encode())
            wait_until(lambda: exporter.total(refused, reason="protocol") == 1, "it to be counted")
        self.assertEqual(exporter.total(refused, reason="full"), 0)

    def test_throughput(self):
        """Figures only: machines differ."""
        count = 200_000 if LONG else 50_000
        self.append("".join(delivery(f"{i:010X}") for i in range(count)))
        for window in (128, 1024):
            with self.subTest(window=window):
                folder = f"{self.folder}/{window}"
                os.mkdir(folder)
                exporter = self.start(f"--state.path={folder}/state", self.address)
                begun = time.monotonic()
                sender = rsyslog.Rsyslog(folder, self.log, self.port, window=window)
                self.addCleanup(sender.kill)
                wait_until(lambda: exporter.total(DELIVERIES) >= count, "all of them", 300)
                took = time.monotonic() - begun
                self.assertEqual(exporter.total(DELIVERIES), count)
                print(f"window {window}: {count / took:.0f} messages/s", end=" ... ", flush=True)
                sender.stop()
                exporter.stop()


if __name__ == "__main__":
    unittest.main()
