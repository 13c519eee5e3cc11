"""WeChat Pay: the interfaces of API v3, the pages of the payer, the signed notices. `app.py` joins them.

Spoken are Native and H5 orders, queries by either number, closing, refunds and their query, the daily bill of
payments and refunds together, and notices of both; calls, answers and notices are signed as in earnest, and
what a notice says is sealed with AES-256-GCM. Two keys of WeChat Pay are valid, as during the migration from
a platform certificate to a public key. Not spoken: the limits on how often an interface may be called.

For a person on one machine the front page lists the codes that wait to be scanned: following the link is the
scan. A test "scans" with `GET /scan?code=<text of the QR code>`. The page has the merchant's console as well:
a refund without the merchant's program, and another account for one that the payer's could not take.

Where the documents leave it open: an order that is opened again with other parameters is INVALID_REQUEST, in
another way to pay OUT_TRADE_NO_USED, and the payer's address counts as a parameter; closing an order that is
closed is done; refusals are not signed; a refund counts against its payment from the moment it is asked for,
and no more once it is closed; one under a number that is used is the earlier one, whatever became of it.
"""
