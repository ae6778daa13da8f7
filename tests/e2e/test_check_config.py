"""What check-config says, and what somebody is told who may not read a log."""

import os
import shutil
import socket
import subprocess
import unittest

from exporter import PATIENCE, PROGRAM, ExporterTest, delivery, run, wait_until

NOBODY = 65534


class CheckConfig(ExporterTest):
    """0: sound, 1: something prevents it now, 2: a fault."""

    def check(self, *arguments):
        return run("check-config", "--web.listen-address=127.0.0.1:0", *arguments)

    def test_how_many_files_there_are(self):
        for name in ("a.log", "b.log", "c.txt"):
            self.append("x\n", os.path.join(self.folder, name))
        status, out, err = self.check(os.path.join(self.folder, "*.log"), self.folder + "/none*")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("(a pattern, 2 files now) from its end", out.replace("*.log", ""))
        self.assertIn("none* (a pattern, 0 files now)", out)
        self.assertIn("(a directory, 3 files now)", self.check(self.folder)[1])

    def test_a_socket_has_no_end(self):
        out = self.check("syslog+udp://127.0.0.1:0")[1]
        self.assertIn("(a socket for syslog), what comes from now on\n", out)

    def test_directories_alone_are_no_logs(self):
        os.mkdir(os.path.join(self.folder, "mx1"))
        pattern = self.folder + "/*"
        for command in (["check-config", "--web.listen-address=127.0.0.1:0"], ["count"]):
            status, _, err = run(*command, pattern)
            self.assertEqual(status, 1 if command[0] == "check-config" else 2)
            self.assertIn(f"{pattern}: matches directories only, such as {self.folder}/mx1; name a directory", err)

    def test_the_first_file_of_a_pattern_is_waited_for(self):
        server = self.start(self.folder + "/*.log")
        wait_until(lambda: any("waiting for a log" in line for line in server.log), "the pattern to be named")
        self.append(delivery("0A1"))
        wait_until(lambda: server.total("maillog_deliveries_total") == 1, "the line")
        wait_until(lambda: any("the log that was waited for is there" in line for line in server.log), "its arrival")

    def test_a_socket_that_cannot_be_made(self):
        path = os.path.join(self.folder, "socket")
        self.assertEqual(self.check("syslog+unix://" + path)[0], 0)
        self.assertFalse(os.path.exists(path))
        self.start("syslog+unix://" + path)
        for source, why in ((path, "Address already in use"), (self.folder + "/none/socket", "No such file or directory")):
            status, _, err = self.check("syslog+unix://" + source)
            self.assertEqual(status, 1)
            self.assertIn(f"cannot listen on syslog+unix://{source}: {why}", err)

    def test_a_busy_port(self):
        self.append("x\n")
        with socket.socket() as busy:
            busy.bind(("127.0.0.1", 0))
            busy.listen()
            address = f"127.0.0.1:{busy.getsockname()[1]}"
            status, out, err = run("check-config", f"--web.listen-address={address}", self.log)
        self.assertEqual(status, 1)
        self.assertIn(f"serve /metrics on {address}", out)
        self.assertEqual(
            err,
            "maillog_exporter: the configuration is sound, but cannot listen on "
            f"{address}: Address already in use\n",
        )

    def test_a_busy_port_for_datagrams(self):
        with socket.socket(type=socket.SOCK_DGRAM) as busy:
            busy.bind(("127.0.0.1", 0))
            status, _, err = self.check(f"syslog+udp://127.0.0.1:{busy.getsockname()[1]}")
        self.assertEqual(status, 1)
        self.assertIn("Address already in use", err)

    def test_a_fault_is_still_a_fault(self):
        self.assertEqual(self.check("--nonsense")[0], 2)
        self.assertEqual(self.check("--config.file=" + self.folder + "/none.yml")[0], 2)


@unittest.skipIf(os.geteuid() != 0, "only root can become somebody else")
class AsNobody(ExporterTest):
    """A user in no group that may read anything."""

    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o755)
        self.program = os.path.join(self.folder, "maillog_exporter")
        shutil.copy(PROGRAM, self.program)
        os.chmod(self.program, 0o755)
        self.append("x\n")
        os.chown(self.log, 0, 1)  # daemon
        os.chmod(self.log, 0o640)

    def run_as_nobody(self, *arguments):
        done = subprocess.run(
            [self.program, *arguments],
            capture_output=True,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            cwd="/",
            timeout=PATIENCE,
            check=False,
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_the_group_that_may_read_a_log(self):
        sentence = f"{self.log}: Permission denied (it may be read by the group daemon)\n"
        for command in ("count", "explain"):
            self.assertEqual(self.run_as_nobody(command, self.log)[::2], (2, "maillog_exporter: " + sentence))

    def test_the_group_that_may_enter_a_directory(self):
        closed = os.path.join(self.folder, "closed")
        os.mkdir(closed, 0o750)
        os.chown(closed, 0, 1)
        for path in (closed + "/a.log", closed + "/below/a.log"):
            err = self.run_as_nobody("count", path)[2]
            self.assertIn(f"{path}: Permission denied (the directory {closed} may be entered by the group daemon)", err)
        self.assertIn("(it may be read by the group daemon)", self.run_as_nobody("count", closed)[2])

    def test_the_group_is_in_the_log_of_the_server(self):
        process = subprocess.Popen(
            [self.program, "--web.listen-address=127.0.0.1:0", self.log],
            stderr=subprocess.PIPE,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            cwd="/",
        )
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        for line in process.stderr:
            if b"cannot be read" in line:
                self.assertIn(b"group daemon", line)
                return
        self.fail("the log cannot be read, and nothing says so")

    def test_check_config(self):
        status, out, err = self.run_as_nobody("check-config", "--web.listen-address=127.0.0.1:0", self.log)
        self.assertEqual(status, 1)
        self.assertIn("cannot be read: ", out)
        self.assertIn("the group daemon", err)
        state = os.path.join(self.folder, "state")
        status, _, err = self.run_as_nobody(
            "check-config", "--web.listen-address=127.0.0.1:0", "--state.path=" + state, "-"
        )
        self.assertEqual(status, 1)
        self.assertIn(f"the state directory {state} cannot be written: Permission denied", err)
        self.assertFalse(os.path.exists(state))


if __name__ == "__main__":
    unittest.main()
