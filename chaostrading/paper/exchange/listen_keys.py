"""Listen keys: the older dialect of the user data stream. Pure; the time is handed in."""

from chaostrading.core.seeds import Dice
from chaostrading.paper.exchange.rejections import Rejected

__all__ = ["ListenKeys"]

LIFE_MS = 3_600_000
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class ListenKeys:
    """The listen key of the account. Asking again renews the one that is alive."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._until_ms: dict[str, int] = {}

    def start(self, now_ms: int) -> str:
        """A listen key that is good for an hour."""
        alive = next((key for key, until in self._until_ms.items() if until > now_ms), None)
        key = alive or "".join(self._dice.pick(LETTERS) for _ in range(64))
        self._until_ms[key] = now_ms + LIFE_MS
        return key

    def keep(self, key: str, now_ms: int) -> None:
        """Make a listen key good for another hour."""
        if self._until_ms.get(key, 0) <= now_ms:
            raise Rejected(-1125, "This listenKey does not exist.")
        self._until_ms[key] = now_ms + LIFE_MS

    def stop(self, key: str) -> None:
        """End a listen key."""
        if self._until_ms.pop(key, None) is None:
            raise Rejected(-1125, "This listenKey does not exist.")

    def alive(self) -> list[str]:
        """The listen keys that events go to."""
        return list(self._until_ms)

    def expire(self, now_ms: int) -> list[str]:
        """Forget the keys whose hour is over, and name them."""
        over = [key for key, until in self._until_ms.items() if until <= now_ms]
        for key in over:
            del self._until_ms[key]
        return over
