"""As the sidecars of deploy/kubernetes: user 65534 of the group root, with volumes that everybody may write to, and arguments
of the manifests."""

import os
import re
import shutil
import signal
import socket
import subprocess
import unittest

from exporter import PROGRAM, ExporterTest, wait_until

MANIFESTS = os.path.join(os.path.dirname(__file__), "..", "..", "deploy", "kubernetes", "sidecar")
ANOTHER = 101  # Postfix has a user of its own


@unittest.skipUnless(os.geteuid() == 0, "needs root, to be several users")
class Sidecar(ExporterTest):
    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o755)
        self.program = os.path.join(self.folder, "maillog_exporter")
        shutil.copy(PROGRAM, self.program)
        self.volumes = {}
        for name in ("log", "syslog", "state"):
            self.volumes[name] = os.path.join(self.folder, name)
            os.mkdir(self.volumes[name])
            os.chmod(self.volumes[name], 0o777)  # as those of emptyDir are
        self.sent = 0

    def arguments(self, way):
        """Of the manifest, in this test's folder."""
        with open(os.path.join(MANIFESTS, way, "kustomization.yaml"), encoding="utf-8") as file:
            listed = re.search(r"args:\n((?: +(?:- |#).*\n)+)", file.read())[1]
        arguments = re.findall(r"^ +- (.*)$", listed, re.MULTILINE)
        for path, volume in (("/var/lib/maillog_exporter", "state"), ("/var/log/mail", "log"), ("/run/mail-syslog", "syslog")):
            arguments = [word.replace(path, self.volumes[volume]) for word in arguments]
        return arguments

    def begin(self, *arguments):
        return self.start_unready(*arguments, program=self.program, user=65534, group=0, extra_groups=[])

    def line(self):
        self.sent += 1
        return f"Nov 28 10:00:00 mx1 postfix/qmgr[1]: {self.sent:010X}: removed"

    def wait_for_all(self, exporter):
        wait_until(lambda: exporter.total("maillog_queue_removed_total") == self.sent, f"{self.sent} lines")

    def test_a_file(self):
        path = os.path.join(self.volumes["log"], "mail.log")
        with open(path, "w", encoding="ascii", opener=lambda name, flags: os.open(name, flags, 0o640)) as log:
            log.write(self.line() + "\n")
        exporter = self.begin(*self.arguments("file"))
        self.wait_for_all(exporter)
        os.rename(path, path + ".1")
        self.append(self.line() + "\n", path + ".1")
        exporter.kill()  # the container is started again
        with open(path, "w", encoding="ascii", opener=lambda name, flags: os.open(name, flags, 0o640)) as log:
            log.write(self.line() + "\n")
        exporter = self.begin(*self.arguments("file"))
        self.wait_for_all(exporter)

    def syslog_unix(self, path):
        self.sent += 1
        command = ["logger", "--socket", path, "--priority", "mail.info", "--tag", "postfix/qmgr[1]", "--",
                   f"{self.sent:010X}: removed"]  # fmt: skip
        done = subprocess.run(command, user=ANOTHER, group=ANOTHER, extra_groups=[], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_syslog_on_a_unix_socket(self):
        arguments = self.arguments("syslog-unix")
        path = arguments[-1].removeprefix("syslog+unix://")
        for end in (signal.SIGTERM, signal.SIGKILL):
            exporter = self.begin(*arguments)
            wait_until(lambda: exporter.request("/-/ready")[0] == 200, "the socket")
            self.syslog_unix(path)
            self.wait_for_all(exporter)  # and the totals of the container before
            exporter.stop(end)
        exporter = self.begin(*arguments)
        wait_until(lambda: exporter.request("/-/ready")[0] == 200, "the socket")
        self.syslog_unix(path)
        self.wait_for_all(exporter)

    def test_syslog_over_udp(self):
        arguments = self.arguments("syslog-udp")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.assertRegex(arguments[-1], r"^syslog\+udp://127\.0\.0\.1:\d+$")
        exporter = self.begin(*arguments[:-1], f"syslog+udp://127.0.0.1:{port}")
        wait_until(lambda: exporter.request("/-/ready")[0] == 200, "the socket")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as log:
            for _ in range(3):
                log.sendto(("<22>" + self.line()).encode(), ("127.0.0.1", port))
        self.wait_for_all(exporter)


if __name__ == "__main__":
    unittest.main()
