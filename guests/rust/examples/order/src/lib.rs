//! The demo's order: pay, reserve, wait for a person, settle; or give all back when nobody said yes in time.
//!
//! The world is reached only through the activities of the crate `order-activities`.

mod messages;
mod order;

pub use messages::{Approval, Basket, Order, OrderResult, Outcome, Stage, Status};
pub use order::OrderWorkflow;

temporalio_workflow::export_workflow_module!([OrderWorkflow]);
