"""The command line of finance.

    python -m commands.finance waiting --authority liaoning
    python -m commands.finance find --authority liaoning NUMBER
    python -m commands.finance give-back --authority liaoning ORDER --amount 61.00 --of 122.00 --reason TEXT
    python -m commands.finance bill --authority liaoning --provider alipay --day 2026-11-24
    python -m commands.finance ACTION --help

`make finance ARGS="waiting --authority liaoning"` runs it against the product on this machine; with
--data DIR among the words, against the one that runs with the same.
"""

import argparse
import sys

from chalicelib import wiring
from chalicelib.domain.errors import DomainError
from chalicelib.usecases.ports import (
    FilesUnavailableError,
    ProviderRefusedError,
    ProviderUnavailableError,
    StoreBusyError,
)
from commands.finance import bills, giving_back, looking, seeing_to
from commands.staff.acting import action_parser, check_authority

GROUPS = (looking.ACTIONS, giving_back.ACTIONS, seeing_to.ACTIONS, bills.ACTIONS)


def read_arguments() -> argparse.ArgumentParser:
    """The command line."""
    return action_parser("finance", __doc__, GROUPS)


def main() -> None:
    """Run one action; a refusal ends with its sentence and status 1."""
    arguments = read_arguments().parse_args()
    services = wiring.services()
    try:
        check_authority(arguments, services)
        print("\n".join(arguments.run(arguments, services)))
    except DomainError as refused:
        sys.exit(f"{refused.code}: {refused.detail}")
    except (FilesUnavailableError, StoreBusyError):
        sys.exit("storage_unavailable: 存储暂时没有应答，可以再次执行，不会重复入账。")
    except ProviderUnavailableError:
        sys.exit("provider_unavailable: 支付机构没有应答，款项状态未变，请稍后再试。")
    except ProviderRefusedError as refusal:
        sys.exit(f"provider_refused: 支付机构拒绝了查询（{refusal}），请技术人员核对商户设置。")


if __name__ == "__main__":
    main()
