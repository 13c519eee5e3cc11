"""Accounts, and what proves them: sessions, codes, recoveries, credentials."""
