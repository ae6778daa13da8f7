"""What systemd is told: datagrams to a real socket, as sd_notify(3) has it."""

import os
import signal
import socket
import time

from exporter import PATIENCE, ExporterTest, delivery, wait_until


class Service(ExporterTest):
    def setUp(self):
        super().setUp()
        self.append(delivery("A1"))
        self.path = os.path.join(self.folder, "notify")

    def listen(self, name):
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.bind(name)
        manager.settimeout(PATIENCE)
        return manager

    @staticmethod
    def environment(name, **more):
        return {**os.environ, "NOTIFY_SOCKET": name, **more}

    def until(self, manager, wanted):
        """The messages up to the first that begins like this."""
        seen = []
        while not seen or not seen[-1].startswith(wanted):
            seen.append(manager.recv(4096).decode())
        return seen

    def test_from_start_to_end(self):
        config = os.path.join(self.folder, "config.yml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"sources:\n- path: {self.log}\n")
        manager = self.listen(self.path)
        exporter = self.start_unready(f"--config.file={config}", env=self.environment(self.path))
        self.assertEqual(self.until(manager, "READY=1"), ["READY=1"])
        self.until(manager, "STATUS=Following 1 source.")

        before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        exporter.process.send_signal(signal.SIGHUP)
        reloading = self.until(manager, "RELOADING=1")[-1]
        after = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        first, _, micros = reloading.partition("\nMONOTONIC_USEC=")
        self.assertEqual(first, "RELOADING=1")
        self.assertTrue(before <= int(micros) <= after, (before, micros, after))
        self.assertEqual(self.until(manager, "READY=1"), ["READY=1"])

        self.assertEqual(exporter.stop()[1], 0)
        self.until(manager, "STOPPING=1")

    def test_an_abstract_socket_is_told_from_within_the_sandbox(self):
        name = f"maillog-e2e-{os.getpid()}"
        manager = self.listen("\0" + name)
        exporter = self.start_unready(self.log, env=self.environment("@" + name))
        self.until(manager, "READY=1")
        exporter.process.send_signal(signal.SIGTERM)
        self.until(manager, "STOPPING=1")

    def test_the_status_says_what_is_wrong(self):
        missing = os.path.join(self.folder, "none", "mail.log")
        manager = self.listen(self.path)
        self.start_unready("--state.path=", missing, env=self.environment(self.path))
        # It starts all the same: a log may come later.
        self.until(manager, "READY=1")
        os.mkdir(os.path.dirname(missing))
        self.append(delivery("A1"), missing)
        self.until(manager, "STATUS=Following 1 source.")

    def test_the_watchdog_is_fed_while_the_program_works(self):
        manager = self.listen(self.path)
        exporter = self.start_unready(self.log, env=self.environment(self.path, WATCHDOG_USEC="300000"))
        for _ in range(3):
            self.until(manager, "WATCHDOG=1")
        exporter.process.send_signal(signal.SIGSTOP)
        manager.settimeout(0.5)
        with self.assertRaises(TimeoutError):
            while True:
                manager.recv(4096)
        exporter.process.send_signal(signal.SIGCONT)
        manager.settimeout(PATIENCE)
        self.until(manager, "WATCHDOG=1")

    def test_a_watchdog_for_another_process_is_not_fed(self):
        manager = self.listen(self.path)
        exporter = self.start_unready(
            self.log, env=self.environment(self.path, WATCHDOG_USEC="100000", WATCHDOG_PID="1"))
        self.until(manager, "STATUS=Following")
        exporter.process.send_signal(signal.SIGTERM)
        self.assertNotIn("WATCHDOG=1", self.until(manager, "STOPPING=1"))

    def test_a_manager_that_is_gone_harms_nothing(self):
        exporter = self.start(self.log, env=self.environment(os.path.join(self.folder, "gone"), WATCHDOG_USEC="100000"))
        self.append(delivery("A2"))
        wait_until(lambda: exporter.total("maillog_deliveries_total") == 1, "the line")
        self.assertEqual(exporter.stop()[1], 0)
