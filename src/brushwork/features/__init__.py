"""What a trained VGG network sees in a picture: named layers, weights files, fast convolutions."""

from brushwork.features.tuning import adopt, bfloat16_pays, chosen, machine
from brushwork.features.vgg import VGG, Precision
from brushwork.features.weights import Weights, load_weights

__all__ = [
    "VGG",
    "Precision",
    "Weights",
    "adopt",
    "bfloat16_pays",
    "chosen",
    "load_weights",
    "machine",
]
