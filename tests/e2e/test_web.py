"""--web.config.file and --web.allow-from, with the clients that people use: curl and openssl s_client."""

import base64
import os
import socket
import ssl
import subprocess
import threading
import time

from certificates import Authority
from exporter import PATIENCE, Exporter, ExporterTest, run, samples, wait_until

# Of `secret`, at costs 4 and 8.
HASH = "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"
RELOADED = "maillog_web_config_last_reload_successful"


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


class WebTest(ExporterTest):
    def setUp(self):
        super().setUp()
        self.append("")
        self.authority = Authority(self.folder)
        self.authority.sign("server", "DNS:localhost,IP:127.0.0.1,IP:::1")
        self.config = os.path.join(self.folder, "web.yml")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, text):
        with open(self.config + ".new", "w", encoding="ascii") as file:
            file.write(text)
        os.replace(self.config + ".new", self.config)

    def serve(self, text, *arguments):
        """Started without asking whether it is ready: that takes what the configuration demands."""
        self.write(text)
        exporter = Exporter(f"--web.config.file={self.config}", *arguments, self.log)
        self.addCleanup(exporter.kill)
        return exporter

    def curl(self, exporter, *arguments, path="/metrics", host="localhost", scheme="https"):
        """(exit status of curl, status of the answer, its text with header)"""
        done = subprocess.run(
            ["curl", "-sS", "-i", "--max-time", str(int(PATIENCE)), "--cacert", self.path("ca.crt"), *arguments,
             f"{scheme}://{host}:{exporter.port}{path}"],
            capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        text = done.stdout.decode(errors="replace")
        status = int(text.split()[1]) if text.startswith("HTTP/") else 0
        return done.returncode, status, text + done.stderr.decode()

    def s_client(self, exporter, *arguments):
        """What openssl s_client says about the handshake and an answer."""
        done = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{exporter.port}", "-CAfile", self.path("ca.crt"),
             "-ign_eof", *arguments],
            input=b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        return (done.stdout + done.stderr).decode(errors="replace")


TLS = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n"
MUTUAL = TLS + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n"


