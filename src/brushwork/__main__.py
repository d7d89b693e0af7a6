"""``python -m brushwork``: the command line, where no script is on the path."""

from __future__ import annotations

from brushwork.cli import main

if __name__ == "__main__":  # processes that paint for a batch look at this file, too
    main()
