"""What looks healthy is: a source that cannot be read is shown, a first start loses nothing, what is not a log is reported."""

import ctypes
import gzip
import os
import shutil
import subprocess
import unittest

from exporter import PROGRAM, ExporterTest, delivery, run, samples, wait_until

DELIVERIES = "maillog_deliveries_total"
JOURNAL_REMOTE = "/lib/systemd/systemd-journal-remote"


class HealthTest(ExporterTest):
    def assert_unready(self, exporter, source, *words):
        """That it is neither up nor ready, and says which source it is and why."""
        wait_until(lambda: samples(exporter.scrape(), "maillog_source_up", source=source) == [0], "the source to be down")
        self.assertEqual(samples(exporter.scrape(), "maillog_source_caught_up", source=source), [0])
        status, _, body = exporter.request("/-/ready")
        self.assertEqual(status, 503, body)
        for word in (source, *words):
            self.assertIn(word, body)
        self.assertEqual(exporter.request("/-/healthy")[0], 200)

    def assert_becomes_ready(self, exporter, source):
        wait_until(lambda: exporter.request("/-/ready")[0] == 200, "readiness")
        self.assertEqual(samples(exporter.scrape(), "maillog_source_up", source=source), [1])
        self.assertEqual(samples(exporter.scrape(), "maillog_source_caught_up", source=source), [1])


class Unreadable(HealthTest):
    def test_a_log_of_mode_0600(self):
        self.append(delivery("0A1"))
        os.chmod(self.log, 0)
        exporter = self.start_unready(self.log, **self.without_privileges())
        self.assert_unready(exporter, self.log, "Permission denied")
        os.chmod(self.log, 0o644)
        self.assert_becomes_ready(exporter, self.log)
        self.append(delivery("0A2"))
        wait_until(lambda: exporter.total(DELIVERIES, status="sent") == 1, "the line written since")

    def test_who_wants_to_start_without(self):
        self.append(delivery("0A1"))
        os.chmod(self.log, 0)
        exporter = self.start("--web.ready-without-unreadable", self.log, **self.without_privileges())
        wait_until(lambda: self.log in exporter.request("/-/ready")[2], "the source to be named")
        self.assertEqual(exporter.request("/-/ready")[0], 200)
        self.assertEqual(samples(exporter.scrape(), "maillog_source_up"), [0])

    def test_a_directory_that_may_not_be_entered(self):
        closed = os.path.join(self.folder, "closed")
        os.mkdir(closed)
        log = os.path.join(closed, "mail.log")
        self.append(delivery("0A1"), log)
        os.chmod(closed, 0)
        options = self.without_privileges()
        for source in (log, closed, os.path.join(closed, "*.log")):
            exporter = self.start_unready(source, **options)
            self.assert_unready(exporter, source, "Permission denied")
            exporter.stop()
        os.chmod(closed, 0o755)

    def test_a_socket_that_cannot_be_bound(self):
        for source in ("syslog+udp://192.0.2.1:5514", "syslog+tcp://192.0.2.1:5514"):
            exporter = self.start_unready(source)
            self.assert_unready(exporter, source, "Cannot assign requested address")
            exporter.stop()

    def test_a_fifo_is_opened_as_soon_as_it_may_be(self):
        os.mkfifo(self.log, 0o600)
        os.chmod(self.log, 0)
        exporter = self.start_unready(self.log, **self.without_privileges())
        self.assert_unready(exporter, self.log, "Permission denied")
        os.chmod(self.log, 0o644)
        self.assert_becomes_ready(exporter, self.log)
        self.append(delivery("0A1"))
        wait_until(lambda: exporter.total(DELIVERIES, status="sent") == 1, "the line")

    def test_one_source_of_two(self):
        self.append(delivery("0A1"))
        closed = self.log + ".closed"
        self.append(delivery("0A2"), closed)
        os.chmod(closed, 0)
        exporter = self.start_unready("--from-start", self.log, closed, **self.without_privileges())
        self.assert_unready(exporter, closed, "Permission denied")
        wait_until(lambda: exporter.total(DELIVERIES, status="sent") == 1, "the other source to be read")
        self.assertNotIn(f"source {self.log} ", exporter.request("/-/ready")[2])


def without_inotify():
    """In a process that is about to begin: a name space of users in which nobody may have an inotify instance."""
    if ctypes.CDLL(None).unshare(0x10000000) != 0:  # CLONE_NEWUSER
        raise OSError("unshare")
    with open("/proc/sys/user/max_inotify_instances", "w", encoding="ascii") as limit:
        limit.write("0")


