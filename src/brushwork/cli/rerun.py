"""``brushwork rerun``: a result once more, larger or otherwise."""

from __future__ import annotations

import brushwork
from brushwork.cli._flags import (
    DEFAULT_CHECKPOINTING,
    DEFAULT_OUTPUT,
    DEFAULT_SETTINGS,
    Checkpointing,
    Output,
    ResultImage,
    SettingsFlags,
)


def rerun(
    image: ResultImage,
    /,
    *,
    output: Output = DEFAULT_OUTPUT,
    checkpointing: Checkpointing = DEFAULT_CHECKPOINTING,
    settings: SettingsFlags = DEFAULT_SETTINGS,
) -> None:
    """Run the recipe of a result again and write the new one."""
    from brushwork.cli import _run

    changes = settings.merge().list_given()
    path = output.choose_path([image, "again"])
    _run.check_result(path, output)
    autosave = _run.make_autosave(checkpointing, path, output)
    _run.run_and_save(
        lambda: brushwork.iter_rerun(image, checkpoint=autosave, **changes), path, output
    )
