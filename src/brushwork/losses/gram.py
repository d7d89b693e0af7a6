"""The style representation: which feature maps fire together, wherever they fire."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from brushwork.losses.energy import relative_squared_error
from brushwork.losses.statistic import Statistic, Statistics, StyleTarget, scale_by_root

#: Positions whose products are added up before they are rounded, where they are rounded.
PART_POSITIONS = 512


def gram_matrix(features: Tensor) -> Tensor:
    """Correlate every feature map of a layer with every other: the Gram matrix.

    Each of the C maps is flattened to a row of N = H·W values; the C×N matrix F of these rows
    times its transpose, divided by the number of positions, is ``G = F Fᵀ / N``, so
    ``G[i, j] = Σₖ F[i, k] F[j, k] / N``. Shuffling the positions leaves G as it is.

    Parameters
    ----------
    features
        ``(B, C, H, W)``, any real floating dtype, any device.

    Returns
    -------
    Tensor
        ``(B, C, C)``: symmetric and positive semidefinite, in squared units of the features; in
        their dtype, or float32 for bfloat16.

    Raises
    ------
    ValueError
        If ``features`` does not have four dimensions.

    Notes
    -----
    Gatys, Ecker and Bethge (2016), equation 3, who do not divide by N; their equation 4 divides
    the squared distance by 4 N² C² instead. Dividing here makes G independent of the image's
    size, so that a style image and a target of different sizes can be compared.
    """
    return gram_sum(features) / (features.shape[2] * features.shape[3])


def gram_sum(features: Tensor) -> Tensor:
    """Add up the outer products of the features of all positions: ``S = F Fᵀ``, N times the Gram.

    The sum over an image is the sum over its parts, however it is cut; so an image that is too
    large to be looked at whole is looked at in parts.

    Parameters
    ----------
    features
        ``(B, C, H, W)``, any real floating dtype, any device.

    Returns
    -------
    Tensor
        ``(B, C, C)``, in the dtype of the features, or float32 for bfloat16.

    Raises
    ------
    ValueError
        If ``features`` does not have four dimensions.

    Notes
    -----
    Gatys, Ecker and Bethge (2016), equation 3.
    """
    if features.ndim != 4:
        raise ValueError(f"features must be (B, C, H, W), but the shape is {tuple(features.shape)}")
    products: Tensor = _GramSum.apply(features.flatten(start_dim=2))  # type: ignore[no-untyped-call]
    return products


def style_loss(gram: Tensor, target_gram: Tensor) -> Tensor:
    """Compare the Gram matrices of one layer: squared distance over the target's own energy.

    ``‖G - A‖² / ‖A‖²`` for each image of the batch (the mean squared difference over the mean
    square of A), which is 0 for equal matrices and 1 where G = 0.

    Parameters
    ----------
    gram, target_gram
        ``(B, C, C)`` or ``(1, C, C)`` for the target; G of the target image, A of the style.

    Returns
    -------
    Tensor
        ``(B,)``, at least 0, without unit.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    Gatys, Ecker and Bethge (2016), equation 4, with the energy of A in place of 4 N² C², so that
    one weight means the same for every layer, style image and size.
    """
    return relative_squared_error(gram, target_gram)


class Gram(Statistic):
    """The Gram matrix of the paper, compared by `style_loss`."""

    def __init__(self, exemplar: StyleTarget) -> None:
        self._target = exemplar.products

    def accumulate(self, maps: Tensor, weights: Tensor | None) -> Statistics:
        """Sum the outer products of the features."""
        return {"products": gram_sum(scale_by_root(maps, weights))}

    def loss(self, means: Statistics) -> Tensor:
        """Give `style_loss`."""
        return style_loss(means["products"], self._target).sum()


class _GramSum(torch.autograd.Function):
    """``F Fᵀ`` of rows ``(B, C, N)``, with one product in the gradient in place of two.

    F stands in the formula twice, so autograd would multiply twice and add; the symmetric form
    ``dL/dF = (D + Dᵀ) F`` with ``D = dL/dS`` needs the large product only once.
    """

    @staticmethod
    def forward(ctx: Any, rows: Tensor) -> Tensor:
        ctx.save_for_backward(rows)
        return _multiply_in_parts(rows) if rows.dtype == torch.bfloat16 else rows @ rows.mT

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        rows: Tensor = ctx.saved_tensors[0]
        both = (gradient + gradient.mT).to(rows.dtype)
        if rows.stride(1) == 1:  # channels last; so shall the gradient be
            return (rows.mT @ both).mT
        return both @ rows


def _multiply_in_parts(rows: Tensor) -> Tensor:
    """Give ``F Fᵀ`` of bfloat16 rows in float32.

    A product of bfloat16 is rounded to bfloat16, to three digits. Products of parts, added up in
    float32, each round another way, and the errors of a hundred parts are a tenth of those of one.
    """
    batch, channels, positions = rows.shape
    count = positions // PART_POSITIONS
    parts = (
        rows[:, :, : count * PART_POSITIONS]
        .reshape(batch, channels, count, PART_POSITIONS)
        .transpose(1, 2)
    )
    rest = rows[:, :, count * PART_POSITIONS :].float()
    summed = (parts @ parts.mT).sum(dim=1, dtype=torch.float32)
    return summed + rest @ rest.mT
