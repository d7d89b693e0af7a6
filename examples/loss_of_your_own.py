"""Add a loss of your own: the picture shall be as dark as its photo, on the whole.

    python examples/loss_of_your_own.py [SIZE]

There are two kinds. A `PixelLoss`, as here, gives a number for the picture itself. A `FeatureLoss`
looks at layers of the network; docs/control.md has one, in twenty lines.
"""

import sys

import brushwork

SIZE = int(sys.argv[1]) if len(sys.argv) > 1 else 512


class Darkness(brushwork.PixelLoss):
    """The squared difference of two mean brightnesses."""

    name = "darkness"  # what it is called in `losses`

    def __init__(self, photo):
        self.wanted = photo.mean()

    def __call__(self, image):
        """Give a number for an image (1, 3, H, W); torch finds the gradient."""
        return (image.mean() - self.wanted).square()


def darkness(inputs):
    """Make the loss; this is asked once for each scale, with the images at its size."""
    return 5 * Darkness(inputs.content)  # 5 is its weight: losses add up and can be multiplied


result = brushwork.stylize("cat", "great-wave", size=SIZE, extra=darkness)
result.save("as-dark.png", overwrite=True)
print({name: round(value, 4) for name, value in result.losses.items()})
