"""What the page that explains says between its pictures."""

from __future__ import annotations

OPENING = """
How a photo is repainted in the style of a painting, step by step, after Gatys, Ecker and Bethge
(2016). Every picture and every number on this page comes from these two pictures and from the run
that made the third.
"""

NETWORK = """
VGG-19 was trained to name a thousand things in photos. Its answer is not wanted here, only what
it notices on the way: at each layer, a stack of feature maps, each bright where its filter found
what it looks for. Near the picture that is edges and colours; deeper, with fewer and fewer
places, textures and parts of things.
"""

CONTENT_LAYERS = """
Take noise and change it until its feature maps at one layer are those of the photo. What comes
back was remembered; what does not was forgotten. The deeper the layer, the less it cares for
exact colours and textures, and the more freedom it leaves to a painter. brushwork compares photo
and target at conv4_2.
"""

GRAMS = """
Multiply two feature maps place by place and take the mean: that is one entry of the Gram matrix.
It says how much the two fire together, and nothing about where. Each matrix shows the strongest
maps of the painting at one layer, dark for much. Beside it the pairs of different maps that fire
together most, and the patches of the painting that excite both: that is what an entry of a Gram
matrix means.
"""

STYLE_LAYERS = """
Take noise again, and change it until its Gram matrices are those of the painting. With the first
layer alone only colours come back; with each deeper one larger strokes, and in the end whole
forms, all in other places than in the painting.
"""

FILM = """
Nothing is trained. The picture begins as the photo, small, and is changed so that the content
loss and the style loss become smaller together; then it is enlarged and changed again. Coarse
scales settle the composition, fine ones the strokes.
"""

LOSSES = """
Each loss is a part of the energy of its own target: 0 is equal, 1 is as far as nothing at all.
Where a dashed line stands the picture was enlarged. The content loss begins at 0, because the
photo has all the photo's content, and is what the style is paid with.
"""
