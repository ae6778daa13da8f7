"""rest.py PROGRAM [SOURCES...]: what following costs while nothing moves, by the number of logs; 1 and 100 if none is given.

With the state in memory and on disk: threads, how often any of them wakes (voluntary and involuntary switches, those that end
meanwhile included), the share of a core and the memory, over SECONDS at rest. Then the time from a line's being appended until a
scrape shows it: the median and the worst of APPENDS, each to another log. And how long a start takes, until all is read.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

from scrape import LINE, Scraper, port_of

SECONDS = 60
SETTLING = 12  # until what the start has needed has ended
APPENDS = 50


def note_threads(pid, seen):
    """Notes the switches and the nanoseconds on a processor of each thread, by its id."""
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/status", encoding="ascii") as file:
                switches = sum(int(number) for number in re.findall(r"ctxt_switches:\s*(\d+)", file.read()))
            with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as file:
                seen[thread] = (switches, int(file.read().split()[0]))
        except OSError:
            pass  # it has ended


def status_number(pid, name):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(rf"^{name}:\s*(\d+)", file.read(), re.MULTILINE)[1])


def rest(pid):
    before, after = {}, {}
    note_threads(pid, before)
    most = 0
    for _ in range(SECONDS * 2):
        time.sleep(0.5)
        note_threads(pid, after)
        most = max(most, len(os.listdir(f"/proc/{pid}/task")))
    switches, on_processor = (
        sum(now[part] - before.get(thread, (0, 0))[part] for thread, now in after.items()) / SECONDS for part in (0, 1))
    return (f"{switches:.1f} wake-ups a second, {on_processor / 1e7:.3f} % of a core, at most {most} threads, "
            f"{status_number(pid, 'VmRSS') / 1024:.1f} MB")


def counted(scraper, log):
    series = f'maillog_records_total{{source="{log}",outcome="counted"}} '.encode()
    body = scraper.get("/metrics")[2]
    at = body.find(series)
    return 0 if at < 0 else int(float(body[at + len(series):].split(b"\n", 1)[0]))


def appends(scraper, logs):
    times = []
    for number in range(APPENDS):
        log = logs[number % len(logs)]
        before = counted(scraper, log)
        time.sleep(0.3)  # at rest again
        begun = time.perf_counter()
        with open(log, "ab") as file:
            file.write(LINE)
        while counted(scraper, log) == before:
            pass
        times.append((time.perf_counter() - begun) * 1000)
    return f"an append is shown after {statistics.median(times):.1f} ms, {max(times):.1f} ms at most"


def measure(program, sources, folder, state):
    logs = [os.path.join(folder, f"{number}.log") for number in range(sources)]
    for log in logs:
        with open(log, "wb") as file:
            file.write(LINE)
    begun = time.perf_counter()
    process = subprocess.Popen(
        [program, *logs, "--from-start", "--web.listen-address=127.0.0.1:0", "--log.format=json", *state],
        stderr=subprocess.PIPE,
    )
    try:
        scraper = Scraper(port_of(process))
        while scraper.get("/-/ready")[1] != 200:
            pass
        print(f"{sources} sources, state {'on disk' if state else 'in memory'}: "
              f"ready after {(time.perf_counter() - begun) * 1000:.0f} ms, "
              f"{status_number(process.pid, 'Threads')} threads then")
        time.sleep(SETTLING)
        print("  at rest:", rest(process.pid))
        print(" ", appends(scraper, logs), flush=True)
    finally:
        process.kill()
        said = process.stderr.read().decode()
        process.wait()
        process.stderr.close()
    if polled := said.count("changes are not announced here"):
        print(f"  {polled} sources were polled (fs.inotify.max_user_instances): not what is to be measured")


if __name__ == "__main__":
    for count in [int(word) for word in sys.argv[2:]] or [1, 100]:
        for kind in ("memory", "disk"):
            with tempfile.TemporaryDirectory() as directory:
                on_disk = [f"--state.path={directory}/state"] if kind == "disk" else []
                measure(sys.argv[1], count, directory, on_disk)
