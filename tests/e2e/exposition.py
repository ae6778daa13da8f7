"""The three forms of the metrics, read into a common one: to compare them family by family and series by series."""

import decimal
import re
import struct

LINE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)",?')
ESCAPED = {"\\n": "\n", '\\"': '"', "\\\\": "\\"}
TYPES = {0: "counter", 1: "gauge", 4: "histogram"}


def unescaped(text):
    return re.sub(r"\\.", lambda match: ESCAPED[match.group()], text)


class Family:
    def __init__(self):
        self.help = None
        self.type = None
        self.series = {}  # (name, labels) -> value
        self.created = {}  # labels -> Unix time

    def as_text(self, name):
        """What the text format would call it."""
        if self.type == "counter":
            return name + "_total"
        if self.type == "info":
            self.type = "gauge"
            return name + "_info"
        return name


def of_text(text, open_metrics=False):
    """Families by their names in the text format."""
    families, family, name = {}, None, None
    for line in text.splitlines():
        if line.startswith("# "):
            word, _, rest = line[2:].partition(" ")
            of, _, said = rest.partition(" ")
            if word == "EOF":
                continue
            if of != name:
                name, family = of, Family()
                families[name] = family
            if word != "UNIT":
                setattr(family, word.lower(), unescaped(said) if open_metrics else said)
            continue
        series, labels, value = LINE.match(line).groups()
        labels = tuple((key, unescaped(value)) for key, value in LABEL.findall(labels or ""))
        if series == f"{name}_created":
            family.created[labels] = float(value)
        else:
            family.series[(series, labels)] = float(value)
    return {family.as_text(name): family for name, family in families.items()} if open_metrics else families


def varint(data, at):
    number, shift = 0, 0
    while True:
        number |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return number, at


def fields(data):
    """A message's fields: number and content."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 1:
            (value,), at = struct.unpack_from("<d", data, at), at + 8
        else:
            size, at = varint(data, at)
            value, at = data[at : at + size], at + size
        yield tag >> 3, value


def canonical(bound):
    """A number in the form of `le`, by the rules of OpenMetrics."""
    if bound == float("inf"):
        return "+Inf"
    if bound == 0 or 1e-4 <= abs(bound) < 1e6:
        return repr(bound)
    mantissa, exponent = format(decimal.Decimal(repr(bound)).normalize(), "e").split("e")
    return f"{mantissa}e{int(exponent):+03d}"


def of_protobuf(data):
    families, at = {}, 0
    while at < len(data):
        size, at = varint(data, at)
        message, at = list(fields(data[at : at + size])), at + size
        family = Family()
        (name,) = [value.decode() for number, value in message if number == 1]
        (family.help,) = [value.decode() for number, value in message if number == 2]
        (family.type,) = [TYPES[value] for number, value in message if number == 3]
        for metric in (value for number, value in message if number == 4):
            add_metric(family, name, list(fields(metric)))
        families[name] = family
    return families


def add_metric(family, name, metric):
    labels = tuple(tuple(part.decode() for _, part in fields(value)) for number, value in metric if number == 1)
    ((_, value),) = [field for field in metric if field[0] != 1]
    histogram = family.type == "histogram"
    for number, part in fields(value):
        if number == (15 if histogram else 3) and isinstance(part, bytes):
            family.created[labels] = dict(fields(part))[1]
        elif not histogram:
            family.series[(name, labels)] = part
        elif number == 3:
            bucket = dict(fields(part))
            le = canonical(bucket[2])
            family.series[(name + "_bucket", labels + (("le", le),))] = bucket.get(1, 0)
        else:
            family.series[(name + {1: "_count", 2: "_sum"}[number], labels)] = part
