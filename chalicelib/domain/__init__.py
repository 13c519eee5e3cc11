"""The rules of registering and paying. Standard library only: no clock, no randomness, no input or output."""
