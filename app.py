"""The front door: everything that Lambda can start hangs here, and nothing else is done here."""

from chalice.app import Chalice

from chalicelib.api import (
    accounts,
    changes,
    commitments,
    credentials,
    exams,
    materials,
    payments,
    questions,
    recoveries,
    registrations,
    sms_codes,
    sms_outcomes,
    webhooks,
)
from chalicelib.jobs.schedules import schedules
from chalicelib.jobs.streams import streams

app = Chalice(app_name="baokao", configure_logs=False)

for room in (
    sms_codes,
    sms_outcomes,
    accounts,
    changes,
    recoveries,
    credentials,
    exams,
    registrations,
    commitments,
    materials,
    payments,
    questions,
    webhooks,
):
    app.register_blueprint(room.resource)
app.register_blueprint(schedules)
app.register_blueprint(streams)
