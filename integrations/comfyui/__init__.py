"""Nodes that repaint images in the style of paintings."""

from .brushwork_nodes import BrushworkExtension, comfy_entrypoint

#: Where the host finds a help page for each node, in its folder docs.
WEB_DIRECTORY = "./web"

__all__ = ["WEB_DIRECTORY", "BrushworkExtension", "comfy_entrypoint"]
