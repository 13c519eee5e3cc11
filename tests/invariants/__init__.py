"""What holds of the whole store at every moment, whoever died in between: a named checker for each rule.

`violations` asks those that need nothing but the store. Three more need to know what happened outside:
`unbalanced` and `given_back_otherwise` what the providers took and gave back, `spent_twice` what was given in
exchange for what.
"""

from chalicelib.domain.payment import LIVE
from tests.invariants.checking import Violation, violations
from tests.invariants.money import unbalanced
from tests.invariants.owners import Exchange, spent_twice
from tests.invariants.papers import change_requests, material_counts
from tests.invariants.refunds import given_back_otherwise
from tests.invariants.waiting import discrepancies_wait, orders_are_due, refunds_are_due

__all__ = [
    "LIVE",
    "Exchange",
    "Violation",
    "change_requests",
    "discrepancies_wait",
    "given_back_otherwise",
    "material_counts",
    "orders_are_due",
    "refunds_are_due",
    "spent_twice",
    "unbalanced",
    "violations",
]
