"""SMS through Tencent Cloud: `tencent.py` sends, `reports.py` hears what became, `reasons.py` says why."""

from chalicelib.integrations.sms.reports import TencentReports
from chalicelib.integrations.sms.tencent import TencentAccount, TencentSms

__all__ = ["TencentAccount", "TencentReports", "TencentSms"]
