"""Activities are plain functions: no server needed."""

from types import SimpleNamespace
from unittest.mock import AsyncMock, patch

import pytest
from activities import process_order
from activities.order_activities import OrderActivities
from models.order import OrderInput, PaymentInput, PaymentResult


@pytest.mark.asyncio
async def test_process_order_success():
    """Test activity as a plain async function."""
    with patch("activities.call_payment_api", new_callable=AsyncMock) as mock_api:
        mock_api.return_value = SimpleNamespace(txn_id="txn_123")
        result = await process_order(OrderInput(order_id="ord_1", amount=99.99))
        assert result.status == "processed"
        assert result.txn_id == "txn_123"


class MockPaymentClient:
    async def charge(self, amount, card_token):
        return PaymentResult(txn_id=f"mock-{amount}-{card_token}")


@pytest.mark.asyncio
async def test_clients_are_injected():
    activities = OrderActivities(payment_client=MockPaymentClient(), db=None)
    result = await activities.process_payment(PaymentInput(5.0, "tok"))
    assert result.txn_id == "mock-5.0-tok"
