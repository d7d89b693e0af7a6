"""Tests of the comparison's own arithmetic, with made-up contenders."""
