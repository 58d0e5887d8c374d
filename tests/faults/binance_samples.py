"""Messages as Binance sends them, for the tests of faults."""

import json

LISTEN_KEY = "/ws/pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1"


def book_ticker(bid="100.00", ask="100.10", symbol="BTCUSDT", update=400):
    return (
        f'{{"u":{update},"s":"{symbol}","b":"{bid}","B":"31.21","a":"{ask}","A":"40.66"}}'.encode()
    )


def diff(first=157, last=160, bids=(), asks=(), symbol="BTCUSDT", time=1_750_000_000_000):
    bid_rows, ask_rows = _rows(bids), _rows(asks)
    return (
        f'{{"e":"depthUpdate","E":{time},"s":"{symbol}","U":{first},"u":{last},'
        f'"b":{bid_rows},"a":{ask_rows}}}'
    ).encode()


def snapshot(last=160, bids=(("100.00", "1.0"),), asks=(("100.10", "2.0"),)):
    return f'{{"lastUpdateId":{last},"bids":{_rows(bids)},"asks":{_rows(asks)}}}'.encode()


def trade(number=1, price="100.05", symbol="BTCUSDT", time=1_750_000_000_000):
    return (
        f'{{"e":"trade","E":{time},"s":"{symbol}","t":{number},"p":"{price}","q":"0.5",'
        f'"T":{time},"m":true,"M":true}}'
    ).encode()


def kline(opened=60_000, closed=False, close="100.20"):
    flag = "true" if closed else "false"
    return (
        f'{{"e":"kline","E":{opened + 100},"s":"BTCUSDT","k":{{"t":{opened},"T":{opened + 59_999},'
        f'"s":"BTCUSDT","i":"1m","f":1,"L":2,"o":"100.00","c":"{close}","h":"100.30","l":"99.90",'
        f'"v":"10","n":5,"x":{flag},"q":"1000","V":"5","Q":"500","B":"0"}}}}'
    ).encode()


def execution(kind="TRADE", status="FILLED", trade=77, client_id="bot-1", order=4_293):
    return (
        f'{{"e":"executionReport","E":1750000000000,"s":"BTCUSDT","c":"{client_id}","S":"BUY",'
        f'"o":"LIMIT","f":"GTC","q":"1.0","p":"100.0","P":"0","F":"0","g":-1,"C":"","x":"{kind}",'
        f'"X":"{status}","r":"NONE","i":{order},"l":"1.0","z":"1.0","L":"100.0","n":"0","N":null,'
        f'"T":1750000000000,"t":{trade},"I":1,"w":false,"m":false,"M":false}}'
    ).encode()


ACCOUNT = (
    b'{"makerCommission":15,"updateTime":1750000000000,"uid":354937868,"balances":['
    b'{"asset":"BTC","free":"4.50000000","locked":"0.00000000"},'
    b'{"asset":"USDT","free":"1000.00","locked":"10.00"}],"permissions":["SPOT"]}'
)
POSITION_EVENT = (
    b'{"e":"outboundAccountPosition","E":1750000000000,"u":1750000000000,'
    b'"B":[{"a":"BTC","f":"4.5","l":"0.0"}]}'
)


def combined(stream, data):
    return b'{"stream":"' + stream.encode() + b'","data":' + data + b"}"


def _rows(rows):
    return json.dumps([list(row) for row in rows], separators=(",", ":"))
