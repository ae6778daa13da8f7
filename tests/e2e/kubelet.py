"""The logs of a node of Kubernetes, as the kubelet and containerd keep them: /var/log/pods/NAMESPACE_POD_UID/CONTAINER/N.log,
with the links in /var/log/containers."""

import gzip
import os
import shutil
import time
import uuid

KEPT = 5  # containerLogMaxFiles: the live one, the last one, and three packed ones


def stamp():
    """RFC 3339 with nanoseconds, as containerd writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.", time.gmtime()) + f"{time.time_ns() % 10**9:09d}Z"


class Container:
    """A container that runs, and has been restarted so many times."""

    def __init__(self, pod, name):
        self.pod, self.name = pod, name
        self.folder = os.path.join(pod.folder, name)
        self.restarts = 0
        self.rotations = 0  # of the log of this run
        os.makedirs(self.folder)
        self._open()

    @property
    def path(self):
        return os.path.join(self.folder, f"{self.restarts}.log")

    def _open(self):
        self.file = open(self.path, "ab", buffering=0, opener=lambda path, flags: os.open(path, flags, 0o640))

    def _link(self):
        return os.path.join(self.pod.node.links, f"{self.pod.name}_{self.pod.namespace}_{self.name}-{self.restarts:064x}.log")

    def start(self):
        os.symlink(self.path, self._link())

    def put(self, text, pieces=1):
        """A line; in pieces, as containerd cuts what is longer than 16 KiB. Each piece is one write."""
        size = max(1, -(-len(text) // pieces))
        parts = [text[at : at + size] for at in range(0, len(text), size)]
        for part in parts:
            tag = "F" if part is parts[-1] else "P"
            self.file.write(f"{stamp()} stdout {tag} {part}\n".encode())

    def _rotated(self):
        begin = os.path.basename(self.path) + "."
        return sorted(name for name in os.listdir(self.folder) if name.startswith(begin))

    def rotate(self):
        """Remove what is too many, pack the last one, rename the live one, let the runtime open it again."""
        names = self._rotated()
        excess = len(names) - (KEPT - 2)
        for name in names[: max(0, excess)]:
            os.unlink(os.path.join(self.folder, name))
        for name in names[max(0, excess) :]:
            if not name.endswith(".gz"):
                self._pack(os.path.join(self.folder, name))
        # The names have seconds; tests are faster than that.
        self.rotations += 1
        time_in_name = time.strftime("%Y%m%d-%H%M%S", time.gmtime(1_795_000_000 + self.rotations))
        os.rename(self.path, f"{self.path}.{time_in_name}")
        self.file.close()
        self._open()

    @staticmethod
    def _pack(plain):
        """The packed form has the time of packing, not of the log."""
        with open(plain, "rb") as source, gzip.open(f"{plain}.tmp", "wb") as target:
            shutil.copyfileobj(source, target)
        os.rename(f"{plain}.tmp", f"{plain}.gz")
        os.unlink(plain)

    def restart(self):
        """The next run has a log of its own; of the former ones the last is kept."""
        self.file.close()
        os.unlink(self._link())
        for name in os.listdir(self.folder):
            if int(name.split(".")[0]) < self.restarts:
                os.unlink(os.path.join(self.folder, name))
        self.restarts += 1
        self.rotations = 0
        self._open()
        self.start()

    def end(self):
        self.file.close()
        os.unlink(self._link())


class Pod:
    def __init__(self, node, namespace, name, containers):
        self.node, self.namespace, self.name = node, namespace, name
        self.folder = os.path.join(node.pods, f"{namespace}_{name}_{uuid.uuid4()}")
        os.makedirs(self.folder)
        self.containers = [Container(self, container) for container in containers]
        for container in self.containers:
            container.start()

    def delete(self):
        for container in self.containers:
            container.end()
        shutil.rmtree(self.folder)


class Node:
    def __init__(self, folder):
        self.pods, self.links = os.path.join(folder, "pods"), os.path.join(folder, "containers")
        os.makedirs(self.pods)
        os.makedirs(self.links)
        self.running = []

    def run(self, namespace, name, containers):
        pod = Pod(self, namespace, name, containers)
        self.running.append(pod)
        return pod

    def delete(self, pod):
        self.running.remove(pod)
        pod.delete()
