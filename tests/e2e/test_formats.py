"""The formats of the metrics: what real Prometheus servers and promtool make of each."""

import gzip
import http.client
import os
import shutil
import subprocess
import time
import unittest

from exporter import PATIENCE, ExporterTest, delivery, samples, wait_until
from exposition import of_protobuf, of_text
from prometheus import NEWER, Prometheus, needs, needs_newer, newer_prometheus, serve_as

CORPUS = os.path.join(os.path.dirname(__file__), "..", "corpus", "debian12", "syslog", "mail.log")
TEXT = "text/plain;version=0.0.4"
OPEN_METRICS = "application/openmetrics-text;version=1.0.0"
PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
CLASSIC = "histogram_quantile(0.9, sum by (le) (maillog_delivery_delay_seconds_bucket))"
SENT = 'maillog_deliveries_total{status="sent"}'
NATIVE = "histogram_quantile(0.9, sum(maillog_delivery_delay_seconds))"


class Formats(ExporterTest):
    def get(self, exporter, path="/metrics", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", exporter.port, timeout=PATIENCE)
        self.addCleanup(connection.close)
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return dict(answer.getheaders()), answer.read()

    def counted(self, text):
        """Lines of the log's own series, which do not move."""
        return [line for line in text.decode().splitlines() if line.startswith(("maillog_deliveries", "maillog_delivery_delay_seconds"))]

    def test_by_accept(self):
        exporter = self.start(CORPUS, "--from-start")
        text_header, text = self.get(exporter, Accept=TEXT)
        open_header, open_metrics = self.get(exporter, Accept=OPEN_METRICS)
        proto_header, protobuf = self.get(exporter, Accept=PROTOBUF)
        self.assertEqual(text_header["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        self.assertEqual(open_header["Content-Type"], "application/openmetrics-text; version=1.0.0; charset=utf-8")
        self.assertIn("encoding=delimited", proto_header["Content-Type"])
        self.assertEqual(text_header["Vary"], "Accept, Accept-Encoding")
        self.assertTrue(open_metrics.endswith(b"\n# EOF\n"))
        self.assertGreater(len(self.counted(text)), 100)
        self.assertEqual(self.counted(text), self.counted(open_metrics))
        self.assertIn(b"maillog_deliveries_total", protobuf)

    def test_packed_and_by_name(self):
        exporter = self.start(CORPUS, "--from-start")
        header, packed = self.get(exporter, Accept_Encoding="gzip")
        self.assertEqual(header["Content-Encoding"], "gzip")
        _, plain = self.get(exporter, Accept_Encoding="identity")
        self.assertEqual(self.counted(gzip.decompress(packed)), self.counted(plain))
        print(f"measured: {len(plain)} bytes, packed {len(packed)}")
        _, named = self.get(exporter, "/metrics?name[]=maillog_deliveries_total&name%5B%5D=process_open_fds")
        names = {line.split("{")[0].split(" ")[0] for line in named.decode().splitlines() if not line.startswith("#")}
        self.assertEqual(names, {"maillog_deliveries_total", "process_open_fds"})
        self.assertEqual(self.get(exporter, "/metrics?name[]=nothing")[1], b"")

    def all_forms(self, exporter):
        """What each format says, with the names of the text format."""
        return (
            of_text(self.get(exporter, Accept=TEXT)[1].decode()),
            of_text(self.get(exporter, Accept=OPEN_METRICS)[1].decode(), open_metrics=True),
            of_protobuf(self.get(exporter, Accept=PROTOBUF)[1]),
        )

    def test_every_form_says_the_same(self):
        """Names, help, types, labels, `le` and values: series by series."""
        exporter = self.start(CORPUS, "--from-start")
        self.all_forms(exporter)  # so that the series of the scrapes themselves exist
        text, open_metrics, protobuf = self.all_forms(exporter)
        self.assertGreater(sum(len(family.series) for family in text.values()), 2000)
        for other in (open_metrics, protobuf):
            self.assertEqual(list(other), list(text))
            for name, family in text.items():
                self.assertEqual((other[name].type, other[name].help), (family.type, family.help), name)
                self.assertEqual(list(map(str, other[name].series)), list(map(str, family.series)), name)
                # Those of the process and of the scrapes themselves: they move.
                if not name.startswith(("process_", "maillog_http_", "maillog_scrape_", "maillog_source_lag")):
                    self.assertEqual(other[name].series, family.series, name)

    def test_since_when_series_count(self):
        """Protobuf always says it, OpenMetrics when asked; a restart does not change it."""
        state = f"--state.path={self.folder}/state"
        before = time.time()
        exporter = self.start(CORPUS, "--from-start", state)
        wait_until(lambda: "maillog_deliveries_total" in exporter.scrape(), "the first commit")
        first = self.all_forms(exporter)[2]
        exporter.stop()
        exporter = self.start(CORPUS, "--from-start", state, "--web.created-lines")
        text, open_metrics, protobuf = self.all_forms(exporter)
        for name, family in protobuf.items():
            counts = family.type in ("counter", "histogram")
            self.assertEqual(open_metrics[name].created, family.created, name)
            self.assertEqual(bool(family.created), counts and bool(family.series), name)
            self.assertTrue(all(before - 3 < at <= time.time() for at in family.created.values()), name)
            self.assertFalse(text[name].created)
        kept = first["maillog_deliveries_total"].created
        self.assertGreater(len(kept), 10)
        self.assertEqual(protobuf["maillog_deliveries_total"].created, kept)
        self.assertNotIn("_created", self.get(exporter, Accept=TEXT)[1].decode())

    def test_promtool_is_silent(self):
        promtools = [shutil.which("promtool"), newer_prometheus() and os.path.join(NEWER, "promtool")]
        exporter = self.start(CORPUS, "--from-start")
        text = self.get(exporter)[1]
        for promtool in promtools:
            if not promtool:
                print("NOT RUN: the machine's promtool, or the newer one, is not there")
                continue
            lint = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, check=False)
            self.assertEqual((lint.returncode, lint.stdout + lint.stderr), (0, b""), promtool)

    def quantiles_of(self, exporter, name, forms, ask):
        """One Prometheus for each format; what `ask` finds in each, once all of it has arrived."""
        expected = {
            "sent": sum(samples(exporter.scrape(), "maillog_deliveries_total", status="sent")),
            "series": len([line for line in exporter.scrape().splitlines() if line.startswith("maillog_del")]),
        }
        found = []
        for form, options in forms.items():
            folder = os.path.join(self.folder, name + form)
            os.makedirs(folder)
            prometheus = Prometheus(folder, **{"target_port": exporter.port, **options})
            self.addCleanup(prometheus.stop)
            query = prometheus.query
            wait_until(lambda: query('up{job="maillog"}') == 1, f"a scrape by {form}")
            wait_until(lambda: query('sum(maillog_deliveries_total{status="sent"})') == expected["sent"], "the sum")
            self.assertEqual(query('count({__name__=~"maillog_del.*_(total|bucket|sum|count)"})'), expected["series"], form)
            self.assertGreater(query('count(maillog_delivery_delay_seconds_bucket{le="60.0"})'), 0)
            found.append(ask(prometheus))
            self.assertIsNone(query('up{job="maillog"} == 0'))
            prometheus.stop()
        return found

    @needs("prometheus")
    def test_a_real_prometheus_takes_each(self):
        """Series, values and quantiles are the same, whatever it asks for."""
        exporter = self.start(CORPUS, "--from-start")
        forms = {
            "text": {"target_port": serve_as(self, exporter.port, TEXT)},  # it never asks for that itself
            "openmetrics": {},
            "protobuf": {"flags": ["--enable-feature=native-histograms"]},
        }
        found = self.quantiles_of(exporter, "own", forms, lambda prometheus: prometheus.query(CLASSIC))
        self.assertNotIn(None, found)
        self.assertEqual(len(set(found)), 1, found)

    @needs_newer
    def test_a_newer_prometheus_takes_each(self):
        """It makes native histograms from the classic ones, if asked."""
        exporter = self.start(CORPUS, "--from-start")
        forms = {
            protocol: {
                "program": newer_prometheus(),
                "flags": ["--enable-feature=native-histograms"],
                "job": [
                    f"scrape_protocols: [ {protocol} ]",
                    "convert_classic_histograms_to_nhcb: true",
                    "always_scrape_classic_histograms: true",
                ],
            }
            for protocol in ("PrometheusText0.0.4", "OpenMetricsText1.0.0", "PrometheusProto")
        }
        count = "sum(histogram_count(maillog_delivery_delay_seconds))"
        found = self.quantiles_of(
            exporter, "newer", forms, lambda prometheus: [prometheus.query(query) for query in (CLASSIC, NATIVE, count)]
        )
        print(f"measured: quantiles, classic and native, and count: {found}")
        self.assertNotIn(None, found[0])
        self.assertEqual(found, [found[0]] * 3)
        self.assertAlmostEqual(found[0][0], found[0][1], places=9)
        self.assertEqual(found[0][2], sum(samples(exporter.scrape(), "maillog_delivery_delay_seconds_count")))

    @needs_newer
    def test_what_a_new_series_counted_first_is_not_lost(self):
        """A Prometheus that knows when a counter began sees that it rose from 0; one that does not sees no rise."""
        servers = {}
        self.append("")
        exporter = self.start(self.log, "--web.created-lines")
        for form in ("OpenMetricsText1.0.0", "PrometheusProto", "PrometheusText0.0.4"):
            folder = os.path.join(self.folder, form)
            os.makedirs(folder)
            servers[form] = Prometheus(
                folder,
                exporter.port,
                program=newer_prometheus(),
                flags=["--enable-feature=created-timestamp-zero-ingestion"],
                job=[f"scrape_protocols: [ {form} ]"],
            )
            self.addCleanup(servers[form].stop)
        for form, prometheus in servers.items():
            wait_until(lambda: prometheus.query('up{job="maillog"}') == 1, f"a scrape by {form}")
        self.append("".join(delivery(f"{i:010X}") for i in range(5)))
        risen = {}
        for form, prometheus in servers.items():
            wait_until(lambda: prometheus.query(f"sum({SENT})") == 5, f"the deliveries, by {form}")
            at = prometheus.query(f"max(timestamp({SENT}))")
            wait_until(lambda: prometheus.query(f"max(timestamp({SENT}))") > at, f"one more sample, by {form}")
            at = prometheus.query(f"max(timestamp({SENT}))")
            risen[form] = round(prometheus.query(f"sum(increase({SENT}[5m]))", time=f"{at:.3f}"), 6)
            self.assertEqual(prometheus.query("sum(resets(maillog_records_total[5m]))"), 0)
            self.assertIsNone(prometheus.query('count({__name__=~".*_created"})'))
        self.assertEqual(risen, {"OpenMetricsText1.0.0": 5, "PrometheusProto": 5, "PrometheusText0.0.4": 0})


if __name__ == "__main__":
    unittest.main()
