"""What contracts begin with: accounts, registrations and orders written through the stores themselves."""

from collections.abc import Sequence
from itertools import count

from chalicelib.domain.account import Account
from chalicelib.domain.exam import Exam, Offering
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.registration import Registration
from chalicelib.domain.sms import PhoneProof
from chalicelib.usecases.desk.import_catalogue import import_exam
from chalicelib.usecases.ports import Exams
from tests.builders import NOW, a_code, a_payable_registration, a_proof, an_account, an_entry, an_order
from tests.contracts.stores import Stores

_tokens, _imports = count(1), count(1)


def put_exam(exams: Exams, exam: Exam, offerings: Sequence[Offering]) -> None:
    """The exam and these offerings lie in the store, imported by a clerk; for these stores it may be anew."""
    import_exam(exam, offerings, an_entry(id=f"import{next(_imports):018}"), exams=exams)


def proved(stores: Stores, proof: PhoneProof) -> PhoneProof:
    """A proof that lies in the store, bought with a code."""
    code = a_code(purpose=proof.purpose, phone=proof.phone, subject=proof.subject)
    stores.sms_codes.put(code)
    stores.sms_codes.prove(code, proof)
    return proof


def opened(stores: Stores, account: Account, *, shares_id_number: bool = False) -> Account:
    """An account that lies in the store."""
    proof = proved(stores, a_proof(token_hash=f"proof {next(_tokens)}", phone=account.phone))
    stores.accounts.open(account, proof=proof, shares_id_number=shares_id_number, now=NOW)
    return account


def payable(stores: Stores, number: int = 1) -> Registration:
    """A registration that waits for its money."""
    account = an_account(number)
    registration = a_payable_registration(account, number)
    stores.registrations.start(registration, account.identity)
    return registration


def ordered(stores: Stores, number: int = 1) -> tuple[Registration, PaymentOrder]:
    """A registration with an open order, both as they lie in the store."""
    registration = payable(stores, number)
    order = an_order(registration, number)
    stores.orders.open(order, registration, None)
    return stored(stores, registration), order


def stored(stores: Stores, registration: Registration) -> Registration:
    """The registration as it lies in the store now."""
    found = stores.registrations.get(registration.account_id, registration.id)
    assert found is not None
    return found


def stored_order(stores: Stores, order: PaymentOrder) -> PaymentOrder:
    """The order as it lies in the store now."""
    found = stores.orders.get(order.id)
    assert found is not None
    return found
