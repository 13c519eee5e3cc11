"""The SMS operator: Tencent Cloud's `SendSms` (API 2021-01-11) and an inbox of what the phones received.

The real `tencentcloud-sdk-python-sms` works against it unchanged. For `SMS_ENDPOINT = http://127.0.0.1:9002`
the adapter sets:

    http = HttpProfile(protocol="http", endpoint="127.0.0.1:9002", reqTimeout=3)
    client = SmsClient(Credential(secret_id, secret_key), "ap-guangzhou", ClientProfile(httpProfile=http))

`endpoint` is host and port only: the SDK sends it as `Host` and signs it. An endpoint with a path cannot be
signed rightly (the path would stand in `Host`), so `SMS_ENDPOINT` is the service's own port, not the one for
people. The signature's time is real time, as the SDK has no clock to move.

Templates and numbers with a meaning are in `operator.json`.
"""
