"""Activities with injected clients, so that tests can swap mocks in."""

from temporalio import activity

from models.order import OrderInput, PaymentInput, PaymentResult


class OrderActivities:
    def __init__(self, payment_client, db):
        self.payment_client = payment_client
        self.db = db

    @activity.defn
    async def process_payment(self, input: PaymentInput) -> PaymentResult:
        return await self.payment_client.charge(input.amount, input.card_token)

    @activity.defn
    async def update_inventory(self, input: OrderInput) -> str:
        return await self.db.reserve(input.order_id, input.items)
