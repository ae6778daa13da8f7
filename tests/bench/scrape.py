"""scrape.py PROGRAM [SOURCES...]: how long a scrape takes, by how many sources a corpus of some 4,000 series is followed.

Until the first byte of the answer, over one connection that stays open, while nothing moves and while a line is appended before each; as it is and packed.
The median and the best of the rounds, in milliseconds.
"""

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 15
CORPUS = os.path.join(os.path.dirname(__file__), "..", "corpus", "debian12", "syslog", "mail.log")
LINE = (
    b"Apr 23 12:31:16 mx postfix/smtp[7700]: 0A10000000: to=<user@example.com>, relay=mail.example.com[192.0.2.1]:25, "
    b"delay=0.58, delays=0.07/0.01/0.3/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok)\n"
)


class Scraper:
    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path, **headers):
        before = time.perf_counter()
        self.connection.request("GET", path, headers=headers)
        answer = self.connection.getresponse()  # the page is whole when its first byte comes
        took = (time.perf_counter() - before) * 1000
        return took, answer.status, answer.read()


def port_of(process):
    for line in process.stderr:
        entry = json.loads(line)
        if entry["msg"] == "listening":
            return int(entry["address"].rpartition(":")[2])
    raise SystemExit("the exporter does not listen")


def measure(program, sources, folder):
    with open(CORPUS, "rb") as corpus:
        content = corpus.read()
    configuration = os.path.join(folder, "maillog.yml")
    with open(configuration, "w", encoding="ascii") as file:
        file.write("sources:\n")
        for number in range(sources):
            log = os.path.join(folder, f"{number}.log")
            with open(log, "wb") as copy:
                copy.write(content)
            file.write(f"  - {{path: {log}, from_start: true, labels: {{site: s{number}}}}}\n")
    process = subprocess.Popen(
        [program, f"--config.file={configuration}", "--web.listen-address=127.0.0.1:0", "--log.format=json"],
        stderr=subprocess.PIPE,
    )
    try:
        scraper = Scraper(port_of(process))
        while scraper.get("/-/ready")[1] != 200:
            pass
        body = scraper.get("/metrics")[2]
        series = sum(1 for line in body.splitlines() if not line.startswith(b"#"))
        print(f"{sources} sources, {series:,} series, {len(body) / 1e6:.1f} MB")
        for what, headers in (("text", {}), ("gzip", {"Accept-Encoding": "gzip"}), ("protobuf", {"Accept": PROTOBUF})):
            still = [scraper.get("/metrics", **headers)[0] for _ in range(ROUNDS)]
            moving = []
            for _ in range(ROUNDS):
                with open(os.path.join(folder, "0.log"), "ab") as log:
                    log.write(LINE)
                moving.append(scraper.get("/metrics", **headers)[0])
            for name, times in (("nothing moves", still), ("a line moves", moving)):
                print(f"  {what}, {name}: median {statistics.median(times):.1f} ms, best {min(times):.1f} ms")
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"

if __name__ == "__main__":
    for count in [int(word) for word in sys.argv[2:]] or [1, 25]:
        with tempfile.TemporaryDirectory() as directory:
            measure(sys.argv[1], count, directory)
