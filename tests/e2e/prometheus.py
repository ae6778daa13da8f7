"""A real Prometheus that scrapes what a test starts."""

import http.server
import json
import os
import shutil
import socket
import subprocess
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

CONFIGURATION = """
global: {{ scrape_interval: {interval}, scrape_timeout: {interval}, evaluation_interval: 500ms }}
rule_files: {rules}
scrape_configs:
  - job_name: maillog
    static_configs: [ {{ targets: [ "127.0.0.1:{port}" ] }} ]
{job}"""

ATTEMPTS = 5  # to start
PATIENCE = 60  # seconds

# The folder with a newer Prometheus than the machine's own: prometheus and promtool from a later suite's package, unpacked.
NEWER = os.environ.get("MAILLOG_NEWER_PROMETHEUS", "")


def newer_prometheus():
    """The program; None if there is none."""
    return shutil.which(os.path.join(NEWER, "prometheus")) if NEWER else None


needs_newer = unittest.skipUnless(newer_prometheus(), "NOT RUN: MAILLOG_NEWER_PROMETHEUS names no folder with one")


def serve_as(test, exporter_port, accept):
    """A port at which the exporter answers in one format, whatever it is asked for."""

    class Passing(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            request = urllib.request.Request(f"http://127.0.0.1:{exporter_port}{self.path}", headers={"Accept": accept})
            with urllib.request.urlopen(request, timeout=10) as answer:
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.end_headers()
                self.wfile.write(answer.read())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Passing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    test.addCleanup(server.server_close)
    test.addCleanup(server.shutdown)
    return server.server_port


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def needs(program):
    return unittest.skipUnless(shutil.which(program), f"no {program} on this machine")


class Prometheus:
    def __init__(self, folder, target_port, interval="200ms", flags=(), program="prometheus", job=(), rules=()):
        """`job`: more lines of the job's configuration; `rules`: files."""
        configuration = os.path.join(folder, "prometheus.yml")
        with open(configuration, "w", encoding="ascii") as file:
            more = "".join(f"    {line}\n" for line in job)
            file.write(CONFIGURATION.format(port=target_port, interval=interval, job=more, rules=json.dumps(list(rules))))
        self.log = open(os.path.join(folder, "prometheus.log"), "wb")
        command = [program, f"--config.file={configuration}", f"--storage.tsdb.path={folder}/data", *flags]
        # A port that was free may be another program's by then.
        for _ in range(ATTEMPTS):
            self.port = free_port()
            address = f"--web.listen-address=127.0.0.1:{self.port}"
            self.process = subprocess.Popen([*command, address], stdout=self.log, stderr=self.log)
            if self._gets_ready():
                return
            self.process.wait(20)
        with open(self.log.name, encoding="utf-8", errors="replace") as said:
            raise AssertionError(f"Prometheus does not start:\n{said.read()[-2000:]}")

    def _gets_ready(self):
        """False: it has ended."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=10) as answer:
                    if answer.read().startswith(b"Prometheus"):
                        return True
            except OSError:
                pass
            time.sleep(0.05)
        if self.process.poll() is None:
            self.process.kill()
        return False

    def series(self, expression, time=None):
        """Labels -> value of each series; None if Prometheus does not answer."""
        parameters = {"query": expression} | ({"time": time} if time else {})
        url = f"http://127.0.0.1:{self.port}/api/v1/query?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                result = json.load(answer)["data"]["result"]
        except (urllib.error.URLError, ConnectionError):
            return None
        return {frozenset(one["metric"].items()): float(one["value"][1]) for one in result}

    def query(self, expression, time=None):
        """The value of the only series; None if there is none."""
        return next(iter((self.series(expression, time) or {}).values()), None)

    def names(self):
        """The names of all metrics that it knows."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/label/__name__/values", timeout=10) as answer:
            return json.load(answer)["data"]

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()
