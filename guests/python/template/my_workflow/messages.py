"""What goes into the workflow and comes out: one object each, so that fields can be added later."""

from dataclasses import dataclass


@dataclass
class Order:
    order_id: str
    amount_cents: int


@dataclass
class Receipt:
    order_id: str
    confirmation: str
