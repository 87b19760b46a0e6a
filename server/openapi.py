"""Prints the OpenAPI document, from which the browser's types are generated: ``python -m server.openapi``."""

from __future__ import annotations

import json
import sys
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema

from server.schemas.realtime import ClientMessage, ServerMessage
from server.schemas.records import StaleRevisionDetails

REF = "#/components/schemas/{model}"


def operation_id(route: APIRoute) -> str:
    """The name of the route's function."""
    return route.name


def complete_openapi(app: FastAPI) -> None:
    """Add what no route mentions: the messages of the WebSocket and the details of a conflict."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        models = [
            (ClientMessage, "validation"),
            (ServerMessage, "serialization"),
            (StaleRevisionDetails, "serialization"),
        ]
        _, extra = models_json_schema(models, ref_template=REF)  # type: ignore[arg-type]
        schemas = document["components"]["schemas"]
        for name, schema in extra["$defs"].items():
            schemas.setdefault(name, schema)
        document["components"]["schemas"] = dict(sorted(schemas.items()))
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def main() -> None:
    """Write the document to stdout, the same for the same code."""
    from server.app import create_app

    document = create_app().openapi()
    sys.stdout.write(json.dumps(document, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