class UnreadableJournal(HealthTest):
    def setUp(self):
        super().setUp()
        if not os.path.exists(JOURNAL_REMOTE):
            self.skipTest("NOT RUN: no " + JOURNAL_REMOTE)
        self.journal = os.path.join(self.folder, "journal")
        os.mkdir(self.journal)
        self.source = "journal:" + self.journal
        self.write("a")

    def write(self, name, micros=1):
        """A journal file with one entry, of so many microseconds after a certain time."""
        export = (
            f"__REALTIME_TIMESTAMP={1795281448373223 + micros}\n__MONOTONIC_TIMESTAMP={micros}\n_BOOT_ID=14938646e1df476aa531f9d72d32d25f\n"
            "_HOSTNAME=mx\nSYSLOG_IDENTIFIER=postfix/qmgr\nSYSLOG_FACILITY=2\n_PID=7\nMESSAGE=3F2504E04F89: removed\n\n"
        )
        self.file = os.path.join(self.journal, name + ".journal")
        subprocess.run(
            [JOURNAL_REMOTE, "--split-mode=none", "-o", self.file, "-"],
            input=export.encode(), stderr=subprocess.DEVNULL, check=True,
        )
        os.chmod(self.file, 0o644)

    def test_can_be_read(self):
        status, out, err = run("count", self.source, **self.without_privileges())
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(sum(samples(out, "maillog_records_total", outcome="counted")), 1)

    def test_files_of_a_group_that_the_user_is_not_in(self):
        os.chmod(self.file, 0)
        options = self.without_privileges()
        status, out, err = run("count", self.source, **options)
        self.assertEqual((status, out), (2, ""))
        self.assertIn(f"{self.file}: Permission denied", err.splitlines()[-1])
        exporter = self.start_unready("--from-start", self.source, **options)
        self.assert_unready(exporter, self.source, "Permission denied")
        self.assertIn("Permission denied", "\n".join(exporter.log))
        os.chmod(self.file, 0o644)
        self.assert_becomes_ready(exporter, self.source)
        wait_until(lambda: exporter.total("maillog_records_total", outcome="counted") == 1, "the entry")

    def test_a_system_that_has_no_inotify_instance_left(self):
        """Files that are new are found nevertheless, each entry once, also where there were none at first."""
        try:
            subprocess.run(["true"], preexec_fn=without_inotify, check=True)
        except subprocess.SubprocessError:
            self.skipTest("NOT RUN: no name space of users can be had")
        counted = 0
        for begins_with in ("one", "none"):
            with self.subTest(begins_with=begins_with):
                if begins_with == "none":
                    shutil.rmtree(self.journal)
                    os.mkdir(self.journal)
                start = self.start_unready if begins_with == "none" else self.start
                exporter = start(self.source, preexec_fn=without_inotify)
                for counted in (1, 2, 3):
                    self.write(f"new{counted}", 10 * counted)
                    wait_until(lambda: exporter.total("maillog_records_total", outcome="counted") == counted, f"entry {counted}")
                exporter.kill()

    def test_no_files_at_all(self):
        os.remove(self.file)
        status, out, err = run("count", self.source)
        self.assertEqual((status, out), (2, ""))
        self.assertIn("no journal files there", err)
        exporter = self.start_unready(self.source)
        self.assert_unready(exporter, self.source, "no journal files there")
        self.write("b")
        self.assert_becomes_ready(exporter, self.source)
        wait_until(lambda: exporter.total("maillog_records_total", outcome="counted") == 1, "the entry that came then")

    def test_a_file_of_it_is_named_with_the_way_to_read_it(self):
        for command in ("count", "explain", "serve"):
            status, out, err = run(command, self.file)
            self.assertEqual((status, out), (2, ""), command)
            self.assertIn("a file of the systemd journal", err)
            self.assertIn("journal:" + self.journal, err)


class FirstStart(ExporterTest):
    def test_killed_before_anything_else_was_saved(self):
        state = os.path.join(self.folder, "state")
        self.append(delivery("0A0"))
        exporter = self.start("--state.path=" + state, self.log)
        self.append("".join(delivery(f"0B{i}") for i in range(50)))
        exporter.kill()
        self.append("".join(delivery(f"0C{i}") for i in range(50)))
        exporter = self.start("--state.path=" + state, self.log)
        wait_until(lambda: exporter.total(DELIVERIES, status="sent") >= 100, "all lines since the first start")
        self.assertEqual(exporter.total(DELIVERIES, status="sent"), 100)

    def test_the_log_comes_after_the_kill(self):
        state = os.path.join(self.folder, "state")
        self.start("--state.path=" + state, self.log).kill()
        self.append("".join(delivery(f"0B{i}") for i in range(50)))
        exporter = self.start("--state.path=" + state, self.log)
        wait_until(lambda: exporter.total(DELIVERIES, status="sent") >= 50, "all lines since the first start")
        self.assertEqual(exporter.total(DELIVERIES, status="sent"), 50)


