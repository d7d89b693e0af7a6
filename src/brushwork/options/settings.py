"""Everything that a person sets by name: options and sources together, as flags, TOML or JSON."""

from __future__ import annotations

import contextlib
import json
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from brushwork.errors import OptionError
from brushwork.options.options import FINE_LAYERS, Options, follow_coarse
from brushwork.options.presets import PRESETS, strip_preset
from brushwork.options.sources import Sources, split_preserve


@dataclass(frozen=True)
class Settings:
    """Options, and the sources that are given beside them under names of the same kind."""

    options: Options = field(default_factory=Options)
    sources: Sources = field(default_factory=Sources)

    @classmethod
    def create(cls, base: Options | Settings | None = None, **changes: Any) -> Settings:
        """Create settings from ``base`` (or the defaults) and changes by name.

        ``preserve="detail:4"`` is short for ``preserve="detail", preserve_weight=4``. What a preset
        says is filled in where nobody says it.

        Raises
        ------
        OptionError
            If a name is unknown or a value is out of bounds; the message says what is allowed.
        """
        values = _list_given(base)
        if "preset" in changes:
            values = strip_preset(values)
        values |= follow_coarse(changes)
        _check_names(values)
        preset = values.get("preset")
        values = {**PRESETS.get(preset if isinstance(preset, str) else "", {}), **values}
        _split_weight(values)
        sources = {name: value for name, value in values.items() if name in Sources.model_fields}
        options = {name: value for name, value in values.items() if name not in sources}
        return cls(Options.create(None, **options), Sources.create(**sources))

    @classmethod
    def from_toml(cls, file: str | os.PathLike[str]) -> Settings:
        """Read settings from a TOML file, ``strength = 0.7`` a line; what is left out is default.

        Raises
        ------
        OptionError
            If it cannot be read, a name is unknown, or a value is out of bounds.
        """
        try:
            given = tomllib.loads(Path(file).read_text("utf-8"))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise OptionError(f"the options {str(file)!r} cannot be read ({reason}).") from None
        try:
            return cls.create(None, **{n.replace("-", "_"): value for n, value in given.items()})
        except OptionError as error:
            raise OptionError(f"{file}: {error}") from None

    def to_toml(self) -> str:
        """Write what is not a default, for `from_toml`; images in memory have no name to write."""
        values = {name: value for name, value in self.dump().items() if _has_name(value)}
        named = [name for name in values if values[name] not in (_get_default(name), None)]
        # Who names the coarse layers alone means the fine ones too.
        named += [
            fine for fine, coarse in FINE_LAYERS.items() if coarse in named and fine not in named
        ]
        # What JSON writes of numbers, truths, texts and lists of texts is TOML, too.
        return "".join(
            f"{name} = {json.dumps(values[name], ensure_ascii=False)}\n"
            for name in named
            if name != "preset"
        )

    def dump(self) -> dict[str, Any]:
        """Give every setting by name, as plain JSON where sources are names."""
        return {**self.options.model_dump(mode="json"), **_list_values(self.sources)}

    def list_given(self) -> dict[str, Any]:
        """Give what was set explicitly, by a preset too."""
        return _list_given(self)

    def prefer_draft(self) -> Settings:
        """Make it a draft, unless it was said whether to, or what is asked for cannot be one."""
        if "draft" in self.options.model_fields_set:
            return self
        with contextlib.suppress(OptionError):
            return Settings.create(self, draft=True)
        return self

    @staticmethod
    def names() -> tuple[str, ...]:
        """Name all settings: options first, then sources."""
        return (*Options.model_fields, *Sources.model_fields)

    @staticmethod
    def get_field(name: str) -> FieldInfo:
        """Give default, bounds and help of one setting."""
        return (Options.model_fields | Sources.model_fields)[name]


def _get_default(name: str) -> Any:
    default = Settings.get_field(name).default
    return list(default) if isinstance(default, tuple) else default


def _list_given(base: Options | Settings | None) -> dict[str, Any]:
    if base is None:
        return {}
    if isinstance(base, Options):
        return base.model_dump(exclude_unset=True)
    given = base.sources.model_fields_set
    sources = {name: v for name, v in _list_values(base.sources).items() if name in given}
    return base.options.model_dump(exclude_unset=True) | sources


def _list_values(sources: Sources) -> dict[str, Any]:
    # Not model_dump: it would take an image in memory apart.
    values = {name: getattr(sources, name) for name in Sources.model_fields}
    return {n: os.fspath(v) if isinstance(v, os.PathLike) else v for n, v in values.items()}


def _has_name(value: Any) -> bool:
    """Tell numbers, texts and lists of them from images in memory."""
    return value is None or isinstance(value, bool | int | float | str | list)


def _check_names(values: dict[str, Any]) -> None:
    known = Settings.names()
    unknown = [name for name in values if name not in known]
    if unknown:
        listed = ", ".join(known)
        raise OptionError(
            "; ".join(f"there is no option {name!r}; the options are {listed}" for name in unknown)
        )


def _split_weight(values: dict[str, Any]) -> None:
    """Take the weight of ``preserve="detail:4"`` out, in place."""
    if isinstance(values.get("preserve"), str):
        values["preserve"], weight = split_preserve(values["preserve"])
        if weight is not None:
            values["preserve_weight"] = weight
