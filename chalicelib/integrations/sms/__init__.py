"""SMS through Tencent Cloud. `tencent.py` serves the port; `reasons.py` says refusals in Chinese."""

from chalicelib.integrations.sms.tencent import TencentAccount, TencentSms

__all__ = ["TencentAccount", "TencentSms"]
