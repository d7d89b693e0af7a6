"""Packs the docker for Krita: python pack.py makes brushwork_docker.zip, which Krita imports."""

import zipfile
from pathlib import Path

HERE = Path(__file__).parent


def pack(target: Path) -> None:
    """Put the docker, and the client that it needs, into one file."""
    client = HERE.parent / "client" / "brushwork_client.py"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(HERE / "brushwork_docker.desktop", "brushwork_docker.desktop")
        for file in (*sorted((HERE / "brushwork_docker").glob("*.py")), client):
            archive.write(file, f"brushwork_docker/{file.name}")


if __name__ == "__main__":
    pack(Path("brushwork_docker.zip"))
