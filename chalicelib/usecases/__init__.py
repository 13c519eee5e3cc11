"""One file for each thing the business does: load, decide, act. Knows ports, never adapters."""
