"""README and docs: whatever they tell a reader to type, or name, is there and does what it should."""

import os
import pathlib
import re
import unittest

import documents
from documents import ROOT
from exporter import PROGRAM, ExporterTest


# They name files of other projects.
OF_OTHERS = {"comparison.md", "comparison.ja.md"}


class Documents(ExporterTest):
    maxDiff = None

    def test_every_command_of_the_blocks(self):
        faults, tried = [], 0
        for path in documents.documents():
            for block in documents.blocks(path):
                if documents.how_block(block) is not None or block.language not in ("", "sh"):
                    continue
                for line in block.commands():
                    tried += 1
                    faults += [f"{block}: {fault}" for fault in documents.try_command(line, self.folder)]
        self.assertEqual(faults, [])
        self.assertGreater(tried, 30)

    def test_every_command_in_the_text(self):
        faults, tried = [], 0
        for path in documents.documents():
            for span in documents.spans(path):
                if re.match(r"(?:\w+=\S+ )*(?:\./dev|scripts/[\w-]+|(?:build/)?maillog_exporter) \S", span):
                    tried += 1
                    faults += [f"{path.relative_to(ROOT)}: {fault}" for fault in documents.try_command(span, self.folder)]
        self.assertEqual(faults, [])
        self.assertGreater(tried, 20)

    def test_every_other_block(self):
        faults = []
        for path in documents.documents():
            for block in documents.blocks(path):
                tried = documents.how_block(block)
                if tried is None and block.language not in ("", "sh"):
                    faults.append(f"{block}: say in documents.py how it is tried")
                elif callable(tried):
                    try:
                        tried(block, self.folder)
                    except AssertionError as fault:
                        faults.append(f"{block}: {fault}")
        self.assertEqual(faults, [])

    def test_commands_and_settings_are_the_same_in_both_languages(self):
        for english, japanese in documents.pairs():
            with self.subTest(japanese.name):
                self.assertEqual(self.of_both(english), self.of_both(japanese))

    def of_both(self, path):
        """What has to be the same, with the log that the Japanese documents name."""
        found = []
        for block in documents.blocks(path):
            if documents.how_block(block) is None:
                found += block.commands()
            else:
                found += [re.split(r"\s+(?:#|--)\s", line)[0].rstrip() for line in block.text.splitlines() if not line.startswith("#")]
        return [line.replace("/var/log/maillog", "/var/log/mail.log") for line in found]

    def test_every_flag_exists(self):
        known = {flag for command in ("serve", "count", "explain", "queue", "check-config", "state") for flag in documents.flags_of(command)}
        for path in documents.documents():
            with self.subTest(path.name):
                named = set(documents.OF_THE_PROGRAM.findall(path.read_text(encoding="utf-8")))
                self.assertEqual(named - known, set())

    def test_every_path_exists(self):
        """In links; and in code, where it begins with a folder of the repository. What is built is there in the tests."""
        for path in documents.documents():
            with self.subTest(path.name):
                text = documents.prose(path)
                links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
                self.assertEqual([link for link in links if link and not (path.parent / link).exists()], [])
                named = [span.split(":")[0] for span in documents.spans(path) if re.fullmatch(r"[\w./*<>{},-]+", span)]
                named = [name for name in named if "/" in name and name.split("/")[0] in documents.FOLDERS - {"build"}]
                patterns = [re.sub(r"<\w+>|\{.*?\}", "*", name).rstrip("/.") for name in named]
                missing = [pattern for pattern in patterns if not any(ROOT.glob(pattern))]
                self.assertEqual([] if path.name in OF_OTHERS else missing, [])

    def test_what_a_reader_sees_first(self):
        """README's first commands, on a log: figures, metrics, and lines with what they count."""
        commands = [line for block in documents.blocks(ROOT / "README.md") for line in block.commands() if line.startswith("build/")]
        self.assertGreaterEqual(len(commands), 3)
        self.assertTrue(os.access(PROGRAM, os.X_OK))
        for line in commands:
            self.assertTrue(pathlib.Path(documents.DEMO_LOG).exists())
            self.assertEqual(documents.try_command(line, self.folder), [])


class TheListItself(ExporterTest):
    """What is wrong in a document is found."""

    def test_commands_that_are_not(self):
        for line in (
            "./dev instal",
            "build/maillog_exporter cuont /var/log/mail.log",
            "maillog_exporter --web.listen-adress=:1 /var/log/mail.log",
            "maillog_exporter queue --jason",
            "install -m 755 deploy/nothing /usr/local/bin/",
            "scripts/nothing",
            "kubectl apply -k deploy/nothing",
            "unheard-of --thing",
            "tail -f /var/log/mail.log | maillog_exporter explian -",
        ):
            self.assertEqual(len(documents.try_command(line, self.folder)), 1, line)

    def test_blocks_that_are_not(self):
        for language, text in (
            ("yaml", "sources:\n  - pth: /var/log/mail.log\n"),
            ("", "Nov 21 17:17:35 mx1 postfix/qmgr[1]: 031B97815E: removed\n  = queue_moved server=postfix\n"),
        ):
            block = documents.Block(ROOT / "README.md", 1, language, text)
            with self.assertRaises(AssertionError):
                documents.how_block(block)(block, self.folder)


if __name__ == "__main__":
    unittest.main()
