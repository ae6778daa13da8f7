"""./dev run, with a program that is already built: where it says that the metrics are."""

import os
import shutil
import signal
import subprocess
import threading
import unittest

from exporter import PATIENCE, PROGRAM, ExporterTest, delivery

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CORPUS = "tests/corpus/debian12/syslog/mail.log"
# What sets up and compiles, which has nothing to do here.
TOOLS = {"dpkg-query": "echo installed", "cmake": "exit 0", "ninja": "exit 0"}


@unittest.skipIf(any(os.path.exists(f"/var/log/{name}") for name in ("maillog", "mail.log")), "this machine has a log")
class Run(ExporterTest):
    def setUp(self):
        super().setUp()
        for folder in ("build", "scripts", "tools", os.path.dirname(CORPUS)):
            os.makedirs(os.path.join(self.folder, folder))
        shutil.copy(PROGRAM, os.path.join(self.folder, "build", "maillog_exporter"))
        for name in ("dev", "scripts/demo-log", CORPUS):
            shutil.copy(os.path.join(ROOT, name), os.path.join(self.folder, name))
        for name, what in TOOLS.items():
            self.tool(os.path.join("tools", name), what)
        self.append(delivery("0A1"))

    def tool(self, name, what):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as script:
            script.write(f"#!/bin/sh\n{what}\n")
        os.chmod(path, 0o755)

    def said(self, *arguments):
        """What ./dev itself says before the exporter listens, or ends."""
        tools = os.path.join(self.folder, "tools")
        process = subprocess.Popen(
            [os.path.join(self.folder, "dev"), "run", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PATH": tools + ":" + os.environ["PATH"]},
        )
        self.addCleanup(process.stdout.close)
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        lines = []
        for line in process.stdout:
            lines.append(line.decode())
            if b'msg="listening"' in line:
                break
        process.send_signal(signal.SIGTERM)
        status = process.wait()
        watchdog.cancel()
        self.assertNotEqual(status, -signal.SIGKILL, f"neither listened nor ended: {lines}")
        return [line for line in lines if not line.startswith("ts=")]

    def test_the_address_is_the_one_that_was_asked_for(self):
        said = self.said("--web.listen-address=127.0.0.1:39617", "--web.telemetry-path=/m", self.log)
        self.assertIn("== metrics: http://127.0.0.1:39617/m (Ctrl-C ends)\n", said)

    def test_arguments_that_are_not_sound_promise_nothing(self):
        said = self.said("--web.listen-adress=:1", self.log)
        self.assertFalse([line for line in said if "http://" in line], said)
        self.assertIn("did you mean --web.listen-address?", said[-1])

    def test_a_port_that_nobody_knows_yet_is_not_named(self):
        said = self.said("--web.listen-address=127.0.0.1:0", self.log)
        self.assertFalse([line for line in said if "http://" in line], said)


if __name__ == "__main__":
    unittest.main()
