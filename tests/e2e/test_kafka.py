"""A topic of Kafka: each record counts once, whatever is killed, goes down or is removed.

The brokers are those that librdkafka has for its own tests (kafka.py): no package of Debian has real ones.
"""

import os
import random
import threading
import time
import unittest

import kafka
from exporter import ExporterTest, delivery, run, wait_until

DELIVERIES = "maillog_deliveries_total"
LONG = os.environ.get("MAILLOG_LONG") == "yes"
NOT_HERE = kafka.why_not()


def deliveries(count, prefix=""):
    """Records with a line each."""
    return [delivery(f"{prefix}{i:08X}") for i in range(count)]


class Producer(threading.Thread):
    """Produces records of one to three lines until it is told to finish."""

    def __init__(self, brokers, seed):
        super().__init__(daemon=True)
        self.lines = 0
        self._brokers = brokers
        self._random = random.Random(seed)
        self._finishes = threading.Event()

    def run(self):
        while not self._finishes.wait(self._random.uniform(0, 0.01)):
            values = ["".join(deliveries(self._random.randint(1, 3))) for _ in range(self._random.randint(1, 40))]
            self._brokers.produce("mail", values)
            self.lines += sum(value.count("\n") for value in values)

    def finish(self):
        self._finishes.set()
        self.join()


class KafkaTest(ExporterTest):
    """So many brokers, and what is done with a topic of theirs."""

    brokers_count = 1

    def setUp(self):
        super().setUp()
        self.brokers = kafka.Brokers(self.brokers_count)
        self.addCleanup(self.brokers.close)
        self.path = f"kafka://{self.brokers.addresses}/mail"

    def begin(self, *arguments, ready=True):
        start = self.start if ready else self.start_unready
        return start(f"--state.path={self.folder}/state", *arguments, self.path)

    def wait_for(self, exporter, count, patience=60):
        """Until so many have been counted and all that is in the topic has been read."""
        def counted():
            return exporter.total(DELIVERIES)
        wait_until(lambda: counted() >= count, lambda: f"{count} deliveries; there are {counted()}", patience)
        wait_until(lambda: exporter.total("maillog_source_lag_records") == 0, "the end of the topic", patience)
        self.assertEqual(counted(), count)

    def kill_and_restart(self):
        kills = 25 if LONG else 6
        chance = random.Random(15)
        self.brokers.create("mail", 4)
        exporter = self.begin()
        producer = Producer(self.brokers, 15)
        producer.start()
        for _ in range(kills):
            before = exporter.total(DELIVERIES)
            more = chance.randint(0, 1000)
            wait_until(lambda: exporter.total(DELIVERIES) > before + more, "more deliveries")
            exporter.kill()
            exporter = self.begin()
        producer.finish()
        self.wait_for(exporter, producer.lines)
        print(f"{kills} kills, {producer.lines} sent, {exporter.total(DELIVERIES):.0f} counted", end=" ... ", flush=True)

