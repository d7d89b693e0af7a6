"""One image from request to result: what is asked for, read, aimed at, stepped towards, and told."""
