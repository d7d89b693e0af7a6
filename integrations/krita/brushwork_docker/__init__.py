"""A docker that repaints the picture in the style of a painting."""

from krita import DockWidgetFactory, DockWidgetFactoryBase, Krita

from .docker import Docker

Krita.instance().addDockWidgetFactory(
    DockWidgetFactory("brushwork_docker", DockWidgetFactoryBase.DockRight, Docker)
)
