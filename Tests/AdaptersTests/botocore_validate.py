"""Judges Converse bodies by AWS's own model of the service, as botocore ships it.

Reads lines of JSON: {"name": …, "operation": "converse" | "converseStream", "modelId": …, "body": {…}}.
Prints a line for every body that botocore refuses, and at the end "checked N refused M".
"""

import base64
import binascii
import json
import re
import sys

try:
    import botocore
    import botocore.loaders
    import botocore.model
    import botocore.validate
except ImportError:
    print("botocore is not installed: pip install -r Tests/ClientTests/requirements.txt")
    sys.exit(3)

OPERATIONS = {"converse": "Converse", "converseStream": "ConverseStream"}


class Checker:
    def __init__(self):
        loader = botocore.loaders.Loader()
        description = loader.load_service_model("bedrock-runtime", "service-2")
        self.shapes = description["shapes"]
        self.model = botocore.model.ServiceModel(description, "bedrock-runtime")
        self.validator = botocore.validate.ParamValidator()

    def problems(self, case):
        operation = self.model.operation_model(OPERATIONS[case["operation"]])
        shape = operation.input_shape
        body = dict(case["body"])
        body["modelId"] = case["modelId"]
        found = []
        value = self.decoded(body, shape, "", found)
        report = self.validator.validate(value, shape)
        if report.has_errors():
            found.append(report.generate_report())
        return found

    def decoded(self, value, shape, path, found):
        """Turns base64 into bytes, and checks what ParamValidator does not: patterns, enums and longest lengths."""
        kind = shape.type_name
        if getattr(shape, "is_document_type", False):
            return value
        if kind == "structure" and isinstance(value, dict):
            if getattr(shape, "is_tagged_union", False) and len(value) != 1:
                found.append(f"{path}: a union has {len(value)} members")
            result = {}
            for key, member in value.items():
                if key not in shape.members:
                    found.append(f"{path}.{key}: is not in AWS's model")
                else:
                    result[key] = self.decoded(member, shape.members[key], f"{path}.{key}", found)
            return result
        if kind == "list" and isinstance(value, list):
            self.limits(len(value), shape, path, found)
            return [self.decoded(each, shape.member, f"{path}[{i}]", found) for i, each in enumerate(value)]
        if kind == "map" and isinstance(value, dict):
            self.limits(len(value), shape, path, found)
            return {
                self.decoded(key, shape.key, f"{path} key", found): self.decoded(each, shape.value, f"{path}.{key}", found)
                for key, each in value.items()
            }
        if kind == "blob" and isinstance(value, str):
            try:
                return base64.b64decode(value, validate=True)
            except binascii.Error as error:
                found.append(f"{path}: is not base64: {error}")
                return b""
        if kind == "string" and isinstance(value, str):
            self.limits(len(value), shape, path, found)
            raw = self.shapes[shape.name]
            if "enum" in raw and value not in raw["enum"]:
                found.append(f"{path}: {value!r} is not in {raw['enum']}")
            pattern = raw.get("pattern")
            if pattern and path != ".modelId" and not re.search(pattern, value):
                found.append(f"{path}: {value[:80]!r} does not match {pattern}")
        if kind in ("float", "integer") and isinstance(value, (int, float)):
            self.limits(value, shape, path, found)
        return value

    def limits(self, size, shape, path, found):
        raw = self.shapes.get(shape.name, {})
        if "max" in raw and size > raw["max"]:
            found.append(f"{path}: {size} is more than {raw['max']}")
        if "min" in raw and size < raw["min"]:
            found.append(f"{path}: {size} is less than {raw['min']}")


def main():
    wanted = sys.argv[1]
    if botocore.__version__ != wanted:
        print(f"botocore {botocore.__version__} is installed, {wanted} is wanted: see Tests/ClientTests/requirements.txt")
        sys.exit(3)
    checker = Checker()
    checked = refused = 0
    for line in sys.stdin:
        case = json.loads(line)
        checked += 1
        problems = checker.problems(case)
        if problems:
            refused += 1
            print(case["name"] + ": " + "; ".join(problems))
    print(f"checked {checked} refused {refused}")
    sys.exit(1 if refused else 0)


main()
