"""Makes the classes and methods of integrations/client/brushwork_client.py.

python -m tools.make_client

They come from the studio's description of its API: a class for each thing that it tells, a method
for each route, and ``start`` with all options, each with its help; and the names of the built-in
paintings. What is written by hand in that file stays.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

from brushwork import assets
from brushwork.studio import schemas as models
from brushwork.studio.app import create_app
from brushwork.studio.folder import StudioFolder
from brushwork.studio.schemas import PREFIX
from brushwork.studio.server import LOCAL
from brushwork.studio.services import Services

CLIENT = Path(__file__).parents[1] / "integrations" / "client" / "brushwork_client.py"
BEGIN = "# ---- made by tools/make_client.py: begin ----\n"
END = "# ---- made by tools/make_client.py: end ----\n"
#: Given as the JSON that they are: a schema of a form, and a recipe, which is a file's content.
AS_JSON = (
    *("OptionForm", "OptionSchema", "OptionField", "OptionGroup", "FilmForm"),
    *("Recipe", "RecipeInput"),
)
#: Used by what is given as JSON, or only in errors, or taken apart into arguments.
HIDDEN = (*AS_JSON, "StyleEntry", "JsonValue", "ErrorBody", "ErrorDetail")
#: Bodies that are arguments as a whole; of all others, each part is one.
WHOLE = "JobSettings"
#: What an identity in an address names.
NAMED = {
    "images": "ImageInfo",
    "clips": "ClipInfo",
    "drafts": "Draft",
    "jobs": "Job",
    "results": "Result",
}
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
Schema = dict[str, Any]


def main() -> None:
    """Write the file anew."""
    CLIENT.write_text(render(), "utf-8")
    sys.stdout.write(f"{CLIENT}\n")


def render() -> str:
    """Give the file as it should be."""
    before, _, rest = CLIENT.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    text = f"{before}{BEGIN}{_render_api(describe())}\n\n{END}{after}"
    command: list[str] = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "--stdin-filename",
        str(CLIENT),
        "-",
    ]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    formatted: bytes = done.stdout
    return formatted.decode()


def describe() -> Schema:
    """Give the description of the studio's API."""
    with tempfile.TemporaryDirectory() as folder:
        studio = Services.open(StudioFolder(Path(folder)))
        try:
            return dict(create_app(studio, LOCAL).openapi())
        finally:
            studio.store.close()


def _render_api(api: Schema) -> str:
    schemas = api["components"]["schemas"]
    kept = [name for name in schemas if name not in HIDDEN and not _is_taken_apart(name)]
    classes = [_render_class(name, schemas) for name in _sort_by_use(kept, schemas)]
    routes = [
        _render_route(path, verb, route, schemas)
        for path, verbs in api["paths"].items()
        for verb, route in verbs.items()
        if "text/event-stream" not in route["responses"][_find(route)].get("content", {})
    ]
    head = 'class Routes(Connection):\n    """One method for each route of the API."""\n'
    start = _render_start(schemas[WHOLE])
    names = [f'PREFIX = "{PREFIX}"', _name_paintings()]
    return "\n\n".join(["\n".join(names), *classes, "\n".join([head, start, *routes])])


def _name_paintings() -> str:
    names = tuple(one.name for one in assets.catalog() if one.role == "style")
    return f"#: The built-in paintings.\nPAINTINGS = {names}\n"


def _is_taken_apart(name: str) -> bool:
    return name.endswith(("Request", "Change", "Names"))


def _find(route: Schema) -> str:
    """Give the status of success."""
    return next(status for status in route["responses"] if status.startswith("2"))


def _sort_by_use(names: list[str], schemas: Schema) -> list[str]:
    """Put what is used before what uses it."""
    done: list[str] = []
    while len(done) < len(names):
        for name in names:
            used = [other for other in names if f"schemas/{other}'" in str(schemas[name])]
            used += _find_base(name, schemas)
            if name not in done and all(other in done or other == name for other in used):
                done.append(name)
    return done


