"""The logs of a node: rotated and packed by the kubelet, of containers that restart and pods that come and go, read as the
DaemonSet of deploy/kubernetes reads them, while the exporter is killed and started."""

import os
import random
import threading
import time
import unittest

from exporter import Exporter, ExporterTest, samples, wait_until
from kubelet import KEPT, Node

LONG = os.environ.get("MAILLOG_LONG") == "yes"
REMOVED = "maillog_queue_removed_total"


class OnANode(ExporterTest):
    def setUp(self):
        super().setUp()
        self.node = Node(self.folder)
        self.addCleanup(lambda: [pod.delete() for pod in self.node.running])
        self.written = self.seen = self.generation = 0
        self.exporter = None

    def paths(self):
        return [f"{self.node.pods}/mail_*_*/*/*.log"]

    def begin(self, *arguments):
        exporter = Exporter(f"--state.path={self.folder}/state", "--from-start", *arguments, *self.paths())
        self.addCleanup(exporter.kill)
        self.exporter = exporter

    def end(self):
        self.exporter.kill()
        self.exporter = None

    def removed(self):
        total = self.exporter.total(REMOVED)
        self.assertGreaterEqual(total, self.seen)
        self.seen = total
        return total

    def wait_for_all(self):
        wait_until(lambda: self.removed() == self.written, f"{self.written} lines, not {self.seen}")

    def line(self, queue_id):
        return f"{time.strftime('%b %d %H:%M:%S')} mx1 postfix/qmgr[1]: {queue_id:010X}: removed"

    def write(self, container, count=1, pieces=1):
        for _ in range(count):
            self.written += 1
            container.put(self.line(self.written), pieces)

    def mail_pod(self):
        self.generation += 1
        return self.node.run("mail", f"postfix-{self.generation}", ["postfix", "dovecot"])

    def test_only_the_pods_that_are_meant(self):
        pod = self.mail_pod()
        other = self.node.run("web", "postfix-1", ["postfix"])
        alike = self.node.run("mail-test", "postfix-1", ["postfix"])
        self.write(pod.containers[0], 3)
        for stranger in (other, alike):
            stranger.containers[0].put(self.line(99))
        self.begin()
        self.wait_for_all()
        for stranger in (other, alike):
            stranger.containers[0].put(self.line(99))
        self.write(pod.containers[1], 2)
        self.wait_for_all()
        self.assertEqual(sum(samples(self.exporter.scrape(), "maillog_source_read_bytes_total")),
                         sum(os.path.getsize(container.path) for container in pod.containers))  # fmt: skip

    def test_pods_that_come_and_go(self):
        self.begin()
        wait_until(lambda: self.exporter.request("/-/ready")[0] == 200, "readiness without a pod")
        for _ in range(3):
            pods = [self.mail_pod() for _ in range(3)]
            for pod in pods:
                for container in pod.containers:
                    self.write(container, 10)
            self.wait_for_all()
            for pod in pods:
                self.node.delete(pod)
        self.assertEqual(self.exporter.total("maillog_source_lost_bytes_total"), 0)
        wait_until(lambda: self.exporter.request("/-/ready")[0] == 200, "readiness after all are gone")

    def test_containers_that_restart(self):
        pod = self.mail_pod()
        container = pod.containers[0]
        self.begin()
        for _ in range(4):
            self.write(container, 5)
            self.wait_for_all()
            container.restart()
            self.write(container, 5)
        self.wait_for_all()
        # While nobody looks: the former run's log is kept, and read to its end.
        self.write(container, 5)
        self.end()
        self.write(container, 5)
        container.rotate()
        self.write(container, 5)
        container.restart()
        self.write(container, 5)
        self.begin()
        self.wait_for_all()
        self.assertEqual(self.exporter.total("maillog_source_lost_bytes_total"), 0)

    def test_as_many_rotations_as_the_kubelet_keeps(self):
        container = self.mail_pod().containers[0]
        self.write(container, 20)
        self.begin()
        self.wait_for_all()
        self.end()
        for _ in range(KEPT - 1):
            self.write(container, 20)
            container.rotate()
        self.write(container, 20)
        self.begin()
        self.wait_for_all()
        self.assertEqual(self.exporter.total("maillog_source_lost_bytes_total"), 0)

    def test_messages_in_pieces(self):
        container = self.mail_pod().containers[0]
        self.begin()
        self.write(container)
        self.wait_for_all()  # from the first look on, a rotation is nothing new
        for _ in range(5):
            self.write(container, 5, pieces=3)
            container.rotate()
        self.write(container, 5, pieces=7)
        self.wait_for_all()

    def test_a_log_that_two_paths_lead_to_counts_once(self):
        links = f"{self.node.links}/*_mail_*.log"
        paths = self.paths()
        self.paths = lambda: [*paths, links]
        container = self.mail_pod().containers[0]
        self.begin()
        for _ in range(3):
            self.write(container, 5)
            self.wait_for_all()
            container.rotate()
            self.write(container, 5)
            self.wait_for_all()
            container.restart()
        # What counts twice would be too much from the first wait on: a total never falls.
        self.write(container, 5)
        self.wait_for_all()

    def test_rotations_of_a_link_are_beside_its_target(self):
        self.paths = lambda: [f"{self.node.links}/*_mail_*.log"]
        container = self.mail_pod().containers[0]
        self.write(container, 5)
        self.begin()
        self.wait_for_all()
        self.end()
        for _ in range(KEPT - 1):
            self.write(container, 5)
            container.rotate()
        self.write(container, 5)
        self.begin()
        self.wait_for_all()

    def test_a_pod_that_came_while_nobody_looked(self):
        self.write(self.mail_pod().containers[0], 5)
        self.begin()
        self.wait_for_all()
        self.end()
        self.write(self.mail_pod().containers[0], 20)
        # The one limit, which docs/kubernetes.md states: what a log had before it was first seen under its name, and was
        # rotated away, is not read.
        container = self.mail_pod().containers[0]
        container.put(self.line(99))
        container.rotate()
        self.write(container, 20)
        self.begin()
        self.wait_for_all()

    def step(self, chance):
        """Something happens on the node. While nobody looks, less than the kubelet keeps, and no log both begins and is rotated:
        that is the limit of test_a_pod_that_came_while_nobody_looked."""
        pod = chance.choice(self.node.running)
        container = chance.choice(pod.containers)
        what = chance.random()
        if what < 0.06 and self.unseen.setdefault(container, 0) < KEPT - 1 and container not in self.restarted:
            container.rotate()
            self.unseen[container] += 1
            self.happened["rotations"] += 1
        elif what < 0.08 and container not in self.restarted:
            container.restart()
            self.restarted.add(container)
            self.happened["restarts"] += 1
        elif what < 0.10 and self.exporter is not None:
            if len(self.node.running) > 2:
                self.wait_for_all()  # the kubelet removes logs a while after the containers have ended
                self.node.delete(pod)
                self.happened["pods"] += 1
            else:
                for container in self.mail_pod().containers:
                    self.write(container)
                self.wait_for_all()
        elif what < 0.13 and self.exporter is not None:
            self.end()
            self.happened["kills"] += 1
        elif what < 0.35 and self.exporter is None:
            self.begin()
        else:
            self.write(container, chance.randint(1, 60), pieces=chance.choice((1, 1, 1, 2)))
        if self.exporter is not None and chance.random() < 0.2:
            self.wait_for_all()
            self.unseen.clear()
            self.restarted.clear()

    def live(self, seconds):
        seed = int(os.environ.get("MAILLOG_SEED", random.randrange(1 << 30)))
        chance = random.Random(seed)
        self.happened = {"rotations": 0, "restarts": 0, "pods": 0, "kills": 0}
        self.unseen, self.restarted = {}, set()
        with self.subTest(f"again with MAILLOG_SEED={seed}, as far as time allows"):
            self.mail_pod()
            self.begin()
            self.wait_for_all()
            end = time.monotonic() + seconds
            pause = threading.Event()
            while time.monotonic() < end:
                self.step(chance)
                pause.wait(chance.random() * 0.02)
            if self.exporter is None:
                self.begin()
            self.wait_for_all()
            self.assertEqual(self.exporter.total("maillog_source_lost_bytes_total"), 0)
            said = ", ".join(f"{count} {what}" for what, count in self.happened.items())
            print(f"measured: a node, seed {seed}: {said}, {self.written} lines: none lost, none doubled")

    def test_a_node_that_lives(self):
        self.live(120 if LONG else 15)


if __name__ == "__main__":
    unittest.main()
