"""The outside parties of the product, each as an HTTP service that speaks the real protocol.

    python -m local.simulators.alipay        --port 9001 --data DIR   gateway, cashier, notices
    python -m local.simulators.wechatpay     --port 9005 --data DIR   API v3, pages of the payer, notices
    python -m local.simulators.sms           --port 9002 --data DIR   Tencent SendSms, inbox of the phones
    python -m local.simulators.verification  --port 9003 --data DIR   identity and credential checks
    python -m local.simulators.objects       --port 9006 --data DIR   S3: files by signed forms and addresses
    python -m local.simulators.control       --port 9004 --data DIR   holdings, faults, the clock

All six share the one folder `DIR`: each keeps its state in a database of its own there, `faults.json` says
how they are to misbehave, `clock.json` how far the product's clock is off, `keys/` holds the keys of the
payment providers and of the merchant. So a restart, or a `kill -9`, loses nothing, and the control page needs
no address of the others.

Every service answers `GET /healthz`. With `--root-path /simulators/NAME` it may also stand behind a proxy
that passes the whole path on; links are right both ways.

`service.py`, `database.py`, `page.py` and `faults.py` are what the six have in common; `rsa_pairs.py`,
`outbox.py` and `sending.py` what the two payment providers have. What one party knows and does is in its own
folder. Nothing here is packed for the cloud, and nothing here imports the product.
"""
