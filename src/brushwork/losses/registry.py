"""All style statistics by name. A new one is a file of its own and a line here."""

from __future__ import annotations

from brushwork.losses.covariance import Covariance
from brushwork.losses.gram import Gram
from brushwork.losses.histogram import Histogram
from brushwork.losses.neighbours import Neighbours
from brushwork.losses.statistic import Statistic
from brushwork.losses.wasserstein import Wasserstein

STATISTICS: dict[str, type[Statistic]] = {
    "gram": Gram,
    "covariance": Covariance,
    "wasserstein": Wasserstein,
    "histogram": Histogram,
    "neighbours": Neighbours,
}
