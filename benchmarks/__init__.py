"""Measurements that anyone can repeat: what a picture costs, and how good it is."""