def _find_base(name: str, schemas: Schema) -> list[str]:
    """Give what a thing is besides, in the models of the studio: a queued job is a job."""
    return [one.__name__ for one in getattr(models, name).__bases__ if one.__name__ in schemas]


def _render_class(name: str, schemas: Schema) -> str:
    schema, base = schemas[name], _find_base(name, schemas)
    head = f"class {name}({base[0]}):" if base else f"class {name}:"
    # What it adds may have to be given although its base has defaults.
    how = "frozen=True, kw_only=True" if base else "frozen=True"
    lines = [f"@dataclass({how})", head, _quote(schema["description"], 4), ""]
    needed = schema.get("required", [])
    inherited = schemas[base[0]]["properties"] if base else {}
    own = {key: one for key, one in schema["properties"].items() if key not in inherited}
    for key, one in sorted(own.items(), key=lambda item: item[0] not in needed):
        if "description" in one:
            lines += textwrap.wrap(one["description"], 92, **_indent("    #: "))
        default = "" if key in needed else f" = {_render_default(one)}"
        lines.append(f"    {key}: {_to_type(one)}{default}")
    return "\n".join(lines) + "\n"


def _render_default(schema: Schema) -> str:
    default = schema.get("default")
    if isinstance(default, list | dict):
        return f"field(default_factory={type(default).__name__})"
    return repr(default)


