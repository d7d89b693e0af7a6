"""``brushwork demo``: the result by which everybody knows the method."""

from __future__ import annotations

from brushwork.cli._flags import (
    DEFAULT_CHECKPOINTING,
    DEFAULT_OUTPUT,
    DEFAULT_SETTINGS,
    Checkpointing,
    Output,
    SettingsFlags,
)
from brushwork.cli.stylize import stylize


def demo(
    *,
    output: Output = DEFAULT_OUTPUT,
    checkpointing: Checkpointing = DEFAULT_CHECKPOINTING,
    settings: SettingsFlags = DEFAULT_SETTINGS,
) -> None:
    """Stylize the built-in cat by the Great Wave."""
    stylize("cat", "great-wave", output=output, checkpointing=checkpointing, settings=settings)
