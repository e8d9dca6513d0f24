//! What the order workflow asks of the world: the activities' names, arguments and results.
//!
//! Declarations only, so that this crate compiles for WebAssembly and natively alike. They are implemented in
//! `worker.py` (a stock Temporal worker) and in `quote_shipping.py` (a program that the worker host starts).

use serde::{Deserialize, Serialize};
use temporalio_macros::activity_definitions;

/// Where the Python worker polls for activities.
pub const ACTIVITY_QUEUE: &str = "order-activities";
/// Where the worker host polls for the activities that it runs itself.
pub const NATIVE_QUEUE: &str = "order-native";

/// One line of an order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Item {
    pub sku: String,
    pub quantity: u32,
    pub unit_price_cents: u64,
}

/// What is to be taken from the customer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Charge {
    pub order_id: String,
    pub amount_cents: u64,
    /// What the customer reads on the bill.
    pub reason: String,
}

/// Proof of a charge.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Receipt {
    pub payment_id: String,
    pub amount_cents: u64,
    /// The attempt that succeeded, counted from one.
    pub attempt: u32,
}

/// What is to be set aside in the warehouse.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StockRequest {
    pub order_id: String,
    pub items: Vec<Item>,
}

/// Proof that goods are set aside.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reservation {
    pub reservation_id: String,
    pub items: u32,
}

/// What is to be sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Parcel {
    pub order_id: String,
    pub pieces: u32,
}

/// What sending costs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ShippingQuote {
    pub carrier: String,
    pub price_cents: u64,
}

/// The activities of the order workflow.
pub struct OrderActivities;

#[activity_definitions]
impl OrderActivities {
    /// Takes money. May fail for a moment: retry it.
    #[activity(name = "charge_payment")]
    pub fn charge_payment(charge: Charge) -> Receipt {
        unimplemented!()
    }

    /// Gives money back.
    #[activity(name = "refund_payment")]
    pub fn refund_payment(receipt: Receipt) -> String {
        unimplemented!()
    }

    /// Sets goods aside, one line after another, and heartbeats after each.
    #[activity(name = "reserve_stock")]
    pub fn reserve_stock(request: StockRequest) -> Reservation {
        unimplemented!()
    }

    /// Puts goods back.
    #[activity(name = "release_stock")]
    pub fn release_stock(reservation: Reservation) -> String {
        unimplemented!()
    }

    /// Asks what sending costs. The worker host runs this one itself.
    #[activity(name = "quote_shipping")]
    pub fn quote_shipping(parcel: Parcel) -> ShippingQuote {
        unimplemented!()
    }
}
