"""Statistics: facts from cases, cells from facts, and what is asked and published of the cells.

`refresh` keeps facts and cells up to date, `questions` answers the officers' page, `charts` draws
it, `publishing` makes the public year with `suppression`, `open_data` gives it out.
"""
