"""The Helm chart: its schema, its notes, and its archive."""

import json
import unittest

import tools
from manifests import EVERYTHING, NAME, Kubernetes, values_files
from tools import CHART, HELM


class Chart(Kubernetes):
    def test_lint(self):
        for values in values_files():
            given = [] if values is None else ["--values", values]
            status, out, err = tools.run(HELM, "lint", "--strict", CHART, *given)
            self.assertEqual(status, 0, out + err)

    def test_values_that_are_none_are_refused(self):
        for mistake in (
            "daemonset.enabled=true",
            "daemonSet.log[0].namespace=mail",
            "daemonSet.logs[0].namespaces=mail",
            "daemonSet.logs[0].namespace=/etc",
            "daemonSet.logs[0].pod=a/b",
            "daemonSet.logs=null",
            "daemonSet.nonroot=true",
            "daemonSet.nonRoot=yes-please",
            "daemonSet.extraArgs[0]=/var/log/mail.log",
            "daemonSet.stateDirectory=state",
            "daemonSet.resources.limit.memory=64Mi",
            "image.name=x",
            "image.pullPolicy=Sometimes",
            "web.secret=x",
            "service.enable=true",
            "podMonitor.interval=30",
            "networkPolicy.namespace=x",
            "prometheusRules.enabled=true",
            "dashboards.language=de",
        ):
            status, _, err = tools.run(HELM, "template", NAME, CHART, "--set", mistake)
            self.assertNotEqual(status, 0, mistake)
            self.assertIn("schema", err, mistake)

    def test_every_value_is_in_the_schema(self):
        schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))

        def compare(value, part, where):
            if "properties" not in part or not value:
                return
            self.assertEqual(set(value) ^ set(part["properties"]), set(), where)
            self.assertIs(part["additionalProperties"], False, where)
            for key, inner in value.items():
                if isinstance(inner, dict) and where.count(".") < 1:
                    compare(inner, part["properties"][key], f"{where}.{key}")

        compare(self.files["values"], schema, "")

    def test_what_is_packed_needs_nothing_else(self):
        self.assertEqual(self.helmed["helm, packed"], self.helmed[f"helm {EVERYTHING.name}"])
        # helm keeps a release in one Secret, which may have 1 MiB.
        archive = next((tools.WORKSHOP / "packed").glob("*.tgz"))
        self.assertLess(archive.stat().st_size, 300_000)

    def test_notes(self):
        for values in values_files():
            given = [] if values is None else ["--values", values]
            status, out, err = tools.run(
                HELM, "install", NAME, CHART, "--dry-run=client", "--namespace", "monitoring", *given
            )
            self.assertEqual(status, 0, err)
            notes = out.partition("NOTES:")[2]
            self.assertNotIn("<no value>", notes)
            self.assertIn("maillog_exporter runs on" if "sidecars" not in str(values) else "No exporter runs", notes)

    def test_notes_name_no_service_that_is_not_there(self):
        for mistake in ("daemonSet.enabled=false", "service.enabled=false"):
            out = tools.run(HELM, "install", NAME, CHART, "--dry-run=client", "--set", mistake)[1]
            self.assertNotIn("endpoints of the service", out.partition("NOTES:")[2], mistake)


if __name__ == "__main__":
    unittest.main()
