"""The networks of a run, each built when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from brushwork.features.vgg import VGGFeatures
from brushwork.layers import NetworkName


class LazyNetworks(Mapping[NetworkName, VGGFeatures]):
    """Networks by name, built when they are first asked for.

    So a plan needs none, a draft never reads the large network's weights, and the first steps of
    the small one are seen before the large one is there.

    Parameters
    ----------
    builders
        What builds each, in the order of their turns.
    """

    def __init__(self, builders: Mapping[NetworkName, Callable[[], VGGFeatures]]) -> None:
        self._builders = builders
        self._built: dict[NetworkName, VGGFeatures] = {}

    def __getitem__(self, name: NetworkName) -> VGGFeatures:
        if name not in self._built:
            self._built[name] = self._builders[name]()
        return self._built[name]

    def __contains__(self, name: object) -> bool:
        return name in self._builders  # a Mapping's own would build it

    def __iter__(self) -> Iterator[NetworkName]:
        return iter(self._builders)

    def __len__(self) -> int:
        return len(self._builders)
