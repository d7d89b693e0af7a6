"""The directive ``options-table``: every option and source, from the model that holds them."""

from __future__ import annotations

from docutils import nodes
from pydantic.fields import FieldInfo
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from brushwork.options.settings import Settings


class OptionsTable(SphinxDirective):
    """One section for each group of the form, one table in it: option, default, allowed, help."""

    def run(self) -> list[nodes.Node]:
        """Write Markdown, and parse it."""
        groups: dict[str, list[str]] = {}
        for name in Settings.names():
            field = Settings.get_field(name)
            groups.setdefault(_get_group(field), []).append(_write_row(name, field))
        lines = []
        for group, rows in groups.items():
            lines += [f"## {group}", "", "| option | default | allowed | what it does |"]
            lines += ["| --- | --- | --- | --- |", *rows, ""]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def _get_group(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    return str(extra.get("group", "Images")) if isinstance(extra, dict) else "Images"


def _write_row(name: str, field: FieldInfo) -> str:
    flag = f"`--{name.replace('_', '-')}`"
    return f"| {flag} | `{_show_default(field)}` | {_show_bounds(field)} | {field.description} |"


def _show_default(field: FieldInfo) -> str:
    if isinstance(field.default, tuple):
        return " ".join(field.default)
    return "none" if field.default is None else str(field.default)


def _show_bounds(field: FieldInfo) -> str:
    bounds = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    found = [
        f"{word} {getattr(part, key)}"
        for part in field.metadata
        for key, word in bounds.items()
        if hasattr(part, key)
    ]
    return ", ".join(found) or ", ".join(f"`{choice}`" for choice in _list_choices(field))


def _list_choices(field: FieldInfo) -> list[str]:
    """List the words of a ``Literal``, or of one that may be None."""
    parts = [field.annotation, *getattr(field.annotation, "__args__", ())]
    words = [word for part in parts for word in getattr(part, "__args__", ())]
    return [word for word in dict.fromkeys(words) if isinstance(word, str)]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("options-table", OptionsTable)
    return {"parallel_read_safe": True}
