"""The control page: what the simulators hold, their faults, the product's clock, who shows which outcome.

It works on the folder that all simulators share and needs no address of the others. For people there is one
page whose forms need no script; for tests the same as JSON:

    GET    /api/state               trades, notices, messages, verification requests (youngest first), and the
                                    two below
    GET    /api/faults              all faults as they are
    POST   /api/faults              {"alipay": {"lose_notices": true}}: those that are named; answers with all
    DELETE /api/faults              everybody behaves again
    GET    /api/clock               {"offset_s": 0.0, "now": "…+00:00", "wall_clock": "…"}
    POST   /api/clock               one of {"offset_s": 3600}, {"shift_s": 86400}, {"reset": true} and
                                    {"set_to": "2026-03-01T09:00"}, which is China's time where it has no zone
    POST   /api/notices/{id}/send   send one notice of Alipay now, whatever became of it
    POST   /api/wechatpay/notices/{id}/send
                                    the same for one of WeChat Pay
    GET    /api/people              the sample people
"""
