"""Tests of how the small network is made."""
