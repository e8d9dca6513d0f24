"""What goes in and out of the order workflow and its activities."""

from dataclasses import dataclass
from enum import Enum


@dataclass
class Item:
    sku: str
    quantity: int
    unit_price_cents: int


@dataclass
class Order:
    order_id: str
    customer: str
    items: list[Item]
    # How long to wait for the `approve` signal.
    approval_timeout_seconds: int = 3600


@dataclass
class Charge:
    order_id: str
    amount_cents: int
    # What the customer reads on the bill.
    reason: str


@dataclass
class Receipt:
    payment_id: str
    amount_cents: int
    # The attempt that succeeded, counted from one.
    attempt: int


@dataclass
class StockRequest:
    order_id: str
    items: list[Item]


@dataclass
class Reservation:
    reservation_id: str
    items: int


@dataclass
class Parcel:
    order_id: str
    pieces: int


@dataclass
class ShippingQuote:
    carrier: str
    price_cents: int


class Outcome(str, Enum):
    """How an order ended: approved and paid in full, or not approved in time, and everything went back."""

    CONFIRMED = "confirmed"
    EXPIRED = "expired"


class Stage(str, Enum):
    """Where an order stands. Only while it awaits approval can lines be added."""

    CHARGING_PAYMENT = "charging_payment"
    RESERVING_STOCK = "reserving_stock"
    QUOTING_SHIPPING = "quoting_shipping"
    AWAITING_APPROVAL = "awaiting_approval"
    SETTLING = "settling"
    UNDOING = "undoing"
    DONE = "done"


@dataclass
class OrderResult:
    order_id: str
    outcome: Outcome
    items: list[Item]
    # Goods and shipping.
    total_cents: int
    receipts: list[Receipt]
    reservation: Reservation
    shipping: ShippingQuote
    approved_by: str | None


@dataclass
class Status:
    stage: Stage
    items: int
    goods_cents: int
    charged_cents: int
    approved_by: str | None


@dataclass
class Approval:
    by: str


@dataclass
class Basket:
    items: int
    goods_cents: int
