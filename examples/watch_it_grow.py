"""Watch a picture grow from coarse to fine, and stop as soon as you like it.

python examples/watch_it_grow.py [SIZE]
"""

import sys

import brushwork

SIZE = int(sys.argv[1]) if len(sys.argv) > 1 else 512
PAINTINGS = ["great-wave", "ejiri:2"]  # two paintings, the second with twice the weight

# A run is a generator of events. To stop it, stop iterating: the picture so far is in your hands.
for event in brushwork.iter_stylize("cat", PAINTINGS, size=SIZE):
    match event:
        case brushwork.ScaleStarted(width=width, height=height):
            print(f"now {width} x {height} pixels")
        case brushwork.StepTaken(step=step, steps=steps, losses=losses):
            if step % 20 == 0:
                print(f"  step {step} of {steps}: total loss {losses['total']:.4f}")
            if step == steps:  # the scale is done: preview() is a PIL image
                event.preview().save(f"growing-{event.scale.index}.png")
        case brushwork.Finished(result=result):
            result.save("grown.png", overwrite=True)
