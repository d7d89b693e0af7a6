"""What is compared: the content representation, the style statistics, and their distances."""

from brushwork.losses.content import content_loss
from brushwork.losses.covariance import covariance_loss
from brushwork.losses.energy import energy, squared_error
from brushwork.losses.gram import gram_matrix, gram_sum, style_loss
from brushwork.losses.registry import STATISTICS
from brushwork.losses.statistic import Exemplar, Statistic, Sums, blended, feature_sum, rooted
from brushwork.losses.total_variation import total_variation

__all__ = [
    "STATISTICS",
    "Exemplar",
    "Statistic",
    "Sums",
    "blended",
    "content_loss",
    "covariance_loss",
    "energy",
    "feature_sum",
    "gram_matrix",
    "gram_sum",
    "rooted",
    "squared_error",
    "style_loss",
    "total_variation",
]
