"""The rows of refunds and of what does not agree."""

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from chalicelib.domain.bill import BillReport
from chalicelib.storage.attributes import DocumentAttribute, IntegerAttribute, MomentAttribute
from chalicelib.storage.tables import Row


class RefundRow(Row):
    """Money on its way back; `due_*` put it into the index `due` until its end, then its match, is known."""

    refund_id = UnicodeAttribute()
    order_id = UnicodeAttribute()
    trade_provider = UnicodeAttribute()
    trade_no = UnicodeAttribute()
    total_fen = IntegerAttribute()
    amount_fen = IntegerAttribute()
    cause = UnicodeAttribute()
    state = UnicodeAttribute()
    requested_at = MomentAttribute()
    attempts = IntegerAttribute()
    due_shard = UnicodeAttribute(null=True)
    due_at = IntegerAttribute(null=True)
    due_exactly_at = MomentAttribute(null=True)
    asked_at = MomentAttribute(null=True)
    refusal = UnicodeAttribute(null=True)
    done_at = MomentAttribute(null=True)
    is_billed = BooleanAttribute(default=False)


class DiscrepancyRow(Row):
    """What does not agree; `review_*` put it into the index `review` until it is settled."""

    discrepancy_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    provider = UnicodeAttribute()
    noticed_at = MomentAttribute()
    authority_id = UnicodeAttribute(null=True)
    order_id = UnicodeAttribute(null=True)
    trade_no = UnicodeAttribute(null=True)
    refund_id = UnicodeAttribute(null=True)
    amount_fen = IntegerAttribute(null=True)
    bill_day = UnicodeAttribute(null=True)
    code = UnicodeAttribute(null=True)
    given_back_by = UnicodeAttribute(null=True)
    settled_at = MomentAttribute(null=True)
    review_shard = UnicodeAttribute(null=True)
    review_since = MomentAttribute(null=True)


class BillReportRow(Row):
    """What came of a daily bill."""

    report = DocumentAttribute(BillReport)
