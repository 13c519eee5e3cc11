"""RSA2 as Alipay has it: what text is signed for a request, a notice and an answer.

RSA2 is SHA256withRSA with PKCS#1 v1.5 padding, in base64. The older RSA (SHA-1) is not spoken.
"""

import json
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import rsa

from local.simulators.rsa_pairs import is_signed_by, sign


def text_to_sign(fields: Mapping[str, str], *, without: frozenset[str]) -> str:
    """The decoded fields that are not empty, sorted by name, as `a=1&b=2`."""
    return "&".join(
        f"{name}={fields[name]}" for name in sorted(fields) if fields[name] and name not in without
    )


def is_signed_request(key: rsa.RSAPublicKey, fields: Mapping[str, str]) -> bool:
    """A merchant signs everything but the signature, `sign_type` included."""
    return is_signed_by(key, text_to_sign(fields, without=frozenset({"sign"})), fields.get("sign", ""))


def signed_message(key: rsa.RSAPrivateKey, fields: Mapping[str, str]) -> dict[str, str]:
    """A notice or the fields of a return: all is signed but `sign` and `sign_type`; no empty ones."""
    filled = {name: value for name, value in fields.items() if value}
    signature = sign(key, text_to_sign(filled, without=frozenset({"sign", "sign_type"})))
    return {**filled, "sign_type": "RSA2", "sign": signature}


def signed_answer(key: rsa.RSAPrivateKey | None, node: str, content: Mapping[str, object]) -> str:
    """The body of an answer; the signature is over the inner object as written. No key, no signature."""
    inner = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    if key is None:
        return f'{{"{node}":{inner}}}'
    return f'{{"{node}":{inner},"sign":"{sign(key, inner)}"}}'
