#!/usr/bin/env python3
"""Times how long the exporter takes to catch up with a log that is there when it starts, beside `count` of the same log.

    catch_up.py MAILLOG_EXPORTER LOG ROUNDS

LOG is made by amplify.py. From the start of the process until /-/ready says that it has caught up, with the state in memory and on
disk; `count` and both run in turn in every round, and the best of the rounds counts. It is asked every two milliseconds, from when
`count` is nine tenths done: whoever asks and who answers need the processors that count. What the exporter shows then has to be what
the golden exposition says.
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time

import measure


def cpu_of(process):
    seconds = 0.0
    for thread in os.listdir(f"/proc/{process.pid}/task"):
        with open(f"/proc/{process.pid}/task/{thread}/schedstat", encoding="ascii") as file:
            seconds += int(file.read().split()[0]) / 1e9
    return seconds


def get(connection, path):
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def catch_up(exporter, log, state, times, counting):
    """Seconds on the clock and of CPU. `counting`: how long `count` takes."""
    command = [exporter, log, "--from-start", f"--state.path={state}", "--web.listen-address=127.0.0.1:0", "--log.format=json"]
    begun = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        entries = map(json.loads, process.stderr)
        port = next(int(entry["address"].rpartition(":")[2]) for entry in entries if entry["msg"] == "listening")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        time.sleep(max(0, begun + 0.9 * counting - time.perf_counter()))
        while get(connection, "/-/ready")[0] != 200:
            time.sleep(0.002)
        taken = time.perf_counter() - begun, cpu_of(process)
        measure.check_times(get(connection, "/metrics")[1], measure.golden(LEFT_OUT), times)
        return taken
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


# Mails that wait for late lines are counted by `count` because its log is over; here more may come.
LEFT_OUT = r"^(# \w+ )?maillog_(mail|mails)_"


def main(exporter, log, rounds):
    times = measure.check_golden(exporter, log)
    lines = measure.line_count(log)
    best = {}
    for _ in range(rounds):
        found = {"count": measure.seconds_of([exporter, "count", log])}
        counting = found["count"][0]
        found["state in memory"] = catch_up(exporter, log, "", times, counting)
        with tempfile.TemporaryDirectory(dir="build") as state:
            found["state on disk"] = catch_up(exporter, log, state, times, counting)
        for name, seconds in found.items():
            best[name] = tuple(map(min, best.get(name, seconds), seconds))
    rows = [("", "seconds", "of CPU", "ns a line", "x count", "x count's CPU")]
    for name, (took, cpu) in best.items():
        ratios = (f"{took / best['count'][0]:.2f}", f"{cpu / best['count'][1]:.2f}")
        rows.append((name, f"{took:.3f}", f"{cpu:.3f}", f"{took / lines * 1e9:.1f}", *ratios))
    measure.table(*rows)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
