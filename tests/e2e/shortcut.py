"""The API with the browser's cookies, for what a test of the pages needs but is not about."""

import random
import time
from typing import TYPE_CHECKING, Any

from playwright.sync_api import APIRequestContext

if TYPE_CHECKING:
    from tests.e2e.candidate import Candidate, Outside

PASSWORD = "good-pass-1"


class Shortcut:
    """One candidate's session."""

    def __init__(self, http: APIRequestContext, outside: "Outside") -> None:
        self._http = http
        self._outside = outside
        self._csrf = ""
        self._education = ""

    def _call(self, method: str, path: str, body: object = None) -> Any:
        headers = {"X-CSRF-Token": self._csrf} if self._csrf else {}
        answer = self._http.fetch(f"/api{path}", method=method, data=body, headers=headers)
        assert answer.ok, answer.text()
        return answer.json()

    def take_session_over(self) -> None:
        """Go on with the session that the pages opened."""
        self._csrf = self._call("GET", "/session")["csrf_token"]

    def open_account(self, candidate: "Candidate") -> None:
        """Prove the phone and open the account; the browser keeps the session."""
        code = self._call("POST", "/sms-codes", {"phone": candidate.phone})
        digits = {"code": self._outside.code_sent_to(candidate.phone)}
        proof = self._call("POST", f"/sms-codes/{code['code_id']}/proof", digits)
        account = {
            "username": candidate.username,
            "password": PASSWORD,
            "name": candidate.name,
            "id_type": "resident_id",
            "id_number": candidate.id_number,
            "phone_proof": proof["phone_proof"],
            "security_questions": [{"question": q, "answer": "答"} for q in ("问一？", "问二？")],
        }
        self._csrf = self._call("POST", "/accounts", account)["csrf_token"]

    def add_education(self, **facts: str) -> None:
        """An education record, and wait until its check and that of the identity are over."""
        education = {
            "kind": "education",
            "level": "undergraduate",
            "school": "沈阳示例大学",
            "major": "社会工作",
            "certificate_no": f"10143120120500{random.randint(1000, 9000)}9",
            "obtained_on": "2012-07-01",
        }
        self._education = self._call("POST", "/credentials", education | facts)["credential_id"]
        for _ in range(60):
            (record,) = self._call("GET", "/credentials")["credentials"]
            identity = self._call("GET", "/session")["account"]["identity"]
            if "verifying" not in {record["check"]["state"], identity["state"]}:
                return
            time.sleep(0.5)
        raise AssertionError("the checks do not end")

    def registration(self, authority_id: str, *, commitment: str | None) -> str:
        """A registration for two subjects of 社会工作者, confirmed where a commitment is chosen."""
        exams = self._call("GET", "/exams")["exams"]
        exam_id = next(each["exam_id"] for each in exams if each["exam_id"].startswith("social-worker-"))
        exam = self._call("GET", f"/exams/{exam_id}")
        offering = next(o for o in exam["offerings"] if o["authority_id"] == authority_id)
        wanted = {"exam_id": exam_id, "authority_id": authority_id}
        path = f"/registrations/{self._call('POST', '/registrations', wanted)['registration_id']}"
        choices = {
            "level": "middle",
            "subjects": ["ability", "law"],
            "site": offering["sites"][0]["code"],
            "education_id": self._education,
        }
        saved = self._call("PUT", f"{path}/choices", {"version": 1, "choices": choices})
        if commitment is not None:
            signed = {
                "version": saved["version"],
                "commitment": commitment,
                "commitment_text_hash": offering["commitment_text_hash"],
            }
            self._call("PUT", f"{path}/confirmation", signed)
        return path.removeprefix("/registrations/")
