"""The API, a file for each kind of thing; every route only asks one of the studio's parts."""
