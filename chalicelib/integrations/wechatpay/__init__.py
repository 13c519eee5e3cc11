"""WeChat Pay: Native and H5 payment. `provider.py` serves the port; only `sdk.py` knows the SDK."""

from chalicelib.integrations.wechatpay.provider import WechatPayProvider
from chalicelib.integrations.wechatpay.sdk import WechatPayMerchant

__all__ = ["WechatPayMerchant", "WechatPayProvider"]
