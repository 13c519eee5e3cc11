"""Alipay: website and mobile-web payment. `provider.py` serves the port; only `sdk.py` knows the SDK."""

from chalicelib.integrations.alipay.provider import AlipayMerchant, AlipayProvider

__all__ = ["AlipayMerchant", "AlipayProvider"]
