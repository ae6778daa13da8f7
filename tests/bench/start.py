#!/usr/bin/env python3
"""How much CPU a start takes with a state that knows many files.

    start.py MAILLOG_EXPORTER [FILES]

Makes that many small logs in a directory, follows them once, and starts the exporter again: the time on the clock and of CPU until
it is ready, the best of the rounds.
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time

ROUNDS = 5
LINE = "Apr 23 12:31:%02d mx%d postfix/qmgr[%d]: %010X: removed\n"


def start(exporter, logs, state):
    """Seconds on the clock and of CPU."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [exporter, logs, f"--state.path={state}", "--web.listen-address=127.0.0.1:0", "--log.format=json"],
        stderr=subprocess.PIPE,
    )
    try:
        port = next(
            int(entry["address"].rpartition(":")[2])
            for entry in map(json.loads, process.stderr)
            if entry["msg"] == "listening"
        )
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            connection.request("GET", "/-/ready")
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                break
            time.sleep(0.05)
        took = time.perf_counter() - begun
        cpu = 0
        for thread in os.listdir(f"/proc/{process.pid}/task"):
            with open(f"/proc/{process.pid}/task/{thread}/schedstat", encoding="ascii") as file:
                cpu += int(file.read().split()[0]) / 1e9
        return took, cpu
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


def main(exporter, files):
    with tempfile.TemporaryDirectory() as folder:
        logs, state = os.path.join(folder, "logs"), os.path.join(folder, "state")
        os.mkdir(logs)
        os.mkdir(state)
        for number in range(files):
            with open(os.path.join(logs, f"host{number}.log"), "w", encoding="ascii") as log:
                log.writelines(LINE % (i % 60, number, 1000 + i, number * 1000 + i) for i in range(30))
        start(exporter, logs, state)
        times = [start(exporter, logs, state) for _ in range(ROUNDS)]
        took, cpu = map(min, zip(*times))
        print(f"{files:,} known files: ready after {took:.2f} s, CPU {cpu:.2f} s")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5000)
