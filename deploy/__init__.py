"""What goes to the cloud: how it is built (`package`) and how it is judged before it goes (`check`).

- `project.py`     a clean copy of what is packed, and Chalice's own packaging run over it
- `template.py`    Chalice's template, finished: the pieces below put together
- `parameters.py`  what the operator decides at deployment, and the functions' environment
- `tables.py`      the two tables
- `functions.py`   logs, stream sources, dead letters and retries of the functions
- `alarms.py`      when a person is called
- `bundle.py`      the zip: lean, compiled beforehand, the same bytes every time
- `rules.py`       what must hold of a finished template
- `judges.py`      cfn-lint and the SAM transform

Nothing here is packed, and nothing that is packed imports it.
"""
