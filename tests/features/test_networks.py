"""Networks by name are built when they are looked at, and not before."""

from __future__ import annotations

import pytest

from brushwork.features.networks import LazyNetworks


def test_each_is_built_once_and_when_it_is_looked_at(tiny_vgg) -> None:
    built: list[str] = []

    def build(name: str):
        built.append(name)
        return tiny_vgg("conv1_1")

    networks = LazyNetworks({name: lambda name=name: build(name) for name in ("small", "large")})
    assert "large" in networks and "huge" not in networks
    assert list(networks) == ["small", "large"] and len(networks) == 2
    assert built == []
    assert networks["large"] is networks["large"]
    assert built == ["large"]
    with pytest.raises(KeyError):
        networks["huge"]
