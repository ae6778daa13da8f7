#!/usr/bin/env python3
"""Runbooks: a page for each alert in both languages, whose commands and names exist."""

import pathlib
import re
import unittest

import dashboards
import promtool

RUNBOOKS = promtool.ROOT / "docs" / "runbooks"
OTHERS = {"README", "incidents"}
SECTIONS = {
    "en": ["What it means", "Look first", "What to do", "Silence it"],
    "ja": ["意味", "最初に見るもの", "対処", "止め方"],
}
NOT_BY_MAIL = {"en": "Do not route this alert by mail", "ja": "メールで通知してはいけません"}
COMMANDS = {"explain", "count", "check-config", "state", "queue", "report", "top", "trace"}
JAPANESE = re.compile("[ぁ-ヿ一-鿿]")


def pages(language):
    folder = RUNBOOKS if language == "en" else RUNBOOKS / language
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.md") if path.stem not in OTHERS}


def kinds_of_events():
    """The kinds of events in the cases."""
    text = "".join(path.read_text(encoding="utf-8", errors="replace") for path in (promtool.ROOT / "tests" / "cases").glob("*/*.txt"))
    return set(re.findall(r"^= (\w+)", text, re.MULTILINE))


def anchors(path):
    """The anchors that GitHub makes from the headings."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


class RunbooksTest(unittest.TestCase):
    def test_each_alert_has_a_page_in_both_languages(self):
        for language, sections in SECTIONS.items():
            self.assertEqual(set(pages(language)), set(promtool.alerts()))
            for alert, text in pages(language).items():
                with self.subTest(language=language, alert=alert):
                    self.assertEqual(re.findall("^## (.*)$", text, re.MULTILINE), sections)
                    self.assertTrue(text.startswith(f"# {alert}\n"))
                    self.assertIn(f"amtool silence add alertname={alert} ", text)
                    self.assertIn(promtool.severity(alert), text)
                    self.assertEqual(bool(JAPANESE.search(text.replace("日本語", ""))), language == "ja")

    def test_commands_and_events_exist(self):
        kinds = kinds_of_events()
        for language in SECTIONS:
            for alert, text in pages(language).items():
                with self.subTest(language=language, alert=alert):
                    self.assertLessEqual(set(re.findall(r"^maillog_exporter (\S+)", text, re.MULTILINE)), COMMANDS)
                    self.assertLessEqual(set(re.findall(r"'  = (\w+)", text)), kinds)
                    self.assertLessEqual(set(re.findall(r"\bMaillog\w+", text)), set(promtool.alerts()))

    def test_commands_need_nothing_that_only_the_service_has(self):
        for language in SECTIONS:
            for alert, text in pages(language).items():
                with self.subTest(language=language, alert=alert):
                    # The service finds it in $STATE_DIRECTORY, and its flags in /etc/default.
                    self.assertNotRegex(text, r"(?m)^maillog_exporter state show(?! --state\.path=/)")
                    self.assertNotRegex(text, r"(?m)^maillog_exporter check-config *$")

    def test_editions_have_the_same_commands(self):
        blocks = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
        english, japanese = pages("en"), pages("ja")
        for alert, text in english.items():
            self.assertEqual(blocks.findall(text), blocks.findall(japanese[alert]), alert)

    def test_the_example_routes_what_must_not_go_by_mail(self):
        for language, words in NOT_BY_MAIL.items():
            marked = {alert for alert, text in pages(language).items() if words in text}
            document = promtool.ROOT / "docs" / ("dashboards.md" if language == "en" else "dashboards.ja.md")
            pattern = re.search(r'alertname=~"([^"]+)"', document.read_text(encoding="utf-8"))[1]
            self.assertEqual({alert for alert in promtool.alerts() if re.fullmatch(pattern, alert)}, marked)

    def test_documents_link_to_what_is_there(self):
        for path in dashboards.DOCUMENTS:
            for link, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)", path.read_text(encoding="utf-8")):
                with self.subTest(document=path.name, link=link, anchor=anchor):
                    target = path.parent / pathlib.PurePosixPath(link) if link else path
                    self.assertTrue(target.exists())
                    if anchor:
                        self.assertIn(anchor, anchors(target))

    def test_configmaps_have_every_dashboard(self):
        text = (promtool.ROOT / "grafana" / "kustomization.yaml").read_text(encoding="utf-8")
        self.assertEqual(
            sorted(re.findall(r"files: \[dashboards/(en/\S+)\]", text)),
            sorted(name for name in dashboards.read() if name.startswith("en/")),
        )


if __name__ == "__main__":
    unittest.main()
