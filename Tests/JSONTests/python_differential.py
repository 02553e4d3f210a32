"""Judges JSON texts with Python's json module and compares its verdicts and values with ours.

Reads a file of lines with three columns between tabs: the text in base64; our verdict, "accept" or the reason of our
refusal; and, when accepted, our value in the form that `canonical` below defines.

Prints how many texts were compared and each reason for disagreeing that was met, with its count. Ends with status 1
when a disagreement has no reason in the table.
"""

import base64
import json
import struct
import sys

# Why Python may differ from us: the refusal of ours that Python does not share, and the explanation.
REASONS = [
    ("loneSurrogate", "Python keeps half a surrogate pair in its strings; we refuse what UTF-8 cannot hold"),
    ("tooDeep", "Python nests as deep as its stack allows; our limit is 512"),
]


def refuse_constant(name):
    raise ValueError(name)  # NaN and Infinity are not JSON.


def judge(data):
    """Python's value of a text; raises ValueError or RecursionError when it refuses."""
    text = data.decode("utf-8")
    return json.loads(text, parse_int=float, parse_float=float, parse_constant=refuse_constant)


def canonical(value):
    """One spelling for each value: numbers by the bits of their double, strings in hexadecimal, keys sorted."""
    if value is None:
        return "n"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, float):
        return "#" + struct.pack(">d", value).hex()
    if isinstance(value, str):
        return '"' + value.encode("utf-8", "surrogatepass").hex()
    if isinstance(value, list):
        return "[" + ",".join(canonical(element) for element in value) + "]"
    members = sorted((canonical(key), canonical(element)) for key, element in value.items())
    return "{" + ",".join(key + ":" + element for key, element in members) + "}"


def main(path):
    sys.setrecursionlimit(20000)
    compared = 0
    accepted = 0
    explained = {}
    unexplained = []
    with open(path, encoding="ascii") as lines:
        for line in lines:
            encoded, verdict, ours = line.rstrip("\n").split("\t")
            data = base64.b64decode(encoded)
            compared += 1
            try:
                theirs = canonical(judge(data))
            except (ValueError, RecursionError):
                theirs = None
            if verdict == "accept":
                accepted += 1
                if theirs != ours:
                    unexplained.append(f"value: ours {ours[:200]} Python {theirs and theirs[:200]}: {data[:300]!r}")
            elif theirs is not None:
                if any(name == verdict for name, _ in REASONS):
                    explained[verdict] = explained.get(verdict, 0) + 1
                else:
                    unexplained.append(f"{verdict}: Python accepts {data[:300]!r}")
    print(f"compared {compared} accepted {accepted} unexplained {len(unexplained)}")
    for name, why in REASONS:
        print(f"{name}: {explained.get(name, 0)} ({why})")
    for item in unexplained[:10]:
        print(item)
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
