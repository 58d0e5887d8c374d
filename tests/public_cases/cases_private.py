"""Public cases of the account stream and of fills that nobody told of: T1 and T7."""

from case_script import Lease, Lever, Row, Script

PRIVATE = {"path": "/ws-api/*"}

SCRIPTS = (
    Script(
        name="private_gap",
        wire="only the private stream is closed and refused for 5 s; a resting order fills",
        steps=(
            Lease(
                fault="ws_close_frame",
                parameters={"code": 1011, "refuse_s": 5},
                for_s=6,
                scope=PRIVATE,
            ),
        ),
        lasts_s=6,
        after_s=7,
        through=0.015,
    ),
    Script(
        name="restart_amid_fills",
        wire="the first fills are never told, then the private stream is closed with 1012",
        steps=(
            Lease(fault="fill_lost", parameters={"first": 3}, for_s=6),
            Lease(
                fault="ws_close_frame",
                parameters={"code": 1012, "refuse_s": 3},
                for_s=5,
                at_s=1.5,
                scope=PRIVATE,
            ),
        ),
        lasts_s=7,
        after_s=6,
        through=0.015,
    ),
    Script(
        name="fills_dropped",
        wire="three of four fill events vanish, all else on the private stream arrives",
        steps=(Lease(fault="fill_lost", for_s=8, more={"share": 0.75}),),
        lasts_s=8,
        after_s=5,
    ),
    Script(
        name="replay",
        wire="the private stream is reset after 5 s; the new one begins with the last 50 events",
        steps=(Lease(fault="ws_replay_on_reconnect", parameters={"cut_after_s": 5}, for_s=10),),
        lasts_s=10,
        after_s=5,
    ),
    *(
        Script(
            name=f"session_{how}",
            wire=wire,
            steps=(Lease(fault="user_stream_expiry", parameters={"how": how}, for_s=9),),
            lasts_s=9,
            after_s=5,
            through=0.015,
        )
        for how, wire in (
            (
                "key_expired",
                "the event that the session has expired, then no account events",
            ),
            ("silent", "account events stop while pings and pongs pass; a resting order fills"),
            ("terminated", "the event that the account stream has ended; the socket stays open"),
        )
    ),
    Script(
        name="killed",
        wire="the bot is killed right after fills and started again",
        steps=(
            Lease(fault="fill_lost", for_s=3),
            Lever(what="restart", at_s=2.5),
        ),
        lasts_s=4,
        after_s=8,
    ),
)

TRUTH = {"no_data_lost": {}, "positions_agree": {}}
UWS = "oliver-zehentleitner/unicorn-binance-websocket-api"

ROWS = (
    Row(id="P-016", source="nautechsystems/nautilus_trader PR#4991", tests="T1",
        script="private_gap", oracle=TRUTH, words="the fill of the gap is in the position",
        without="private_stream_continuity,fill_accounting"),
    Row(id="P-017", source="QuantConnect/Lean.Brokerages.InteractiveBrokers#249", tests="T1",
        script="restart_amid_fills", oracle=TRUTH,
        words="positions equal the books after the reconnect",
        without="private_stream_continuity,fill_accounting"),
    Row(id="P-018", source="QuantConnect/Lean.Brokerages.TradeStation PR#95", tests="T1,T4",
        script="fills_dropped", oracle=TRUTH, words="fills that nobody told of are found",
        without="fill_accounting"),
    Row(id="P-021", source="bitrich-info/xchange-stream#498", tests="T1", script="replay",
        oracle={"positions_agree": {}}, words="the replay changes no position",
        without="fill_accounting"),
    Row(id="P-022", source=f"{UWS}#275", tests="T1", script="session_key_expired", oracle=TRUTH,
        words="the fill after the expiry is known",
        without="private_stream_continuity,fill_accounting"),
    Row(id="P-023", source="binance/binance-connector-js#135", tests="T1", script="session_silent",
        oracle=TRUTH, words="the fill on the silent stream is known",
        without="private_stream_continuity,fill_accounting"),
    Row(id="P-025", source="JKorf/Binance.Net#796", tests="T1", script="session_terminated",
        oracle=TRUTH, words="the fill after the end of the session is known",
        without="private_stream_continuity,fill_accounting"),
    Row(id="P-074", source="hummingbot/hummingbot#2945", tests="T7", script="killed",
        oracle={"positions_agree": {}}, words="the position is right after the restart",
        without="crash_recovery"),
)  # fmt: skip
