#!/usr/bin/env python3
"""Says on what a run was made: the program's commit, its compiler, the machine and how much else it does.

    machine.py BUILD

BUILD is the folder in which the measured program was built.
"""

import os
import re
import subprocess
import sys
import time


def said(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode().strip()


def found(pattern, path):
    with open(path, encoding="utf-8", errors="replace") as file:
        match = re.search(pattern, file.read(), re.MULTILINE)
    return match[1].strip() if match else "unknown"


def main(build):
    changes = " with changes" if said("git", "status", "--porcelain", "--untracked-files=no") else ""
    compiler = found(r"^CMAKE_CXX_COMPILER:\w+=(.*)$", os.path.join(build, "CMakeCache.txt"))
    memory = int(found(r"^MemTotal:\s+(\d+)", "/proc/meminfo")) / 1024 / 1024
    system = found(r'^PRETTY_NAME="?([^"\n]*)', "/etc/os-release")
    processor = found(r"^model name\s*:(.*)$", "/proc/cpuinfo")
    print("date      ", time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()))
    print("commit    ", said("git", "rev-parse", "--short=12", "HEAD") + changes)
    print("compiler  ", said(compiler, "--version").splitlines()[0])
    print("processor ", f"{processor}, {len(os.sched_getaffinity(0))} usable")
    print("memory    ", f"{memory:.0f} GB")
    print("system    ", f"{system}, Linux {os.uname().release}")
    print("load      ", "%.2f %.2f %.2f" % os.getloadavg(), "(1, 5, 15 minutes) at the start")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
