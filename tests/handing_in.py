"""Material that a review asks for, there however it came: for tests of what comes after."""

from typing import Protocol

from chalicelib.domain.material import FOR_A_CHANGE, MaterialState, materials_needed
from chalicelib.domain.registration import Registration
from chalicelib.usecases import ports
from tests.builders_material import a_material


class Stores(Protocol):
    """A world in memory, stores over tables, services: whatever has these."""

    @property
    def exams(self) -> ports.Exams:
        """Exams."""

    @property
    def credentials(self) -> ports.Credentials:
        """Credentials."""

    @property
    def materials(self) -> ports.Materials:
        """Material."""


def hand_in_what_is_needed(registration: Registration, stores: Stores) -> None:
    """The candidate has uploaded all that the review of this registration asks for, and it was accepted."""
    found = stores.exams.offering(registration.exam_id, registration.authority_id)
    assert found is not None
    credentials = stores.credentials.of(registration.account_id)
    for number, needed in enumerate(materials_needed(registration, credentials, found[1].policy), 1):
        accepted = a_material(registration, number, kind=needed.kind)
        if stores.materials.get(accepted.account_id, accepted.registration_id, accepted.id) is None:
            uploaded = a_material(registration, number, kind=needed.kind, state=MaterialState.UPLOADED)
            stores.materials.begin(uploaded, registration)
            stores.materials.settle(accepted)


def hand_in_for_a_change(registration: Registration, stores: Stores, *, first_number: int = 8) -> None:
    """The candidate has uploaded what goes with a request for a change, and it was accepted (FAQ 17)."""
    for number, kind in enumerate(FOR_A_CHANGE, first_number):
        uploaded = a_material(registration, number, kind=kind, state=MaterialState.UPLOADED)
        stores.materials.begin(uploaded, registration)
        stores.materials.settle(a_material(registration, number, kind=kind))
