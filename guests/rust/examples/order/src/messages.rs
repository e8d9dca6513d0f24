//! What goes in and out of the order workflow: arguments, answers, and its result.

use order_activities::{Item, Receipt, Reservation, ShippingQuote};
use serde::{Deserialize, Serialize};

/// How long an order waits for approval when it doesn't say.
const APPROVAL_TIMEOUT_SECONDS: u64 = 3_600;

/// What the workflow is started with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    pub order_id: String,
    pub customer: String,
    pub items: Vec<Item>,
    /// How long to wait for the `approve` signal.
    #[serde(default = "default_approval_timeout_seconds")]
    pub approval_timeout_seconds: u64,
}

/// What the workflow returns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OrderResult {
    pub order_id: String,
    pub outcome: Outcome,
    pub items: Vec<Item>,
    /// Goods and shipping.
    pub total_cents: u64,
    pub receipts: Vec<Receipt>,
    pub reservation: Reservation,
    pub shipping: ShippingQuote,
    pub approved_by: Option<String>,
}

/// How an order ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Approved and paid in full.
    Confirmed,
    /// Nobody approved it in time; money and goods went back.
    Expired,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The first payment is being taken.
    #[default]
    ChargingPayment,
    /// Goods are being set aside.
    ReservingStock,
    /// Carriers are being asked.
    QuotingShipping,
    /// A person has to say yes. Only now can lines be added.
    AwaitingApproval,
    /// What was added, and shipping, is being paid.
    Settling,
    /// Money and goods are going back.
    Undoing,
    /// Nothing more happens.
    Done,
}

/// Answer of the `status` query.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Status {
    pub stage: Stage,
    pub items: usize,
    pub goods_cents: u64,
    pub charged_cents: u64,
    pub approved_by: Option<String>,
}

/// Argument of the `approve` signal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Approval {
    pub by: String,
}

/// Answer of the `add_item` update.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Basket {
    pub items: usize,
    pub goods_cents: u64,
}

/// What a number of lines costs, without shipping.
pub fn goods_cents(items: &[Item]) -> u64 {
    items
        .iter()
        .map(|item| u64::from(item.quantity) * item.unit_price_cents)
        .sum()
}

/// What was taken so far.
pub fn charged_cents(receipts: &[Receipt]) -> u64 {
    receipts.iter().map(|receipt| receipt.amount_cents).sum()
}

fn default_approval_timeout_seconds() -> u64 {
    APPROVAL_TIMEOUT_SECONDS
}
