"""A queue for dashboards: a socket at which a recorded answer of Postfix's showq is given."""

import os
import pathlib
import socket
import threading

ANSWER = pathlib.Path(__file__).resolve().parents[1] / "exporter/queue/answers/postfix-3.7.showq"


class Showq:
    """Answers until it is closed."""

    def __init__(self, folder):
        self.directory = os.path.join(folder, "postfix")
        os.makedirs(os.path.join(self.directory, "public"))
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(os.path.join(self.directory, "public", "showq"))
        self.server.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            with client:
                client.sendall(ANSWER.read_bytes())

    def close(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
