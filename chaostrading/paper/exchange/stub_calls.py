"""What bots ask beyond Spot: wallet, margin and futures, answered with just enough."""

from typing import Any

from chaostrading.core.money import plain
from chaostrading.paper.exchange.endpoint import endpoint
from chaostrading.paper.exchange.params import Params
from chaostrading.paper.exchange.venue import ACCOUNT, PaperVenue

__all__: list[str] = []


@endpoint("GET", "/sapi/v1/system/status")
def system_status(venue: PaperVenue, params: Params) -> Any:
    """Say that all is well."""
    return {"status": 0, "msg": "normal"}


@endpoint("GET", "/sapi/v1/capital/config/getall", weight=10, security="signed")
def coins(venue: PaperVenue, params: Params) -> Any:
    """The account's coins; none can be moved on any network."""
    ledger = venue.engine.ledger
    return [
        {
            "coin": asset,
            "depositAllEnable": True,
            "withdrawAllEnable": True,
            "name": asset,
            "free": plain(ledger.free(ACCOUNT, asset)),
            "locked": plain(ledger.locked(ACCOUNT, asset)),
            "freeze": "0",
            "withdrawing": "0",
            "ipoing": "0",
            "ipoable": "0",
            "storage": "0",
            "isLegalMoney": False,
            "trading": True,
            "networkList": [],
        }
        for asset in ledger.assets(ACCOUNT)
    ]


@endpoint("GET", "/sapi/v1/asset/tradeFee", security="signed")
def trade_fee(venue: PaperVenue, params: Params) -> Any:
    """Fee rates per symbol."""
    asked = params.text("symbol")
    rate = format(venue.engine.fee_rate, "f")
    return [
        {"symbol": symbol, "makerCommission": rate, "takerCommission": rate}
        for symbol in venue.engine.rules
        if asked in ("", symbol)
    ]


@endpoint("GET", "/sapi/v1/account/apiRestrictions", security="signed")
def key_restrictions(venue: PaperVenue, params: Params) -> Any:
    """What the key may do: read and trade spot."""
    return {
        "ipRestrict": False,
        "createTime": 0,
        "enableReading": True,
        "enableSpotAndMarginTrading": True,
        "enableWithdrawals": False,
        "enableMargin": False,
        "enableFutures": False,
    }


@endpoint("GET", "/sapi/v1/margin/allPairs", security="key")
def margin_pairs(venue: PaperVenue, params: Params) -> Any:
    """No margin pairs."""
    return []


@endpoint("GET", "/sapi/v1/margin/isolated/allPairs", security="key")
def isolated_pairs(venue: PaperVenue, params: Params) -> Any:
    """No isolated margin pairs."""
    return []


@endpoint("GET", "/fapi/v1/exchangeInfo")
@endpoint("GET", "/dapi/v1/exchangeInfo")
@endpoint("GET", "/eapi/v1/exchangeInfo")
def no_futures(venue: PaperVenue, params: Params) -> Any:
    """No futures or options."""
    return {"timezone": "UTC", "serverTime": venue.engine.now_ms(), "symbols": []}
