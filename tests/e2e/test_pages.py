"""The pages for people and their JSON, over the real server."""

import copy
import gzip
import http.client
import json
import os
import pathlib
import re
import unittest
import urllib.parse

import json_schema
from exporter import ExporterTest, delivery, samples, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "status.schema.json").read_text(encoding="utf-8"))
CORPUS = ROOT / "tests" / "corpus" / "debian12" / "syslog" / "mail.log"
PMAILSERVER = ROOT / "tests" / "cases" / "pmailserver"

HTML = "text/html; charset=utf-8"
POLICY = {"default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self'", "connect-src": "'self'",
          "frame-ancestors": "'none'", "base-uri": "'none'", "form-action": "'none'"}


class PagesTest(ExporterTest):
    def get(self, exporter, path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", exporter.port, timeout=20)
        self.addCleanup(connection.close)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()

    def status(self, exporter):
        code, headers, body = exporter.request("/api/v1/status")
        self.assertEqual((code, headers["Content-Type"]), (200, "application/json"))
        answer = json.loads(body)
        self.assertEqual(json_schema.faults(answer, SCHEMA), [])
        return answer


class Headers(PagesTest):
    def test_pages_let_in_nothing_inline_and_nothing_of_others(self):
        self.append("")
        exporter = self.start(self.log)
        for path in ("/", "/metrics-reference"):
            status, headers, body = self.get(exporter, path)
            self.assertEqual((status, headers["Content-Type"]), (200, HTML))
            policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
            self.assertEqual(policy, POLICY)
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["X-Frame-Options"], "deny")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            for reference in re.findall(r'(?:href|src)="([^"#]+)"', body.decode()):
                self.assertNotIn(":", reference)
                self.assertIn(self.get(exporter, urllib.parse.urljoin(path, reference))[0], (200, 503), reference)

    def test_files_are_sent_once_and_packed(self):
        self.append("")
        exporter = self.start(self.log)
        for path, kind in (("/assets/style.css", "text/css"), ("/assets/status.js", "text/javascript"),
                           ("/assets/icon.svg", "image/svg+xml"), ("/", "text/html")):
            status, headers, body = self.get(exporter, path)
            self.assertEqual(status, 200)
            self.assertTrue(headers["Content-Type"].startswith(kind))
            self.assertEqual(headers["Cache-Control"], "no-cache")
            status, again, nothing = self.get(exporter, path, **{"If-None-Match": headers["ETag"]})
            self.assertEqual((status, again["ETag"], nothing), (304, headers["ETag"], b""))
            status, packed, bytes_ = self.get(exporter, path, **{"Accept-Encoding": "gzip"})
            if "Content-Encoding" in packed:
                self.assertEqual(gzip.decompress(bytes_), body)
                self.assertNotEqual(packed["ETag"], headers["ETag"])
            self.assertEqual(packed["Vary"], "Accept-Encoding")

    def test_a_connection_goes_on_after_what_has_not_changed(self):
        self.append("")
        exporter = self.start(self.log)
        connection = http.client.HTTPConnection("127.0.0.1", exporter.port, timeout=20)
        self.addCleanup(connection.close)
        connection.request("GET", "/assets/style.css")
        answer = connection.getresponse()
        answer.read()
        for _ in range(2):
            connection.request("GET", "/assets/style.css", headers={"If-None-Match": answer.headers["ETag"]})
            again = connection.getresponse()
            self.assertEqual((again.status, again.read()), (304, b""))

    def test_nothing_else_is_there(self):
        self.append("")
        exporter = self.start(self.log)
        for path in ("/index.html", "/status", "/status.html", "/assets", "/assets/", "/assets/status.html", "/assets/../etc/passwd",
                     "/assets/%2e%2e/status.html", "/api", "/api/v1", "/api/v1/status/", "/api/v2/status", "/metrics-reference/",
                     "/favicon.ico", "/robots.txt", "/-/", "/-/reload", "//", "/debug/pprof/"):
            status, headers, _ = self.get(exporter, path)
            self.assertEqual((status, headers["Content-Type"]), (404, "text/plain; charset=utf-8"), path)
        for path in ("/", "/api/v1/status", "/assets/style.css"):
            self.assertEqual(exporter.request(path, "POST")[0], 405, path)


