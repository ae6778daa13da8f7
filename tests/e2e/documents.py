"""What the documents tell a reader to type, and how each of it is tried."""

import functools
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile

import rsyslog
from exporter import PROGRAM, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO_LOG = str(ROOT / "tests/corpus/debian12/syslog/mail.log")
# Logs that a reader has, and a test has not; and what names no file at all.
LOGS = ("/var/log/mail.log", "/var/log/maillog", "big.log", "FILE", "PATH")
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")} | {"build"}
OF_THE_PROGRAM = re.compile(r"--(?:(?:web|log|queue|state|config)\.[a-z.-]+|from-start|poll|no-sandbox)")


class Block:
    """A fenced block: its file, the line where it begins, its language, its text."""

    def __init__(self, path, line, language, text):
        self.path, self.line, self.language, self.text = path, line, language, text

    def __str__(self):
        return f"{self.path.relative_to(ROOT)}:{self.line}"

    def commands(self):
        """Without what is said of them: after two blanks or a `#`. Lines that begin with a blank go on saying it."""
        joined = self.text.replace("\\\n", " ")
        lines = [line for line in joined.splitlines() if line and not line.startswith((" ", "#"))]
        return [re.split(r" {2,}|\s+#\s", line)[0].strip() for line in lines]


def documents():
    """Those whose commands are tried, English and Japanese."""
    places = ("README*.md", "CONTRIBUTING.md", "docs/*.md", "deploy/**/*.md")
    return sorted(path for place in places for path in ROOT.glob(place))


def pairs():
    """(English, Japanese) documents."""
    both = ((path, path.with_suffix("").with_suffix(".ja.md")) for path in documents() if not path.name.endswith(".ja.md"))
    return [(english, japanese) for english, japanese in both if japanese.exists()]


