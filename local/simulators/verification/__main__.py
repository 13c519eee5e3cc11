"""`python -m local.simulators.verification`: the verification service on a port of its own."""

import os
from pathlib import Path

from local.simulators.service import command_line, secret_of_the_product, serve
from local.simulators.verification.app import build
from local.simulators.verification.people import PEOPLE_FILE, read_people


def main() -> None:
    """Read the command line and serve; the client's name and key come from the product's own environment."""
    parser = command_line("verification", "The verification service: identities, educations and degrees.")
    parser.add_argument("--client-id", default=os.environ.get("VERIFICATION_CLIENT_ID") or "baokao-local")
    parser.add_argument("--people", type=Path, default=PEOPLE_FILE, help="file of known people")
    options = parser.parse_args()
    people = read_people(options.people)
    key = secret_of_the_product("verification_key", otherwise="local-verification-key")
    serve(options, lambda surroundings: build(surroundings, people, client_id=options.client_id, key=key))


if __name__ == "__main__":
    main()
