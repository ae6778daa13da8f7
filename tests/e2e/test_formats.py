"""The forms of the metrics: what real Prometheus servers and promtool make of each."""

import gzip
import http.client
import os
import subprocess
import unittest

from exporter import PATIENCE, ExporterTest, samples, wait_until
from prometheus import Prometheus, needs

CORPUS = os.path.join(os.path.dirname(__file__), "..", "corpus", "debian12", "syslog", "mail.log")
TEXT = "text/plain;version=0.0.4"
OPEN_METRICS = "application/openmetrics-text;version=1.0.0"
PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"


class Formats(ExporterTest):
    def get(self, exporter, path="/metrics", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", exporter.port, timeout=PATIENCE)
        self.addCleanup(connection.close)
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return dict(answer.getheaders()), answer.read()

    def counted(self, text):
        """Lines of the log's own series, which stand still."""
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

    @needs("promtool")
    def test_promtool_is_silent(self):
        exporter = self.start(CORPUS, "--from-start")
        lint = subprocess.run(["promtool", "check", "metrics"], input=self.get(exporter)[1], capture_output=True, check=False)
        self.assertEqual((lint.returncode, lint.stdout + lint.stderr), (0, b""))

    @needs("prometheus")
    def test_a_real_prometheus_takes_each(self):
        """Series, values and quantiles are the same, whatever it asks for."""
        exporter = self.start(CORPUS, "--from-start")
        expected = {
            "sent": sum(samples(exporter.scrape(), "maillog_deliveries_total", status="sent")),
            "series": len([line for line in exporter.scrape().splitlines() if line.startswith("maillog_del")]),
        }
        quantiles = set()
        for name, flags, format_of_it in (
            ("openmetrics", [], OPEN_METRICS),
            ("protobuf", ["--enable-feature=native-histograms"], PROTOBUF),
        ):
            folder = os.path.join(self.folder, name)
            os.makedirs(folder)
            prometheus = Prometheus(folder, exporter.port, flags=flags)
            self.addCleanup(prometheus.stop)
            wait_until(lambda: prometheus.query('up{job="maillog"}') == 1, f"a scrape by {name}")
            query = prometheus.query
            wait_until(lambda: query('sum(maillog_deliveries_total{status="sent"})') == expected["sent"], "the sum")
            self.assertEqual(query('count({__name__=~"maillog_del.*"})'), expected["series"], format_of_it)
            self.assertGreater(query('count(maillog_delivery_delay_seconds_bucket{le="60.0"})'), 0)
            quantiles.add(query("histogram_quantile(0.9, sum by (le) (maillog_delivery_delay_seconds_bucket))"))
            self.assertIsNone(query('up{job="maillog"} == 0'))
        self.assertEqual(len(quantiles), 1, quantiles)
        self.assertNotIn(None, quantiles)


if __name__ == "__main__":
    unittest.main()
