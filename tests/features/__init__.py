"""Tests of the network, its weights files and its kernels."""
