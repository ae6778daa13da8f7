"""What ARCHITECTURE and CONTRIBUTING name is there: files, tests, and what the code calls its parts."""

import fnmatch
import os
import re
import unittest

from documents import ROOT, spans

PAGES = [ROOT / name for name in ("ARCHITECTURE.md", "CONTRIBUTING.md")]
ENDINGS = ("h", "cc", "py", "mjs", "js", "cmake", "md", "txt", "yml", "json", "prom", "tsv", "sql")
FILE = re.compile(rf"[\w./*-]+\.(?:{'|'.join(ENDINGS)})")
FOLDER = re.compile(r"[\w-]+(?:/[\w-]+)*/")
SCRIPT = re.compile(r"(?:scripts|tests|deploy)/[\w/-]+")
# `Suite.Name`, `Suite.*`, `*Part*`, and with … for what is left out; `test_file.Class` or `test_file.test_name`.
TEST = re.compile(r"(?:test_\w+|[A-Z…*][\w*]*)\.[\w…*]+|…\w[\w…]*|\*\w+\*")
# A type, a function or a constant, perhaps one of another; a member.
NAME = re.compile(r"(?:\w+::)*(?:k?[A-Z][a-z]\w*|[a-z]\w*_)(?:\(\))?|\w+(?:::\w+)+")
# A number takes the place of N.
PLACEHOLDERS = {"format-N.sql"}


def tree():
    """Paths of the files, from the root."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in ("build", "node_modules") and not name.startswith(".")]
        yield from (os.path.relpath(os.path.join(folder, name), ROOT) for name in names)


class Architecture(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.files = list(tree())
        cls.folders = {os.path.dirname(file) + "/" for file in cls.files}
        code = {file: (ROOT / file).read_text(encoding="utf-8") for file in cls.files if file.endswith((".h", ".cc", ".py"))}
        cls.words = {word for file, text in code.items() if not file.endswith(".py") for word in re.findall(r"\w+", text)}
        cls.tests = set()
        for file, text in code.items():
            cls.tests.update(f"{suite}.{name}" for suite, name in re.findall(r"^TEST(?:_F|_P)?\((\w+), (\w+)\)", text, re.M))
            if file.endswith(".py"):
                module = os.path.basename(file)[:-3]
                cls.tests.update(f"{module}.{name}" for name in re.findall(r"^ *(?:class|def) (\w+)", text, re.M))

    def is_there(self, span):
        if FILE.fullmatch(span):
            return any(fnmatch.fnmatchcase("/" + file, "*/" + span) for file in self.files) or span in PLACEHOLDERS
        if FOLDER.fullmatch(span):
            return any(f"/{span}" in f"/{folder}" for folder in self.folders)
        if SCRIPT.fullmatch(span):
            return (ROOT / span).exists()
        if TEST.fullmatch(span):
            return bool(fnmatch.filter(self.tests, span.replace("…", "*")))
        if NAME.fullmatch(span):
            return all(word in self.words for word in re.findall(r"\w+", span))
        return True

    def test_what_is_named_is_there(self):
        for page in PAGES:
            with self.subTest(page.name):
                self.assertEqual([span for span in spans(page) if not self.is_there(span)], [])

    def test_what_is_not_there_is_found(self):
        for span in ("unheard.h", "parser/unheard.cc", "unheard/", "scripts/unheard", "Ledger.Unheard", "UnheardTest.*", "…UnheardOf", "test_web.Unheard",
                     "Ledger::Unheard", "kUnheardOf", "Unheard()", "unheard_"):
            self.assertFalse(self.is_there(span), span)

    def test_rooms_are_in_the_order_in_which_they_are_built(self):
        """Each upon the next, as they link one another."""
        linked = re.findall(r"^maillog_room\((\w+) ", (ROOT / "exporter/CMakeLists.txt").read_text(encoding="utf-8"), re.M)
        layers = re.search(r"^exporter/ .*\n((?:  .*\n)+)", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.M)
        self.assertEqual(re.findall(r"^  (\w+)/", layers[1], re.M), linked[::-1])


if __name__ == "__main__":
    unittest.main()
