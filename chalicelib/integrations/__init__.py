"""Adapters to the outside world and to the machine: one folder for each party, each serving one port.

They translate; rules are in the domain. None reads settings or opens anything before its first use.
"""
