"""What finance does from a shell, until its pages exist: `python -m commands.finance ACTION …`.

`looking.py` finds and lists, `giving_back.py` moves money, `seeing_to.py` settles, `bills.py` is about daily
bills; `amounts.py` and `shown.py` are how money is written and read. The command line is `__main__.py`.
"""
