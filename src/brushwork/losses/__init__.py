"""What is compared: the content representation, the Gram matrices, and their distances."""

from brushwork.losses.content import content_loss
from brushwork.losses.gram import gram_matrix, style_loss
from brushwork.losses.total_variation import total_variation

__all__ = ["content_loss", "gram_matrix", "style_loss", "total_variation"]
