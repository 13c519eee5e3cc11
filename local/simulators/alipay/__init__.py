"""Alipay: the gateway, the cashier page and the signed notices. `app.py` puts them together.

Spoken are `alipay.trade.page.pay`, `wap.pay`, `query`, `close`, `refund`, `fastpay.refund.query` and
`alipay.data.dataservice.bill.downloadurl.query`, notices of payment, closing and refund, and the return to
the merchant, all with RSA2. The console refunds without the merchant's system.

Where the documents leave it open: a refusal of an unknown app or of a wrong signature is not signed;
closing a trade that is closed already is ACQ.TRADE_STATUS_ERROR; each send of a notice carries its own
`notify_time` and the same `notify_id`; a trade that expires is announced as TRADE_CLOSED, as one is that
the merchant closes; the query of a trade that was refunded in part does not tell so; a refund from the
console has no `out_biz_no` in its notice.
"""
