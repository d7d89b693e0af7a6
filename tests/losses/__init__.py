"""Tests of what is compared."""
