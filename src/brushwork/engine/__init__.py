"""One image from request to result: read, aimed at, stepped towards, and told event by event."""
