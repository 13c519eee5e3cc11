"""Makes Chalice's template whole: what it cannot express is put around what it generates.

Chalice's `--merge-template` is not used: it replaces lists whole, deletes nothing and cannot say "for each
function", so each new function would need its own lines in it, and one forgotten would go unnoticed.
"""

import json
from copy import deepcopy

from deploy.alarms import add_alarms
from deploy.buckets import buckets
from deploy.functions import finish_functions
from deploy.parameters import environment, parameters
from deploy.project import Template
from deploy.tables import tables


def finished(from_chalice: Template) -> Template:
    """Return the template that is deployed, made from Chalice's."""
    template = deepcopy(from_chalice)
    template["Description"] = "Baokao: registration for professional qualification exams"
    template["Parameters"] = parameters()
    template["Globals"] = {"Function": {"Environment": {"Variables": environment()}}}
    template["Resources"] |= tables() | buckets()
    finish_functions(template)
    add_alarms(template)
    # Said aloud, SAM leaves out a second stage, named "Stage", that would serve the same API.
    template["Resources"]["RestAPI"]["Properties"]["OpenApiVersion"] = "2.0"
    template["Outputs"] |= {
        "RecordsTableName": {"Value": {"Ref": "RecordsTable"}},
        "EphemeraTableName": {"Value": {"Ref": "EphemeraTable"}},
        "MaterialsBucketName": {"Value": {"Ref": "MaterialsBucket"}},
        "DeadLettersUrl": {"Value": {"Ref": "DeadLetters"}},
    }
    return template


def as_text(template: Template) -> str:
    """Return the template as it is written to a file: the same text every time."""
    return json.dumps(template, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
