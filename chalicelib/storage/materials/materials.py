"""Material of registrations: ten files at most, and as many for changes once none can be taken back.

What a reviewer may have seen stays.
"""

from collections.abc import Sequence

from pynamodb.expressions.condition import Condition

from chalicelib.domain.ids import AccountId, AuthorityId, MaterialId, RegistrationId
from chalicelib.domain.material import (
    ContentType,
    Flaw,
    Material,
    MaterialKind,
    MaterialLimitError,
    MaterialState,
    ScanOutcome,
    most_materials,
)
from chalicelib.domain.registration import Registration
from chalicelib.storage import keys
from chalicelib.storage.connection import Tables
from chalicelib.storage.keys import Key, Table
from chalicelib.storage.materials.rows import MaterialCountRow, MaterialRow
from chalicelib.storage.tables import ABSENT, PRESENT, RegistrationRow
from chalicelib.storage.transaction import Transaction
from chalicelib.usecases.ports import Sealer


class DynamoMaterials:
    """`Materials`."""

    def __init__(self, *, tables: Tables, sealer: Sealer) -> None:
        self._tables = tables
        self._sealer = sealer

    def of(self, account_id: AccountId, registration_id: RegistrationId) -> Sequence[Material]:
        """All of a registration, oldest first, consistent."""
        pk = keys.account(account_id).pk
        items = self._tables.query(Table.RECORDS, pk, beginning=keys.materials(registration_id))
        found = [self._material(MaterialRow.from_raw_data(item)) for item in items]
        return sorted(found, key=lambda material: (material.uploaded_at, material.id))

    def get(
        self, account_id: AccountId, registration_id: RegistrationId, material_id: MaterialId
    ) -> Material | None:
        """One, consistent."""
        row = self._tables.read(keys.material(account_id, registration_id, material_id), MaterialRow)
        return self._material(row) if row else None

    def begin(self, material: Material, seen: Registration) -> None:
        """One more, unless there is no room for one of its kind or the registration moved on."""
        most = most_materials(material.kind, seen.state)
        transaction = Transaction(self._tables).put(_key(material), self._row(material), on=ABSENT)
        transaction.check(keys.registration(seen.account_id, seen.id), on=_state_as(seen))
        transaction.update(
            keys.material_count(material.account_id, material.registration_id),
            MaterialCountRow.materials.add(1),
            on=ABSENT | (MaterialCountRow.materials < most),  # the first, or not yet the last
            failing=MaterialLimitError,
        )
        transaction.commit()

    def settle(self, settled: Material) -> None:
        """Write the verdict if it is still open."""
        is_open = MaterialRow.state == MaterialState.UPLOADED
        Transaction(self._tables).put(_key(settled), self._row(settled), on=is_open).commit()

    def remove(self, material: Material, seen: Registration) -> None:
        """Forget one, which frees its place."""
        transaction = Transaction(self._tables).delete(
            _key(material),
            on=MaterialRow.state == material.state,  # not judged, or removed, meanwhile
        )
        transaction.check(keys.registration(seen.account_id, seen.id), on=_state_as(seen))
        transaction.update(
            keys.material_count(material.account_id, material.registration_id),
            MaterialCountRow.materials.add(-1),
            on=PRESENT,  # counted when it began
        )
        transaction.commit()

    def remove_all(self, account_id: AccountId, registration_id: RegistrationId) -> None:
        """Forget those of a registration that is gone: nothing new can begin, so one look finds all."""
        for material in self.of(account_id, registration_id):
            self._tables.delete(_key(material))
        self._tables.delete(keys.material_count(account_id, registration_id))

    def _material(self, row: MaterialRow) -> Material:
        return Material(
            id=MaterialId(row.material_id),
            account_id=AccountId(row.account_id),
            registration_id=RegistrationId(row.registration_id),
            authority_id=AuthorityId(row.authority_id),
            kind=MaterialKind(row.kind),
            content_type=ContentType(row.content_type),
            size_bytes=row.size_bytes,
            file_name=self._file_name(row),
            state=MaterialState(row.state),
            uploaded_at=row.uploaded_at,
            flaw=Flaw(row.flaw) if row.flaw else None,
            kept_bytes=row.kept_bytes,
            pages=row.pages,
            scan=ScanOutcome(row.scan_outcome) if row.scan_outcome else None,
            settled_at=row.settled_at,
        )

    def _file_name(self, row: MaterialRow) -> str | None:
        if not row.sealed_file_name:
            return None
        return self._sealer.unseal(row.sealed_file_name, context=_context(row.account_id, row.material_id))

    def _row(self, material: Material) -> MaterialRow:
        # A file's name is often its owner's.
        context = _context(material.account_id, material.id)
        name = material.file_name
        return MaterialRow(
            material_id=material.id,
            account_id=material.account_id,
            registration_id=material.registration_id,
            authority_id=material.authority_id,
            kind=material.kind,
            content_type=material.content_type,
            size_bytes=material.size_bytes,
            sealed_file_name=self._sealer.seal(name, context=context) if name else None,
            state=material.state,
            uploaded_at=material.uploaded_at,
            flaw=material.flaw,
            kept_bytes=material.kept_bytes,
            pages=material.pages,
            scan_outcome=material.scan,
            settled_at=material.settled_at,
        )


def _context(account_id: str, material_id: str) -> str:
    return f"material.file_name#{account_id}#{material_id}"


def _key(material: Material) -> Key:
    return keys.material(material.account_id, material.registration_id, material.id)


def _state_as(seen: Registration) -> Condition:
    """The registration is still where the candidate saw it: not passed, given up or superseded meanwhile."""
    as_seen: Condition = RegistrationRow.state == seen.state
    return as_seen
