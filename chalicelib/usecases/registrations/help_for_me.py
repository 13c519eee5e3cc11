"""Everything of a candidate that bears on the twenty questions, read together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.credential import Credential
from chalicelib.domain.ids import RegistrationId
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.sms import SentMessage
from chalicelib.usecases.ports import Messages, Orders
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAffairs:
    """What there is to say about one candidate."""

    account: Account
    latest_code: SentMessage | None
    credentials: tuple[Credential, ...]
    situations: tuple[Situation, ...]
    latest_orders: Mapping[RegistrationId, PaymentOrder]
    now: datetime


def own_affairs(
    account: Account,
    *,
    ports: RegistrationPorts,
    messages: Messages,
    orders: Orders,
    now: datetime,
) -> OwnAffairs:
    """Read it all; of payments the latest order of each registration."""
    situations = ports.situations_with_passes(account)
    latest = {
        each.registration.id: order
        for each in situations
        if each.registration.order_ids and (order := orders.get(each.registration.order_ids[-1]))
    }
    codes = (message for message in messages.to_phone(account.phone) if message.code_id is not None)
    return OwnAffairs(
        account=account,
        latest_code=next(codes, None),
        credentials=ports.credentials.of(account.id),
        situations=tuple(situations),
        latest_orders=latest,
        now=now,
    )
