"""Alerts and recording rules, run by promtool over series that a test states."""

import json
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "prometheus" / "rules.yml"
ALERTS = ROOT / "prometheus" / "alerts.yml"


def alerts():
    """The alerts in alerts.yml: name -> text."""
    parts = re.split(r"^ {6}- alert: (\w+)\n", ALERTS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def version():
    """Of promtool: (2, 42)."""
    said = subprocess.run(["promtool", "--version"], capture_output=True, text=True)
    return tuple(map(int, re.search(r"version (\d+)\.(\d+)", said.stdout + said.stderr).groups()))


def severity(alert):
    return re.search(r"severity: (\w+)", alerts()[alert])[1]


def counter(*stretches, start=0):
    """Values of a counter in promtool's notation: each stretch is (by how much it rises at each step, steps)."""
    parts = []
    value = start
    for rise, steps in stretches:
        if steps:
            parts.append(f"{value:g}+{rise:g}x{steps - 1}")
        value += rise * steps
    return " ".join(parts)


def gauge(*stretches):
    """Each stretch is (value, steps)."""
    return " ".join(f"{value:g}+0x{steps - 1}" for value, steps in stretches if steps)


def rules():
    """The text of every rule in the order of the files, recorded ones first: name -> text."""
    parts = []
    for path in (RULES, ALERTS):
        text = re.sub(r"^ {0,6}#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        parts += re.split(r"^ {6}- (?:alert|record): (\S+)\n", re.sub(r"^ {2}- name: .*\n {4}rules:\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE)[1:]
    return dict(zip(parts[0::2], parts[1::2]))


def what_they_need(*some):
    """A file of rules with some alerts, and the recorded series that they are based on: the others cost time."""
    every = rules()
    needed = set()
    ahead = list(some)
    while ahead:
        name = ahead.pop()
        needed.add(name)
        ahead += set(re.findall(r"\w+:\w+:\w+", every[name])) - needed
    text = "groups:\n  - name: needed\n    rules:\n"
    for name, body in every.items():
        if name in needed:
            text += f"      - {'record' if ':' in name else 'alert'}: {name}\n{body.rstrip()}\n"
    return text


def run(folder, tests, step, rule_files=(str(RULES), str(ALERTS))):
    """Runs groups of tests in promtool's form, with rules evaluated at each step; what promtool says if one fails, else ''."""
    path = os.path.join(folder, "tests.yml")
    # Without an order promtool takes the groups in any order, and alerts may see recorded series a step later.
    groups = [name for file in rule_files for name in re.findall(r"^ +- name: (\S+)", pathlib.Path(file).read_text(encoding="utf-8"), re.MULTILINE)]
    document = {"rule_files": list(rule_files), "evaluation_interval": step, "group_eval_order": groups, "tests": tests}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file)  # JSON is YAML
    # It has memory for a quarter less work.
    environment = {**os.environ, "GOGC": "400"}
    done = subprocess.run(["promtool", "test", "rules", path], env=environment, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def file_for(folder, *some):
    """A file with what these alerts need."""
    path = os.path.join(folder, f"{some[0]}.yml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(what_they_need(*some))
    return path


def run_alone(folder, alert, test):
    return run(folder, [test], test["interval"], [file_for(folder, alert)])
