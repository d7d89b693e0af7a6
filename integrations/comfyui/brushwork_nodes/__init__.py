"""Nodes that repaint images in the style of paintings."""

from .nodes import BrushworkExtension, comfy_entrypoint

__all__ = ["BrushworkExtension", "comfy_entrypoint"]
