"""Nodes that repaint images in the style of paintings."""

from .brushwork_nodes import BrushworkExtension, comfy_entrypoint

__all__ = ["BrushworkExtension", "comfy_entrypoint"]
