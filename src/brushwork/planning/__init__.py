"""Which scales and tiles a run takes, and the memory that it needs: plain arithmetic."""
