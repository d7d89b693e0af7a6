"""The studio: style transfer by looking, in the browser, on your own machine.

A server keeps pictures, jobs and paintings in one folder; a worker process paints the jobs, so that
the page stays quick; whatever is killed, the next start goes on where it was.
"""
