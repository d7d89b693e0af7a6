"""What is compared: content and style representation, their distances, and terms made of them."""

from brushwork.losses.base import FeatureLoss, FeatureView, Loss, LossValue, PixelLoss, WeightedSum
from brushwork.losses.content import ContentLoss, content_loss
from brushwork.losses.covariance import covariance_loss
from brushwork.losses.gram import gram_matrix, gram_sum, style_loss
from brushwork.losses.statistic import (
    Statistic,
    Statistics,
    StyleTarget,
    blend,
    feature_sum,
    scale_by_root,
)
from brushwork.losses.style import STATISTICS, Region, StyleLoss
from brushwork.losses.temporal import TemporalLoss, temporal_loss
from brushwork.losses.total_variation import TotalVariationLoss, total_variation

__all__ = [
    "STATISTICS",
    "ContentLoss",
    "FeatureLoss",
    "FeatureView",
    "Loss",
    "LossValue",
    "PixelLoss",
    "Region",
    "Statistic",
    "Statistics",
    "StyleLoss",
    "StyleTarget",
    "TemporalLoss",
    "TotalVariationLoss",
    "WeightedSum",
    "blend",
    "content_loss",
    "covariance_loss",
    "feature_sum",
    "gram_matrix",
    "gram_sum",
    "scale_by_root",
    "style_loss",
    "temporal_loss",
    "total_variation",
]
