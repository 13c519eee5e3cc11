"""What goes wrong meanwhile: everybody outside misbehaves, programs are killed, and the clock jumps."""

import asyncio
import random
from typing import Any

from tests.soak.figures import Figures
from tests.soak.running import Product, can_kill_the_database

_FAULTS_LAST_S = (2.0, 6.0)
_BETWEEN_KILLS_S = (4.0, 8.0)
"""More often, and the supervisor takes them for programs that never get up, and waits longer each time."""
_BETWEEN_JUMPS_S = (15.0, 30.0)
_JUMP_S = (300.0, 900.0)
"""An order lives half an hour, so that some expire while their payer stands at the cashier."""

_PAYMENT: dict[str, tuple[float, object]] = {
    "lose_notices": (0.3, True),
    "repeat_notices": (0.5, 3),
    "delay_notices_s": (0.3, 5.0),
    "reorder_notices": (0.3, True),
    "silent": (0.06, True),
    "answer_late_s": (0.15, 4.0),
    "error_500": (0.15, True),
    "pay_twice": (0.5, True),
    "pay_after_expiry": (0.5, True),
    "balance_too_low": (0.1, True),
}
"""How likely a fault is in a period, and how it is said."""
_FAULTS: dict[str, dict[str, tuple[float, object]]] = {
    "alipay": _PAYMENT,
    "wechatpay": _PAYMENT
    | {
        "old_key": (0.5, "sometimes"),
        "probe_notices": (0.3, True),
        "probe_answers": (0.05, True),
        "foreign_currency": (0.05, True),
        "refund_delay_s": (0.5, 8.0),
        "refund_abnormal": (0.05, True),
        "refund_closed": (0.05, True),
    },
    "sms": {
        "silent": (0.05, True),
        "error_500": (0.1, True),
        "refuse": (0.03, True),
        "lose_messages": (0.1, True),
    },
    "verification": {
        "silent": (0.05, True),
        "error_500": (0.1, True),
        "error": (0.1, True),
        "delay_s": (0.2, 5.0),
    },
}
_OFF: dict[str, object] = {
    "repeat_notices": 0,
    "delay_notices_s": 0,
    "answer_late_s": 0,
    "old_key": "never",
    "refund_delay_s": 2,
    "delay_s": 1,
}


async def make_faults(product: Product, figures: Figures, chance: random.Random) -> None:
    """Another mixture of faults every few seconds, until cancelled."""
    while True:
        wanted: dict[str, dict[str, Any]] = {}
        for party, faults in _FAULTS.items():
            wanted[party] = {}
            for name, (likely, value) in faults.items():
                is_on = chance.random() < likely
                wanted[party][name] = value if is_on else _OFF.get(name, False)
                figures.faults[name] += is_on
        product.faults.change(wanted)
        await asyncio.sleep(chance.uniform(*_FAULTS_LAST_S))


_AT_WORK = ("api", "pump", "alipay", "wechatpay", "sms", "verification", "front", "dynamodb")


async def kill_programs(product: Product, figures: Figures, chance: random.Random) -> None:
    """`kill -9` one program after the other, until cancelled; the supervisor starts them again."""
    spared = set() if can_kill_the_database() else {"dynamodb"}
    while True:
        await asyncio.sleep(chance.uniform(*_BETWEEN_KILLS_S))
        running = sorted(product.programs())
        names = [name for name in running if _kind_of(name) in _AT_WORK and name not in spared]
        if names and product.kill(name := chance.choice(names)):
            figures.kills[_kind_of(name)] += 1


def _kind_of(name: str) -> str:
    """All workers are of one kind."""
    return name.partition(" ")[0]


async def move_clock(product: Product, figures: Figures, chance: random.Random) -> None:
    """Time passes in jumps, until cancelled."""
    clock = product.clock
    while True:
        await asyncio.sleep(chance.uniform(*_BETWEEN_JUMPS_S))
        clock.shift(clock.offset_s() + chance.uniform(*_JUMP_S))
        figures.jumps += 1