class Status(PagesTest):
    def test_the_validator_finds_faults(self):
        self.append(delivery("A"))
        answer = self.status(self.start("--from-start", self.log))

        def breaks(change):
            broken = copy.deepcopy(answer)
            change(broken)
            self.assertTrue(json_schema.faults(broken, SCHEMA), broken)

        breaks(lambda one: one.pop("totals"))
        breaks(lambda one: one.update(schema_version=2))
        breaks(lambda one: one["totals"].update(sent=-1))
        breaks(lambda one: one["totals"].update(sent=1.5))
        breaks(lambda one: one["sources"][0].update(kind="floppy"))
        breaks(lambda one: one["sources"][0].update(message=1))
        breaks(lambda one: one.update(telemetry_path="metrics"))
        with self.assertRaises(ValueError):
            json_schema.faults(1, {"multipleOf": 2})

    def test_figures_are_those_of_the_metrics(self):
        self.append(CORPUS.read_bytes())
        exporter = self.start("--from-start", self.log)
        answer, metrics = self.status(exporter), exporter.scrape()

        def total(name, **labels):
            return sum(samples(metrics, name, **labels))

        def real(name, **labels):
            return total(name, **labels) - total(name, next_hop="loopback", **labels)

        self.assertEqual(answer["totals"], {
            **{status: real("maillog_deliveries_total", status=status) for status in ("sent", "deferred", "bounced")},
            "expired": total("maillog_queue_expired_total"),
            "rejected": total("maillog_smtp_rejects_total"),
            "logins_ok": total("maillog_auth_attempts_total", result="success"),
            "logins_failed": total("maillog_auth_attempts_total", result="failure"),
        })
        self.assertGreater(min(answer["totals"].values()), 0)
        for status in ("deferred", "bounced"):
            for entry in answer["reasons"][status]:
                self.assertEqual(entry["count"], real("maillog_delivery_reasons_total", status=status, reason=entry["reason"]))
            self.assertEqual(sum(entry["count"] for entry in answer["reasons"][status]),
                             real("maillog_delivery_reasons_total", status=status))
        delay = answer["delay"]
        self.assertEqual(delay["count"], real("maillog_delivery_delay_seconds_count", status="sent"))
        self.assertEqual(sum(bucket["count"] for bucket in delay["buckets"]), delay["count"])
        self.assertAlmostEqual(delay["sum_seconds"], real("maillog_delivery_delay_seconds_sum", status="sent"))
        for key in answer["pop3"].keys() - {"sessions"}:
            self.assertEqual(answer["pop3"][key], total(f"maillog_pop3_{key}_total"), key)
        self.assertEqual(answer["pop3"]["sessions"], total("maillog_mailbox_sessions_total", protocol="pop3"))
        self.assertEqual(answer["mta_reports"], [])
        [source] = answer["sources"]
        self.assertEqual(source["files"], {"count": 1, "position_bytes": os.path.getsize(self.log), "size_bytes": os.path.getsize(self.log)})
        self.assertEqual(source["lines"], total("maillog_records_total"))
        self.assertEqual(source["last_record_seconds"], total("maillog_source_last_record_timestamp_seconds"))
        self.assertEqual((answer["ready"], answer["waiting_for"], source["state"], source["kind"]), (True, [], "reading", "files"))

    def test_pmailserver_s_codes_where_it_is_seen(self):
        lines = []
        for path in sorted(PMAILSERVER.glob("*.txt")):
            lines += [line for line in path.read_bytes().splitlines() if line and not line.startswith((b"#", b"="))]
        self.append(b"\n".join(lines) + b"\n")
        exporter = self.start("--from-start", self.log)
        answer, metrics = self.status(exporter), exporter.scrape()
        self.assertEqual([report["code"] for report in answer["mta_reports"]], [str(-minus) for minus in range(18)])
        for report in answer["mta_reports"]:
            self.assertEqual([report["count"]], samples(metrics, "maillog_mta_reports_total", code=report["code"]))

    def test_what_moves(self):
        self.append("")
        exporter = self.start(self.log)
        self.assertIsNone(self.status(exporter)["sources"][0]["last_read_seconds"])
        for number in range(1, 4):
            self.append(delivery(f"{number}"))
            wait_until(lambda: self.status(exporter)["totals"]["sent"] == number, "one more")
        answer = self.status(exporter)
        self.assertLessEqual(answer["sources"][0]["last_read_seconds"], answer["now_seconds"])
        self.assertGreater(answer["sources"][0]["last_read_seconds"], answer["started_seconds"])

    def test_sources_that_are_not_well(self):
        strange = os.path.join(os.fsencode(self.folder), b"\xe3\x83\xa1\xff\"<b>\n.log")
        os.mkdir(strange)  # a directory with nothing in it is not a log
        missing = os.path.join(self.folder, "missing.log")
        self.append("")
        exporter = self.start_unready(self.log, missing, strange)
        def states():
            return {source["name"]: source["state"] for source in self.status(exporter)["sources"]}
        wait_until(lambda: states()[self.log] == "reading" and states()[missing] == "waiting", "the states")
        status, _, body = self.get(exporter, "/api/v1/status")
        body.decode("utf-8")  # raises
        self.assertEqual(status, 200)
        self.assertEqual(len(json.loads(body)["sources"]), 3)

    def test_without_readable_sources(self):
        if os.geteuid() != 0:
            self.skipTest("needs root, to become somebody who may not read")
        self.append("")
        os.chmod(self.log, 0)
        exporter = self.start_unready(self.log, **self.without_privileges())
        wait_until(lambda: self.status(exporter)["waiting_for"][0]["state"] == "unreadable", "the fault")
        answer = self.status(exporter)
        self.assertFalse(answer["ready"])
        self.assertIn("Permission denied", answer["waiting_for"][0]["message"])
        self.assertEqual(answer["sources"][0]["state"], "unreadable")


class Reference(PagesTest):
    def test_series_are_those_of_the_metrics(self):
        self.append(CORPUS.read_bytes())
        exporter = self.start("--from-start", self.log)
        page, metrics = exporter.request("/metrics-reference")[2], exporter.scrape()
        rows = re.findall(r'<th scope="row"><code>(\w+)</code></th>.*class="number">(\d+)</td>', page)
        documented = re.findall(r"^\| `(\w+)` \|", (ROOT / "METRICS.md").read_text(encoding="utf-8"), re.M)
        self.assertEqual([name for name, _ in rows], documented)
        names = [re.match(r"\w+", line)[0] for line in metrics.splitlines() if not line.startswith("#")]
        moving = {"maillog_http_requests_total"}  # the two requests themselves are counted there
        for name, series in rows:
            if name not in moving:
                found = sum(one in (name, f"{name}_bucket", f"{name}_sum", f"{name}_count") for one in names)
                self.assertEqual(int(series), found, name)


if __name__ == "__main__":
    unittest.main()
