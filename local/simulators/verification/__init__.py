"""The verification service, in the manner of a government data-sharing service: submit now, ask later.

`POST /batches` takes requests, `POST /results` answers those that are ready; both are signed on both sides
(`signing.py`). An answer is ready `delay_s` after its request (a fault setting, 2 s as made, measured on the
product's clock).

What is answered:

* A person of `local/people.json`: what stands there. The ID number of one of them under another name is
  MISMATCHED in `name`.
* Anybody else, identity: UNCHECKABLE where the name has a bracket or the ID is no resident identity card;
  otherwise by the end of the name: …不符 MISMATCHED in `name`, …查无 NOT_FOUND, …不可查 UNCHECKABLE,
  …出错 ERROR once and then MATCHED, …不答 never an answer; otherwise MATCHED (the setting `strangers`).
* Any other education or degree, by the end of its certificate number: …001 MISMATCHED in `major`,
  …002 NOT_FOUND, …003 UNCHECKABLE, …004 never an answer, …005 ERROR once and then MATCHED; otherwise MATCHED
  (the setting `strangers` again).
"""
