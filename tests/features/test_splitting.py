"""bfloat16 reads an image as exactly as float32 does, and its gradient knows the whole kernel."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from brushwork.features.convolution import ConvolutionReLU
from brushwork.features.splitting import split_image, split_kernel
from brushwork.features.vgg import VGGFeatures
from tests.reference import vgg


def make_kernel(outputs: int = 8) -> Tensor:
    """Give kernels that do not see how bright an image is, only how it changes."""
    kernel = torch.randn(outputs, 3, 3, 3, generator=torch.Generator().manual_seed(0)) / 5
    return kernel - kernel.mean(dim=(1, 2, 3), keepdim=True)


def make_image() -> Tensor:
    """Give a bright one that changes by less than bfloat16 tells apart, which is a half there."""
    changes = torch.rand(1, 3, 19, 17, generator=torch.Generator().manual_seed(1))
    return 100 + 0.2 * changes


def test_what_bfloat16_cannot_tell_apart_is_seen() -> None:
    image, kernel = make_image(), make_kernel()
    expected = np.maximum(
        vgg.convolve(
            vgg.pad(image[0].double().numpy(), "repeat"), kernel.double().numpy(), np.zeros(8)
        ),
        0,
    )
    layer = ConvolutionReLU(split_kernel(kernel), torch.zeros(8))
    found = layer(split_image(image))[0]
    assert found.dtype == torch.bfloat16
    error = np.linalg.norm(found.double().numpy() - expected) / np.linalg.norm(expected)
    assert error < 0.02
    rounded = ConvolutionReLU(kernel, torch.zeros(8))(image.bfloat16())[0]
    lost = np.linalg.norm(rounded.double().numpy() - expected) / np.linalg.norm(expected)
    assert lost > 0.5


def test_the_gradient_knows_what_rounding_took_off_the_kernel() -> None:
    image = torch.rand(1, 3, 6, 6).requires_grad_()
    kernel = torch.full((1, 3, 3, 3), 1 + 2**-10)
    output = F.conv2d(split_image(image), split_kernel(kernel).bfloat16())
    (gradient,) = torch.autograd.grad(output.sum(), image)
    assert gradient.dtype == torch.float32
    assert gradient[0, 0, 2, 2].item() == 9 * (1 + 2**-10)


def test_the_gradient_is_the_one_of_float32_to_three_digits() -> None:
    found = {}
    for precision in ("float32", "bfloat16"):
        image = make_image().div(255).requires_grad_()
        network = VGGFeatures(["conv1_1"], precision=precision)
        (found[precision],) = torch.autograd.grad(
            network(image)["conv1_1"].float().square().sum(), image
        )
    exact, rounded = found["float32"], found["bfloat16"]
    assert float((exact - rounded).norm() / exact.norm()) < 0.004