def blocks(path):
    text = path.read_text(encoding="utf-8")
    for match in re.finditer(r"^( *)```(\S*)\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL):
        body = re.sub(f"^{match[1]}", "", match[3], flags=re.MULTILINE)
        yield Block(path, text[: match.start()].count("\n") + 1, match[2], body)


def prose(path):
    """The text without its blocks."""
    return re.sub(r"^ *```.*?^ *```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def spans(path):
    """What is set as code in the prose, on one line."""
    return [" ".join(match[1].split()) for match in re.finditer(r"`([^`]+)`", prose(path))]


@functools.cache
def flags_of(*command):
    status, out, err = run(*command, "--help")
    assert status == 0, f"{command}: {err}"
    return set(re.findall(r"--[a-z][a-z.-]*", out))


# How a command is tried, each a function of its words and a folder: raises AssertionError if it is not as the document says.


@functools.cache
def commands():
    """Of the program."""
    out = run("--help")[1]
    return {*re.findall(r"^ {2}([a-z][a-z-]*) ", re.split("\nsubcommands:", out, flags=re.IGNORECASE)[-1], re.MULTILINE), "help"}


@functools.cache
def usage_of_dev():
    return subprocess.run([ROOT / "dev", "help"], capture_output=True, text=True, check=True).stdout


def by_dev(words, folder):
    usage = usage_of_dev()
    assert re.search(rf"^\./dev {re.escape(words[1])}\b", usage, re.MULTILINE), "./dev help does not have it"
    assert all(word in usage for word in words[2:]), "./dev help does not have its arguments"


# Commands that need a Postfix, a state, an exporter that serves: of these only the flags have to be known.
NEED_MORE = ("queue", "state", "healthcheck")


def by_program(words, folder):
    """Run to the end, what has one; asked whether it would do, what serves."""
    command, *arguments = words[1:] if words[1:] and words[1] in commands() else ["serve", *words[1:]]
    arguments = [word for word in arguments if not re.fullmatch(r"\[.*|.*\]", word)]
    arguments = [DEMO_LOG if word.rstrip(".") in LOGS else word for word in arguments]
    if command in NEED_MORE:
        unknown = {word.split("=")[0] for word in arguments if word.startswith("-")} - flags_of(command)
        assert not unknown, f"unknown: {unknown}"
        return
    if command == "backfill":  # each into a folder of its own, and nothing outside
        folder = tempfile.mkdtemp(dir=folder)
        arguments = [re.sub(r"^(--(?:out|state\.path)=)/.*/", rf"\1{folder}/", word) for word in arguments]
    if command in ("serve", "check-config"):
        command = "check-config"
        if all(word.startswith("-") for word in arguments):
            arguments.append(DEMO_LOG)  # without a path it follows the machine's own log, and there may be none
    status, _, err = run(command, *arguments, program=os.path.abspath(PROGRAM), cwd=folder)
    # 1 of check-config: sound, but something is in the way here.
    assert status == 0 or (command, status) == ("check-config", 1), f"status {status}: {err}"


def by_script(words, folder):
    assert os.access(ROOT / words[0], os.X_OK), "there is no such script"


def by_copying(words, folder):
    """Run, with everything that is not of the repository put into the folder."""
    own = [os.path.abspath(PROGRAM) if word == "build/maillog_exporter" else folder + word if word.startswith("/") else word for word in words]
    if words[0] != "mkdir" and len(own) > 2 and "-d" not in own:
        target = own[-1]
        os.makedirs(target if target.endswith("/") else os.path.dirname(target), exist_ok=True)
    done = subprocess.run(own, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


IN_A_TREE = "tried in a tree of its own (--all)"

# First word -> how it is tried; text is the reason why it is read only. What is not here, a test asks for.
COMMANDS = {
    "./dev": by_dev,
    "maillog_exporter": by_program,
    "build/maillog_exporter": by_program,
    "install": by_copying,
    "cp": by_copying,
    "mkdir": by_copying,
    "systemctl": IN_A_TREE,  # where it enables units, and does not start them
    "journalctl": "the system's own; its forms are those of tests/corpus",
    "kubectl": "needs a cluster",
    "kustomize": "needs a cluster to be of use",
    "helm": "needs a cluster",
    "docker": "needs Docker",
    "podman": "needs Podman",
    "buildah": "needs Buildah",
    "cmake": "takes minutes; CMakePresets.json is what ./dev uses",
    "ninja": "takes minutes",
    "strip": "needs what is compiled before it",
    "apt": IN_A_TREE,
    "apt-get": IN_A_TREE,
    "dpkg": IN_A_TREE,
    "curl": "needs what is asked",
    "sha256sum": IN_A_TREE,
    "tar": IN_A_TREE,
    "cd": IN_A_TREE,
    "./install.sh": IN_A_TREE,
    "systemd-sysusers": "makes users of the system",
    "chown": "needs a user of the system",
    "mv": "needs what is made before it",
    "rm": "needs what is made before it",
    "usermod": "changes users of the system",
    "git": "the system's own",
    "grep": "the system's own",
    "tail": "the system's own",
    "sed": "the system's own",
}


def how(words):
    return by_script if words[0].startswith("scripts/") else COMMANDS.get(words[0])


def split(line):
    """The commands of a line, each a list of words, without settings of the environment before and redirections after."""
    for part in re.split(r"\s(?:\||&&|;)\s", line):
        try:
            words = shlex.split(re.split(r"\s[<>]", part)[0])
        except ValueError:
            words = part.split()
        while words and re.fullmatch(r"\w+=.*|sudo", words[0]):
            del words[: 3 if words[:2] == ["sudo", "-u"] else 1]
        if words:
            yield words


def installing_blocks():
    """Those of docs/installing.md by which a package is installed."""
    return [block for block in blocks(ROOT / "docs/installing.md") if block.text.startswith(("apt install ./", "tar xzf "))]


def lines_for_a_tree(block):
    """What of a block can be run in a tree that is not booted, so that nothing is started; without the sudo of those who need
    it."""
    lines = []
    for line in block.commands():
        if all(callable(how(words)) or how(words) == IN_A_TREE for words in split(line)):
            lines.append(re.sub(r"\bsudo | --now\b", "", line))
    return lines


def try_command(line, folder):
    """Empty if all of it is as the document says, else what is not."""
    faults = []
    for words in split(line):
        names = [word.rpartition("=")[2] for word in words[1:]]
        missing = [name for name in names if "/" in name and name.split("/")[0] in FOLDERS - {"build"} and not any(ROOT.glob(name.rstrip("/")))]
        if missing:
            faults.append(f"`{line}`: there is no {', '.join(missing)}")
            continue
        tried = how(words)
        if tried is None:
            faults.append(f"`{line}`: say in documents.py how {words[0]} is tried")
        elif callable(tried):
            try:
                tried(words, folder)
            except (AssertionError, subprocess.CalledProcessError, OSError) as fault:
                faults.append(f"`{line}`: {fault}")
    return faults


# How a block that has no commands is tried.


def by_explaining(block, folder):
    """Log lines, each followed by what `explain` prints under it, without its line of the envelope."""
    log = "".join(line + "\n" for line in block.text.splitlines() if not line.startswith("  "))
    status, out, _ = run("explain", "-", stdin=log.encode())
    shown = "".join(line + "\n" for line in out.splitlines() if not line.startswith("  : "))
    assert status == 0 and shown.strip() == block.text.strip(), f"explain says now:\n{shown}"


def by_tracing(block, folder):
    """The story of a mail in the demo log."""
    queue_id = block.text.split(",")[0].split()[0]
    status, out, _ = run("trace", queue_id, DEMO_LOG, env={**os.environ, "TZ": "UTC"})
    assert status == 0 and out == block.text, f"trace says now:\n{out}"


def by_topping(block, folder):
    """Who failed to log in, in the demo log."""
    status, out, _ = run("top", "failures", "--most=3", DEMO_LOG, env={**os.environ, "LC_ALL": "C"})
    assert status == 0 and out == block.text, f"top says now:\n{out}"


def by_promtool(block, folder):
    path = os.path.join(folder, "prometheus.yml")
    pathlib.Path(path).write_text(block.text, encoding="utf-8")
    if shutil.which("promtool"):
        done = subprocess.run(["promtool", "check", "config", "--syntax-only", path], capture_output=True, text=True, check=False)
        unknown_to_it = "convert_classic_histograms_to_nhcb" in block.text  # of Prometheus 3
        assert done.returncode == 0 or unknown_to_it, done.stdout + done.stderr


def by_making_blocks(block, folder):
    """The loop that `backfill` prints, over the demo log's history."""
    status, out, err = run("backfill", "--out=history", DEMO_LOG, program=os.path.abspath(PROGRAM), cwd=folder)
    assert status == 0, err
    printed = "".join(line + "\n" for line in out.splitlines() if not line.startswith("#")).replace("'", "")
    assert printed == block.text, f"it prints:\n{out}"
    if shutil.which("promtool"):
        done = subprocess.run(["sh", "-e", "-c", block.text], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0 and os.listdir(os.path.join(folder, "history/blocks")), done.stderr
    shutil.rmtree(os.path.join(folder, "history"))


def by_check_config(block, folder):
    path = os.path.join(folder, "config.yml")
    # It tries to connect, which may take seconds to an address that is an example.
    pathlib.Path(path).write_text(block.text.replace("192.0.2.10", "127.0.0.1"), encoding="utf-8")
    status, _, err = run("check-config", f"--config.file={path}")
    assert status in (0, 1), err


def by_rsyslogd(block, folder):
    path = os.path.join(folder, "rsyslog.conf")
    pathlib.Path(path).write_text(block.text, encoding="utf-8")
    if "omrelp" in block.text and rsyslog.why_not():
        return
    if shutil.which("rsyslogd", path="/usr/sbin:" + os.environ["PATH"]):
        done = subprocess.run(["/usr/sbin/rsyslogd", "-N1", "-f", path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


# Of a block's language and its text from the beginning: how it is tried, or why it is read only. The first that matches.
# A block of commands has no language, or `sh`.
BLOCKS = [
    ("promql", "", "tests/grafana asks each query"),
    ("sql", "", "a picture of the schema; state_database_test has it"),
    ("yaml", r"scrape_configs:|rule_files:", by_promtool),
    ("yaml", r"sources:", by_check_config),
    ("yaml", r"tls_server_config:", "certificate and password are the reader's own"),
    ("yaml", r"route:", "for Alertmanager, which is not here"),
    ("yaml", r"(?:#.*\n)*\s*(?:apiVersion|kind|[a-zA-Z]+):", "a part of a file of Kubernetes or of a chart: it says nothing by itself"),
    ("", r"# .*\n[A-Z][a-z]{2} +\d+ .*\n= ", "a case; tests/cases has it"),
    ("", r"[A-Z][a-z]{2} +\d+ [\d:]{8} ", by_explaining),
    ("", r"[0-9A-F]{11},? +(?:from|notice)", by_tracing),
    ("", r"Clients that failed to log in", by_topping),
    ("", r"for file in ", by_making_blocks),
    ("", r"# Unknown lines of your log", "shape_test has it"),
    ("", r"# /etc/rsyslog.conf", by_rsyslogd),
]


def how_block(block):
    for language, beginning, tried in BLOCKS:
        if block.language == language and re.match(beginning, block.text):
            return tried
    return None
