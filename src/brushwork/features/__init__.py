"""What a trained VGG network sees in an image: named layers, weights, fast convolutions, tiles."""

from brushwork.features.choices import (
    adopt_choices,
    describe_choice,
    get_choices,
    is_bfloat16_faster,
    question_choice,
    recall_bfloat16,
)
from brushwork.features.device import pick_device, pick_precision
from brushwork.features.machine import describe_machine
from brushwork.features.networks import LazyNetworks
from brushwork.features.vgg import Network, Networks, Precision, VGGFeatures
from brushwork.features.weights import (
    EMBEDDED_SHA256,
    SMALL_SHA256,
    Weights,
    load_small_weights,
    load_weights,
)

__all__ = [
    "EMBEDDED_SHA256",
    "SMALL_SHA256",
    "LazyNetworks",
    "Network",
    "Networks",
    "Precision",
    "VGGFeatures",
    "Weights",
    "adopt_choices",
    "describe_choice",
    "describe_machine",
    "get_choices",
    "is_bfloat16_faster",
    "load_small_weights",
    "load_weights",
    "pick_device",
    "pick_precision",
    "question_choice",
    "recall_bfloat16",
]
