"""What a person at a terminal meets."""

import os
import pty
import select
import subprocess
import time
import unittest

import exporter
from exporter import PATIENCE, PROGRAM, ExporterTest, delivery, run, wait_until


class Terminal:
    """The program with a terminal for its output, its diagnostics, or both."""

    def __init__(self, *arguments, on=("stdout", "stderr"), stdin=subprocess.DEVNULL, **environment):
        self.master, slave = pty.openpty()
        others = {name: subprocess.PIPE for name in ("stdout", "stderr") if name not in on}
        self.process = subprocess.Popen(
            [PROGRAM, *arguments],
            stdin=stdin,
            env={"PATH": os.environ["PATH"], "TERM": "xterm", **environment},
            **{name: slave for name in on},
            **others,
        )
        os.close(slave)
        self.shown = ""

    def read_until(self, text):
        """Reads until the terminal shows the text; "" for the end."""
        deadline = time.monotonic() + PATIENCE
        while not text or text not in self.shown:
            ready = select.select([self.master], [], [], max(0, deadline - time.monotonic()))[0]
            if not ready:
                raise AssertionError(f"waited in vain for {text!r}: {self.shown!r}")
            try:
                piece = os.read(self.master, 65536)
            except OSError:  # how a terminal ends
                piece = b""
            if not piece:
                if text:
                    raise AssertionError(f"ended without {text!r}: {self.shown!r}")
                break
            self.shown += piece.decode(errors="replace")
        return self.shown

    def end(self):
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                stream.close()
        os.close(self.master)


