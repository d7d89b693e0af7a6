"""The state of a run in a folder: written while it lasts, found again, and gone on from."""
