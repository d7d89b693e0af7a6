"""Build the source distribution and the wheel, and see that they are complete and small.

    python -m tools.check_package FOLDER

The wheel is built from the source distribution, as an installer of that would. Both stay in FOLDER.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
MOST_BYTES = 30 * 2**20
#: What git holds and nobody needs who has no repository.
ONLY_FOR_GIT = (".ci/", ".gitignore")


def main(folder: Path) -> None:
    """Build both, and exit with a sentence if they are not what they should be."""
    run("build", "--outdir", str(folder), str(ROOT))
    (wheel,) = folder.glob("brushwork-*.whl")
    (source,) = folder.glob("brushwork-*.tar.gz")
    tracked = list_tracked()
    compare("wheel", list_for_wheel(tracked), zipfile.ZipFile(wheel).namelist())
    with tarfile.open(source) as archive:
        inside = [member.name.partition("/")[2] for member in archive if member.isfile()]
    needed = {path for path in tracked if not path.startswith(ONLY_FOR_GIT)}
    compare("source distribution", needed, inside)
    for file in (wheel, source):
        if file.stat().st_size > MOST_BYTES:
            sys.exit(f"{file.name} has {file.stat().st_size / 2**20:.1f} MiB; 30 is the most.")
    run("twine", "check", "--strict", str(wheel), str(source))
    run("check_wheel_contents", str(wheel))


def list_tracked() -> set[str]:
    """Name the files that git holds, relative to the root."""
    listing = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z"], check=True, capture_output=True, text=True
    )
    return {path for path in listing.stdout.split("\0") if path and (ROOT / path).exists()}


def list_for_wheel(tracked: set[str]) -> set[str]:
    """Name what the wheel holds; the notice lies beside the licence there."""
    inside = {path.removeprefix("src/") for path in tracked if path.startswith("src/")}
    return {path for path in inside if not path.endswith("assets/NOTICE.md")}


def compare(name: str, needed: set[str], inside: list[str]) -> None:
    """Exit with a sentence where files are missing, or some are there that nobody wrote."""
    missing = sorted(needed - set(inside))
    if missing:
        sys.exit(f"the {name} lacks {', '.join(missing[:5])} ({len(missing)} files).")
    metadata = (".dist-info/", ".egg-info/", "PKG-INFO", "setup.cfg")
    extra = sorted(
        path for path in inside if path not in needed and not any(part in path for part in metadata)
    )
    if extra:
        sys.exit(f"the {name} has {', '.join(extra[:5])}, which git does not hold.")


def run(module: str, *arguments: str) -> None:
    """Run a module of this environment, and exit if it fails."""
    subprocess.run([sys.executable, "-m", module, *arguments], check=True, stdout=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
