"""The paper trader: a small but serious trading system, the default target of the experiments.

It talks the Binance Spot dialect to one address (in the paper stack: the fault proxy) and knows
nothing of faults. Start at `trader.py`, which puts the parts together:

    feed, market, book      market data in: streams, prices, order book, candles
    user_stream, account    what the exchange says of our orders; balances, positions, fills
    strategy                decides, about once a second
    risk                    the only maker of `Approved` orders; fails closed
    orders, gateway, wire   intents to the exchange, through queue, governor and breakers
    resolver, kill          what became of an order nobody answered for; the kill switch
    audit, alarms           hash-chained log on disk; what a person must see
    polls, fallback         the REST polls of a real bot; local fills while the exchange is away
    api, order_api          HTTP for people, probes and experiments; `order_entry` reads orders
    defences/               the decisions that make it survive, one file each, each removable

Everything below `defences/` is sans-I/O. Money is `Decimal`, ages are monotonic seconds.
"""
