"""A past for Prometheus: logs are replayed through the real exporter in accelerated time.

A piece of log is appended, the exporter scraped once it has read it, and what it shows is written down with the time at
which a scrape would have seen it. promtool makes the blocks of a real Prometheus from that, so that an hour takes seconds
and rates are those of an hour.
"""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

from exporter import Exporter, samples, wait_until  # noqa: E402
from prometheus import free_port  # noqa: E402

JOB = "maillog"


def labelled(line, instance):
    """A line of the exposition with the labels of its target."""
    target = f'job="{JOB}",instance="{instance}"'
    name, brace, rest = line.partition("{")
    if brace:
        return f"{name}{{{target},{rest}"
    name, value = line.split(" ")
    return f"{name}{{{target}}} {value}"


def replay(folder, pieces, interval=60, instance="mx1:9025", arguments=(), wanted=()):
    """Each of the pieces is text by file name. Yields what a scrape after each of them has, line by line, with
    the labels of its target and the seconds since the first scrape. `arguments`: further ones for the exporter; `wanted`: the
    names of series, if not all."""
    names_wanted = re.compile(rf"^(?:{'|'.join(sorted(wanted)) or '[^#]'}).*$", re.MULTILINE)
    names = sorted({name for piece in pieces for name in piece})
    paths = {name: os.path.join(folder, name) for name in names}
    for path in paths.values():
        pathlib.Path(path).touch()
    exporter = Exporter(f"--state.path={folder}/state", *arguments, *paths.values())
    try:
        wait_until(lambda: exporter.request("/-/ready")[0] == 200, "readiness")
        written = 0
        for number, piece in enumerate(pieces):
            for name, text in piece.items():
                with open(paths[name], "ab") as log:
                    log.write(text)
                written += len(text)
            text = ""

            def has_read():
                nonlocal text
                text = exporter.scrape()
                return sum(samples(text, "maillog_source_read_bytes_total")) == written

            wait_until(has_read, f"{written} bytes read", least=0.02)
            # Otherwise the names of sources would be those of the test's folder.
            text = text.replace(f"{folder}/", "/var/log/")
            lines = names_wanted.findall(text) + ["up 1", "scrape_duration_seconds 0.004"]
            yield number * interval, [labelled(line, instance) for line in lines]
    finally:
        exporter.kill()


class History:
    """Blocks of a Prometheus, written piece by piece."""

    def __init__(self, folder):
        self.folder = folder
        self.data = os.path.join(folder, "data")
        self.log = os.path.join(folder, "prometheus.log")

    def write(self, scrapes):
        """Scrapes are (time, lines), in order of time. Those a week apart belong in separate blocks."""
        path = os.path.join(self.folder, "scrapes.om")
        with open(path, "w", encoding="utf-8") as file:
            for time, lines in scrapes:
                file.writelines(f"{line} {time}\n" for line in lines)
            file.write("# EOF\n")
        made = subprocess.run(
            ["promtool", "tsdb", "create-blocks-from", "openmetrics", path, self.data],
            capture_output=True, text=True, check=False,
        )
        os.unlink(path)
        if made.returncode:
            raise AssertionError(made.stdout + made.stderr)

    def serve(self, rules=()):
        """A Prometheus that knows this past, and evaluates the rules now."""
        return Server(self.folder, self.data, rules)


class Server:
    def __init__(self, folder, data, rules):
        self.port = free_port()
        configuration = os.path.join(folder, "prometheus.yml")
        with open(configuration, "w", encoding="ascii") as file:  # JSON is YAML
            json.dump({"global": {"evaluation_interval": "1s"}, "rule_files": [str(rule) for rule in rules]}, file)
        self.log = open(os.path.join(folder, "prometheus.log"), "wb")
        self.process = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={configuration}",
                f"--storage.tsdb.path={data}",
                "--storage.tsdb.retention.time=60d",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--web.enable-lifecycle",
            ],
            stdout=self.log, stderr=self.log,
        )
        wait_until(self._is_ready, "Prometheus")

    def _ask(self, path, **parameters):
        url = f"http://127.0.0.1:{self.port}{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{parameters}: {error.read().decode()}") from error

    def _is_ready(self):
        try:
            return "Ready" in self._ask("/-/ready")
        except (OSError, AssertionError):
            return False

    def query(self, expr, time):
        """Series at one moment: [{"metric": labels, "value": [time, value]}, …]"""
        return json.loads(self._ask("/api/v1/query", query=expr, time=time))["data"]["result"]

    def query_range(self, expr, start, end, step):
        answer = self._ask("/api/v1/query_range", query=expr, start=start, end=end, step=step)
        return json.loads(answer)["data"]["result"]

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()
