"""Finding the thing in a box, without any other software."""

from brushwork.segmentation.finding import subject

__all__ = ["subject"]
