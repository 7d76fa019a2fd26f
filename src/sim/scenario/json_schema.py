"""The JSON Schema of scenario files, generated from the models, so that an editor completes and checks.

It describes what is written in a file (`battle 2.3`, `over 20`, a bare date), not what it is parsed into.
"""

import inspect
import json
import math
import re
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from sim.scenario.migration import SCHEMA, SCHEMA_KEY
from sim.scenario.model import Scenario

SCHEMA_FILE = "scenario.schema.json"
DIALECT = "http://json-schema.org/draft-07/schema#"  # what editors know best
FIELD_COMMENT = re.compile(r"^    (\w+): .*?  # (.+)$")


class ScenarioSchemaGenerator(GenerateJsonSchema):
    """Pydantic's generator, with what editors and readers of a scenario need."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """No titles: they repeat the key."""
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> dict[str, Any]:
        """What is optional is left out of the file, not written as null."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> dict[str, Any]:
        """The default, unless it is empty or no JSON (infinity)."""
        described = super().default_schema(schema)
        default = described.get("default")
        if default in (None, [], {}) or (isinstance(default, float) and not math.isfinite(default)):
            described.pop("default", None)
        return described

    def tuple_schema(self, schema: core_schema.TupleSchema) -> dict[str, Any]:
        """Pairs of one kind as lists of two, which every dialect knows."""
        described = super().tuple_schema(schema)
        kinds = described.pop("prefixItems", [])
        if kinds:
            described["items"] = kinds[0]
        return described

    def dict_schema(self, schema: core_schema.DictSchema) -> dict[str, Any]:
        """Ids as keys, and no others."""
        described = super().dict_schema(schema)
        if "patternProperties" in described:
            described["additionalProperties"] = False
        return described

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> dict[str, Any]:
        """Members selected by a key, so that a fault is reported of the member that is meant, not of each in turn."""
        tag = str(schema["discriminator"])
        kinds = {str(kind): self.generate_inner(choice) for kind, choice in schema["choices"].items()}
        return {
            "type": "object",
            "required": [tag],
            "properties": {tag: {"enum": list(kinds)}},
            "allOf": [
                {"if": {"properties": {tag: {"const": kind}}, "required": [tag]}, "then": described}
                for kind, described in kinds.items()
            ],
        }

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        """A model, each field with the comment that stands beside it in the code."""
        described = super().model_schema(schema)
        for name, comment in read_field_comments(schema["cls"]).items():
            field = described.get("properties", {}).get(name)
            if field is not None:
                field["description"] = "; ".join(filter(None, (comment, field.get("description"))))
        return described


def read_field_comments(model: type[BaseModel]) -> dict[str, str]:
    """The comments that stand beside the fields of a model and of its bases, by field."""
    field_comments: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            lines = inspect.getsource(base).splitlines()
            field_comments |= {hit[1]: hit[2] for line in lines if (hit := FIELD_COMMENT.match(line))}
    return field_comments


def format_json_schema() -> str:
    """The schema as the file has it."""
    described = Scenario.model_json_schema(schema_generator=ScenarioSchemaGenerator)
    number = {"const": SCHEMA, "description": "of the form that is written here; `sim migrate FILE` rewrites another"}
    described["properties"] = {SCHEMA_KEY: number, **described["properties"]}
    described["required"] = [SCHEMA_KEY, *described["required"]]
    return json.dumps({"$schema": DIALECT, **described}, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
