"""What activities are given in production. Put your own in their place."""

from config import Config
from models.order import PaymentResult


class PaymentClient:
    async def charge(self, amount: float, card_token: str) -> PaymentResult:
        return PaymentResult(txn_id=f"txn-{amount}-{card_token}")


class Inventory:
    async def reserve(self, order_id: str, items: list[str]) -> str:
        return f"track-{order_id}-{len(items)}"


def create_payment_client(config: Config) -> PaymentClient:
    return PaymentClient()


def create_db_pool(config: Config) -> Inventory:
    return Inventory()
