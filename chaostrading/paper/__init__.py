"""The paper stack: a system under test that needs no account, no network and no configuration.

`exchange` speaks the Binance Spot dialect and keeps the books that judges trust. `trader` is a
small trading system with the defences that experiments put to the test. They meet only over
sockets; that they never import each other is checked. `stack` starts exchange,
proxy and trader as processes.

This room may import every room below it. Only the stack knows how the three are put together.
"""
