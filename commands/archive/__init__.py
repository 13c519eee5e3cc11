"""Import of archives: `python -m commands.archive import FILE`. The format is in docs/archive-format.md.

`lines.py` reads files, `doubles.py` knows what a file says twice, `refusals.py` writes the report,
`importing.py` goes through all of it, `noting.py` leaves the audit entries, `__main__.py` is the command
line. What a row means is the domain's: `archive_rows.py`.
"""
