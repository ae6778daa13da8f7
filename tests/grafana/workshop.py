"""The sources of the dashboards with the packages they need, in a folder under build/."""

import pathlib
import re
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = ROOT / "grafana" / "src"
WORKSHOP = ROOT / "build" / "grafana"
UNITS = "node_modules/@grafana/grafana-foundation-sdk/dist/units/types.gen.d.ts"


def run(*command):
    return subprocess.run(command, cwd=WORKSHOP / "grafana" / "src", capture_output=True, text=True, check=False)


def set_up():
    """Copies the sources as they are now; installs the packages if the lock file has changed."""
    if not shutil.which("npm") or not shutil.which("node"):
        raise unittest.SkipTest("no npm on this machine")
    source = WORKSHOP / "grafana" / "src"
    lock = source / "package-lock.json"
    installed = source / "node_modules" / ".package-lock.json"
    same = lock.exists() and lock.read_bytes() == (SOURCE / lock.name).read_bytes() and installed.exists()
    modules = source / "node_modules"
    if not same:
        shutil.rmtree(WORKSHOP, ignore_errors=True)
    for path in source.glob("*") if same else ():
        if path != modules:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(SOURCE, source, ignore=shutil.ignore_patterns("node_modules"), dirs_exist_ok=True)
    shutil.copy(ROOT / "METRICS.md", WORKSHOP)
    if same:
        return
    install = run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    if install.returncode:
        shutil.rmtree(WORKSHOP, ignore_errors=True)
        raise unittest.SkipTest("npm cannot install the packages of the lock file")


def units():
    """The units that Grafana knows."""
    set_up()
    text = (WORKSHOP / "grafana" / "src" / UNITS).read_text(encoding="utf-8")
    return set(re.findall(r'= "([^"]+)"', text))
