"""The whole of it: one photo, one painting, one picture.

    python examples/three_lines.py [SIZE]

SIZE is the long side in pixels; 512 takes about a minute on two cores, 128 a few seconds.
"""

import sys

import brushwork

SIZE = int(sys.argv[1]) if len(sys.argv) > 1 else 512

# "cat" and "great-wave" come with the package (`brushwork pictures` lists all); a path such as
# "holiday.jpg", a PIL image, a NumPy array or a torch tensor does as well.
result = brushwork.stylize("cat", "great-wave", size=SIZE)
result.save("cat-great-wave.png", overwrite=True)
print(f"cat-great-wave.png, {result.seconds:.0f} s")
