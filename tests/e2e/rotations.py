"""The ways in which logs are rotated: by logrotate and similar tools, by container runtimes, and by the loggers themselves."""

import bz2
import gzip
import json
import lzma
import os
import shutil
import subprocess
import time

PACKERS = {".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress}
KEPT = 12  # rotations


def pack(plain, ending, by_rename=False, keep_time=True):
    """As compressors do: the packed file gets the time of the plain one, which is removed. `by_rename`: under another name
    until it is whole."""
    packed = plain + ending
    under_way = f"{plain}.tmp" if by_rename else packed
    if ending == ".zst":
        subprocess.run(["zstd", "-q", "-f", plain, "-o", under_way], check=True)
    else:
        with open(plain, "rb") as source, open(under_way, "wb") as target:
            target.write(PACKERS[ending](source.read()))
    if keep_time:
        stat = os.stat(plain)
        os.utime(under_way, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    if by_rename:
        os.rename(under_way, packed)
    os.unlink(plain)


def shift(path, first, endings=("", *PACKERS, ".zst")):
    """Makes room for `path.FIRST`: all older files get the next number."""
    for number in range(first + KEPT, first - 1, -1):
        for ending in endings:
            name = f"{path}.{number}{ending}"
            if not os.path.exists(name):
                continue
            if number == first + KEPT:
                os.unlink(name)
            else:
                os.rename(name, f"{path}.{number + 1}{ending}")


class Rotator:
    """One log, and what rotates it. `chance` decides what is left to chance."""

    name = "mail.log"
    at_rest = False  # lines that are written while it rotates may be lost, as documented
    directory = None  # another one that rotated files go to

    def __init__(self, folder, chance):
        os.makedirs(folder)
        self.path = os.path.join(folder, self.name)
        self.folder = folder
        self.chance = chance
        self.generation = 0

    def line(self, text):
        return text

    def rotate(self):
        raise NotImplementedError


class Rename(Rotator):
    """`create`; with `ending` also `compress`, or `delaycompress` for the one before."""

    ending = ""

    def rotate(self):
        shift(self.path, 1)
        os.rename(self.path, f"{self.path}.1")
        if self.ending:
            plain = f"{self.path}.{self.chance.choice((1, 2, 2))}"
            if os.path.exists(plain):
                pack(plain, self.ending)


class DateExtension(Rotator):
    """`dateext` with hours; `dateformat .%Y%m%d-%H%M%S` is what `postfix logrotate` does, which packs the one before."""

    form, ending = "", ""

    def rotate(self):
        self.generation += 1
        stamp = time.localtime(1_795_000_000 + 3600 * self.generation)
        plain = self.path + time.strftime(self.form, stamp)
        os.rename(self.path, plain)
        if self.ending and self.chance.random() < 0.7:
            pack(plain, self.ending, by_rename=True)


class OldDirectory(Rotator):
    """`olddir`; the numbers rise with time, as in some administrators' own scripts."""

    def __init__(self, folder, chance):
        super().__init__(folder, chance)
        self.directory = os.path.join(folder, "old")
        os.mkdir(self.directory)

    def rotate(self):
        self.generation += 1
        os.rename(self.path, os.path.join(self.directory, f"{self.name}.{self.generation}"))


class CopyTruncate(Rotator):
    at_rest = True

    def rotate(self):
        shift(self.path, 1)
        shutil.copyfile(self.path, f"{self.path}.1")
        os.truncate(self.path, 0)


class Copy(Rotator):
    """logrotate's `copy`: the log itself continues."""

    def rotate(self):
        shift(self.path, 1)
        shutil.copyfile(self.path, f"{self.path}.1")


class Newsyslog(Rotator):
    """FreeBSD's: counts from 0, packs at once."""

    def rotate(self):
        shift(self.path, 0)
        os.rename(self.path, f"{self.path}.0")
        pack(f"{self.path}.0", self.chance.choice((".bz2", ".gz")))


class Savelog(Rotator):
    """Debian's: `.0` stays plain, and is packed as `.1` the next time."""

    def rotate(self):
        if os.path.exists(f"{self.path}.0"):
            shift(self.path, 1)
            os.rename(f"{self.path}.0", f"{self.path}.1")
            pack(f"{self.path}.1", ".gz")
        os.rename(self.path, f"{self.path}.0")


class Tai64n(Rotator):
    """svlogd's and multilog's own: `current` becomes `@` and its time; `.u` is one that was not finished."""

    name = "current"

    def rotate(self):
        self.generation += 1
        seconds = 0x4000000000000000 + int(time.time()) + self.generation
        ending = self.chance.choice(("s", "s", "u"))
        os.rename(self.path, os.path.join(self.folder, f"@{seconds:016x}{self.generation:08x}.{ending}"))


class Kubelet(Rotator):
    """`0.log` becomes `0.log.` and its time; all but the youngest are packed, and have the time of packing then."""

    name = "0.log"

    def line(self, text):
        return f"2026-11-28T05:00:00.000000000Z stdout F {text}"

    def rotate(self):
        self.generation += 1
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(1_795_000_000 + self.generation))
        plain = [name for name in os.listdir(self.folder) if name.startswith("0.log.") and not name.endswith(".gz")]
        for name in plain:
            pack(os.path.join(self.folder, name), ".gz", by_rename=True, keep_time=False)
        os.rename(self.path, f"{self.path}.{stamp}")


class Docker(Rotator):
    """Docker's json-file driver with `max-file` and `compress`."""

    name = "0123456789ab-json.log"

    def line(self, text):
        entry = {"log": text, "stream": "stdout", "time": "2026-11-28T05:00:00.000000000Z"}
        return json.dumps(entry, separators=(",", ":")) + "\n"

    def rotate(self):
        shift(self.path, 1)
        os.rename(self.path, f"{self.path}.1")
        if self.chance.random() < 0.7:
            pack(f"{self.path}.1", ".gz", by_rename=True)


def packed(ending):
    return type(f"Rename{ending[1:]}", (Rename,), {"ending": ending})


WAYS = {
    "rename": Rename,
    "gz": packed(".gz"),
    "xz": packed(".xz"),
    "bz2": packed(".bz2"),
    "dateext": type("Hourly", (DateExtension,), {"form": "-%Y%m%d%H"}),
    "postfix": type("PostfixLogrotate", (DateExtension,), {"form": ".%Y%m%d-%H%M%S", "ending": ".gz"}),
    "olddir": OldDirectory,
    "copytruncate": CopyTruncate,
    "copy": Copy,
    "newsyslog": Newsyslog,
    "savelog": Savelog,
    "tai64n": Tai64n,
    "kubelet": Kubelet,
    "docker": Docker,
}
if shutil.which("zstd"):
    WAYS["zst"] = packed(".zst")
