"""Which adapter serves which port. The one place that reads settings and builds things.

Nothing is built at import: `services()` builds at first use and keeps what it built.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib import config
from chalicelib.integrations.alipay import AlipayMerchant, AlipayProvider
from chalicelib.integrations.bill_files import S3BillFiles
from chalicelib.integrations.materials import ContentInspector, NoScanner, S3Files
from chalicelib.integrations.protection import (
    Argon2Passwords,
    FieldSealer,
    SystemClock,
    SystemRandomness,
)
from chalicelib.integrations.sms import TencentAccount, TencentReports, TencentSms
from chalicelib.integrations.verification import HttpVerification, VerificationAccount
from chalicelib.integrations.wechatpay import WechatPayMerchant, WechatPayProvider
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
from chalicelib.usecases.materials.upload import MaterialPorts
from chalicelib.usecases.money.match_bill import BillPorts
from chalicelib.usecases.money.ports import PaymentPorts
from chalicelib.usecases.registrations.change_on_request import ChangePorts
from chalicelib.usecases.registrations.ports import RegistrationPorts


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Every port with what serves it."""

    clock: ports.Clock
    accounts: ports.Accounts
    sessions: ports.Sessions
    sms_codes: ports.SmsCodes
    messages: ports.Messages
    limits: ports.Limits
    recoveries: ports.Recoveries
    audit_log: ports.AuditLog
    change_requests: ports.ChangeRequests
    authorities: ports.Authorities
    one_time_passwords: ports.OneTimePasswords
    integrity: ports.IntegrityRecords
    credentials: ports.Credentials
    pending_checks: ports.PendingChecks
    exams: ports.Exams
    archive: ports.Archive
    registrations: ports.Registrations
    materials: ports.Materials
    material_files: ports.MaterialFiles
    material_inspector: ports.MaterialInspector
    material_scanner: ports.MaterialScanner
    orders: ports.Orders
    refunds: ports.Refunds
    discrepancies: ports.Discrepancies
    bills: ports.Bills
    bill_files: ports.BillFiles
    sealer: ports.Sealer
    passwords: ports.Passwords
    randomness: ports.Randomness
    providers: Mapping[str, ports.PaymentProvider]
    sms: ports.Sms
    sms_reports: ports.SmsReports
    verification: ports.VerificationService
    verification_poll_s: tuple[int, ...]
    cookie_secure: bool

    @property
    def registration_ports(self) -> RegistrationPorts:
        """The ports that all use cases of registrations share."""
        return RegistrationPorts(
            registrations=self.registrations,
            credentials=self.credentials,
            exams=self.exams,
            archive=self.archive,
        )

    @property
    def payment_ports(self) -> PaymentPorts:
        """The ports that all payment use cases share."""
        return PaymentPorts(
            registrations=self.registrations,
            credentials=self.credentials,
            exams=self.exams,
            orders=self.orders,
            refunds=self.refunds,
            discrepancies=self.discrepancies,
            providers=self.providers,
        )

    @property
    def bill_ports(self) -> BillPorts:
        """The ports that reconciling needs."""
        return BillPorts(money=self.payment_ports, bills=self.bills, files=self.bill_files)

    @property
    def change_ports(self) -> ChangePorts:
        """The ports that all use cases of requests for a change share."""
        return ChangePorts(
            registering=self.registration_ports,
            accounts=self.accounts,
            materials=self.materials,
            change_requests=self.change_requests,
        )

    @property
    def material_ports(self) -> MaterialPorts:
        """The ports that all use cases of material share."""
        return MaterialPorts(
            registering=self.registration_ports,
            materials=self.materials,
            files=self.material_files,
            inspector=self.material_inspector,
            scanner=self.material_scanner,
        )


_installed: list[Services] = []


def services() -> Services:
    """The services of this process, built from the environment at first use."""
    if not _installed:
        install(build(config.read_settings(os.environ), clock=SystemClock()))
    return _installed[0]


def install(built: Services) -> None:
    """Make these the services of this process."""
    _installed[:] = [built]


