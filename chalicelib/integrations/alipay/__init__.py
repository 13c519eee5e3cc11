"""Alipay: website and mobile-web payment, refunds, bills. `provider.py` serves the ports; only `sdk.py` knows
the SDK."""

from chalicelib.integrations.alipay.provider import AlipayMerchant, AlipayProvider

__all__ = ["AlipayMerchant", "AlipayProvider"]
