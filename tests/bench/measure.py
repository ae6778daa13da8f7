"""What the benchmarks share: logs to measure on, proof that a log was counted right, rounds in turn, tables."""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = os.path.join(HERE, "..", "corpus", "debian12", "syslog")
RECORDED = os.path.join(CORPUS, "mail.log")
GOLDEN = os.path.join(CORPUS, "golden.prom")
# Where logs and what follows them lie while something is measured: in memory if possible.
SPACE = "/dev/shm" if os.path.isdir("/dev/shm") else None


def fail(why):
    sys.exit(f"{os.path.basename(sys.argv[0])}: {why}, so the times mean nothing")


def output(command, **process):
    """What a command prints, in bytes."""
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, **process).stdout


def series(exposition):
    """Values by the series as they are written."""
    lines = (line for line in exposition.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def line_count(path):
    lines = 0
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            lines += block.count(b"\n")
    return lines


def repetitions(log):
    """How often a log that amplify.py has made of the recorded one holds it."""
    times, rest = divmod(line_count(log), line_count(RECORDED))
    if rest:
        fail(f"{log} is no whole number of repetitions of {RECORDED}")
    return times


def check_times(exposition, expected, times):
    """That each series of `expected` (text) is there and is so many times as much."""
    counted = series(exposition)
    for name, value in series(expected).items():
        found = counted.get(name)
        if found is None or abs(found - times * value) > 1e-6 * max(1, times * value):
            fail(f"{name} is {found} instead of {times} times {value}")


def golden(without=""):
    """The golden exposition of the recorded log, without what the pattern finds at the beginning of a line."""
    with open(GOLDEN, encoding="utf-8") as file:
        return "".join(line for line in file if not (without and re.match(without, line)))


def check_golden(exporter, log, prefix=()):
    """Counts the log once: all series of the recorded log's golden exposition have to be so many times as much as there are
    repetitions. How many these are."""
    times = repetitions(log)
    check_times(output([*prefix, exporter, "count", log]).decode(), golden(), times)
    return times


def one_processor():
    """What a command begins with that may use only one."""
    return ["taskset", "-c", str(min(os.sched_getaffinity(0)))]


def seconds_of(command):
    """On the clock, and of CPU: of all threads, and hardly more while the machine does other things as well."""
    before = time.perf_counter()
    # Into a pipe: grep reads no further than the first match if nobody sees how many there are.
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}) as process:
        process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    took = time.perf_counter() - before
    if process.returncode and not (process.returncode == 1 and "grep" in command):  # 1: grep has found nothing
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return took, usage.ru_utime + usage.ru_stime


def best_of(commands, rounds):
    """The least seconds of each, on the clock and of CPU: all in turn in every round, so that what else the machine does hits all
    alike."""
    best = {}
    for _ in range(rounds):
        for name, command in commands.items():
            seconds = seconds_of(command)
            best[name] = tuple(map(min, best.get(name, seconds), seconds))
    return best


def percentile(values, part):
    """The least value that is not below so many hundredths of all."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * part // 100)]


def median_and_p99(seconds):
    """Two columns: milliseconds."""
    return [f"{statistics.median(seconds) * 1000:.1f}", f"{percentile(seconds, 99) * 1000:.1f}"]


def temporary_folder():
    return tempfile.TemporaryDirectory(dir=SPACE)


def table(*rows):
    """Prints rows of texts: the first is the heading, the first column is text, the others are numbers."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join(cells).rstrip(), flush=True)
