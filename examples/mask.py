"""Paint only a part: a mask is any grey image, here a NumPy array drawn on the spot.

    python examples/mask.py [SIZE]

White (255, or 1.0) is painted, black stays the photo, grey is a blend of both.
"""

import sys

import numpy as np

import brushwork

SIZE = int(sys.argv[1]) if len(sys.argv) > 1 else 512

# A soft ellipse over the kitten. It needs the photo's aspect ratio (4 : 3), not its size.
height, width = 300, 400
down, right = np.mgrid[0:height, 0:width]
distance = np.hypot((down - 0.4 * height) / (0.35 * height), (right - 0.5 * width) / (0.3 * width))
mask = np.clip(4 * (1 - distance), 0, 1).astype(np.float32)

result = brushwork.stylize("cat", "great-wave", mask=mask, size=SIZE)
result.save("painted-kitten.png", overwrite=True)

# The result comes back as an array, too: (H, W, 3), float32 in [0, 1].
print(result.array().shape)
