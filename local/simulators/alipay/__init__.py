"""Alipay: the gateway, the cashier page and the signed notices. `app.py` puts them together."""