@unittest.skipIf(NOT_HERE, NOT_HERE)
class OneBroker(KafkaTest):
    def test_killed_and_restarted(self):
        self.kill_and_restart()

    def test_what_came_before_the_first_start(self):
        self.brokers.create("mail", 2)
        self.brokers.produce("mail", deliveries(10))
        exporter = self.begin()
        self.brokers.produce("mail", deliveries(5))
        self.wait_for(exporter, 5)
        exporter.stop()
        self.brokers.produce("mail", deliveries(7))
        self.wait_for(self.begin(), 12)

    def test_from_the_start(self):
        self.brokers.create("mail", 2)
        self.brokers.produce("mail", deliveries(10))
        self.wait_for(self.begin("--from-start"), 10)

    def test_killed_right_after_the_first_start(self):
        self.brokers.create("mail", 2)
        self.brokers.produce("mail", deliveries(10))
        self.begin().kill()
        self.brokers.produce("mail", deliveries(7))
        self.wait_for(self.begin(), 7)

    def test_a_topic_that_is_made_later(self):
        exporter = self.begin(ready=False)
        wait_until(lambda: exporter.total("maillog_source_up") == 0 and "topic mail" in exporter.request("/-/ready")[2],
                   "the topic to be missed")
        self.brokers.create("mail", 3)
        self.brokers.produce("mail", deliveries(10))
        self.wait_for(exporter, 10)
        wait_until(lambda: exporter.total("maillog_source_up") == 1, "the source to be up")

    def test_hostile_records(self):
        self.brokers.create("mail", 1)
        exporter = self.begin()
        line = delivery("01")
        self.brokers.produce("mail", [
            None, "", "\n", "\n\n" + line + "\n" + line, "\xff\xfe\xed\xa0\x80", "\0", "\0" + line, line.rstrip("\n"),
            "x" * 1_000_000, line * 5000, "\r\n" + line.replace("\n", "\r\n"),
        ])
        self.wait_for(exporter, 2 + 1 + 1 + 5000 + 1)
        self.assertGreaterEqual(exporter.total("maillog_records_total", outcome="malformed"), 1)
        exporter.kill()
        self.wait_for(self.begin(), 5005)

    def test_records_that_retention_removed(self):
        self.brokers.create("mail", 1)
        exporter = self.begin()
        self.brokers.produce("mail", deliveries(10))
        self.wait_for(exporter, 10)
        exporter.stop()
        # The brokers keep 5 MB of a partition.
        for _ in range(20):
            self.brokers.produce("mail", ["x" * 900_000])
        self.brokers.produce("mail", deliveries(3))
        exporter = self.begin()
        self.wait_for(exporter, 13)
        self.assertEqual(exporter.total("maillog_source_gaps_total", kind="records_removed"), 1)
        lost = exporter.total("maillog_source_lost_records_total")
        read = exporter.total("maillog_records_total", outcome="malformed")
        self.assertGreater(lost, 0)
        self.assertEqual(lost + read, 20)
        exporter.kill()
        exporter = self.begin()
        self.wait_for(exporter, 13)
        self.assertEqual(exporter.total("maillog_source_lost_records_total"), lost)

    def test_a_topic_of_another_cluster(self):
        self.brokers.create("mail", 1)
        exporter = self.begin()
        self.brokers.produce("mail", deliveries(10))
        self.wait_for(exporter, 10)
        exporter.stop()
        others = kafka.Brokers()
        self.addCleanup(others.close)
        others.create("mail", 1)
        others.produce("mail", deliveries(3))
        exporter = self.start_unready(f"--state.path={self.folder}/state", f"--config.file={self.configuration(others)}")
        self.wait_for(exporter, 13)
        self.assertEqual(exporter.total("maillog_source_gaps_total", kind="records_removed"), 1)

    def configuration(self, brokers):
        path = f"{self.folder}/config.yml"
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"sources:\n  - path: kafka://{brokers.addresses}/mail\n    name: {self.path}\n"
                       "    kafka: {client.id: somebody, sasl.password: a secret}\n")
        return path

    def test_brokers_that_go_down_and_come_up_again(self):
        self.brokers.create("mail", 1)
        exporter = self.begin()
        self.brokers.produce("mail", deliveries(10))
        self.wait_for(exporter, 10)
        self.brokers.down(1)
        wait_until(lambda: exporter.total("maillog_source_up") == 0, "the broker to be missed", 30)
        status, _, why = exporter.request("/-/ready")
        self.assertEqual(status, 503)
        self.assertIn("topic mail", why)
        self.assertIn("127.0.0.1:", why)
        self.brokers.up(1)
        wait_until(lambda: exporter.total("maillog_source_up") == 1, "the broker to be back", 30)
        self.brokers.produce("mail", deliveries(10))
        self.wait_for(exporter, 20)
        self.assertEqual(exporter.request("/-/ready")[0], 200)

    def test_nobody_is_there(self):
        self.brokers.create("mail", 1)
        self.brokers.down(1)
        exporter = self.begin(ready=False)
        wait_until(lambda: exporter.total("maillog_source_up") == 0, "the broker to be missed")
        took, status = exporter.stop()
        self.assertEqual(status, 0)
        self.assertLess(took, 2)

    def test_a_broker_that_hangs_does_not_hold_up_the_end(self):
        self.brokers.create("mail", 1)
        exporter = self.begin()
        self.brokers.slow(1, 60_000)
        wait_until(lambda: exporter.total("maillog_source_up") == 0, "the broker to hang", 30)
        took, status = exporter.stop()
        self.assertEqual(status, 0)
        self.assertLess(took, 2)

    def test_memory_has_a_limit(self):
        """Many partitions with more in them than may be in memory."""
        self.brokers.create("mail", 16)
        for partition in range(16):
            self.brokers.produce("mail", ["".join(deliveries(4000))] * 5, partition)
        exporter = self.begin("--from-start", ready=False)
        most = 0
        def all_read():
            nonlocal most
            page = exporter.scrape()
            most = max(most, *(float(line.split()[1]) for line in page.splitlines()
                               if line.startswith("process_resident_memory_bytes ")))
            return exporter.total(DELIVERIES) >= 16 * 5 * 4000
        wait_until(all_read, "all of them", 60)
        print(f"at most {most / 1e6:.0f} MB", end=" ... ", flush=True)
        self.assertLess(most, 100e6)

    def test_in_the_sandbox(self):
        self.brokers.create("mail", 1)
        exporter = self.begin()
        self.assertTrue(any("gave up rights" in line for line in exporter.log), exporter.log)
        self.brokers.produce("mail", deliveries(1))
        self.wait_for(exporter, 1)

    def test_the_state_names_the_positions(self):
        self.brokers.create("mail", 1)
        exporter = self.begin()
        self.brokers.produce("mail", deliveries(4))
        self.wait_for(exporter, 4)
        exporter.stop()
        status, out, err = run("state", "show", f"--state.path={self.folder}/state")
        self.assertEqual(status, 0, err)
        self.assertIn("partition 0 of the topic mail read up to record 4", out)

    def test_count_reads_to_the_end(self):
        self.brokers.create("mail", 3)
        self.brokers.produce("mail", deliveries(30))
        status, out, err = run("count", self.path)
        self.assertEqual(status, 0, err)
        self.assertIn('outcome="counted"} 30', out)

    def test_throughput(self):
        """Figures only: machines differ."""
        self.brokers.create("mail", 4)
        records = deliveries(100_000 if LONG else 20_000)
        for partition in range(4):
            self.brokers.produce("mail", records[partition::4], partition)
        begun = time.monotonic()
        exporter = self.begin("--from-start", ready=False)
        self.wait_for(exporter, len(records), 120)
        print(f"{len(records) / (time.monotonic() - begun):.0f} records/s", end=" ... ", flush=True)


@unittest.skipIf(NOT_HERE, NOT_HERE)
class ThreeBrokers(KafkaTest):
    brokers_count = 3

    def test_killed_and_restarted(self):
        self.kill_and_restart()

    def test_one_of_three_goes_down(self):
        self.brokers.create("mail", 6)
        exporter = self.begin()
        self.brokers.produce("mail", deliveries(60))
        self.wait_for(exporter, 60)
        self.brokers.down(2)
        self.brokers.up(2)
        self.brokers.produce("mail", deliveries(60))
        self.wait_for(exporter, 120)


if __name__ == "__main__":
    unittest.main()
