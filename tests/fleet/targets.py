"""Many mail hosts in one process: each path /host/N answers with a recorded exposition whose counters rise.

One scrape after the other, of every counter and bucket that has ever risen in the recording one in CHANGING rises; which
ones differs from host to host and from scrape to scrape; a series that is 0 in the recording stays 0. Buckets rise each for itself:
Prometheus stores them without looking at what they mean.
"""

import http.server
import random
import re
import sys

CHANGING = 4
SAMPLE = re.compile(r"^(\w+)(\{.*\})? (\S+)$")


class Recording:
    """The exposition, in pieces: what is always the same, and the values that may change."""

    def __init__(self, text):
        counters = {line.split()[2] for line in text.splitlines()
                    if line.startswith("# TYPE ") and line.split()[3] in ("counter", "histogram")}
        self.pieces = [""]
        self.values = []
        for line in text.splitlines():
            sample = SAMPLE.match(line)
            value = float(sample[3]) if sample else 0
            name = sample[1] if sample else ""
            is_counter = name in counters or re.sub(r"_(bucket|sum|count)$", "", name) in counters
            if is_counter and value > 0 and value == int(value):
                self.pieces[-1] += line[:line.rindex(" ") + 1]
                self.values.append(int(value))
                self.pieces.append("\n")
            else:
                self.pieces[-1] += line + "\n"

    def page(self, values):
        parts = [None] * (2 * len(values) + 1)
        parts[0::2] = self.pieces
        parts[1::2] = map(str, values)
        return "".join(parts).encode()


class Host:
    def __init__(self, recording, number):
        self._recording = recording
        self._random = random.Random(number)
        self.values = list(recording.values)

    def page(self):
        chance = self._random
        values = self.values
        for index in chance.sample(range(len(values)), len(values) // CHANGING):
            values[index] += chance.randrange(1, 20)
        return self._recording.page(values)


def make_server(text, count):
    recording = Recording(text)
    hosts = [Host(recording, number) for number in range(count)]

    class Answer(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            page = hosts[int(self.path.rpartition("/")[2])].page()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_):
            pass

    return http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)


def main():
    path, count = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        server = make_server(file.read(), int(count))
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
