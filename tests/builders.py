"""A good default for everything: tests say only what matters to them.

Each builder takes a number where a test wants several of a kind, and changes by keyword.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.domain.account import Account
from chalicelib.domain.archive import ArchiveRecord
from chalicelib.domain.audit import AuditEntry, Clerk
from chalicelib.domain.commitment import hash_of_text
from chalicelib.domain.credential import (
    Credential,
    CredentialFacts,
    CredentialKind,
    CredentialLevel,
    credential_id,
)
from chalicelib.domain.exam import (
    Exam,
    FeeItem,
    Level,
    LockAt,
    Major,
    Offering,
    Policy,
    Site,
    Subject,
    SubjectKind,
    Window,
    Windows,
)
from chalicelib.domain.identity import Identity, IdType, check_digit
from chalicelib.domain.ids import (
    AccountId,
    AuthorityId,
    ExamId,
    OrderId,
    RegistrationId,
    SmsCodeId,
    TradeNo,
)
from chalicelib.domain.payment import Merchant, Money, OrderState, PaymentOrder, Trade
from chalicelib.domain.registration import Choices, Commitment, Registration, Signature, State
from chalicelib.domain.review import ReviewChannel
from chalicelib.domain.sms import CODE_LIFETIME, PROOF_LIFETIME, PhoneProof, Purpose, SmsCode
from chalicelib.domain.verification import Verification, VerificationState

NOW = datetime(2026, 9, 1, 2, 0, 0, 123456, tzinfo=UTC)
"""Ten in the morning in Shanghai, inside the windows of `an_offering`."""
EXAM_CODE = "first-class-constructor"
EXAM_ID = ExamId(f"{EXAM_CODE}-2026")
AUTHORITY_ID = AuthorityId("shenyang")
MERCHANT = Merchant(seller_id="2088000000000001", app_id="2021000000000001")
VERIFIED = Verification(VerificationState.VERIFIED, NOW)
VERIFYING = Verification(VerificationState.VERIFYING, NOW)


def an_id_number(number: int = 1) -> str:
    """A resident ID number with a true check digit."""
    first_17 = f"21010219900101{number % 1000:03}"
    return first_17 + check_digit(first_17)


def a_phone(number: int = 1) -> str:
    """A mobile number."""
    return f"138{number:08}"


def an_identity(number: int = 1, **changes: Any) -> Identity:
    """Somebody with a resident ID."""
    identity = Identity(name="王晓明", id_type=IdType.RESIDENT_ID, id_number=an_id_number(number))
    return replace(identity, **changes)


def an_account(number: int = 1, **changes: Any) -> Account:
    """An account of a verified person."""
    account = Account(
        id=AccountId(f"account{number:017}"),
        username=f"candidate_{number}",
        identity=an_identity(number),
        identity_check=VERIFIED,
        phone=a_phone(number),
        password_hash="hash of a password",
        security_questions=("您的出生地是？", "您小学的校名是？"),
        security_answers_hash="hash of answers",
        session_epoch=1,
        created_at=NOW,
    )
    return replace(account, **changes)


def a_code(number: int = 1, **changes: Any) -> SmsCode:
    """A code sent just now for a registration."""
    code = SmsCode(
        id=SmsCodeId(f"code{number:020}"),
        purpose=Purpose.REGISTER,
        phone=a_phone(number),
        code_hash="hash of a code",
        subject="203.0.113.7",
        tries=0,
        sent_at=NOW,
        expires_at=NOW + CODE_LIFETIME,
    )
    return replace(code, **changes)


def a_proof(number: int = 1, **changes: Any) -> PhoneProof:
    """A proof of the phone of the account of the same number."""
    proof = PhoneProof(
        token_hash=f"hash of proof {number}",
        purpose=Purpose.REGISTER,
        phone=a_phone(number),
        subject="203.0.113.7",
        expires_at=NOW + PROOF_LIFETIME,
    )
    return replace(proof, **changes)


def a_credential(account: Account, number: int = 1, **changes: Any) -> Credential:
    """A verified undergraduate education; other numbers are other certificates."""
    facts = changes.pop("facts", None) or CredentialFacts(
        kind=CredentialKind.EDUCATION,
        level=CredentialLevel.UNDERGRADUATE,
        school="沈阳建筑大学",
        major="土木工程",
        certificate_no=f"1015312012050{number:05}",
        obtained_on=date(2012, 7, 1),
        name_on_certificate=account.identity.name,
        foreign=False,
    )
    credential = Credential(
        id=credential_id(facts),
        account_id=account.id,
        facts=facts,
        check=VERIFIED,
        added_at=NOW + timedelta(seconds=number),
    )
    return replace(credential, **changes)


def an_exam(**changes: Any) -> Exam:
    """An exam with a level for all four subjects and one that spares two of them."""
    exam = Exam(
        id=EXAM_ID,
        code=EXAM_CODE,
        name="一级建造师",
        year=2026,
        platform="national",
        levels=(
            Level(
                code="all",
                name="考全科",
                subjects=("economy", "law", "project", "practice"),
                validity_years=2,
            ),
            Level(
                code="exempt",
                name="免二科",
                subjects=("law", "practice"),
                validity_years=1,
                is_exemption=True,
            ),
        ),
        majors=(Major("building", "建筑工程"), Major("highway", "公路工程")),
        subjects=(
            Subject("economy", "建设工程经济", SubjectKind.PUBLIC),
            Subject("law", "建设工程法规及相关知识", SubjectKind.PUBLIC),
            Subject("project", "建设工程项目管理", SubjectKind.PUBLIC),
            Subject("practice", "专业工程管理与实务", SubjectKind.PROFESSIONAL),
        ),
    )
    return replace(exam, **changes)


def an_archive_record(year: int, **changes: Any) -> ArchiveRecord:
    """A year at the exam of the builders, at its level for all subjects, with nothing passed."""
    record = ArchiveRecord(exam_code=EXAM_CODE, year=year, name="王晓明", level="all", major="building")
    return replace(record, **changes)


def an_offering(**changes: Any) -> Offering:
    """The exam at Shenyang: every window is open at NOW; registering ends first, paying last."""
    start = NOW - timedelta(days=5)
    offering = Offering(
        exam_id=EXAM_ID,
        authority_id=AUTHORITY_ID,
        authority_name="沈阳市人事考试中心",
        windows=Windows(
            registration=Window(start, NOW + timedelta(days=5)),
            review=Window(start, NOW + timedelta(days=6)),
            payment=Window(start, NOW + timedelta(days=8)),
            ticket=Window(NOW + timedelta(days=20), NOW + timedelta(days=25)),
        ),
        subject_fees_fen={"economy": 5600, "law": 5600, "project": 5600, "practice": 6200},
        sites=(Site("sy-1", "沈阳第一考点", "沈阳市和平区文化路 1 号"),),
        providers=("alipay",),
        policy=Policy(
            lock_at=LockAt.REVIEW, review_channel=ReviewChannel.ONLINE, reviews_exemption_levels=True
        ),
        commitment_text="本人承诺所填信息真实、准确、完整。",
        fee_items=(FeeItem("service", "报名费", 1000),),
    )
    return replace(offering, **changes)


def a_registration(account: Account, number: int = 1, **changes: Any) -> Registration:
    """A draft with nothing chosen yet."""
    registration = Registration(
        id=RegistrationId(f"registration{number:012}"),
        account_id=account.id,
        exam_id=EXAM_ID,
        authority_id=AUTHORITY_ID,
        state=State.DRAFT,
        choices=Choices(),
        version=1,
        created_at=NOW + timedelta(seconds=number),
        updated_at=NOW + timedelta(seconds=number),
    )
    return replace(registration, **changes)


def a_payable_registration(account: Account, number: int = 1, **changes: Any) -> Registration:
    """A complete registration, confirmed with the commitment adopted, that waits for 240 yuan."""
    complete: dict[str, Any] = {
        "state": State.PAYABLE,
        "choices": Choices(
            level="all",
            major="building",
            subjects=("economy", "law", "project", "practice"),
            site="sy-1",
            education_id=a_credential(account).id,
        ),
        "signature": Signature(
            commitment=Commitment.ADOPTED,
            text_hash=hash_of_text(an_offering().commitment_text),
            at=NOW,
        ),
        "amount_fen": 24000,
        "confirmed_at": NOW,
        "version": 3,
    }
    return a_registration(account, number, **complete | changes)


def an_entry(number: int = 1, **changes: Any) -> AuditEntry:
    """The entry of something that a clerk of the authority did."""
    entry = AuditEntry(
        id=f"entry{number:019}",
        at=NOW,
        clerk=Clerk("zhang", AUTHORITY_ID),
        on_whom="somebody",
        what="something",
        reason="本人持证件原件到现场",
    )
    return replace(entry, **changes)


def an_order(registration: Registration, number: int = 1, **changes: Any) -> PaymentOrder:
    """A new order for what the registration costs."""
    order = PaymentOrder(
        id=OrderId(f"order{number:019}"),
        account_id=registration.account_id,
        registration_id=registration.id,
        authority_id=registration.authority_id,
        provider="alipay",
        merchant=MERCHANT,
        amount_fen=registration.amount_fen or 24000,
        subject="一级建造师 2026 报名费",
        state=OrderState.CREATED,
        created_at=NOW,
        expires_at=NOW + timedelta(minutes=30),
        due_at=NOW + timedelta(seconds=30),
    )
    return replace(order, **changes)


def money_for(order: PaymentOrder, **changes: Any) -> Money:
    """Evidence that this order was paid as asked."""
    money = Money(
        order_id=order.id,
        trade=Trade(order.provider, TradeNo(f"2026090122{order.id[-14:]}")),
        amount_fen=order.amount_fen,
        paid_at=NOW + timedelta(minutes=2),
        merchant=order.merchant,
    )
    return replace(money, **changes)
