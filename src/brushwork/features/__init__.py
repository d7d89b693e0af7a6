"""What a trained VGG network sees in a picture: named layers, weights files, fast convolutions."""

from brushwork.features.vgg import VGG
from brushwork.features.weights import Weights, load_weights

__all__ = ["VGG", "Weights", "load_weights"]
