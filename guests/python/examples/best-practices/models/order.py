"""Input and output of the order workflow and its activities: a single object each, so that fields can be added later."""

from dataclasses import dataclass, field


@dataclass
class OrderInput:
    order_id: str
    customer_id: str = ""
    items: list[str] = field(default_factory=list)
    priority: str = "normal"  # New field, backward compatible
    amount: float = 0.0
    card_token: str = ""


@dataclass
class OrderResult:
    status: str
    tracking_id: str = ""
    txn_id: str = ""


@dataclass
class PaymentInput:
    amount: float
    card_token: str


@dataclass
class PaymentResult:
    txn_id: str


@dataclass
class ProcessInput:
    items: list[str]


@dataclass
class ProcessResult:
    status: str
