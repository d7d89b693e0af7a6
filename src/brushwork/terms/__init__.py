"""What a picture is judged by, in parts that add and scale: content, style, smoothness, yours."""

from brushwork.terms.base import Compared, FeatureLoss, Loss, PixelLoss, Seen, Sum, Sums
from brushwork.terms.content import ContentLoss
from brushwork.terms.smoothness import Smoothness
from brushwork.terms.style import Region, StyleLoss

__all__ = [
    "Compared",
    "ContentLoss",
    "FeatureLoss",
    "Loss",
    "PixelLoss",
    "Region",
    "Seen",
    "Smoothness",
    "StyleLoss",
    "Sum",
    "Sums",
]
