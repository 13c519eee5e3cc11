"""Where messages lie, and what leads to them: the operator's number, the code in them, what they were for."""

from datetime import datetime

from chalicelib.domain.ids import SmsCodeId
from chalicelib.storage.attributes import fixed_width
from chalicelib.storage.keys import Key, Table, phone_fingerprint
from chalicelib.usecases.ports import Sealer


def messages(number: str, sealer: Sealer) -> str:
    """The partition of the messages to one phone."""
    return f"PHONE#{phone_fingerprint(number, sealer)}"


def message(number: str, at: datetime, suffix: str, sealer: Sealer) -> Key:
    """One message to a phone; the suffix tells two of one moment apart."""
    return Key(Table.EPHEMERA, messages(number, sealer), f"MESSAGE#{fixed_width(at)}#{suffix}")


def message_of_serial(serial: str) -> Key:
    """Where the message lies that the operator has under this number."""
    return Key(Table.EPHEMERA, f"SMS#{serial}", "MESSAGE")


def message_of_code(code_id: SmsCodeId) -> Key:
    """Where the message lies that this code was in; it outlives the code."""
    return Key(Table.EPHEMERA, f"SMSCODE#{code_id}", "MESSAGE")


def effect(name: str) -> Key:
    """That a message was sent for something that is to be told of once."""
    return Key(Table.EPHEMERA, f"EFFECT#{name}", "MESSAGE")
