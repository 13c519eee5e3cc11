"""Import of exams: `python -m commands.catalogue import FOLDER --authority AUTHORITY`.

`files.py` reads a folder, `importing.py` stores what is new or differs, `__main__.py` is the command line.
What a change of the catalogue is, and how the audit log says it, is the domain's: `catalogue.py`.
"""
