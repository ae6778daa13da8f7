"""`maillog_exporter healthcheck`, which containers call: whom it takes for alive, and whom not."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest

from exporter import PROGRAM, ExporterTest, run, wait_until
from test_web import HASH, MUTUAL, TLS, WebTest, has_ipv6

PATIENCE = 5  # its own


def answering(answer):
    """A server on loopback that sends this to whoever comes, and its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                connection = server.accept()[0]
            except OSError:
                return
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    return server, server.getsockname()[1]


class Plain(ExporterTest):
    def asked(self, url):
        """(exit status, its sentence)"""
        status, out, err = run("healthcheck", url)
        self.assertEqual((out + err).count("\n"), 1, out + err)
        return status, out + err

    def test_an_exporter_that_serves(self):
        self.append("")
        exporter = self.start("--web.listen-address=127.0.0.1:0", self.log)
        for url in (f"http://127.0.0.1:{exporter.port}", f"http://localhost:{exporter.port}/-/healthy"):
            status, said = self.asked(url)
            self.assertEqual(status, 0, said)
            self.assertRegex(said, rf"^alive: http://.*:{exporter.port}/-/healthy answers 200\n$")
        status, said = self.asked(f"http://127.0.0.1:{exporter.port}/nowhere")
        self.assertEqual((status, "answers 404" in said), (1, True), said)

    @unittest.skipUnless(has_ipv6(), "no IPv6 here")
    def test_ipv6(self):
        self.append("")
        exporter = self.start("--web.listen-address=:0", self.log)
        for url in (f"http://[::1]:{exporter.port}", f"http://localhost:{exporter.port}"):
            self.assertEqual(self.asked(url)[0], 0)

    def test_alive_but_not_ready_is_alive(self):
        exporter = self.start_unready(f"syslog+unix://{self.folder}/missing/log")
        wait_until(lambda: exporter.request("/-/ready")[0] == 503, "a source that cannot be read")
        self.assertEqual(self.asked(f"http://127.0.0.1:{exporter.port}")[0], 0)

    def test_nobody(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        status, said = self.asked(f"http://127.0.0.1:{port}")
        self.assertEqual((status, "nobody listens" in said), (1, True), said)

    def test_one_that_hangs(self):
        self.append("")
        exporter = self.start(self.log)
        exporter.process.send_signal(signal.SIGSTOP)
        self.addCleanup(exporter.process.send_signal, signal.SIGCONT)
        before = time.monotonic()
        status, said = self.asked(f"http://127.0.0.1:{exporter.port}")
        took = time.monotonic() - before
        self.assertEqual((status, "in time" in said), (1, True), said)
        self.assertGreater(took, PATIENCE - 1)
        self.assertLess(took, PATIENCE + 5)
        status, said = self.asked(f"https://127.0.0.1:{exporter.port}")
        self.assertEqual((status, "in time" in said), (1, True), said)

    def test_another_server(self):
        for answer, sentence in (
            (b"220 mx ESMTP\r\n", "does not speak HTTP"),
            (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", "answers 503"),
            (b"HTTP/1.1 2000 x\r\n\r\n", "answers 2000"),
            (b"", "--web.allow-from"),
            (b"x" * 100000, "does not speak HTTP"),
        ):
            server, port = answering(answer)
            with server:
                status, said = self.asked(f"http://127.0.0.1:{port}")
                self.assertEqual((status, sentence in said), (1, True), said)
                self.assertEqual(self.asked(f"https://127.0.0.1:{port}")[0], 1)

    def test_who_is_not_let_in(self):
        self.append("")
        exporter = self.start_unready("--web.allow-from=192.0.2.1", self.log)
        status, said = self.asked(f"http://127.0.0.1:{exporter.port}")
        self.assertEqual((status, "--web.allow-from" in said), (1, True), said)

    def test_a_url_that_is_none(self):
        for arguments, sentence in (
            (["localhost:9025"], "is not a URL"),
            (["http://"], "is not a URL"),
            (["http://mx:0"], "is not a URL"),
            (["http://mx:9025/a b"], "is not a URL"),
            (["http://mx\r\nX: y"], "is not a URL"),
            (["ftp://mx"], "is not a URL"),
            (["http://mx", "http://mx"], "asks one URL"),
            (["--from-start"], "takes no --from-start"),
        ):
            status, out, err = run("healthcheck", *arguments)
            self.assertEqual((status, out, sentence in err), (2, "", True), err)


class WithAWebConfiguration(WebTest):
    def alive(self, exporter, scheme="https"):
        status, out, err = run("healthcheck", f"{scheme}://localhost:{exporter.port}")
        self.assertEqual(status, 0, err)
        return out

    def test_tls(self):
        exporter = self.serve(TLS)
        self.assertIn("answers 200", self.alive(exporter))
        status, _, err = run("healthcheck", f"http://localhost:{exporter.port}")
        self.assertEqual((status, "answers 400" in err), (1, True), err)

    def test_tls_where_there_is_none(self):
        exporter = self.serve("{}\n")
        self.assertIn("answers 200", self.alive(exporter, "http"))
        status, _, err = run("healthcheck", f"https://localhost:{exporter.port}")
        self.assertEqual((status, "does not speak TLS" in err), (1, True), err)

    def test_passwords(self):
        users = f"basic_auth_users: {{prometheus: '{HASH}'}}\n"
        self.assertIn("asks for a password", self.alive(self.serve(users), "http"))
        self.assertIn("asks for a password", self.alive(self.serve(TLS + users)))

    def test_certificates_of_clients(self):
        for version in ("TLS12", "TLS13"):
            exporter = self.serve(MUTUAL + f"  min_version: {version}\n  max_version: {version}\n")
            self.assertIn("asks for a certificate", self.alive(exporter))

    def test_too_many_requests(self):
        exporter = self.serve("rate_limit: {interval: 1h, burst: 1}\n")
        self.assertIn("answers 200", self.alive(exporter, "http"))
        self.assertIn("more requests than it allows", self.alive(exporter, "http"))


class AsTheFirstProcess(ExporterTest):
    """As in a container: process 1 of its namespace, whom SIGTERM does not end unless it wants to."""

    def setUp(self):
        super().setUp()
        if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "nsenter", "ip"))):
            self.skipTest("namespaces need root, unshare, nsenter and ip")
        probe = subprocess.run(["unshare", "--pid", "--fork", "--net", "true"], capture_output=True, check=False)
        if probe.returncode != 0:
            self.skipTest("no namespaces can be made here")

    def child_of(self, process):
        with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as children:
            return children.read().split()

    def healthcheck(self, first):
        done = subprocess.run(
            ["nsenter", f"--target={first}", "--pid", "--net", PROGRAM, "healthcheck"], capture_output=True, check=False
        )
        return done.returncode, (done.stdout + done.stderr).decode()

    def test_it_ends_when_it_is_told_to_and_keeps_its_state(self):
        self.append("Apr 23 12:31:16 mx postfix/qmgr[1]: 031B97815E: removed\n")
        state = os.path.join(self.folder, "state")
        # A network of its own, so that the default address is free.
        process = subprocess.Popen(
            ["unshare", "--pid", "--fork", "--net", "--kill-child", "sh", "-c",
             f"ip link set lo up && exec {os.path.abspath(PROGRAM)} --from-start --state.path={state} {self.log}"],
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        first = wait_until(lambda: self.child_of(process), "a first process")[0]
        wait_until(lambda: self.healthcheck(first)[0] == 0, "health")
        self.assertEqual(self.healthcheck(first), (0, "alive: http://localhost:9025/-/healthy answers 200\n"))
        wait_until(lambda: "mail.log" in run("state", "show", f"--state.path={state}")[1], "a saved position")
        self.append("Apr 23 12:31:17 mx postfix/qmgr[1]: 031B97815F: removed\n")
        before = time.monotonic()
        os.kill(int(first), signal.SIGTERM)
        self.assertEqual(process.wait(20), 0)
        self.assertLess(time.monotonic() - before, 10)
        exporter = self.start(f"--state.path={state}", self.log)
        self.assertEqual(exporter.total("maillog_queue_removed_total"), 2)


if __name__ == "__main__":
    unittest.main()
