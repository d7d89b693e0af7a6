"""Where an image is changed: masks drawn, read and found, and maps of regions."""
