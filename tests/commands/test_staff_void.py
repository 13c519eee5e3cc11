"""A clerk finds a registration void from a shell; what its candidate and finance then see."""

import pytest

from chalicelib import wiring
from chalicelib.domain.audit import ReasonMissingError
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.identity import IdType
from chalicelib.domain.registration import State
from chalicelib.usecases.desk.release_identity import release_identity
from commands.finance.__main__ import read_arguments as read_finance
from tests.api.browser import services_of
from tests.builders import EXAM_ID, NOW, an_entry
from tests.commands.desk import CLERK, run
from tests.fakes import World
from tests.faq.candidate import Answer, Candidate, candidate
from tests.usecases.giving_back import paid, sweep
from tests.usecases.paying import Payer, a_payer

WHY = "学历证书系伪造"


@pytest.fixture
def world() -> World:
    world = World()
    world.given_exam()
    wiring.install(services_of(world))
    return world


def void(world: World, payer: Payer, *more: str) -> list[str]:
    return run(world, "void", payer.account.id, payer.registration.id, "--reason", WHY, *more)


def confirmed(world: World) -> tuple[Candidate, Answer, tuple[str, str]]:
    someone = candidate(world)
    answer = someone.confirmed()
    return someone, answer, (someone.account.id, answer["registration_id"])


def test_its_candidate_is_told_why_and_what_is_not_possible_any_more(world: World) -> None:
    someone, answer, named = confirmed(world)
    assert answer["void_reason"] is None
    assert run(world, "void", *named, "--reason", WHY) == [f"{named[1]}: 报名无效"]
    shown = someone.seen(answer)
    assert (shown["state"], shown["state_label"], shown["void_reason"]) == ("void", "报名无效", WHY)
    assert "已缴的费用" in shown["state_sentence"]
    possible = {name: each["code"] for name, each in shown["allowed_actions"].items()}
    assert possible.pop("check_payment") == "nothing_to_check"
    assert set(possible.values()) == {"void"}
    refused = someone.start()
    assert (refused.status_code, refused.json_body["code"]) == (409, "registration_exists")
    assert "无效" in refused.json_body["detail"]
    run(world, "reinstate", *named, "--reason", "证书核实无误")
    shown = someone.seen(answer)
    assert (shown["state"], shown["void_reason"]) == ("payable", None)


def test_it_needs_a_reason_and_the_clerk_of_its_own_authority(world: World) -> None:
    _, _, named = confirmed(world)
    for action in ("void", "reinstate"):
        with pytest.raises(ReasonMissingError):
            run(world, action, *named, "--reason", " ")
        with pytest.raises(NotFoundError):
            run(world, action, *named, "--reason", WHY, clerk=("--authority", "dalian"))
    assert world.memory.registrations[named].state is State.PAYABLE  # type: ignore[index]
    assert world.audit_log.of(named[1]) == []


def test_the_registrations_of_an_account_are_found_by_the_clerks_of_their_authority(world: World) -> None:
    payer = a_payer(world)
    (line,) = run(world, "registrations", payer.account.id)
    assert line == f"{payer.account.id} {payer.registration.id} {EXAM_ID} 待缴费"
    elsewhere = run(world, "registrations", payer.account.id, clerk=("--authority", "dalian"))
    assert elsewhere == ["no registrations here"]
    looks = [entry.what for entry in world.audit_log.of(payer.account.id)]
    assert looks == ["look_up_registrations"] * 2


def test_finance_gives_back_what_was_paid_and_nothing_else_does(world: World) -> None:
    payer = a_payer(world)
    order = paid(payer)
    assert void(world, payer) == [
        f"{payer.registration.id}: 报名无效",
        f"order {order.id} keeps what was paid, until finance gives it back",
    ]
    words = ["give-back", *CLERK, order.id, "--whole", "--reason", "报名无效，退还考务费"]
    arguments = read_finance().parse_args(words)
    arguments.run(arguments, services_of(world))
    sweep(world)
    assert list(world.provider.given_back.values()) == [24000]
    assert payer.stored().state is State.VOID


def test_the_true_holder_of_the_id_is_not_kept_out_by_a_stranger_who_was_found_void(world: World) -> None:
    payer = a_payer(world)
    paid(payer)
    void(world, payer)
    assert payer.account.identity.id_type is IdType.RESIDENT_ID
    staying = release_identity(
        payer.account.id,
        payer.account.identity.id_number,
        an_entry(),
        accounts=world.accounts,
        registrations=world.registrations,
        exams=world.exams,
        now=NOW,
    )
    assert staying == []
    assert payer.stored().state is State.SUPERSEDED
    holder = candidate(world, 2, name="王小明")
    assert holder.start().status_code == 201


def test_who_gives_the_identity_back_is_told_of_the_money_that_stays(world: World) -> None:
    payer = a_payer(world)
    order = paid(payer)
    void(world, payer)
    words = ("release-identity", "--account", payer.account.id, "--reason", "冒用他人证件")
    number = payer.account.identity.id_number
    assert run(world, *words, typed=number)[1:] == [
        f"order {order.id} keeps what was paid, until finance gives it back"
    ]
    give_back = ["give-back", *CLERK, order.id, "--whole", "--reason", "报名无效，退还考务费"]
    arguments = read_finance().parse_args(give_back)
    arguments.run(arguments, services_of(world))
    assert run(world, *words, typed=number)[1:] == []