class Tls(WebTest):
    def test_both_versions_of_ip(self):
        exporter = self.serve(TLS, "--web.listen-address=:0")
        hosts = ["127.0.0.1"] + (["[::1]"] if has_ipv6() else [])
        for host in hosts:
            status, answer, text = self.curl(exporter, host=host)
            self.assertEqual((status, answer), (0, 200), text)
            self.assertIn("maillog_build_info", text)

    def test_plain_http_is_told(self):
        exporter = self.serve(TLS)
        _, answer, text = self.curl(exporter, scheme="http")
        self.assertEqual(answer, 400)
        self.assertIn("This port speaks HTTPS.", text)

    def test_versions_and_ciphers(self):
        exporter = self.serve(
            TLS + "  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]\n  curve_preferences: [CurveP256]\n"
        )
        self.assertIn("200 OK", self.s_client(exporter, "-tls1_3"))
        self.assertIn("ECDHE-ECDSA-AES256-GCM-SHA384", self.s_client(exporter, "-tls1_2"))
        for refused in (
            ["-tls1_1", "-cipher", "ALL@SECLEVEL=0"],
            ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"],
            ["-tls1_3", "-groups", "X25519"],
        ):
            text = self.s_client(exporter, *refused)
            self.assertIn("alert", text, refused)
            self.assertNotIn("200 OK", text, refused)
        old = self.serve(TLS + "  min_version: TLS11\n  max_version: TLS11\n")
        self.assertIn("Protocol  : TLSv1.1", self.s_client(old, "-tls1_1", "-cipher", "ALL@SECLEVEL=0"))
        self.assertNotIn("200 OK", self.s_client(old, "-tls1_2"))

    def test_client_certificates(self):
        client = "DNS:prometheus.example.com,URI:spiffe://example.com/prometheus"
        self.authority.sign("client", client, "clientAuth")
        self.authority.sign("expired", client, "clientAuth", days=-1)
        self.authority.sign("other", "DNS:other.example.com", "clientAuth")
        Authority(self.folder, "strange").sign("stranger", client, "clientAuth")
        exporter = self.serve(MUTUAL + "  client_allowed_sans: ['spiffe://example.com/prometheus']\n")

        def scraped(name):
            arguments = ["--cert", self.path(f"{name}.crt"), "--key", self.path(f"{name}.key")] if name else []
            status, answer, text = self.curl(exporter, *arguments, path="/-/healthy")
            self.assertIn((status == 0, answer), ((True, 200), (False, 0)), text)
            return answer == 200

        self.assertTrue(scraped("client"))
        for name in (None, "expired", "other", "stranger"):
            self.assertFalse(scraped(name), name)
        # Asked for, but anybody is let in.
        self.write(TLS + "  client_auth_type: RequestClientCert\n")
        self.assertTrue(scraped(None) and scraped("stranger") and scraped("expired"))
        self.write(TLS + "  client_auth_type: RequireAnyClientCert\n")
        self.assertTrue(not scraped(None) and scraped("stranger"))
        self.write(TLS + "  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ca.crt\n")
        self.assertTrue(scraped(None) and scraped("other") and not scraped("stranger"))

    def test_a_certificate_is_replaced_under_load(self):
        exporter = self.serve(TLS)
        before = self.served_certificate(exporter)
        faults, stop = [], threading.Event()

        def scrape():
            context = ssl.create_default_context(cafile=self.path("ca.crt"))
            while not stop.is_set():
                try:
                    with socket.create_connection(("127.0.0.1", exporter.port), timeout=PATIENCE) as plain:
                        with context.wrap_socket(plain, server_hostname="localhost") as tls:
                            tls.sendall(b"GET /-/healthy HTTP/1.0\r\n\r\n")
                            if b"200 OK" not in tls.recv(4096):
                                faults.append("no answer")
                except OSError as fault:
                    faults.append(str(fault))

        scrapers = [threading.Thread(target=scrape) for _ in range(4)]
        for scraper in scrapers:
            scraper.start()
        self.authority.sign("server", "DNS:localhost,IP:127.0.0.1")
        wait_until(lambda: self.served_certificate(exporter) != before, "the new certificate")
        stop.set()
        for scraper in scrapers:
            scraper.join()
        self.assertEqual(faults, [])
        self.assertEqual(samples(self.curl(exporter)[2].replace("\r", ""), RELOADED), [1])

    def served_certificate(self, exporter):
        return ssl.get_server_certificate(("127.0.0.1", exporter.port))

    def test_a_peer_that_dies_costs_nothing(self):
        exporter = self.serve(TLS)
        for reach in ("handshake", "answer"):
            for _ in range(20):
                plain = socket.create_connection(("127.0.0.1", exporter.port), timeout=PATIENCE)
                # A connection that is reset instead of closed.
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                if reach == "handshake":
                    plain.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
                    plain.close()
                    continue
                context = ssl.create_default_context(cafile=self.path("ca.crt"))
                tls = context.wrap_socket(plain, server_hostname="localhost")
                tls.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
                tls.recv(1)
                tls.close()
        self.assertEqual(self.curl(exporter)[1], 200)

        def idle():
            before = cpu_ticks(exporter.process.pid)
            end = time.monotonic() + 0.3
            wait_until(lambda: time.monotonic() > end, "a while")
            return cpu_ticks(exporter.process.pid) - before <= 2

        wait_until(idle, "no thread to spin")


