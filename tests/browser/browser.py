"""Chromium, driven by driver.mjs, which runs with its packages in a folder under build/."""

import json
import pathlib
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = pathlib.Path(__file__).resolve().parent
WORKSHOP = ROOT / "build" / "browser"
LOCK = "package-lock.json"


def set_up():
    """Path of the browser; the packages of the lock file are installed."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        raise unittest.SkipTest("no chromium on this machine")
    if not shutil.which("npm") or not shutil.which("node"):
        raise unittest.SkipTest("no npm on this machine")
    kept = WORKSHOP / LOCK
    same = kept.exists() and kept.read_bytes() == (SOURCE / LOCK).read_bytes()
    WORKSHOP.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", LOCK, ".npmrc", "driver.mjs"):
        shutil.copy(SOURCE / name, WORKSHOP)
    if same and (WORKSHOP / "node_modules" / ".package-lock.json").exists():
        return chromium
    install = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=WORKSHOP, capture_output=True, check=False,
    )
    if install.returncode:
        shutil.rmtree(WORKSHOP, ignore_errors=True)
        raise unittest.SkipTest("npm cannot install the packages of the lock file")
    return chromium


class Browser:
    """One page at a time; open() starts afresh, as a visitor who was never here."""

    def __init__(self):
        chromium = set_up()
        self.process = subprocess.Popen(
            ["node", "driver.mjs", chromium], cwd=WORKSHOP, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )

    def __getattr__(self, request):
        def ask(**options):
            print(json.dumps({"request": request, **options}), file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError(f"the browser ended at {request}")
            answer = json.loads(line)
            if "error" in answer:
                raise AssertionError(f"{request}: {answer['error']}")
            return answer["answer"]

        return ask

    def see(self, expression):
        return self.evaluate(expression=expression)

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()
