"""Tests of the optimisers, on functions whose minimum is known on paper."""
