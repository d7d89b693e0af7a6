"""What is compared: the content representation, the Gram matrices, and their distances."""

from brushwork.losses.content import content_loss
from brushwork.losses.energy import energy, squared_error
from brushwork.losses.gram import gram_matrix, gram_sum, style_loss
from brushwork.losses.total_variation import total_variation

__all__ = [
    "content_loss",
    "energy",
    "gram_matrix",
    "gram_sum",
    "squared_error",
    "style_loss",
    "total_variation",
]
