"""One file for each thing the business does: load, decide, act. Knows ports, never adapters.

The rooms, each with its namesake in `storage`; imports run down only, and rooms in one line do not know each
other:
  money   materials   messages   desk
  registrations
  accounts
  ports   what all of them need
"""
