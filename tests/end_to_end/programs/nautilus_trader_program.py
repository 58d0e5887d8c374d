"""A NautilusTrader node with its Binance adapter that quotes below the market for five minutes.

Run it by hand; NautilusTrader needs Python 3.12 and is no dependency of ours. Only its addresses
are not those of the manual: `EXCHANGE_HTTP` and `EXCHANGE_WS` name the proxy.
"""

import os
from datetime import timedelta
from decimal import Decimal

from nautilus_trader.adapters.binance import (
    BINANCE,
    BinanceAccountType,
    BinanceDataClientConfig,
    BinanceExecClientConfig,
    BinanceLiveDataClientFactory,
    BinanceLiveExecClientFactory,
)
from nautilus_trader.config import InstrumentProviderConfig, LoggingConfig, TradingNodeConfig
from nautilus_trader.live.node import TradingNode
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId, TraderId
from nautilus_trader.trading.strategy import Strategy

HTTP, WS = os.environ["EXCHANGE_HTTP"], os.environ["EXCHANGE_WS"]
LASTS = timedelta(seconds=float(os.environ.get("LASTS_S", "300")))
BTC = InstrumentId.from_str("BTCUSDT.BINANCE")


class Quoter(Strategy):
    """Keeps one buy order 2 % below the market, and buys or sells a little at every sixth turn."""

    def on_start(self):
        self.turn, self.resting, self.last = 0, None, None
        self.instrument = self.cache.instrument(BTC)
        self.subscribe_quote_ticks(BTC)
        self.subscribe_trade_ticks(BTC)
        self.subscribe_order_book_deltas(BTC)
        self.clock.set_timer("quote", timedelta(seconds=5), callback=self.quote)

    def on_quote_tick(self, tick):
        self.last = tick

    def quote(self, _event):
        if self.last is None:
            return
        if self.resting is not None and self.resting.is_open:
            self.cancel_order(self.resting)
        size = self.instrument.make_qty(Decimal("0.001"))
        price = self.instrument.make_price(round(float(self.last.bid_price) * 0.98, 2))
        self.resting = self.order_factory.limit(BTC, OrderSide.BUY, size, price)
        self.submit_order(self.resting)
        self.turn += 1
        if self.turn % 6 == 0:
            side = OrderSide.BUY if self.turn % 12 else OrderSide.SELL
            self.submit_order(self.order_factory.market(BTC, side, size))

    def on_stop(self):
        self.cancel_all_orders(BTC)


def main():
    provider = InstrumentProviderConfig(load_ids=frozenset({BTC}))
    common = {
        "account_type": BinanceAccountType.SPOT,
        "base_url_http": HTTP,
        "api_key": "paper-key",
        "api_secret": "paper-secret",
        "instrument_provider": provider,
    }
    node = TradingNode(
        config=TradingNodeConfig(
            trader_id=TraderId("QUOTER-001"),
            logging=LoggingConfig(log_level="INFO", log_colors=False),
            data_clients={BINANCE: BinanceDataClientConfig(base_url_ws=WS, **common)},
            exec_clients={
                BINANCE: BinanceExecClientConfig(base_url_ws=f"{WS}/ws-api/v3", **common)
            },
        )
    )
    node.trader.add_strategy(Quoter())
    node.add_data_client_factory(BINANCE, BinanceLiveDataClientFactory)
    node.add_exec_client_factory(BINANCE, BinanceLiveExecClientFactory)
    node.build()
    loop = node.kernel.loop
    loop.call_later(LASTS.total_seconds(), node.stop)
    try:
        node.run()
    finally:
        node.dispose()


if __name__ == "__main__":
    main()
