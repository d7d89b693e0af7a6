"""What each statistic's losses are multiplied by: ``python -m benchmarks.calibration``.

One ``strength`` shall mean the same for every style statistic: as much of the photo is left. Four
pairs are painted at strength 0.5 with Gram matrices, and measured. Then every other statistic is
painted at strengths that are changed until, on the average of the pairs, the content
distance is that of the Gram matrices. From the strength that does it follows the factor: content
weighs ``10^(3 (0.5 - strength))`` times as much, so the style's losses are to be multiplied by
``10^(3 (strength - 0.5))``, on top of what they are multiplied by now.
"""

from __future__ import annotations

import argparse
import statistics

from benchmarks.stylize import PAIRS
from brushwork import images, stylize
from brushwork.losses import STATISTICS
from brushwork.metrics import Metrics
from brushwork.options.options import STRENGTH_DECADES

SIZE, EFFORT = 192, 0.5
MORE = (*PAIRS, "great-wall:ejiri")
#: Content distances that differ by less than this part are the same.
CLOSE = 0.02
ROUNDS = 6


def content_distance(name: str, strength: float) -> float:
    """Paint all pairs; give the mean content distance."""
    found = []
    for pair in MORE:
        photo, painting = pair.split(":")
        made = stylize(
            photo, painting, size=SIZE, effort=EFFORT, statistics=name, strength=strength
        )
        metrics = Metrics(images.read(photo).pixels, images.read(painting).pixels, SIZE)
        found.append(metrics(images.read(made.image).pixels).content)
    return statistics.fmean(found)


def equal_strength(name: str, wanted: float) -> float:
    """Search for the strength at which ``name`` is as far from the photo; more is farther."""
    low, high = 0.0, 1.0
    strength = 0.5
    for _ in range(ROUNDS):
        distance = content_distance(name, strength)
        print(f"  {name} at {strength:.3f}: {distance:.4f}", flush=True)
        if abs(distance / wanted - 1) < CLOSE:
            break
        low, high = (strength, high) if distance < wanted else (low, strength)
        strength = (low + high) / 2
    return strength


def main() -> None:
    """Print the factor of each statistic."""
    parser = argparse.ArgumentParser(description="Calibrate the style statistics.")
    parser.add_argument("names", nargs="*", default=[name for name in STATISTICS if name != "gram"])
    wanted = content_distance("gram", 0.5)
    print(f"gram at 0.5: {wanted:.4f}", flush=True)
    for name in parser.parse_args().names:
        strength = equal_strength(name, wanted)
        factor = 10 ** (STRENGTH_DECADES * (strength - 0.5)) * STATISTICS[name].calibration
        print(f"{name}: calibration = {factor:.3g}", flush=True)


if __name__ == "__main__":
    main()
