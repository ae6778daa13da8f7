#!/usr/bin/env python3
"""Other programs that count the same log: mtail, prometheus-postfix-exporter, pflogsumm.

    others.py MAILLOG_EXPORTER LOG [ROUNDS]

LOG is made by amplify.py. What is not installed is NOT RUN. mtail runs the program for Postfix that its package brings. All run in
turn in every round, free to use all processors; `count` and `report` again after each of the others, since they are over before the
machine's speed has changed. The best of all runs counts, on the clock and of CPU.

Each has to have read the whole log: the two programs for Prometheus count as many connections and mails removed from the queue as
grep finds of those lines that they are for; pflogsumm finds as many times the deliveries of the recorded log as this log holds it;
`count` is compared with the golden exposition.
"""

import gzip
import http.client
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import measure

MTAIL_PROGRAM = "/usr/share/doc/mtail/examples/postfix.mtail"
REMOVED = r"postfix/qmgr\[[0-9]+\]: [0-9A-Za-z]+: removed$"
CONNECTED = r"smtpd\[[0-9]+\]: connect from "
COUNTED = ("postfix_qmgr_messages_removed_total", "postfix_smtpd_connects_total")
PATIENCE = 120


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def timed(command):
    """Seconds on the clock and of CPU, and what it printed."""
    before, cpu = time.perf_counter(), cpu_of_children()
    text = measure.output(command, stderr=subprocess.DEVNULL).decode(errors="replace")
    return time.perf_counter() - before, cpu_of_children() - cpu, text


def totals(exposition):
    """Of the counters that are compared: sums over labels."""
    found = dict.fromkeys(COUNTED, 0.0)
    for name, value in measure.series(exposition).items():
        if (family := name.partition("{")[0]) in found:
            found[family] += value
    return found


def expected_of(log, services):
    """`services`: what may be between `postfix/` and the daemon."""
    patterns = (REMOVED, f"postfix/{services}{CONNECTED}")
    environment = {**os.environ, "LC_ALL": "C"}
    return {name: float(measure.output(["grep", "-cE", each, log], env=environment)) for name, each in zip(COUNTED, patterns)}


def check(tool, found, expected):
    if found != expected:
        measure.fail(f"{tool} has counted {found} instead of {expected}")


def count(exporter, log):
    return timed([exporter, "count", log])[:2]


def report(exporter, log):
    return timed([exporter, "report", log])[:2]


class Mtail:
    name = "mtail"

    def __init__(self, log, folder):
        self.log, self.expected = log, expected_of(log, "([a-z]+/)*")
        self.programs = os.path.join(folder, "programs")
        os.mkdir(self.programs)
        opened = open if os.path.exists(MTAIL_PROGRAM) else gzip.open
        path = MTAIL_PROGRAM if opened is open else MTAIL_PROGRAM + ".gz"
        with opened(path, "rb") as source, open(os.path.join(self.programs, "postfix.mtail"), "wb") as out:
            shutil.copyfileobj(source, out)

    def run(self):
        where = ["-address", "127.0.0.1", "-port", str(free_port())]
        what = ["-one_shot", "-one_shot_format", "prometheus", "-progs", self.programs, "-logs", os.path.abspath(self.log)]
        *took, text = timed(["mtail", "-logtostderr", *where, *what])
        check(self.name, totals(text), self.expected)
        return took


class PostfixExporter:
    """It begins at the end of a log: the lines are appended when it serves."""

    name = "prometheus-postfix-exporter"

    def __init__(self, log, folder):
        self.log, self.expected = log, expected_of(log, "")
        self.followed = os.path.join(folder, "followed.log")

    def run(self):
        with open(self.followed, "wb"):
            pass
        port = free_port()
        process = subprocess.Popen(
            [self.name, f"--web.listen-address=127.0.0.1:{port}", f"--postfix.logfile_path={self.followed}", "--postfix.showq_path=/dev/null"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self.page(port)
            before = time.perf_counter()
            with open(self.log, "rb") as source, open(self.followed, "ab") as out:
                shutil.copyfileobj(source, out, 1 << 20)
            while (found := totals(self.page(port))) != self.expected:
                if time.perf_counter() - before > PATIENCE or any(found[name] > self.expected[name] for name in found):
                    check(self.name, found, self.expected)
                time.sleep(0.05)
            took = time.perf_counter() - before
        finally:
            process.send_signal(signal.SIGTERM)
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0
        return took, usage.ru_utime + usage.ru_stime

    @staticmethod
    def page(port):
        """Once it serves."""
        for _ in range(200):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                connection.request("GET", "/metrics")
                return connection.getresponse().read().decode()
            except ConnectionRefusedError:
                time.sleep(0.05)
            finally:
                connection.close()
        sys.exit("prometheus-postfix-exporter does not serve")


class Pflogsumm:
    name = "pflogsumm"
    DELIVERED = re.compile(r"^ *(\d+)(k?) +delivered", re.MULTILINE)

    def __init__(self, log, _folder):
        self.log = log
        self.expected = self.delivered(timed([self.name, measure.RECORDED])[2]) * measure.repetitions(log)

    def delivered(self, text):
        number, thousands = self.DELIVERED.search(text).groups()
        return int(number) * (1000 if thousands else 1)

    def run(self):
        *took, text = timed([self.name, self.log])
        if (found := self.delivered(text)) != self.expected and abs(found - self.expected) > 1000 * (found % 1000 == 0):
            measure.fail(f"pflogsumm has found {found} deliveries instead of {self.expected}")
        return took


def main(exporter, log, rounds=3):
    lines = measure.line_count(log)
    measure.check_golden(exporter, log)
    missing = []
    with tempfile.TemporaryDirectory(dir=measure.SPACE) as folder:
        tools = {"count": lambda: count(exporter, log), "report": lambda: report(exporter, log)}
        of = {}
        for tool, compared in ((Mtail, "count"), (PostfixExporter, "count"), (Pflogsumm, "report")):
            if shutil.which(tool.name):
                tools[tool.name] = tool(log, folder).run
                of[tool.name] = compared
            else:
                missing.append(tool.name)
        best = dict.fromkeys(tools, (float("inf"),) * 2)
        for _ in range(rounds):
            for name in tools:
                for each in dict.fromkeys((name, "count", "report")):
                    best[each] = tuple(map(min, best[each], tools[each]()))
    rows = [(f"{lines:,} lines", "seconds", "of CPU", "ns a line", "times", "times by CPU")]
    for name, (took, cpu) in best.items():
        own = best[of[name]] if name in of else None
        times = (f"{took / own[0]:.0f} x {of[name]}", f"{cpu / own[1]:.0f} x") if own else ("", "")
        rows.append((name, f"{took:.2f}", f"{cpu:.2f}", f"{took / lines * 1e9:,.0f}", *times))
    measure.table(*rows)
    for name in missing:
        print(f"NOT RUN: {name} (not installed)")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:3], *map(int, sys.argv[3:]))
