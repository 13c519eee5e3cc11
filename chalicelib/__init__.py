"""Baokao (报考): candidates register for professional qualification exams and pay for them.

The map, from the street to the cellar; imports run down only:
  api, jobs      what a browser, a payment provider, a schedule or a stream starts
  wiring         which adapter serves which port
  storage        the ports over DynamoDB          integrations   the ports over the outside world
  usecases       a room for each subject, a file for each thing done; ports/ names what they need
  domain         the rules, pure: no clock, no network, no database
"""
