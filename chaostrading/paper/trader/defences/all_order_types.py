"""D21: the caps hold for orders of every type."""

__all__ = ["AllOrderTypes", "NaiveAllOrderTypes"]


class AllOrderTypes:
    """Says which types of orders the caps are for."""

    def capped(self, order_type: str) -> bool:
        """Whether an order of this type must keep within the caps: each must."""
        return True


class NaiveAllOrderTypes(AllOrderTypes):
    """Checks the type that everybody thinks of."""

    def capped(self, order_type: str) -> bool:
        return order_type == "LIMIT"
