"""Validates JSON against the part of JSON Schema that docs/status.schema.json uses; any other keyword is a fault."""

import re

TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
}
NOTES = {"$schema", "$defs", "title", "description"}


def is_number(value):
    return TYPES["number"](value)


def faults(value, schema, root=None, path="$"):
    """What is wrong, each as `path: what`."""
    root = root or schema
    found = []
    for keyword, rule in schema.items():
        if keyword in NOTES:
            continue
        if keyword == "$ref":
            found += faults(value, root["$defs"][rule.removeprefix("#/$defs/")], root, path)
        elif keyword == "type":
            names = rule if isinstance(rule, list) else [rule]
            if not any(TYPES[name](value) for name in names):
                found.append(f"{path}: {value!r} is not {rule}")
        elif keyword == "const":
            if value != rule:
                found.append(f"{path}: {value!r} is not {rule!r}")
        elif keyword == "enum":
            if value not in rule:
                found.append(f"{path}: {value!r} is none of {rule}")
        elif keyword == "minimum":
            if is_number(value) and value < rule:
                found.append(f"{path}: {value} is below {rule}")
        elif keyword == "maximum":
            if is_number(value) and value > rule:
                found.append(f"{path}: {value} is above {rule}")
        elif keyword == "pattern":
            if isinstance(value, str) and not re.search(rule, value):
                found.append(f"{path}: {value!r} does not match {rule}")
        elif keyword == "required":
            if isinstance(value, dict):
                found += [f"{path}: no {key}" for key in rule if key not in value]
        elif keyword == "properties":
            if isinstance(value, dict):
                for key, part in rule.items():
                    if key in value:
                        found += faults(value[key], part, root, f"{path}.{key}")
        elif keyword == "items":
            if isinstance(value, list):
                for number, entry in enumerate(value):
                    found += faults(entry, rule, root, f"{path}[{number}]")
        else:
            raise ValueError(f"{path}: the validator does not know {keyword}")
    return found