class NoLogs(ExporterTest):
    def test_packed_standard_input(self):
        text = "".join(delivery(f"{i:010X}") for i in range(3000)).encode()
        status, out, err = run("count", "-", stdin=gzip.compress(text))
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(sum(samples(out, DELIVERIES, status="sent")), 3000)
        with open(self.log, "wb") as log:
            log.write(gzip.compress(text))
        with open(self.log, "rb") as log:
            done = subprocess.run([PROGRAM, "count", "-"], stdin=log, capture_output=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(sum(samples(done.stdout.decode(), DELIVERIES, status="sent")), 3000)

    def test_packed_logs_are_not_followed(self):
        self.append(gzip.compress(delivery("0A1").encode()))
        status, _, err = run(self.log)
        self.assertEqual(status, 2)
        self.assertIn("packed", err)

    def test_an_export_of_the_journal(self):
        for text in (b"__CURSOR=s=1\n__REALTIME_TIMESTAMP=1\nMESSAGE=x\n\n", b'{"__CURSOR":"s=1","MESSAGE":"x"}\n'):
            status, out, err = run("count", "-", stdin=text)
            self.assertEqual((status, out), (2, ""))
            self.assertIn("journalctl -o short-iso", err)

    def test_mostly_no_mail_log(self):
        text = "Nov 21 10:00:00 mx sshd[1]: hello\n" * 3 + delivery("0A1") * 2
        status, out, err = run("count", "-", stdin=text.encode())
        self.assertEqual(status, 0)
        self.assertEqual(sum(samples(out, DELIVERIES)), 2)
        self.assertEqual(
            err,
            "maillog_exporter: standard input: 3 of 5 messages are from no mail server: 0 malformed, 3 of other programs; "
            "is this the right log?\n",
        )
        status, strict_out, err = run("count", "--strict", "-", stdin=text.encode())
        self.assertEqual((status, sum(samples(strict_out, DELIVERIES))), (2, 2), "the numbers are printed all the same")
        self.assertEqual(len(err.splitlines()), 2, err)
        self.assertEqual(run("count", "--strict", "-", stdin=delivery("0A1").encode())[::2], (0, ""))

    def test_what_is_no_log_in_a_folder(self):
        self.append(delivery("0A10000000") * 2)
        odd = os.path.join(self.folder, "odd.log")
        with open(odd, "wb") as file:
            file.write(delivery("0A2").encode("utf-16"))
        left_out = f"maillog_exporter: left out {odd}: text in UTF-16"
        for command in (["count"], ["count", "--summary"], ["explain"], ["trace", "0A10000000"], ["top"], ["report"]):
            status, out, err = run(*command, self.folder)
            self.assertEqual(status, 0, err)
            self.assertEqual(err.count(left_out), 1, err)
            self.assertNotEqual(out, "")
        status, out, err = run("count", "--strict", self.folder)
        self.assertEqual((status, sum(samples(out, DELIVERIES))), (2, 2))
        status, _, err = run("backfill", f"--out={self.folder}/history", f"{self.folder}/*.log")
        self.assertEqual((status, err.count(left_out)), (0, 1), err)

    def test_directories_in_a_directory(self):
        for kind in ("inlog", "outlog"):
            directory = os.path.join(self.folder, "logs", kind, "mx1")
            os.makedirs(directory)
            self.append(delivery("0A1"), os.path.join(directory, "20261121.log"))
        logs = os.path.join(self.folder, "logs")
        self.append(delivery("0A2"), os.path.join(logs, "stray.log"))
        self.assertEqual(sum(samples(run("count", logs)[1], DELIVERIES)), 3)
        exporter = self.start("--from-start", logs)
        self.assertEqual(exporter.total(DELIVERIES), 3)
        os.mkdir(os.path.join(logs, "faillog"))
        self.append(delivery("0A3"), os.path.join(logs, "faillog", "20261121.log"))
        wait_until(lambda: exporter.total(DELIVERIES) == 4, "a line in a new directory")


class Words(ExporterTest):
    def test_each_mistake_has_its_sentence(self):
        for word, sentence in (
            ("cuont", "cuont is neither a command nor a file; did you mean count?"),
            ("", "a path is empty; leave it out, or name a log"),
            ("syslog://foo:514", "syslog://foo:514: there is no source of the kind syslog://"),
            ("syslog+udp://:70000", "syslog+udp://:70000 has a port over 65535"),
            ("syslog+udp:/foo:514", "syslog+udp:/foo:514: a slash or the colon is missing"),
            ("syslog+unix://run/x", "syslog+unix://run/x: a socket's path comes after three slashes"),
        ):
            for arguments in ([word, self.log], ["check-config", word], ["serve", word]):
                status, out, err = run(*arguments)
                self.assertEqual((status, out), (2, ""), arguments)
                self.assertTrue(err.startswith("maillog_exporter: " + sentence), err)
                self.assertEqual(len(err.splitlines()), 1, err)

    def test_help_of_a_command(self):
        self.assertEqual(run("help", "count"), run("count", "--help"))
        self.assertIn("--strict", run("help", "count")[1])


if __name__ == "__main__":
    unittest.main()
