"""The real program, started by a test."""

import http.client
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

PROGRAM = os.environ.get("MAILLOG_EXPORTER", "build/maillog_exporter")
PATIENCE = 20.0


def run(*arguments, stdin=b"", program=PROGRAM, **process):
    """Runs a command of the program to its end: (status, stdout, stderr). `process`: arguments of subprocess.run."""
    done = subprocess.run([program, *arguments], input=stdin, capture_output=True, timeout=60, check=False, **process)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def wait_until(question, what, patience=PATIENCE, least=0.001):
    """Asks until the answer is true; between questions the processor is left to what is waited for, at first for `least` seconds,
    then for a twentieth of a second. `what`: text, or what makes it."""
    begin = time.monotonic()
    pause = threading.Event()
    while (waited := time.monotonic() - begin) < patience:
        answer = question()
        if answer:
            return answer
        pause.wait(min(least + waited / 10, 0.05))
    raise AssertionError(f"waited {patience} s in vain for: {what() if callable(what) else what}")


def samples(exposition, name, **labels):
    """Values of the series of a metric that have these labels."""
    values = []
    for match in re.finditer(rf"^{re.escape(name)}(?:\{{(.*)\}})? (\S+)$", exposition, re.MULTILINE):
        found = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match[1] or ""))
        if all(found.get(key) == value for key, value in labels.items()):
            values.append(float(match[2]))
    return values


class Exporter:
    """Serves on a free port of loopback until it is stopped."""

    def __init__(self, *arguments, stdin=subprocess.DEVNULL, program=PROGRAM, **process):
        self.process = subprocess.Popen(
            [program, "--web.listen-address=127.0.0.1:0", "--log.format=json", *arguments],
            stdin=stdin,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            **process,
        )
        self.log = []
        self._listening = threading.Event()
        self.port = None
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        if not self._listening.wait(PATIENCE) or self.port is None:
            self.kill()
            raise AssertionError(f"the exporter does not listen: {self.log}")

    def _read_log(self):
        for line in self.process.stderr:
            self.log.append(line.decode(errors="replace").rstrip())
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if entry.get("msg") == "listening":
                self.port = int(entry["address"].rpartition(":")[2])
                self._listening.set()
        self._listening.set()

    def request(self, path="/metrics", method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            connection.close()

    def scrape(self):
        return self.request()[2]

    def total(self, name, **labels):
        return sum(samples(self.scrape(), name, **labels))

    def stop(self, signal_number=signal.SIGTERM):
        """The seconds that it took, and the exit status."""
        before = time.monotonic()
        self.process.send_signal(signal_number)
        status = self.process.wait(PATIENCE)
        took = time.monotonic() - before
        self._reader.join(PATIENCE)
        self.process.stderr.close()
        return took, status

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()
        self._reader.join(PATIENCE)
        self.process.stderr.close()


class ExporterTest(unittest.TestCase):
    """A temporary folder, and exporters that end with the test."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.log = os.path.join(self.folder, "mail.log")

    def start_unready(self, *arguments, **options):
        """Started, and listening."""
        exporter = Exporter(*arguments, **options)
        self.addCleanup(exporter.kill)
        return exporter

    def start(self, *arguments, **options):
        """Started, and finished with what was there: what is appended from now on is new."""
        exporter = self.start_unready(*arguments, **options)
        wait_until(lambda: exporter.request("/-/ready")[0] == 200, "readiness")
        return exporter

    def without_privileges(self):
        """Options of run and start: as a user who owns nothing here, and may read what everybody may."""
        if os.geteuid() != 0:
            return {}
        # The program may be in a place that only root can reach.
        program = os.path.join(self.folder, "maillog_exporter")
        if not os.path.exists(program):
            shutil.copy(PROGRAM, program)
        os.chmod(self.folder, 0o755)
        nobody = pwd.getpwnam("nobody")
        return {"program": program, "user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def append(self, text, path=None):
        with open(path or self.log, "ab") as log:
            log.write(text if isinstance(text, bytes) else text.encode())


def delivery(queue_id, status="sent", dsn="2.0.0"):
    """One delivery attempt, as Postfix logs it; short ids are padded."""
    queue_id = queue_id.ljust(10, "0")
    return (
        f"Apr 23 12:31:16 mx postfix/smtp[7700]: {queue_id}: to=<user@example.com>, "
        f"relay=mail.example.com[192.0.2.1]:25, delay=0.58, delays=0.07/0.01/0.3/0.2, dsn={dsn}, "
        f"status={status} ({dsn[0]}50 {dsn} reply)\n"
    )
