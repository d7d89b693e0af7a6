"""Benchmarks of the studio; ``python -m benchmarks.studio`` runs them."""