def _to_type(schema: Schema) -> str:
    """Write a schema as an annotation."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return "Any" if name == "JsonValue" else "dict[str, Any]" if name in AS_JSON else name
    if "anyOf" in schema:
        return " | ".join(_to_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    if schema.get("type") == "array":
        return f"list[{_to_type(schema.get('items', {}))}]"
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties")
        return f"dict[str, {_to_type(inner) if isinstance(inner, dict) else 'Any'}]"
    return PLAIN[schema["type"]] if "type" in schema else "Any"


def _render_route(path: str, verb: str, route: Schema, schemas: Schema) -> str:
    """Write a method: identities, then what is needed, then by keyword what may be left out."""
    places = [one for one in route.get("parameters", []) if one["in"] == "path"]
    query = [one for one in route.get("parameters", []) if one["in"] == "query"]
    tag = route["tags"][0]
    needed = [f"{one['name']}: {NAMED.get(tag, 'Grid')} | str" for one in places]
    optional: list[str] = []
    body = "None"
    if "application/octet-stream" in route.get("requestBody", {}).get("content", {}):
        needed.append("content: bytes")
        body = "content"
    elif "requestBody" in route:
        body = _take_body(route, schemas, needed, optional)
    for one in query:
        argument = f"{one['name']}: {_to_type(one['schema'])}"
        if one.get("required"):
            needed.append(argument)
        else:
            optional.append(f"{argument} = {one['schema'].get('default')!r}")
    asked = "{" + ", ".join(f'"{one["name"]}": {one["name"]}' for one in query) + "}"
    address = path.replace(PREFIX, "{PREFIX}").replace("{identity}", "{place_of(identity)}")
    given = f'"{verb.upper()}", f"{address}", {asked if query else "None"}, {body}'
    kind, call = _render_call(route, given)
    star = ["*", *optional] if optional else []
    return "\n".join(
        [
            f"    def {_name(path, route)}({', '.join(['self', *needed, *star])}) -> {kind}:",
            _quote(route["description"], 8),
            f"        {call}",
            "",
        ]
    )


def _take_body(route: Schema, schemas: Schema, needed: list[str], optional: list[str]) -> str:
    name = route["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    if name == WHOLE:
        needed.append(f"settings: {WHOLE}")
        return "settings"
    schema = schemas[name]
    for key, one in schema["properties"].items():
        if key in schema.get("required", []):
            needed.append(f"{key}: {_to_type(one)}")
        else:
            kind = _to_type(one).removesuffix(" | None")
            optional.append(f"{key}: {kind} | None = None")
    return "left({" + ", ".join(f'"{key}": {key}' for key in schema["properties"]) + "})"


def _render_call(route: Schema, given: str) -> tuple[str, str]:
    """Give what a method returns, and how it asks."""
    status = _find(route)
    answer = route["responses"][status].get("content", {}).get("application/json")
    if status == "204":
        return "None", f"self.read({given})"
    if answer is None or not answer["schema"]:
        return "bytes", f"return self.read({given})"
    kind = _to_type(answer["schema"])
    made = "Any" if kind.startswith("dict") else kind
    return kind, f"answer: {kind} = self.ask({made}, {given})\n        return answer"


def _name(path: str, route: Schema) -> str:
    """Name a method as its route; a file of a thing by the thing, too."""
    name = str(route["operationId"].partition("_api_v1_")[0])
    kind, _ = _render_call(route, "")
    if kind == "bytes" and "{identity}" in path:
        return f"get_{route['tags'][0][:-1]}_{path.rpartition('/')[2]}"
    return name


def _render_start(settings: Schema) -> str:
    """Write the method that takes all options."""
    options = settings["properties"]["options"]["properties"]
    others = {name: settings["properties"][name] for name in ("mask", "regions", "aspect")}
    arguments = [
        "mask: ImageInfo | str | None = None",
        "regions: ImageInfo | str | None = None",
        "aspect: float = 1.0",
        *(
            f"{key}: {_to_type(one).removesuffix(' | None')} | None = None"
            for key, one in options.items()
        ),
    ]
    described = "\n".join(
        [
            _describe("content", "The photo, or the name of a built-in one; None for a texture."),
            _describe("styles", "The painting, or several, each with how it is used."),
            *(
                _describe(key, one.get("description", "Width over height of a texture."))
                for key, one in others.items()
            ),
            *(
                _describe(key, f"{one['description']} {_limits(one)}")
                for key, one in options.items()
            ),
        ]
    )
    pairs = ", ".join(f'"{key}": {key}' for key in options)
    return f'''
    def start(
        self, content: ImageInfo | str | None, *styles: StyleUse | ImageInfo | str,
        {", ".join(arguments)},
    ) -> QueuedJob:
        """Start a job; one of the same settings that waits or is painted is joined.

        What is None is left to the studio.

        Parameters
        ----------
{described}

        Raises
        ------
        StudioError
            If the studio refuses it; the sentence says why.
        """
        options = {{{pairs}}}
        uses = [one if isinstance(one, StyleUse) else StyleUse(name_of(one)) for one in styles]
        places = [None if one is None else name_of(one) for one in (content, mask, regions)]
        settings = JobSettings(
            content=places[0], styles=uses, options=left(options), mask=places[1],
            regions=places[2], aspect=aspect,
        )
        return self.add_job(settings)
'''


def _limits(schema: Schema) -> str:
    """Tell the bounds of an option and what it is if it is left out."""
    low, high = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum")
    bounds = f"; {low:g} to {high:g}" if low is not None and high is not None else ""
    default = schema.get("default")
    words = " ".join(default) if isinstance(default, list) else default
    return f"(default {str(words).lower() if default in (True, False, None) else words}{bounds})"


def _describe(name: str, text: str) -> str:
    return "\n".join([f"        {name}", *textwrap.wrap(text, 100, **_indent("            "))])


def _quote(text: str, indent: int) -> str:
    """Write a docstring, its first sentence on a line of its own."""
    space = " " * indent
    if "\n" not in text:
        return f'{space}"""{text}"""'
    return textwrap.indent(f'"""{text}\n"""', space, lambda line: bool(line.strip()))


def _indent(prefix: str) -> dict[str, Any]:
    return {"initial_indent": prefix, "subsequent_indent": prefix}


if __name__ == "__main__":
    main()