def cpu_ticks(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(") ")[2].split()
    return int(fields[11]) + int(fields[12])


class Users(WebTest):
    def get(self, exporter, user=None, password=""):
        """Status, header and seconds of an answer over plain HTTP."""
        before = time.monotonic()
        header = ""
        if user is not None:
            header = "Authorization: Basic " + base64.b64encode(f"{user}:{password}".encode()).decode() + "\r\n"
        with socket.create_connection(("127.0.0.1", exporter.port), timeout=PATIENCE) as client:
            client.sendall(f"GET /-/healthy HTTP/1.0\r\n{header}\r\n".encode())
            answer = b""
            while more := client.recv(4096):
                answer += more
        return int(answer.split()[1]), answer.decode(), time.monotonic() - before

    def test_passwords(self):
        exporter = self.serve(f"basic_auth_users:\n  prometheus: {HASH}\n")
        status, text, _ = self.get(exporter)
        self.assertEqual(status, 401)
        self.assertIn("WWW-Authenticate: Basic", text)
        for user, password, expected in (
            ("prometheus", "secret", 200),
            ("prometheus", "wrong", 401),
            ("grafana", "secret", 401),
            ("", "", 401),
        ):
            for _ in range(2):  # verified, and remembered
                self.assertEqual(self.get(exporter, user, password)[0], expected, (user, password))
        status, answer, text = self.curl(exporter, "-u", "prometheus:secret", scheme="http")
        self.assertEqual((status, answer), (0, 200), text)
        self.write("basic_auth_users:\n  grafana: " + HASH + "\n")
        self.assertEqual(self.get(exporter, "prometheus", "secret")[0], 401)
        self.assertEqual(self.get(exporter, "grafana", "secret")[0], 200)

    def test_unknown_users_take_the_same_time(self):
        exporter = self.serve("basic_auth_users:\n  known: " + HASH.replace("$04$", "$08$") + "\n")
        # The shortest of some in turn: what other processes take of the time is in the longer ones.
        times = dict.fromkeys(("known", "unknown"), float("inf"))
        for turn in range(9):
            for user in times:
                times[user] = min(times[user], self.get(exporter, user, f"wrong{turn}")[2])
        print("measured: wrong password " + ", ".join(f"of a user that is {user} {took * 1000:.0f} ms" for user, took in times.items()))
        self.assertLess(max(times.values()), 3 * min(times.values()))

    def test_a_flood_of_wrong_passwords_keeps_nobody_waiting(self):
        exporter = self.serve(f"basic_auth_users:\n  prometheus: {HASH}\n  slow: {HASH.replace('$04$', '$10$')}\n")
        self.assertEqual(self.get(exporter, "prometheus", "secret")[0], 200)
        statuses = []
        flood = [
            threading.Thread(target=lambda turn=turn: statuses.append(self.get(exporter, "slow", f"wrong{turn}")[0]))
            for turn in range(60)
        ]
        for client in flood:
            client.start()
        took = max(self.get(exporter, "prometheus", "secret")[2] for _ in range(10))
        print(f"measured: with 60 wrong passwords waiting, a known one is answered in {took * 1000:.0f} ms")
        for client in flood:
            client.join()
        self.assertLessEqual(set(statuses), {401, 503})
        self.assertLess(took, 1)


class Rest(WebTest):
    def test_headers_rate_and_reload(self):
        exporter = self.serve(
            "http_server_config:\n  http2: true\n  headers:\n    X-Frame-Options: deny\n"
            "    Strict-Transport-Security: max-age=1\nrate_limit: {interval: 1h, burst: 3}\n"
        )
        answers = [self.curl(exporter, path="/-/healthy", scheme="http") for _ in range(4)]
        self.assertEqual([answer[1] for answer in answers], [200, 200, 200, 429])
        for _, _, text in answers:
            self.assertIn("X-Frame-Options: deny", text)
            self.assertIn("Strict-Transport-Security: max-age=1", text)
        self.write("nonsense: 1\n")
        self.assertEqual(self.curl(exporter, scheme="http")[1], 429)
        wait_until(lambda: any("web.yml:1: there is no key 'nonsense'" in line for line in exporter.log), "the fault")
        self.write("")
        text = self.curl(exporter, scheme="http")[2].replace("\r", "")
        self.assertEqual(samples(text, RELOADED), [1])

    def test_refusals_are_counted(self):
        exporter = self.serve(f"basic_auth_users: {{prometheus: {HASH}}}\n")
        self.curl(exporter, scheme="http")
        text = self.curl(exporter, "-u", "prometheus:secret", scheme="http")[2].replace("\r", "")
        self.assertEqual(samples(text, "maillog_http_refusals_total", reason="password"), [1])
        self.assertEqual(samples(text, "maillog_http_requests_total", path="/metrics", code="401"), [1])

    def test_faults_of_handshakes_are_counted(self):
        exporter = self.serve(TLS)
        self.curl(exporter, scheme="http")
        text = self.curl(exporter)[2].replace("\r", "")
        self.assertEqual(samples(text, "maillog_http_refusals_total", reason="tls"), [1])

    def test_faults_end_the_start(self):
        self.write(TLS + "  key: [\n")
        for command in ([], ["check-config"]):
            status, _, text = run(*command, "--web.listen-address=127.0.0.1:0", f"--web.config.file={self.config}", self.log)
            self.assertEqual(status, 2)
            self.assertIn("web.yml:5: not YAML", text)
        self.write(TLS + f"basic_auth_users: {{a: {HASH}}}\n")
        status, text, _ = run("check-config", "--web.listen-address=127.0.0.1:0", f"--web.config.file={self.config}", self.log)
        self.assertEqual(status, 0)
        self.assertIn("serve by TLS, to 1 user with a password", text)

    def test_strangers_are_not_let_in(self):
        exporter = self.serve("", "--web.allow-from=127.0.0.2", "--web.allow-from=::1", "--web.listen-address=:0")
        for local, answered in (("127.0.0.2", True), ("127.0.0.1", False), ("127.0.0.3", False)):
            status, answer, _ = self.curl(exporter, "--interface", local, host="127.0.0.1", scheme="http")
            self.assertEqual(answer == 200, answered, local)
        if has_ipv6():
            self.assertEqual(self.curl(exporter, host="[::1]", scheme="http")[1], 200)
