"""``python -m brushwork``: the command line, where no script is on the path."""

from brushwork.cli import main

main()
