"""One of every port, over one memory: what a use case or a route needs in a test."""

from chalicelib.domain.account import Account
from chalicelib.domain.credential import Credential
from chalicelib.domain.registration import Registration
from chalicelib.integrations.sms import TencentReports
from chalicelib.usecases.materials.upload import MaterialPorts
from chalicelib.usecases.money.match_bill import BillPorts
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.registrations.change_on_request import ChangePorts
from chalicelib.usecases.registrations.ports import RegistrationPorts
from tests.builders import an_exam, an_offering
from tests.fakes.accounts import FakeAccounts, FakeCredentials, FakePendingChecks, begin_check
from tests.fakes.archive import FakeArchive
from tests.fakes.bills import FakeBillFiles, FakeBills
from tests.fakes.changes import FakeChangeRequests
from tests.fakes.discrepancies import FakeDiscrepancies
from tests.fakes.ephemera import FakeLimits, FakeMessages, FakeRecoveries, FakeSessions, FakeSmsCodes
from tests.fakes.exams import FakeExams
from tests.fakes.help_desk import FakeAuthorities, FakeOneTimePasswords
from tests.fakes.materials import FakeFiles, FakeInspector, FakeMaterials, FakeScanner
from tests.fakes.means import FakeClock, FakePasswords, FakeRandomness, FakeSealer
from tests.fakes.memory import Memory
from tests.fakes.money import FakeRefunds
from tests.fakes.orders import FakeOrders
from tests.fakes.outside import FakePaymentProvider, FakeSms, FakeVerification
from tests.fakes.registrations import FakeRegistrations
from tests.fakes.standing import FakeAuditLog, FakeIntegrity

SMS_REPORT_TOKEN = "token-of-the-sms-operator"


class World:
    """All ports; `memory` shows what the stores hold."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.clock = FakeClock()
        self.sealer = FakeSealer()
        self.passwords = FakePasswords()
        self.randomness = FakeRandomness()
        self.provider = FakePaymentProvider()
        self.wechatpay = FakePaymentProvider("wechatpay")
        self.sms = FakeSms()
        self.sms_reports = TencentReports(SMS_REPORT_TOKEN, clock=self.clock)
        self.verification = FakeVerification()
        self.accounts = FakeAccounts(self.memory)
        self.credentials = FakeCredentials(self.memory)
        self.pending_checks = FakePendingChecks(self.memory)
        self.exams = FakeExams(self.memory)
        self.archive = FakeArchive(self.memory)
        self.registrations = FakeRegistrations(self.memory)
        self.materials = FakeMaterials(self.memory)
        self.material_files = FakeFiles()
        self.material_inspector = FakeInspector()
        self.material_scanner = FakeScanner()
        self.orders = FakeOrders(self.memory)
        self.refunds = FakeRefunds(self.memory)
        self.discrepancies = FakeDiscrepancies(self.memory)
        self.bills = FakeBills(self.memory)
        self.bill_files = FakeBillFiles()
        self.messages = FakeMessages(self.memory)
        self.sessions = FakeSessions(self.memory)
        self.sms_codes = FakeSmsCodes(self.memory)
        self.limits = FakeLimits(self.memory)
        self.recoveries = FakeRecoveries(self.memory)
        self.change_requests = FakeChangeRequests(self.memory)
        self.authorities = FakeAuthorities(self.memory)
        self.one_time_passwords = FakeOneTimePasswords(self.memory)
        self.audit_log = FakeAuditLog(self.memory)
        self.integrity = FakeIntegrity(self.memory)

    @property
    def registration_ports(self) -> RegistrationPorts:
        """What all use cases of registrations share."""
        return RegistrationPorts(
            registrations=self.registrations,
            credentials=self.credentials,
            exams=self.exams,
            archive=self.archive,
        )

    @property
    def change_ports(self) -> ChangePorts:
        """What all use cases of requests for a change share."""
        return ChangePorts(
            registering=self.registration_ports,
            accounts=self.accounts,
            materials=self.materials,
            change_requests=self.change_requests,
        )

    @property
    def material_ports(self) -> MaterialPorts:
        """What all use cases of material share."""
        return MaterialPorts(
            registering=self.registration_ports,
            materials=self.materials,
            files=self.material_files,
            inspector=self.material_inspector,
            scanner=self.material_scanner,
        )

    @property
    def payment_ports(self) -> PaymentPorts:
        """What all use cases of payments share."""
        return PaymentPorts(
            registrations=self.registrations,
            credentials=self.credentials,
            exams=self.exams,
            orders=self.orders,
            refunds=self.refunds,
            discrepancies=self.discrepancies,
            providers={"alipay": self.provider, "wechatpay": self.wechatpay},
        )

    @property
    def bill_ports(self) -> BillPorts:
        """What reconciling needs."""
        return BillPorts(money=self.payment_ports, bills=self.bills, files=self.bill_files)

    def given_account(self, account: Account) -> Account:
        """The account is there, however it came."""
        self.memory.accounts[account.id] = account
        self.memory.under_id_number.setdefault(account.identity.id_number, set()).add(account.id)
        begin_check(self.memory, account.id, None, account.identity_check)
        return account

    def given_credential(self, credential: Credential) -> Credential:
        """The credential is there."""
        self.credentials.add(credential)
        return credential

    def given_registration(self, registration: Registration, account: Account) -> Registration:
        """The registration is there in whatever state, with its live key."""
        self.registrations.start(registration, account.identity)
        return registration

    def given_exam(self) -> None:
        """The exam of the builders is open at its authority."""
        self.exams.put(an_exam(), [an_offering()])
