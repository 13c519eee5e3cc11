"""What clerks do from a shell, until the pages for staff exist: `python -m commands.staff ACTION …`.

A module for each group of actions; `acting.py` is what they have in common, `__main__.py` the command line.
"""
