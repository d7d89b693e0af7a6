"""How the small network in the package was made from the large one; see `training.distill`."""
