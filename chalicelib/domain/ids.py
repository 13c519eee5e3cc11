"""Names for the identifiers that travel between rooms, so that one cannot be passed for another."""

from typing import NewType

AccountId = NewType("AccountId", str)
CredentialId = NewType("CredentialId", str)
ExamId = NewType("ExamId", str)
"""One exam in one year, such as `first-class-constructor-2026`."""
AuthorityId = NewType("AuthorityId", str)
RegistrationId = NewType("RegistrationId", str)
ChangeRequestId = NewType("ChangeRequestId", str)
MaterialId = NewType("MaterialId", str)
OrderId = NewType("OrderId", str)
"""20 to 32 characters of `[A-Za-z0-9]`: the form that fits every payment provider."""
RefundId = NewType("RefundId", str)
DiscrepancyId = NewType("DiscrepancyId", str)
TradeNo = NewType("TradeNo", str)
"""The provider's own number for a transaction."""
SmsCodeId = NewType("SmsCodeId", str)
RecoveryId = NewType("RecoveryId", str)
