"""The studio: style transfer by looking, in the browser, on your own machine.

A server keeps images, jobs and results in one folder; a worker process paints the jobs, so that
the page stays quick; whatever is killed, the next start goes on where it was.
"""
