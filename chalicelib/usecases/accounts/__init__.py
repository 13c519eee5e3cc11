"""Accounts: opened, entered and got back into; the phone, and the checks of identity and credentials."""
