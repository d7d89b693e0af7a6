"""The method once more, in NumPy and float64, straight from the papers.

It is slow and plain on purpose: one picture at a time, sums written out, nothing shared with the
package it checks. Whoever wants to learn the method can read these three files in this order:

- `vgg`: the network of Simonyan and Zisserman (2014);
- `losses`: what Gatys, Ecker and Bethge (2016) compare in it;
- `gradients`: slopes by trying, to check every analytic gradient.
"""
