"""Sets of stores to hold to one contract: in memory, on moto and on the emulator."""

from dataclasses import dataclass

from chalicelib.storage.accounts.accounts import DynamoAccounts
from chalicelib.storage.accounts.credentials import DynamoCredentials
from chalicelib.storage.accounts.recoveries import DynamoRecoveries
from chalicelib.storage.accounts.sessions import DynamoSessions
from chalicelib.storage.accounts.sms_codes import DynamoSmsCodes
from chalicelib.storage.audit import DynamoAuditLog
from chalicelib.storage.checks import DynamoPendingChecks
from chalicelib.storage.connection import Tables
from chalicelib.storage.desk.help_desk import DynamoAuthorities, DynamoOneTimePasswords
from chalicelib.storage.limits import DynamoLimits
from chalicelib.storage.materials.materials import DynamoMaterials
from chalicelib.storage.messages.messages import DynamoMessages
from chalicelib.storage.money.bills import DynamoBills
from chalicelib.storage.money.discrepancies import DynamoDiscrepancies
from chalicelib.storage.money.orders import DynamoOrders
from chalicelib.storage.money.refunds import DynamoRefunds
from chalicelib.storage.registrations.archive import DynamoArchive
from chalicelib.storage.registrations.change_requests import DynamoChangeRequests
from chalicelib.storage.registrations.exams import DynamoExams
from chalicelib.storage.registrations.integrity import DynamoIntegrity
from chalicelib.storage.registrations.registrations import DynamoRegistrations
from chalicelib.usecases import ports
from tests.fakes import World
from tests.fakes.means import FakeClock, FakeSealer


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """One store for each port, all over the same data."""

    clock: FakeClock
    accounts: ports.Accounts
    credentials: ports.Credentials
    pending_checks: ports.PendingChecks
    exams: ports.Exams
    archive: ports.Archive
    registrations: ports.Registrations
    materials: ports.Materials
    orders: ports.Orders
    refunds: ports.Refunds
    discrepancies: ports.Discrepancies
    bills: ports.Bills
    messages: ports.Messages
    sessions: ports.Sessions
    sms_codes: ports.SmsCodes
    limits: ports.Limits
    recoveries: ports.Recoveries
    audit_log: ports.AuditLog
    change_requests: ports.ChangeRequests
    authorities: ports.Authorities
    one_time_passwords: ports.OneTimePasswords
    integrity: ports.IntegrityRecords


def stores_in_memory() -> Stores:
    """The fakes."""
    world = World()
    return Stores(
        clock=world.clock,
        accounts=world.accounts,
        credentials=world.credentials,
        pending_checks=world.pending_checks,
        exams=world.exams,
        archive=world.archive,
        registrations=world.registrations,
        materials=world.materials,
        orders=world.orders,
        refunds=world.refunds,
        discrepancies=world.discrepancies,
        bills=world.bills,
        messages=world.messages,
        sessions=world.sessions,
        sms_codes=world.sms_codes,
        limits=world.limits,
        recoveries=world.recoveries,
        audit_log=world.audit_log,
        change_requests=world.change_requests,
        authorities=world.authorities,
        one_time_passwords=world.one_time_passwords,
        integrity=world.integrity,
    )


def stores_over(tables: Tables) -> Stores:
    """The real stores over a pair of tables."""
    clock, sealer = FakeClock(), FakeSealer()
    return Stores(
        clock=clock,
        accounts=DynamoAccounts(tables=tables, sealer=sealer),
        credentials=DynamoCredentials(tables=tables, sealer=sealer),
        pending_checks=DynamoPendingChecks(tables=tables),
        exams=DynamoExams(tables=tables, clock=clock, sealer=sealer),
        archive=DynamoArchive(tables=tables, sealer=sealer),
        registrations=DynamoRegistrations(tables=tables, sealer=sealer),
        materials=DynamoMaterials(tables=tables, sealer=sealer),
        orders=DynamoOrders(tables=tables, sealer=sealer),
        refunds=DynamoRefunds(tables=tables, sealer=sealer),
        discrepancies=DynamoDiscrepancies(tables=tables, sealer=sealer),
        bills=DynamoBills(tables=tables),
        messages=DynamoMessages(tables=tables, sealer=sealer),
        sessions=DynamoSessions(tables=tables),
        sms_codes=DynamoSmsCodes(tables=tables, sealer=sealer),
        limits=DynamoLimits(tables=tables, sealer=sealer),
        recoveries=DynamoRecoveries(tables=tables),
        audit_log=DynamoAuditLog(tables=tables, sealer=sealer),
        change_requests=DynamoChangeRequests(tables=tables, sealer=sealer),
        authorities=DynamoAuthorities(tables=tables, sealer=sealer),
        one_time_passwords=DynamoOneTimePasswords(tables=tables, sealer=sealer),
        integrity=DynamoIntegrity(tables=tables, sealer=sealer),
    )
