"""The queue of a real Postfix, as the exporter and `maillog_exporter queue` show it."""

import collections
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
import unittest

import postfix
from exporter import PROGRAM, ExporterTest, run, samples, wait_until

LONG = os.environ.get("MAILLOG_LONG") == "yes"
MAILS = 3000
QUEUES = ("maildrop", "incoming", "active", "deferred", "hold")


def mails(count):
    """The same mails in each run: one to three recipients each, in a few dozen domains."""
    chance = random.Random(14)
    domains = [*postfix.REASONS, *postfix.REASONS, "example.org", *(f"d{i}.example.com" for i in range(40))]
    for _ in range(count):
        recipients = {f"user{i}@{chance.choice(domains)}" for i in range(chance.randint(1, 3))}
        yield sorted(recipients), chance.randrange(3000)


class WithPostfix(ExporterTest):
    @classmethod
    def setUpClass(cls):
        if postfix.why_not():
            raise unittest.SkipTest("NOT RUN: " + postfix.why_not())
        cls.postfix = postfix.Postfix()
        cls.addClassCleanup(cls.postfix.stop)
        cls.postfix.send(mails(MAILS))
        wait_until(lambda: [m["queue_name"] for m in cls.listed()] == ["deferred"] * MAILS, "all mail deferred", patience=120)
        cls.postfix.hold([m["queue_id"] for m in cls.listed()[:7]])

    @classmethod
    def listed(cls):
        """What Postfix itself says."""
        return [json.loads(line) for line in cls.postfix.run("postqueue", "-j").splitlines()]

    def start_with(self, *arguments):
        self.append("")
        exporter = self.start(self.log, *arguments)
        wait_until(lambda: exporter.total("maillog_queue_last_success_timestamp_seconds") > 0, "a reading")
        return exporter

    def assert_figures(self, exposition):
        messages = self.listed()
        self.assertEqual(len(messages), MAILS)
        for queue in QUEUES:
            of_queue = [m for m in messages if m["queue_name"] == queue]
            labels = {"server": "postfix", "syslog_name": "postfix-lab", "queue": queue}
            self.assertEqual(samples(exposition, "maillog_queue_messages", **labels), [len(of_queue)], queue)
            self.assertEqual(samples(exposition, "maillog_queue_bytes", **labels),
                             [sum(m["message_size"] for m in of_queue)], queue)
            at = samples(exposition, "maillog_queue_last_success_timestamp_seconds")[0]
            oldest = at - min((m["arrival_time"] for m in of_queue), default=at)
            self.assertEqual(samples(exposition, "maillog_queue_oldest_seconds", **labels), [oldest], queue)
        recipients = sum(len(m["recipients"]) for m in messages)
        self.assertEqual(sum(samples(exposition, "maillog_queue_recipients")), recipients)
        deferred = collections.Counter(
            r["address"].rpartition("@")[2] for m in messages if m["queue_name"] == "deferred" for r in m["recipients"])
        self.assertEqual(sum(samples(exposition, "maillog_queue_deferred")), sum(deferred.values()))
        for domain, reason, receiver in (("gmail.com", "connection_timeout", "google"),
                                         ("outlook.com", "rate_limit", "microsoft"),
                                         ("docomo.ne.jp", "dns_error", "docomo"),
                                         ("example.net", "mailbox_full", "other")):
            self.assertGreater(deferred[domain], 0)
            self.assertEqual(samples(exposition, "maillog_queue_deferred", reason=reason, receiver=receiver),
                             [deferred[domain]], domain)
        self.assertNotIn("@", exposition)

    def test_figures_are_those_of_postqueue(self):
        self.assert_figures(self.start_with(f"--queue.showq={self.postfix.queue}").scrape())

    def test_over_tcp_too_from_a_configuration_that_is_read_again(self):
        config = os.path.join(self.folder, "c.yml")
        text = f"sources: [{{path: {self.log}}}]\nqueue:\n- {{showq: '127.0.0.1:{self.postfix.showq}', syslog_name: %s}}\n"
        self.append("")
        self.append(text % "postfix-lab", config)
        exporter = self.start("--config.file=" + config)
        wait_until(lambda: exporter.total("maillog_queue_last_success_timestamp_seconds") > 0, "a reading")
        self.assert_figures(exporter.scrape())
        with open(config, "w", encoding="ascii") as file:
            file.write(text % "postfix-other")
        exporter.process.send_signal(1)
        wait_until(lambda: exporter.total("maillog_queue_messages", syslog_name="postfix-other") == MAILS, "the other name")
        self.assertEqual(samples(exporter.scrape(), "maillog_queue_messages", syslog_name="postfix-lab"), [])

    def test_the_command_finds_the_queue_and_prints_the_same(self):
        status, out, err = run("queue", "--json", env={**os.environ, "MAIL_CONFIG": self.postfix.config})
        self.assertEqual((status, err), (0, ""))
        queue, = json.loads(out)["queues"]
        messages = self.listed()
        self.assertEqual(queue["syslog_name"], "postfix-lab")
        self.assertEqual(queue["messages"], MAILS)
        self.assertEqual(queue["bytes"], sum(m["message_size"] for m in messages))
        domains = collections.Counter(r["address"].rpartition("@")[2] for m in messages for r in m["recipients"])
        self.assertEqual({d["domain"]: d["recipients"] for d in queue["domains"]}, domains)
        self.assertTrue(all(sum(d["by_age"]) == d["recipients"] for d in queue["domains"]))
        status, table, _ = run("queue", self.postfix.queue)
        self.assertEqual(status, 0)
        self.assertIn(f"): {MAILS:,} messages, ", table)
        self.assertRegex(table, r"\n +[0-9,]+  connection_timeout +google\n")
        self.assertRegex(table, r"\n  example\.net +[0-9]+ ")
        self.assertIn("(other domains)", table)

    def test_without_permission_it_says_who_has_it(self):
        status, out, err = run("queue", self.postfix.queue, **self.without_privileges())
        self.assertEqual((status, out), (2, ""))
        self.assertEqual(err, f"maillog_exporter: {self.postfix.queue}/public/showq: Permission denied (the directory "
                              f"{self.postfix.queue}/public may be entered by the group postdrop)\n")

    def test_check_config_says_what_is_read_and_what_is_in_the_way(self):
        self.append("")
        status, out, _ = run("check-config", self.log, "--web.listen-address=127.0.0.1:0",
                             f"--queue.showq={self.postfix.queue}")
        self.assertEqual(status, 0)
        self.assertIn(f"read the queue of postfix-lab at {self.postfix.queue}/public/showq every 60 s\n", out)
        status, _, err = run("check-config", self.log, "--web.listen-address=127.0.0.1:0",
                             f"--queue.showq={self.folder}")
        self.assertEqual(status, 1)
        self.assertIn(f"there is no socket {self.folder}/public/showq", err)


