"""Commands and faults: one clear sentence and exit status 2, or an answer."""

import os
import pathlib
import random
import re
import socket
import subprocess
import unittest

from exporter import PATIENCE, PROGRAM, ExporterTest, delivery, run, samples, wait_until

DELIVERIES = "maillog_deliveries_total"
RECORDS = "maillog_records_total"
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Faults(ExporterTest):
    def assert_fault(self, arguments, *words):
        status, out, err = run(*arguments)
        self.assertEqual(status, 2, err)
        self.assertEqual(out, "")
        self.assertEqual(len(err.splitlines()), 1, err)
        self.assertTrue(err.startswith("maillog_exporter: "), err)
        for word in words:
            self.assertIn(word, err)

    def test_unknown_flag(self):
        self.assert_fault(["--web.listen-adress=:1"], "--web.listen-adress", "did you mean --web.listen-address?")

    def test_flags_of_other_exporters(self):
        self.assert_fault(["--postfix.logfile_path=x"], "unknown flag --postfix.logfile_path")

    def test_count_without_path(self):
        self.assert_fault(["count"], "count needs")

    def test_missing_file(self):
        for command in ("count", "explain"):
            self.assert_fault([command, self.log], self.log, "No such file")

    def test_unreadable_file(self):
        self.append("x\n")
        os.chmod(self.log, 0)
        status, out, err = run("count", self.log, **self.without_privileges())
        self.assertEqual((status, out), (2, ""))
        self.assertEqual(err, f"maillog_exporter: {self.log}: Permission denied (it may be read by root only)\n")

    def test_busy_port(self):
        with socket.socket() as busy:
            busy.bind(("127.0.0.1", 0))
            busy.listen()
            address = f"127.0.0.1:{busy.getsockname()[1]}"
            self.append("")
            status, _, err = run(f"--web.listen-address={address}", self.log)
        self.assertEqual(status, 2)
        self.assertIn(f"cannot listen on {address}: Address already in use", err.splitlines()[-1])


class Commands(ExporterTest):
    def test_help_and_version(self):
        for flag in ("--help", "--version", "-V", "help"):
            status, out, err = run(flag)
            self.assertEqual((status, err), (0, ""))
            self.assertIn("maillog_exporter", out)

    def test_what_cannot_be_written_is_a_fault(self):
        self.append(delivery("0A"))
        for arguments in (["help"], ["--version"], ["count", "--help"], ["metrics"], ["count", self.log]):
            with open("/dev/full", "wb") as full:
                ended = subprocess.run(
                    [PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE, check=False
                )
            self.assertEqual(ended.returncode, 2, arguments)
            self.assertEqual(ended.stderr, b"maillog_exporter: cannot write to standard output\n")

    def test_count(self):
        self.append("".join(delivery(f"{i:010X}") for i in range(300)) + delivery("0A", "bounced", "5.1.1"))
        status, out, err = run("count", self.log)
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(sum(samples(out, DELIVERIES, status="sent")), 300)
        self.assertEqual(sum(samples(out, DELIVERIES, status="bounced")), 1)
        self.assertEqual(sum(samples(out, RECORDS, outcome="counted")), 301)

    def test_count_of_standard_input(self):
        text = "".join(delivery(f"{i:010X}") for i in range(50))
        status, out, _ = run("count", "-", stdin=text.encode())
        self.assertEqual(status, 0)
        self.assertEqual(sum(samples(out, DELIVERIES)), 50)

    def test_count_of_a_fifo_waits_for_its_writer(self):
        fifo = os.path.join(self.folder, "fifo")
        os.mkfifo(fifo)
        process = subprocess.Popen([PROGRAM, "count", fifo], stdout=subprocess.PIPE)
        self.addCleanup(process.kill)

        def waits():
            self.assertIsNone(process.poll(), "it has ended without having read anything")
            descriptors = f"/proc/{process.pid}/fd"
            has_fifo = any(os.path.realpath(f"{descriptors}/{fd}") == os.path.realpath(fifo) for fd in os.listdir(descriptors))
            with open(f"/proc/{process.pid}/stat", encoding="ascii") as stat:
                return has_fifo and stat.read().rpartition(")")[2].split()[0] == "S"

        wait_until(waits, "a program that waits for the writer")
        with open(fifo, "wb") as writer:
            writer.write(delivery("0A1").encode())
        self.assertIn(b'status="sent"', process.communicate(timeout=PATIENCE)[0])

    def test_binary_garbage_is_counted(self):
        garbage = random.Random(1).randbytes(1 << 20) + b"\n" + bytes(100_000) + b"\n" + b"\xff" * 200_000
        self.append(garbage + b"\n" + delivery("0A1").encode())
        status, out, err = run("count", self.log)
        self.assertEqual(status, 0)
        self.assertRegex(err, r"^maillog_exporter: \S+: \d+ of \d+ messages are from no mail server: .*\n$")
        self.assertGreater(sum(samples(out, RECORDS, outcome="malformed")), 1000)
        self.assertEqual(sum(samples(out, DELIVERIES, status="sent")), 1)
        status, _, err = run("explain", self.log)
        self.assertEqual(status, 0, err)

    def test_empty_log(self):
        self.append("")
        self.assertEqual(run("count", self.log)[0], 0)

    def test_explain(self):
        known = delivery("0A1")
        status, out, err = run("explain", stdin=(known + "Apr 23 12:31:16 mx postfix/smtp[1]: zzz\n").encode())
        self.assertEqual(status, 0, err)
        lines = out.splitlines()
        self.assertEqual(lines[0], known.rstrip())
        self.assertTrue(lines[1].startswith("  = delivery "), lines[1])
        self.assertTrue(any(line.startswith("  + maillog_deliveries_total{") for line in lines), out)
        self.assertTrue(any(line.startswith("  ! unknown") for line in lines), out)
        self.assertEqual(err, "2 messages, 1 unknown, 0 malformed\n")

    def test_explain_names_the_page_of_a_policy(self):
        line = next(line for line in (ROOT / "tests/cases/postfix/policies.txt").read_text().splitlines() if "(S3150)" in line)
        status, out, err = run("explain", stdin=(line + "\n" + delivery("0A1")).encode())
        self.assertEqual(status, 0, err)
        self.assertIn(" policy=microsoft_blocklist receiver=microsoft ", out)
        self.assertEqual(re.findall(r"^  : .* page=(\S+)$", out, re.MULTILINE), ["docs/policies/microsoft.md"])
        self.assertTrue((ROOT / "docs/policies/microsoft.md").exists())

    def test_check_config(self):
        self.append("x\n")
        status, out, _ = run("check-config", self.log, self.log + ".missing", "--web.listen-address=:9999")
        self.assertEqual(status, 0)
        self.assertIn(f"follow {self.log} (a file of 2 bytes)", out)
        self.assertIn("not there yet", out)
        self.assertIn("serve /metrics on :9999", out)

    def test_metrics(self):
        status, out, _ = run("metrics")
        self.assertEqual(status, 0)
        self.assertIn(DELIVERIES, out)


if __name__ == "__main__":
    unittest.main()
