"""Pictures about pictures: sheets, charts, and the page that explains."""
