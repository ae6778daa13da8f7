"""Brokers of Kafka for tests: the cluster that librdkafka has in itself for its own tests, in a process of its own so that
it outlives what reads from it. Debian has no real broker.
"""

import ctypes
import ctypes.util
import json
import subprocess
import sys

LIBRARY = "librdkafka.so.1"
PRODUCER = 0
COPY = 2
ANY_PARTITION = -1
SUCCESS = 0


def why_not():
    """Why there can be no broker here; empty if there can."""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError as error:
        return f"no librdkafka: {error}"
    return "" if hasattr(library, "rd_kafka_mock_cluster_new") else "librdkafka without brokers for tests"


class Brokers:
    """Talks to the process that has them: a line of JSON for each command, and one for its answer."""

    def __init__(self, count=1):
        self.process = subprocess.Popen([sys.executable, __file__, str(count)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.addresses = json.loads(self.process.stdout.readline())

    def _do(self, *command):
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer == "done", answer

    def create(self, topic, partitions=1):
        self._do("create", topic, partitions)

    def produce(self, topic, values, partition=ANY_PARTITION):
        """Values: texts, in which a byte is a character (latin-1), or None. Returns when the brokers have them all."""
        self._do("produce", topic, values, partition)

    def down(self, broker):
        self._do("down", broker)

    def up(self, broker):
        self._do("up", broker)

    def slow(self, broker, milliseconds):
        """Each answer takes so long from now on."""
        self._do("slow", broker, milliseconds)

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


class Cluster:
    """In the process itself."""

    def __init__(self, count):
        self.rd = rd = ctypes.CDLL(LIBRARY)
        pointer = ctypes.c_void_p
        for name in ("conf_new", "new", "mock_cluster_new", "topic_new"):
            getattr(rd, "rd_kafka_" + name).restype = pointer
        rd.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
        said = ctypes.create_string_buffer(512)

        def client(**properties):
            conf = pointer(rd.rd_kafka_conf_new())
            for name, value in properties.items():
                assert rd.rd_kafka_conf_set(conf, name.replace("_", ".").encode(), value.encode(), said, 512) == 0, said.value
            rd.rd_kafka_conf_set_log_cb(conf, None)
            made = rd.rd_kafka_new(PRODUCER, conf, said, 512)
            assert made, said.value
            return pointer(made)

        # The first one only has the thread that the brokers need.
        self.cluster = pointer(rd.rd_kafka_mock_cluster_new(client(), count))
        self.addresses = rd.rd_kafka_mock_cluster_bootstraps(self.cluster).decode()
        self.producer = client(bootstrap_servers=self.addresses, message_max_bytes="2000000", linger_ms="1",
                               message_timeout_ms="60000")
        self.topics = {}

    def create(self, topic, partitions):
        error = self.rd.rd_kafka_mock_topic_create(self.cluster, topic.encode(), partitions, 1)
        assert error == SUCCESS, error

    def produce(self, topic, values, partition):
        if topic not in self.topics:
            self.topics[topic] = ctypes.c_void_p(self.rd.rd_kafka_topic_new(self.producer, topic.encode(), None))
        for value in values:
            payload = None if value is None else value.encode("latin-1")
            while self.rd.rd_kafka_produce(self.topics[topic], partition, COPY, payload, ctypes.c_size_t(len(payload or b"")),
                                           None, ctypes.c_size_t(0), None) != 0:
                self.rd.rd_kafka_poll(self.producer, 10)
        assert self.rd.rd_kafka_flush(self.producer, 60000) == SUCCESS

    def down(self, broker):
        assert self.rd.rd_kafka_mock_broker_set_down(self.cluster, broker) == SUCCESS

    def up(self, broker):
        assert self.rd.rd_kafka_mock_broker_set_up(self.cluster, broker) == SUCCESS

    def slow(self, broker, milliseconds):
        assert self.rd.rd_kafka_mock_broker_set_rtt(self.cluster, broker, milliseconds) == SUCCESS


def main():
    cluster = Cluster(int(sys.argv[1]))
    print(json.dumps(cluster.addresses), flush=True)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            getattr(cluster, name)(*arguments)
            answer = "done"
        except Exception as error:  # whoever asked reports it
            answer = repr(error)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
