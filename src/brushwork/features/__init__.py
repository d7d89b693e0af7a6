"""What a trained VGG network sees in a picture: named layers, weights files, fast convolutions."""

from brushwork.features.tuning import bfloat16_pays
from brushwork.features.vgg import VGG, Precision
from brushwork.features.weights import Weights, load_weights

__all__ = ["VGG", "Precision", "Weights", "bfloat16_pays", "load_weights"]
