"""Logs that are rotated in every way there is, while the exporter is killed and started at random: nothing is lost,
counted twice, or seen to fall."""

import os
import random
import threading
import time
import unittest

from exporter import Exporter, ExporterTest, samples, wait_until
from rotations import WAYS

LONG = os.environ.get("MAILLOG_LONG") == "yes"
REMOVED = "maillog_queue_removed_total"
BOOTED = "Nov 21 09:00:00 mx1 postfix/master[77]: reload -- version 3.7.11, configuration /etc/postfix\n"


class Written:
    """A log that is written, and rotated when the test says so."""

    def __init__(self, way, folder, chance, alike):
        self.way = way
        self.chance = chance
        self.alike = alike
        self.rotator = WAYS[way](os.path.join(folder, way), chance)
        self.lines = 0
        self.bytes = 0
        self._open()

    def _open(self):
        self.file = open(self.rotator.path, "ab", buffering=0)

    def put(self, text):
        line = self.rotator.line(text).encode()
        self.file.write(line)
        self.bytes += len(line)

    def begin(self):
        """What a reload writes to a new log: twenty lines, the same in each if logs begin alike."""
        for _ in range(20):
            self.put(BOOTED if self.alike else BOOTED.replace("[77]", f"[{self.chance.getrandbits(24)}]"))

    def write(self, count):
        for _ in range(count):
            queue_id = f"{self.chance.getrandbits(40):010X}" if self.chance.random() < 0.5 else "ABCDEF0123"
            self.put(f"{time.strftime('%b %d %H:%M:%S')} mx1 postfix/qmgr[1]: {queue_id}: removed\n")
            self.lines += 1

    def rotate(self):
        self.file.close()
        self.rotator.rotate()
        self._open()
        if self.chance.random() < 0.7:
            self.begin()
            if self.alike:
                self.write(1)  # a log with nothing but the lines that all logs begin with could be any of them

    def source(self):
        rotated = self.rotator.directory
        return f"  - name: {self.way}\n    path: {self.rotator.path}\n" + (f"    rotated: {rotated}\n" if rotated else "")


class RotatedAndKilled(ExporterTest):
    def begin(self):
        exporter = Exporter(f"--state.path={self.folder}/state", "--from-start", f"--config.file={self.configuration}")
        self.addCleanup(exporter.kill)
        return exporter

    def removed(self):
        """The count as it is shown, which never falls. None if there is no answer."""
        try:
            total = sum(samples(self.exporter.scrape(), REMOVED))
        except (OSError, ValueError, EOFError):
            return None
        self.assertGreaterEqual(total, self.seen)
        self.seen = total
        return total

    def written(self):
        return sum(log.lines for log in self.logs)

    def read_bytes(self, log):
        return samples(self.exporter.scrape(), "maillog_source_read_bytes_total", source=log.way)

    def wait_for_all(self):
        wait_until(lambda: self.removed() == self.written(), lambda: f"{self.written()} lines: {self.reading()}")

    def reading(self):
        """What a failure is to be explained by."""
        logs = [f"of {log.bytes} bytes of {log.way} {self.read_bytes(log)} read" for log in self.logs]
        return f"{self.seen} seen, " + ", ".join([*logs, *self.exporter.log[-10:]])

    def rotate(self):
        for log in self.logs:
            if self.chance.random() >= 0.06:
                continue
            if log.rotator.at_rest:
                if self.exporter is None:
                    continue
                self.wait_for_all()
            log.rotate()
            self.rotations += 1

    def step(self):
        for log in self.logs:
            if self.chance.random() < 0.6:
                log.write(self.chance.randint(1, 120))
        self.rotate()
        if self.exporter is not None and self.chance.random() < 0.12:
            self.kills += 1
            if self.chance.random() < 0.8:
                self.exporter.kill()
            else:
                self.exporter.stop()
            self.exporter = None
        if self.exporter is None and self.chance.random() < 0.5:
            self.exporter = self.begin()
        elif self.exporter is not None:
            self.removed()

    def live(self, ways, seed, seconds, alike=False):
        folder = os.path.join(self.folder, str(seed))
        self.chance = random.Random(seed)
        self.kills = self.rotations = self.seen = 0
        os.makedirs(folder)
        self.folder = folder
        self.logs = [Written(way, folder, self.chance, alike) for way in ways]
        self.configuration = os.path.join(folder, "maillog_exporter.yml")
        with open(self.configuration, "w", encoding="ascii") as file:
            file.write("sources:\n" + "".join(log.source() for log in self.logs))
        # What was rotated before the first look does not count: all files are looked at, and that is saved.
        for log in self.logs:
            log.begin()
            log.write(3)
        self.exporter = self.begin()
        self.wait_for_all()
        end = time.monotonic() + seconds
        pause = threading.Event()
        while time.monotonic() < end:
            self.step()
            pause.wait(self.chance.random() * 0.06)
        if self.exporter is None:
            self.exporter = self.begin()
        self.wait_for_all()
        wait_until(lambda: self.exporter.request("/-/ready")[0] == 200, "readiness")
        for log in self.logs:
            wait_until(lambda: self.read_bytes(log) == [log.bytes], f"{log.bytes} bytes, not {self.read_bytes(log)}: {log.way}")
        self.assertEqual(self.exporter.total("maillog_source_lost_bytes_total"), 0)
        self.exporter.stop()
        for log in self.logs:
            log.file.close()
        print(
            f"measured: {' '.join(ways)}{' (alike)' if alike else ''}, seed {seed}: {self.kills} kills, "
            f"{self.rotations} rotations, {self.written()} lines: none lost, none doubled"
        )

    def live_by_chance(self, ways, seconds, alike=False):
        seed = int(os.environ.get("MAILLOG_SEED", random.randrange(1 << 30)))
        with self.subTest(f"again with MAILLOG_SEED={seed}, as far as time allows"):
            self.live(ways, seed, seconds, alike)

    def test_renamed_and_packed(self):
        self.live_by_chance(["rename", "gz"], 40 if LONG else 20)

    def test_copied_and_by_a_container_runtime(self):
        self.live_by_chance(["copytruncate", "kubelet"], 40 if LONG else 20)

    def test_logs_that_begin_alike(self):
        self.live_by_chance(["rename", "dateext", "olddir"], 40 if LONG else 10, alike=True)

    @unittest.skipUnless(LONG, "takes twenty minutes: --all")
    def test_in_every_way_twenty_times(self):
        folder = self.folder
        for _ in range(20):
            self.folder = folder
            self.live_by_chance(list(WAYS), 60)


if __name__ == "__main__":
    unittest.main()
