"""The payer at the simulated cashiers: goes through the door, logs in, pays, or pays once more."""

from typing import Any

from tests.soak.browser import Browser


async def pay(browser: Browser, order: dict[str, Any], *, times: int = 1) -> None:
    """Pay an order by the door that the product gave; what the cashier does not take, it does not take."""
    cashier = await _arrive(browser, order)
    for _ in range(times):
        if order["provider"] == "alipay":
            # Once paid, the cashier stands at its beginning again: another trade begins with the log-in.
            await _press(browser, f"{cashier}/login")
        await _press(browser, f"{cashier}/pay")


async def look(browser: Browser, order: dict[str, Any]) -> None:
    """Come to the cashier and leave again: from then on the provider knows the order."""
    cashier = await _arrive(browser, order)
    if order["provider"] == "alipay":
        await _press(browser, f"{cashier}/login")


async def _arrive(browser: Browser, order: dict[str, Any]) -> str:
    """The address of the cashier behind a door."""
    if order["qr_code"]:
        # The app of a phone knows what to do with a code; here it is the simulator's page.
        answer = await browser.ask(
            "GET",
            "/simulators/wechatpay/scan",
            params={"code": order["qr_code"]},
            follow_redirects=True,
        )
    else:
        answer = await browser.ask("GET", order["pay_url"], follow_redirects=True)
    return str(answer.url.copy_with(query=None))


async def _press(browser: Browser, url: str) -> None:
    await browser.ask("POST", url, follow_redirects=False)
