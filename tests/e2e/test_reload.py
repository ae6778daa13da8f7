"""The configuration file in a real process, and SIGHUP."""

import os
import resource
import signal
import subprocess
import unittest

from exporter import PROGRAM, ExporterTest, delivery, run, samples, wait_until
from prometheus import free_port

DELIVERIES = "maillog_deliveries_total"
RELOADED = "maillog_config_last_reload_successful"


class Reload(ExporterTest):
    def setUp(self):
        super().setUp()
        self.config = os.path.join(self.folder, "config.yml")
        self.other = os.path.join(self.folder, "other.log")

    def configure(self, *sources):
        with open(self.config, "w", encoding="utf-8") as file:
            file.write("sources:\n" + "".join(f"- {{{source}}}\n" for source in sources))

    def hang_up(self, exporter, successful):
        exporter.process.send_signal(signal.SIGHUP)
        wait_until(lambda: samples(exporter.scrape(), RELOADED) == [successful], "the reload")

    def test_there_may_be_a_queue_and_no_source(self):
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(f"queue:\n- showq: {self.folder}/showq\n")
        status, _, err = run("backfill", f"--config.file={self.config}", f"--out={self.folder}/history")
        self.assertEqual(status, 2)
        self.assertIn("there are no sources", err)
        exporter = self.start(f"--config.file={self.config}")
        self.assertEqual(exporter.total(RELOADED), 1)
        self.append(delivery("A1"))
        self.configure(f"path: {self.log}, from_start: true")
        self.hang_up(exporter, 1)
        wait_until(lambda: exporter.total(DELIVERIES) == 1, "the first source")

    def test_sources_come_and_go(self):
        first = f"path: {self.log}, name: first, labels: {{site: osaka}}"
        second = f"path: {self.other}, name: second, from_start: true"
        self.append(delivery("A1"))
        self.configure(first + ", from_start: true")
        exporter = self.start(f"--config.file={self.config}")
        self.assertEqual(exporter.total(DELIVERIES, site="osaka"), 1)
        self.assertEqual(exporter.total(RELOADED), 1)

        self.append(delivery("B1") + delivery("B2"), self.other)
        self.configure(first + ", from_start: true", second)
        self.hang_up(exporter, 1)
        wait_until(lambda: exporter.total(DELIVERIES) == 3, "the second source")
        self.assertEqual(exporter.total(DELIVERIES, site="osaka"), 1)

        self.configure(second, "path: /nowhere, colour: red")
        self.hang_up(exporter, 0)
        # The fault was logged before the page reported it, but the test reads the log separately.
        faults = wait_until(lambda: [line for line in exporter.log if "has a fault" in line], "the fault")
        self.assertEqual(len(faults), 1)
        self.assertIn("config.yml:3: there is no key 'colour'", faults[0])
        self.append(delivery("A2"))
        wait_until(lambda: exporter.total(DELIVERIES, site="osaka") == 2, "the first source, still followed")

        self.configure(second)
        self.hang_up(exporter, 1)
        wait_until(lambda: samples(exporter.scrape(), "maillog_source_up", source="first") == [], "its end")
        self.assertEqual(exporter.total(DELIVERIES), 4)
        self.append(delivery("A3"))
        self.configure(first, second)
        self.hang_up(exporter, 1)
        wait_until(lambda: exporter.total(DELIVERIES, site="osaka") == 3, "the first source, resumed")
        self.assertEqual(exporter.total(DELIVERIES), 5)
        self.assertEqual(exporter.stop()[1], 0)

    def test_by_web_only_if_allowed(self):
        self.append("")
        self.configure(f"path: {self.log}")
        closed = self.start(f"--config.file={self.config}")
        self.assertEqual(closed.request("/-/reload", "POST")[0], 404)
        exporter = self.start(f"--config.file={self.config}", "--web.enable-lifecycle")
        self.assertEqual(exporter.request("/-/reload")[0], 405)
        self.configure(f"path: {self.log}", f"path: {self.other}")
        self.assertEqual(exporter.request("/-/reload", "POST")[0], 200)
        self.assertEqual(len(samples(exporter.scrape(), "maillog_source_up")), 2)
        self.configure("nonsense: 1")
        status, _, text = exporter.request("/-/reload", "POST")
        self.assertEqual(status, 500)
        self.assertIn("there is no key 'nonsense'", text)
        self.assertEqual(exporter.total("maillog_config_last_reload_successful"), 0)

    def test_a_log_host_has_a_label(self):
        self.append(delivery("A1") + delivery("A2").replace(" mx ", " mx2 "))
        self.configure(f"path: {self.log}, from_start: true, log_host: true")
        exporter = self.start(f"--config.file={self.config}")
        self.assertEqual(exporter.total(DELIVERIES, log_host="mx"), 1)
        self.assertEqual(exporter.total(DELIVERIES, log_host="mx2"), 1)

    def test_faults(self):
        self.configure("path: a, colour: red")
        for arguments, word in (
            (["check-config", f"--config.file={self.config}"], "config.yml:2: there is no key"),
            ([f"--config.file={self.config}"], "config.yml:2: there is no key"),
            ([f"--config.file={self.config}", self.log], "beside --config.file"),
            (["count", f"--config.file={self.config}", self.log], "--config.file"),
            (["--config.file=/nowhere.yml"], "/nowhere.yml: No such file"),
        ):
            status, out, err = run(*arguments)
            self.assertEqual((status, out), (2, ""), arguments)
            self.assertEqual(len(err.splitlines()), 1, err)
            self.assertIn(word, err)

    def test_unknown_lines_are_masked(self):
        self.append("Apr 23 12:31:16 mx postfix/smtpd[1]: zzz alice@example.com from 192.0.2.1\n" * 2)
        status, out, err = run("explain", "--unknown", self.log)
        self.assertEqual(status, 0, err)
        self.assertIn("       2  postfix smtpd: zzz * from *\n", out)
        self.assertNotIn("alice", out)

    def test_without_room_for_the_first_threads(self):
        self.append("")
        for threads in (1, 4):
            limited = ["prlimit", f"--nproc={threads}:", PROGRAM, "--web.listen-address=127.0.0.1:0", self.log]
            user = self.without_privileges()
            if "program" in user:
                limited[2] = user.pop("program")
            done = subprocess.run(limited, capture_output=True, timeout=60, check=False, **user)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(b"cannot start: no thread can be started", done.stderr)

    def test_without_room_for_a_thread(self):
        self.append("")
        self.append(f"sources: [{{path: {self.log}}}]\n", self.config)
        user = self.without_privileges()
        exporter = self.start("--config.file=" + self.config, **user)
        user.pop("program", None)

        def allow_threads(most):
            """By the user itself: another one would need a capability for it."""
            limit = [f"--pid={exporter.process.pid}", f"--nproc={'unlimited' if most < 0 else most}:"]
            subprocess.run(["prlimit", *limit], check=True, **user)

        allow_threads(1)
        self.append(f"queue: [{{showq: '127.0.0.1:{free_port()}', syslog_name: postfix}}]\n", self.config)
        exporter.process.send_signal(signal.SIGHUP)
        wait_until(lambda: any("no thread can be started" in line for line in exporter.log), "a word on the thread")
        self.append(delivery("0A0"))
        wait_until(lambda: exporter.total("maillog_deliveries_total", status="sent") == 1, "the delivery")
        allow_threads(resource.getrlimit(resource.RLIMIT_NPROC)[1])
        # In vain: the sandbox knows no port that was not named at the start.
        wait_until(lambda: exporter.total("maillog_queue_read_faults_total") > 0, "the queue to be asked")



if __name__ == "__main__":
    unittest.main()