class WithoutPostfix(ExporterTest):
    """Whatever answers in place of showq must not be trusted."""

    def answer(self, pieces):
        """A socket at which every client gets the pieces, and then nothing more."""
        path = os.path.join(self.folder, "showq")
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        server.listen()
        self.addCleanup(server.close)

        def serve():
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                try:
                    for piece in pieces():
                        client.sendall(piece)
                    client.recv(1)
                except OSError:
                    pass
                client.close()

        threading.Thread(target=serve, daemon=True).start()
        self.addCleanup(server.shutdown, socket.SHUT_RDWR)
        return path

    def test_a_socket_that_hangs_holds_up_neither_scrapes_nor_the_end(self):
        self.append("")
        exporter = self.start(self.log, "--queue.showq=" + self.answer(lambda: [b"queue_name\0"]), "--queue.timeout=1")
        wait_until(lambda: exporter.total("maillog_queue_read_faults_total", fault="timeout") > 0, "a timeout")
        before = time.monotonic()
        self.assertEqual(samples(exporter.scrape(), "maillog_queue_messages"), [])
        self.assertLess(time.monotonic() - before, 1)
        took, status = exporter.stop()
        self.assertEqual(status, 0)
        self.assertLess(took, 2)
        self.assertTrue(any("the queue cannot be read" in line for line in exporter.log))

    def test_many_messages_stay_within_64_megabytes(self):
        count = 1_000_000 if LONG else 50_000

        def pieces():
            yield b"protocol\0mail_queue_list_protocol\0\0"
            some = []
            for i in range(count):
                some.append(
                    b"queue_name\0deferred\0queue_id\x004F%d\0time\x001795000000\0size\0%d\0forced_expire\x000\0sender\0"
                    b"s@example.com\0recipient\0user@%d.example.com\0reason\0host mx.example.com[192.0.2.1] said: 450 "
                    b"4.7.1 Greylisted, try again in %d s\0\0" % (i, i % 1000, i, i))
                if len(some) == 1000:
                    yield b"".join(some)
                    some.clear()
            yield b"\0"

        path = self.answer(pieces)
        # The greatest size that Linux tells of a process includes the size of the one it was forked from, here that of all
        # these tests; a small one between them keeps that out.
        measuring = ("import resource, subprocess, sys; status = subprocess.run(sys.argv[1:]).returncode; "
                     "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(status)")
        done = subprocess.run([sys.executable, "-c", measuring, PROGRAM, "queue", "--json", path], capture_output=True, check=False)
        self.assertEqual(done.returncode, 0)
        queue, = json.loads(done.stdout)["queues"]
        self.assertEqual(queue["messages"], count)
        self.assertEqual(queue["deferred"], [{"reason": "greylist", "receiver": "other", "recipients": count}])
        self.assertEqual(sum(d["recipients"] for d in queue["domains"]), count)
        self.assertLess(int(done.stderr.split()[-1]), 64 * 1024)


if __name__ == "__main__":
    unittest.main()
