"""Money, prices and quantities are `Decimal`; a float near money is a bug."""

from decimal import ROUND_DOWN, Decimal, InvalidOperation

__all__ = ["ZERO", "decimal", "decimal_or_none", "plain", "round_down"]

ZERO = Decimal(0)


def decimal(text: str | int | Decimal, name: str = "number") -> Decimal:
    """Read a finite decimal. Raises ValueError naming `name` for NaN, infinity and non-numbers."""
    try:
        value = Decimal(text)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise ValueError(f"{name} must be a decimal number, was {text!r}") from error
    if not value.is_finite():
        raise ValueError(f"{name} must be finite, was {text!r}")
    return value


def decimal_or_none(text: object) -> Decimal | None:
    """Read a finite decimal from what a stranger sent, or None where it is not one."""
    if isinstance(text, bool) or not isinstance(text, str | int | Decimal):
        return None
    try:
        return decimal(text)
    except ValueError:
        return None


def round_down(value: Decimal, step: Decimal) -> Decimal:
    """Round towards zero to a multiple of `step` (an exchange's tick or lot size)."""
    if step <= 0:
        raise ValueError(f"step must be above 0, was {step}")
    return (value / step).to_integral_value(rounding=ROUND_DOWN) * step


def plain(value: Decimal, places: int = 8) -> str:
    """Write a decimal as exchanges do: fixed point, `places` decimals, no exponent."""
    return f"{value:.{places}f}"
