"""What a fleet of mail hosts costs a Prometheus: measured with generated hosts. Called by scripts/fleet-figures.

figures.py PROGRAM [HOSTS...]
"""

import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))
from exporter import Exporter, wait_until  # noqa: E402
from prometheus import free_port  # noqa: E402

CORPUS = os.path.join(ROOT, "tests", "corpus", "debian12", "syslog", "mail.log")
# What docs/fleet.md says may be left out.
PHASES = re.compile(r"maillog_delivery_phase_seconds_bucket")
# So that two processors suffice: hosts scraped in a second.
HOSTS_A_SECOND = 12.5
# With the fewest hosts, so many that the chunks, of 120 samples, are as they will be in the end; else as many as take two minutes.
MANY_SCRAPES = 150
SECONDS = 120


def exposition(program):
    """What the exporter shows after it has read the recorded log of a busy host."""
    exporter = Exporter("--from-start", CORPUS, program=program)
    try:
        wait_until(lambda: exporter.request("/-/ready")[0] == 200, "the log to be read")
        return exporter.scrape()
    finally:
        exporter.kill()


def samples_of(text):
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def without(text, names):
    return "".join(line + "\n" for line in text.splitlines() if not names.search(line))


def describe(what, text):
    packed = len(gzip.compress(text.encode(), 6))
    print(f"{what}: {len(samples_of(text))} series, {len(text.encode())} bytes, {packed} by gzip")


def top(text):
    counts = {}
    for line in samples_of(text):
        name = re.sub(r"_(bucket|sum|count)$", "", re.match(r"\w+", line)[0])
        counts[name] = counts.get(name, 0) + 1
    print("series by metric:")
    for name, count in sorted(counts.items(), key=lambda each: -each[1])[:10]:
        print(f"  {count:5d}  {name}")


class Prometheus:
    def __init__(self, folder, target_port, hosts, interval):
        self.folder = folder
        self.port = free_port()
        jobs = [{"targets": [f"127.0.0.1:{target_port}"],
                 "labels": {"__metrics_path__": f"/host/{i}", "instance": f"mx{i}.example.com:9025"}} for i in range(hosts)]
        configuration = {"global": {"scrape_interval": f"{interval}s", "scrape_timeout": f"{interval}s"},
                         "scrape_configs": [{"job_name": "maillog", "static_configs": jobs}]}
        path = os.path.join(folder, "prometheus.yml")
        with open(path, "w", encoding="ascii") as file:
            json.dump(configuration, file)  # JSON is YAML
        with open(os.path.join(folder, "prometheus.log"), "wb") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={path}", f"--storage.tsdb.path={folder}/data", "--web.enable-admin-api",
                 f"--web.listen-address=127.0.0.1:{self.port}"], stdout=log, stderr=log)

    def ask(self, path, method="GET"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        with urllib.request.urlopen(request, timeout=300) as answer:
            return answer.read().decode()

    def own(self):
        """Its own metrics, summed over their labels."""
        sums = {}
        try:
            page = self.ask("/metrics")
        except OSError:
            return sums
        for line in samples_of(page):
            name = re.match(r"\w+", line)[0]
            sums[name] = sums.get(name, 0) + float(line.rpartition(" ")[2])
        return sums

    def rss(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) * 1024

    def anonymous(self):
        """Of the resident memory what is not a file's: mapped chunks can be dropped at any time."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"RssAnon:\s+(\d+)", file.read())[1]) * 1024

    def snapshot(self):
        """Bytes of chunks and index, and samples, of everything that it has."""
        name = json.loads(self.ask("/api/v1/admin/tsdb/snapshot", "POST"))["data"]["name"]
        folder = os.path.join(self.folder, "data", "snapshots", name)
        chunks = index = samples = 0
        for block in os.listdir(folder):
            with open(os.path.join(folder, block, "meta.json"), encoding="ascii") as file:
                samples += json.load(file)["stats"]["numSamples"]
            index += os.path.getsize(os.path.join(folder, block, "index"))
            for chunk in os.scandir(os.path.join(folder, block, "chunks")):
                chunks += chunk.stat().st_size
        return chunks, index, samples

    def stop(self):
        self.process.terminate()
        self.process.wait(120)


def measure(text, hosts, scrapes):
    """Prints what so many hosts cost after so many scrapes of each."""
    with tempfile.TemporaryDirectory() as folder:
        page = os.path.join(folder, "page")
        with open(page, "w", encoding="utf-8") as file:
            file.write(text)
        generator = subprocess.Popen([sys.executable, os.path.join(HERE, "targets.py"), page, str(hosts)],
                                     stdout=subprocess.PIPE, text=True)
        prometheus = None
        try:
            interval = max(1, round(hosts / HOSTS_A_SECOND))
            prometheus = Prometheus(folder, int(generator.stdout.readline()), hosts, interval)
            wait_until(lambda: prometheus.own().get("prometheus_tsdb_head_series", 0) > 0.99 * hosts * len(samples_of(text)),
                       "all series", 600)
            before, begun = prometheus.own(), time.monotonic()
            wanted = before["prometheus_tsdb_head_series"] * scrapes
            wait_until(lambda: time.sleep(1) or prometheus.own()["prometheus_tsdb_head_samples_appended_total"] >= wanted,
                       "the scrapes", scrapes * interval * 3 + 600)
            own, took = prometheus.own(), time.monotonic() - begun
            rss, anonymous, heap = prometheus.rss(), prometheus.anonymous(), own["go_memstats_heap_inuse_bytes"]
            series = own["prometheus_tsdb_head_series"]
            appended = own["prometheus_tsdb_head_samples_appended_total"] - before["prometheus_tsdb_head_samples_appended_total"]
            busy = own["process_cpu_seconds_total"] - before["process_cpu_seconds_total"]
            chunks, index, samples = prometheus.snapshot()
            wal = sum(entry.stat().st_size for entry in os.scandir(f"{folder}/data/wal") if entry.is_file())
            print(f"{hosts} hosts every {interval} s: {series:.0f} series, {appended / took:.0f} samples/s; resident {rss / 1e6:.0f} MB "
                  f"({rss / series:.0f} bytes a series), anonymous {anonymous / 1e6:.0f} MB, heap {heap / 1e6:.0f} MB "
                  f"({heap / series:.0f} bytes a series); {busy / appended * 1e6:.2f} us of CPU a sample; on disk "
                  f"{chunks / samples:.2f} bytes a sample and {index / series:.0f} of index a series, "
                  f"WAL {wal / samples:.1f} bytes a sample ({samples / series:.0f} samples a series)", flush=True)
        finally:
            if prometheus is not None:
                prometheus.stop()
            generator.terminate()
            generator.wait(30)
            generator.stdout.close()


def main():
    program, *counts = sys.argv[1:]
    text = exposition(program)
    describe("all", text)
    describe("without the buckets of phases", without(text, PHASES))
    top(text)
    print(subprocess.run(["prometheus", "--version"], capture_output=True, text=True, check=False).stdout.splitlines()[0], flush=True)
    hosts = sorted(map(int, counts))
    for count in hosts:
        measure(text, count, MANY_SCRAPES if count == hosts[0] else max(4, round(SECONDS * HOSTS_A_SECOND / count)))


if __name__ == "__main__":
    main()
