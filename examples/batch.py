"""Paint many photos by many paintings, and read the networks only once.

    python examples/batch.py [SIZE]

On the command line `brushwork batch photos/ --style great-wave -o out/` does more: it skips what is
done, goes on where it was stopped, and paints several pictures at once.
"""

import sys
from pathlib import Path

import brushwork

SIZE = int(sys.argv[1]) if len(sys.argv) > 1 else 512
PHOTOS = ["cat", "astronaut"]  # or sorted(Path("photos").glob("*.jpg"))
PAINTINGS = ["great-wave", "church-at-auvers"]

folder = Path("batch")
folder.mkdir(exist_ok=True)

# A Stylizer keeps the device and the network; its options hold for all that it paints.
stylizer = brushwork.Stylizer(size=SIZE, color="content")
for photo in PHOTOS:
    for painting in PAINTINGS:
        try:
            result = stylizer.stylize(photo, painting)
        except brushwork.BrushworkError as error:  # one sentence: what was wrong, what to do
            print(f"{photo} x {painting}: {error}")
            continue
        result.save(folder / f"{photo}-{painting}.png", overwrite=True)
        print(f"{photo} x {painting}: {result.seconds:.0f} s")