def build(settings: config.Settings, *, clock: ports.Clock) -> Services:
    """Connect every port. Raises SettingsError where the secrets cannot be had."""
    secrets = settings.secrets or _secrets_from(settings.secrets_parameter)
    sealer = FieldSealer(sealing_keys={1: secrets.sealing_key}, fingerprint_key=secrets.fingerprint_key)
    tables = Tables(records=settings.records_table, ephemera=settings.ephemera_table)
    providers: list[ports.PaymentProvider] = [
        _alipay(settings, secrets, clock),
        _wechatpay(settings, secrets, clock),
    ]
    return Services(
        clock=clock,
        accounts=DynamoAccounts(tables=tables, sealer=sealer),
        sessions=DynamoSessions(tables=tables),
        sms_codes=DynamoSmsCodes(tables=tables, sealer=sealer),
        messages=DynamoMessages(tables=tables, sealer=sealer),
        limits=DynamoLimits(tables=tables, sealer=sealer),
        recoveries=DynamoRecoveries(tables=tables),
        audit_log=DynamoAuditLog(tables=tables, sealer=sealer),
        change_requests=DynamoChangeRequests(tables=tables, sealer=sealer),
        authorities=DynamoAuthorities(tables=tables, sealer=sealer),
        one_time_passwords=DynamoOneTimePasswords(tables=tables, sealer=sealer),
        integrity=DynamoIntegrity(tables=tables, sealer=sealer),
        credentials=DynamoCredentials(tables=tables, sealer=sealer),
        pending_checks=DynamoPendingChecks(tables=tables),
        exams=DynamoExams(tables=tables, clock=clock, sealer=sealer),
        archive=DynamoArchive(tables=tables, sealer=sealer),
        registrations=DynamoRegistrations(tables=tables, sealer=sealer),
        materials=DynamoMaterials(tables=tables, sealer=sealer),
        material_files=S3Files(settings.materials_bucket),
        material_inspector=ContentInspector(),
        material_scanner=NoScanner(),
        orders=DynamoOrders(tables=tables, sealer=sealer),
        refunds=DynamoRefunds(tables=tables, sealer=sealer),
        discrepancies=DynamoDiscrepancies(tables=tables, sealer=sealer),
        bills=DynamoBills(tables=tables),
        bill_files=S3BillFiles(settings.materials_bucket),
        sealer=sealer,
        passwords=Argon2Passwords(),
        randomness=SystemRandomness(),
        providers={provider.name: provider for provider in providers},
        sms=_sms(settings, secrets),
        sms_reports=TencentReports(secrets.sms_report_token, clock=clock),
        verification=_verification(settings, secrets, clock),
        verification_poll_s=settings.verification_poll_s,
        cookie_secure=settings.cookie_secure,
    )


def _alipay(settings: config.Settings, secrets: config.Secrets, clock: ports.Clock) -> AlipayProvider:
    merchant = AlipayMerchant(
        gateway_url=settings.alipay_gateway,
        app_id=settings.alipay_app_id,
        seller_id=settings.alipay_seller_id,
        private_key=secrets.alipay_private_key,
        alipay_public_key=settings.alipay_public_key,
    )
    return AlipayProvider(merchant, public_url=settings.public_url, clock=clock)


def _wechatpay(settings: config.Settings, secrets: config.Secrets, clock: ports.Clock) -> WechatPayProvider:
    merchant = WechatPayMerchant(
        url=settings.wechatpay_url,
        mchid=settings.wechatpay_mchid,
        app_id=settings.wechatpay_app_id,
        certificate_serial=settings.wechatpay_certificate_serial,
        private_key=secrets.wechatpay_private_key,
        apiv3_key=secrets.wechatpay_apiv3_key,
        public_keys=settings.wechatpay_public_keys,
    )
    return WechatPayProvider(merchant, public_url=settings.public_url, clock=clock)


def _sms(settings: config.Settings, secrets: config.Secrets) -> TencentSms:
    return TencentSms(
        TencentAccount(
            endpoint=settings.sms_endpoint,
            secret_id=settings.sms_secret_id,
            secret_key=secrets.sms_secret_key,
            app_id=settings.sms_app_id,
            sign_name=settings.sms_sign_name,
            code_template=settings.sms_code_template,
            notice_template=settings.sms_notice_template,
        )
    )


def _verification(settings: config.Settings, secrets: config.Secrets, clock: ports.Clock) -> HttpVerification:
    account = VerificationAccount(
        url=settings.verification_url,
        client_id=settings.verification_client_id,
        key=secrets.verification_key,
    )
    return HttpVerification(account, clock=clock)


def _secrets_from(parameter: str | None) -> config.Secrets:
    if parameter is None:
        raise config.SettingsError("neither secrets nor the name of their parameter")
    # Late: brings boto3, which nothing else at the start of a function needs.
    from aws_lambda_powertools.utilities.parameters import get_parameter

    return config.read_secrets(str(get_parameter(parameter, decrypt=True)))
