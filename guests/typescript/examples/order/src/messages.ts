// What goes in and out of the order workflow and its activities. Names are those of the JSON.

export interface Item {
  sku: string;
  quantity: number;
  unit_price_cents: number;
}

/** What the workflow is started with. */
export interface Order {
  order_id: string;
  customer: string;
  items: Item[];
  /** How long to wait for the `approve` signal; an hour if it does not say. */
  approval_timeout_seconds?: number;
}

/** What is to be taken from the customer. */
export interface Charge {
  order_id: string;
  amount_cents: number;
  /** What the customer reads on the bill. */
  reason: string;
}

/** Proof of a charge. */
export interface Receipt {
  payment_id: string;
  amount_cents: number;
  /** The attempt that succeeded, counted from one. */
  attempt: number;
}

/** Proof that goods are set aside. */
export interface Reservation {
  reservation_id: string;
  items: number;
}

/** What sending costs. */
export interface ShippingQuote {
  carrier: string;
  price_cents: number;
}

/** Where an order stands. Lines can be added only while it awaits approval. */
export type Stage =
  | 'charging_payment'
  | 'reserving_stock'
  | 'quoting_shipping'
  | 'awaiting_approval'
  | 'settling'
  | 'undoing'
  | 'done';

/** Answer of the `status` query. */
export interface Status {
  stage: Stage;
  items: number;
  goods_cents: number;
  charged_cents: number;
  approved_by: string | null;
}

/** Argument of the `approve` signal. */
export interface Approval {
  by: string;
}

/** Answer of the `add_item` update. */
export interface Basket {
  items: number;
  goods_cents: number;
}

/** What the workflow returns. */
export interface OrderResult {
  order_id: string;
  outcome: 'confirmed' | 'expired';
  items: Item[];
  /** Goods and shipping. */
  total_cents: number;
  receipts: Receipt[];
  reservation: Reservation;
  shipping: ShippingQuote;
  approved_by: string | null;
}

/** The activities: in `worker.py` (a stock Temporal worker) and in `quote_shipping.py` (a program that the worker host starts). */
export interface OrderActivities {
  charge_payment(charge: Charge): Promise<Receipt>;
  refund_payment(receipt: Receipt): Promise<string>;
  reserve_stock(request: { order_id: string; items: Item[] }): Promise<Reservation>;
  release_stock(reservation: Reservation): Promise<string>;
  quote_shipping(parcel: { order_id: string; pieces: number }): Promise<ShippingQuote>;
}
