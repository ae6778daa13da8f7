"""The manual and the completions: all that --help names is in each, and those who read them find no fault."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

from exporter import run


def document(what):
    status, out, err = run("document", what)
    assert (status, err) == (0, ""), (status, err)
    return out


def commands():
    """Each command, as --help names it, with its flags."""
    found = {"": run("--help")[1]}
    for name in re.findall(r"^  ([a-z-]+) ", re.split("\nsubcommands:", found[""], flags=re.IGNORECASE)[1], re.M):
        found[name] = run(name, "--help")[1]
    return {name: sorted(set(re.findall(r"^ {2,10}(?:-\w, *)?(--[a-z.-]+)", text, re.M))) for name, text in found.items()}


def needs(tool):
    return unittest.skipUnless(shutil.which(tool), f"no {tool} here")


def in_file(text, suffix=""):
    file = tempfile.NamedTemporaryFile("w", suffix=suffix, encoding="utf-8")
    file.write(text)
    file.flush()
    return file


class Manual(unittest.TestCase):
    def test_names_every_command_and_flag(self):
        text = document("man1").replace("\\-", "-")
        for name, flags in commands().items():
            self.assertIn(name, text)
            for flag in flags:
                self.assertRegex(text, rf"(?m)^\\fB{re.escape(flag)}\\fR", name)

    def test_names_every_key_of_the_example(self):
        text = document("man5").replace("\\-", "-")
        with open("deploy/config.example.yml", encoding="utf-8") as example:
            keys = set(re.findall(r"^[ #-]*([a-z_]+):(?: |$)", example.read(), re.M)) - {"site"}
        self.assertGreater(len(keys), 12)
        for key in keys:
            self.assertIn(f"\\fB{key}:\\fR", text)

    @needs("mandoc")
    def test_mandoc_finds_no_fault(self):
        for what in ("man1", "man5"):
            with in_file(document(what), "." + what[-1]) as page:
                checked = subprocess.run(["mandoc", "-T", "lint", page.name], capture_output=True, text=True, check=False)
            # It knows only the pages of this machine.
            said = [line for line in checked.stdout.splitlines() if "referenced manual not found" not in line]
            self.assertEqual(said, [])

    @needs("man")
    def test_man_finds_no_fault(self):
        for what in ("man1", "man5"):
            with in_file(document(what)) as page:
                checked = subprocess.run(
                    ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page.name], capture_output=True, text=True,
                    env={**os.environ, "LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80"}, check=False)
            self.assertEqual((checked.returncode, checked.stderr), (0, ""))


class Completions(unittest.TestCase):
    def test_have_every_command_and_flag(self):
        for shell in ("bash", "zsh", "fish"):
            text = document(shell)
            for name, flags in commands().items():
                self.assertIn(name, text)
                for flag in flags:
                    self.assertIn(f"-l {flag[2:]} " if shell == "fish" else flag, text, (shell, name))

    def in_bash(self, *words):
        """What bash offers for the last of the words."""
        script = document("bash") + (
            'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); '
            '"$(complete -p maillog_exporter | sed -E "s/.*-F ([^ ]+).*/\\1/")"; printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "--norc", "-c", script, "bash", "maillog_exporter", *words], capture_output=True,
                              text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_bash_offers_what_can_follow(self):
        found = commands()
        for name in found:
            if name:
                self.assertIn(name, self.in_bash(name[:3]))
        for name, flags in found.items():
            words = [name, "--"] if name else ["--"]
            self.assertEqual(sorted(self.in_bash(*words)), sorted(set(flags) | {"--version"}), name)
        self.assertEqual(self.in_bash("state", "s"), ["show"])
        self.assertEqual(self.in_bash("top", "fail"), ["failures"])
        self.assertEqual(self.in_bash("help", "check"), ["check-config"])
        # As bash cuts --log.level=, --log.level=w and --log.level w.
        for words in (["--log.level", "=", "w"], ["--log.level", "w"]):
            self.assertEqual(self.in_bash(*words), ["warn"])
        self.assertEqual(self.in_bash("--log.level", "="), ["debug", "info", "warn", "error"])
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(os.path.join(folder, "state"))
            with open(os.path.join(folder, "some.log"), "w", encoding="utf-8"):
                pass
            self.assertEqual(self.in_bash("count", folder + "/some"), [folder + "/some.log"])
            self.assertEqual(self.in_bash("--state.path", "=", folder + "/s"), [folder + "/state"])

    @needs("zsh")
    def test_zsh_takes_it(self):
        with in_file(document("zsh")) as file:
            self.assertEqual(subprocess.run(["zsh", "-f", "-n", file.name], capture_output=True, check=False).stderr, b"")

    @needs("fish")
    def test_fish_offers_what_can_follow(self):
        def offered(line):
            with tempfile.TemporaryDirectory() as home:
                script = document("fish") + f"complete -C 'maillog_exporter {line}'\n"
                done = subprocess.run(["fish", "--no-config"], input=script, capture_output=True, text=True, check=False,
                                      env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "TERM": "dumb"})
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            return [offer.split("\t")[0] for offer in done.stdout.splitlines()]

        found = commands()
        for name, flags in found.items():
            self.assertLessEqual(set(flags), set(offered(f"{name} --" if name else "--")), name)
            if name:
                self.assertIn(name, offered(name[:3]))
        self.assertEqual(offered("--log.level w"), ["warn"])
        self.assertEqual(offered("state sh"), ["show"])