class AtATerminal(ExporterTest):
    def terminal(self, *arguments, **options):
        terminal = Terminal(*arguments, **options)
        self.addCleanup(terminal.end)
        return terminal

    def test_explain_prints_each_line_at_once(self):
        terminal = self.terminal("explain", stdin=subprocess.PIPE)
        for queue_id in ("0A1", "0A2"):
            terminal.process.stdin.write(delivery(queue_id).encode())
            terminal.process.stdin.flush()
            terminal.read_until(queue_id.ljust(10, "0"))
            terminal.read_until("maillog_delivery_receivers_total")
            terminal.shown = ""
        self.assertIsNone(terminal.process.poll())

    def test_explain_prints_each_line_at_once_into_a_pipe(self):
        process = subprocess.Popen(
            [PROGRAM, "explain"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdin.close)
        process.stdin.write(delivery("0A1").encode())
        process.stdin.flush()
        self.assertTrue(select.select([process.stdout], [], [], PATIENCE)[0])
        self.assertEqual(process.stdout.readline().decode(), delivery("0A1"))

    def test_explain_follows_tail(self):
        self.append(delivery("0A1"))
        tail = subprocess.Popen(["tail", "-n", "+1", "-f", self.log], stdout=subprocess.PIPE)
        self.addCleanup(tail.stdout.close)
        self.addCleanup(tail.wait)
        self.addCleanup(tail.kill)
        terminal = self.terminal("explain", stdin=tail.stdout)
        terminal.read_until("0A10000000")
        self.append(delivery("0A2"))
        terminal.read_until("0A20000000")

    def explained(self, *arguments, **options):
        self.append(delivery("0A1"))
        return self.terminal("explain", *arguments, self.log, **options).read_until("")

    def test_colour_on_a_terminal(self):
        self.assertIn("\x1b[32mmaillog_deliveries_total\x1b[0m", self.explained())

    def test_no_colour_where_it_is_not_wanted(self):
        self.assertNotIn("\x1b", self.explained("--color=never"))
        self.assertNotIn("\x1b", self.explained(NO_COLOR="1"))
        self.assertNotIn("\x1b", self.explained(TERM="dumb"))
        self.assertNotIn("\x1b", run("explain", self.log)[1])

    def test_colour_where_it_is_asked_for(self):
        self.assertIn("\x1b[32m", self.explained("--color=always", NO_COLOR="1"))
        self.assertIn("\x1b[32m", run("explain", "--color=always", self.log)[1])

    def test_a_log_gives_the_terminal_no_commands(self):
        self.append(b"Apr 23 12:31:16 mx postfix/smtp[1]: \x1b]0;title\x07zzz\n")
        shown = self.explained("--color=never")
        self.assertNotIn("\x1b", shown)
        self.assertIn("\\x1b]0;title\\x07zzz", shown)
        self.assertIn("\x1b]0;title\x07zzz", run("explain", self.log)[1])

    def after_progress(self, *arguments, on):
        """What a command that reads a log as it is written has, once it has shown how far it is: the terminal."""
        fifo = os.path.join(self.folder, "fifo")
        os.mkfifo(fifo)
        terminal = self.terminal(*arguments, fifo, on=on)
        with open(fifo, "wb") as writer:
            writer.write(delivery("0A1").encode() * 1000)
            writer.flush()

            def shows_progress():
                writer.write(delivery("0A2").encode())
                writer.flush()
                ready = select.select([terminal.master], [], [], 0.05)[0]
                if ready:
                    terminal.shown += os.read(terminal.master, 65536).decode()
                return "\rread " in terminal.shown

            wait_until(shows_progress, "progress")
        return terminal

    def test_progress_is_shown_and_gone_at_the_end(self):
        terminal = self.after_progress("count", on=("stderr",))
        self.assertIn(b"maillog_deliveries_total", terminal.process.stdout.read())
        self.assertRegex(terminal.read_until(""), r"\r +\r$")

    def test_progress_is_gone_before_a_report_is_written(self):
        shown = self.after_progress("report", on=("stdout", "stderr")).read_until("")
        self.assertRegex(shown, r"\r +\rMail report")
        self.assertNotRegex(shown, r"\r\Z")

    def test_no_progress_elsewhere(self):
        self.append(delivery("0A1"))
        self.assertEqual(run("count", self.log)[2], "")


class ForAPerson(ExporterTest):
    def test_summary(self):
        self.append(delivery("0A1") * 3 + delivery("0A2", "bounced", "5.1.1"))
        status, out, err = run("count", "--summary", self.log)
        self.assertEqual((status, err), (0, ""))
        self.assertIn("messages     4 in all, counted 4 (100.0 %)", out)
        self.assertIn("deliveries   4 in all, sent 3 (75.0 %), bounced 1 (25.0 %)", out)
        self.assertIn("unknown 0 (0.0 %)", out)

    def test_since_and_until(self):
        for hour in ("10", "11", "12"):
            self.append(delivery("0A1").replace("Apr 23 12:31:16", f"2026-04-23T{hour}:00:00+00:00"))
        limits = ["--since=2026-04-23T10:30:00Z", "--until=2026-04-23T12:00:00Z"]
        status, out, err = run("count", *limits, self.log)
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(sum(exporter.samples(out, "maillog_deliveries_total")), 1)
        out = run("explain", *limits, self.log)[1]
        self.assertEqual([line[:13] for line in out.splitlines() if line.startswith("2026")], ["2026-04-23T11"])

    def test_a_missing_year_is_that_of_the_file(self):
        self.append(delivery("0A1"))
        written = 1713875476  # 2024-04-23
        os.utime(self.log, (written, written))
        out = run("count", "--since=2024-04-01", "--until=2024-05-01", self.log)[1]
        self.assertEqual(sum(exporter.samples(out, "maillog_deliveries_total")), 1)
        packed = subprocess.run(["gzip", "-k", self.log], check=True)
        self.assertEqual(packed.returncode, 0)
        out = run("count", "--since=2024-04-01", "--until=2024-05-01", self.log + ".gz")[1]
        self.assertEqual(sum(exporter.samples(out, "maillog_deliveries_total")), 1)

    def test_nothing_in_the_part_is_said(self):
        self.append(delivery("0A1").replace("Apr 23 12:31:16", "2026-04-23T12:31:16+00:00"))
        status, _, err = run("count", "--since=2030-01-01", self.log)
        self.assertEqual(status, 0)
        self.assertIn("no message lies in that time: the log goes from 2026-04-23", err)

    def test_unknown_shows_the_word_that_a_rule_lacks(self):
        self.append("Apr 23 12:31:16 mx postfix/smtpd[1]: NOQUEUE: rejekt: RCPT from a.example[192.0.2.1]: 450\n")
        out = run("explain", "--unknown", self.log)[1]
        self.assertIn("postfix smtpd: NOQUEUE: rejekt: RCPT from *[*]: *\n", out)

    def test_a_journal_that_is_not_there_is_not_tried_again(self):
        status, out, err = run("explain", "journal:/nope")
        self.assertEqual((status, out), (2, ""))
        self.assertEqual(err, "maillog_exporter: /nope: No such file or directory\n")

    def test_a_log_that_was_away_and_is_back_is_logged(self):
        self.append("")
        server = self.start(self.log, "--poll")
        os.rename(self.log, self.log + ".away")
        wait_until(lambda: any("waiting for a log" in line for line in server.log), "the log to be missed")
        os.rename(self.log + ".away", self.log)
        wait_until(lambda: any("the log that was waited for is there" in line for line in server.log), "its return")

    def test_state_show_tells_rotated_files_apart(self):
        state = "--state.path=" + os.path.join(self.folder, "state")
        server = self.start(state, "--from-start", self.log)
        for i in (1, 2, 3):
            self.append("".join(delivery(f"0{i}{j:X}") for j in range(i * 10)))
            total = sum(range(10, i * 10 + 1, 10))
            wait_until(lambda: server.total("maillog_deliveries_total") == total, "the lines")
            if i < 3:
                for old in (2, 1):
                    if os.path.exists(f"{self.log}.{old}"):
                        os.rename(f"{self.log}.{old}", f"{self.log}.{old + 1}")
                os.rename(self.log, self.log + ".1")
                self.append("")
        server.stop()
        subprocess.run(["gzip", self.log + ".2"], check=True)
        out = run("state", "show", state)[1]
        places = [line.split()[0] for line in out.splitlines() if "read up to byte" in line]
        self.assertEqual(sorted(places), [self.log, self.log + ".1", self.log + ".2.gz"], out)
        size = os.stat(self.log + ".1").st_size
        self.assertRegex(out, rf"mail.log.1 \({size} bytes, written \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d")
        os.remove(self.log + ".1")
        self.assertRegex(run("state", "show", state)[1], r"mail.log \(no longer there")

    def test_state_show_of_a_relative_path_says_no_former_name(self):
        state = "--state.path=" + os.path.join(self.folder, "state")
        self.append(delivery("0A1"))
        server = self.start(state, "--from-start", "./mail.log", program=os.path.abspath(PROGRAM), cwd=self.folder)
        wait_until(lambda: server.total("maillog_deliveries_total") == 1, "the line")
        server.stop()
        out = run("state", "show", state, program=os.path.abspath(PROGRAM), cwd=self.folder)[1]
        self.assertIn("  ./mail.log (", out)
        self.assertNotIn("was", out)


if __name__ == "__main__":
    unittest.main()
