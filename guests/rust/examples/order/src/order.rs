//! The order workflow: its state, its steps, and what can be asked of it while it runs.

use std::time::Duration;

use order_activities::{
    ACTIVITY_QUEUE, Charge, Item, NATIVE_QUEUE, OrderActivities, Parcel, Receipt, Reservation,
    ShippingQuote, StockRequest,
};
use temporalio_workflow::{
    ActivityExecutionError, ActivityOptions, CancellableFuture, RetryPolicy, SyncWorkflowContext,
    WorkflowCancellationError, WorkflowContext, WorkflowContextView, WorkflowResult, workflow,
    workflow_methods, workflows::select,
};

use crate::messages::{
    Approval, Basket, Order, OrderResult, Outcome, Stage, Status, charged_cents, goods_cents,
};

/// How many lines an order may have: what fits on one packing list.
const MAXIMUM_LINES: usize = 20;

/// One order, from payment to confirmation.
#[workflow]
pub struct OrderWorkflow {
    order: Order,
    stage: Stage,
    receipts: Vec<Receipt>,
    approved_by: Option<String>,
}

#[workflow_methods]
impl OrderWorkflow {
    /// Queries and updates may come before the first step, so the state is complete from the start.
    #[init]
    pub fn new(_ctx: &WorkflowContextView, order: Order) -> Self {
        Self {
            order,
            stage: Stage::default(),
            receipts: Vec::new(),
            approved_by: None,
        }
    }

    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>) -> WorkflowResult<OrderResult> {
        let goods = ctx.state(|s| goods_cents(&s.order.items));
        charge(ctx, goods, "order").await?;

        ctx.state_mut(|s| s.stage = Stage::ReservingStock);
        let reservation = reserve_stock(ctx).await?;

        ctx.state_mut(|s| s.stage = Stage::QuotingShipping);
        let shipping = quote_shipping(ctx).await?;

        ctx.state_mut(|s| s.stage = Stage::AwaitingApproval);
        let outcome = if approved_in_time(ctx).await? {
            ctx.state_mut(|s| s.stage = Stage::Settling);
            let total = ctx.state(|s| goods_cents(&s.order.items)) + shipping.price_cents;
            let due = total - ctx.state(|s| charged_cents(&s.receipts));
            charge(ctx, due, "shipping and added items").await?;
            Outcome::Confirmed
        } else {
            ctx.state_mut(|s| s.stage = Stage::Undoing);
            undo(ctx, &reservation).await?;
            Outcome::Expired
        };

        ctx.state_mut(|s| s.stage = Stage::Done);
        Ok(ctx.state(|s| OrderResult {
            order_id: s.order.order_id.clone(),
            outcome,
            items: s.order.items.clone(),
            total_cents: goods_cents(&s.order.items) + shipping.price_cents,
            receipts: s.receipts.clone(),
            reservation,
            shipping,
            approved_by: s.approved_by.clone(),
        }))
    }

    /// Says yes. The first name counts.
    #[signal]
    pub fn approve(&mut self, _ctx: &mut SyncWorkflowContext<Self>, approval: Approval) {
        self.approved_by.get_or_insert(approval.by);
    }

    /// Says where the order stands.
    #[query]
    pub fn status(&self, _ctx: &WorkflowContextView) -> Status {
        Status {
            stage: self.stage,
            items: self.order.items.len(),
            goods_cents: goods_cents(&self.order.items),
            charged_cents: charged_cents(&self.receipts),
            approved_by: self.approved_by.clone(),
        }
    }

    #[update_validator(add_item)]
    fn validate_add_item(
        &self,
        _ctx: &WorkflowContextView,
        item: &Item,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        if self.stage != Stage::AwaitingApproval || self.approved_by.is_some() {
            return Err("items can be added only while the order awaits approval".into());
        }
        if item.quantity == 0 {
            return Err(format!("quantity of {} must be at least 1", item.sku).into());
        }
        if self.order.items.len() == MAXIMUM_LINES {
            return Err(format!("an order has at most {MAXIMUM_LINES} lines").into());
        }
        Ok(())
    }

    /// Adds a line. It is paid for once the order is approved.
    #[update]
    pub fn add_item(&mut self, _ctx: &mut SyncWorkflowContext<Self>, item: Item) -> Basket {
        self.order.items.push(item);
        Basket {
            items: self.order.items.len(),
            goods_cents: goods_cents(&self.order.items),
        }
    }
}

/// Takes `amount_cents`, as often as it needs to succeed within a minute, and keeps the receipt.
async fn charge(
    ctx: &WorkflowContext<OrderWorkflow>,
    amount_cents: u64,
    reason: &str,
) -> Result<(), ActivityExecutionError> {
    let request = Charge {
        order_id: ctx.state(|s| s.order.order_id.clone()),
        amount_cents,
        reason: reason.to_owned(),
    };
    let retry = RetryPolicy::builder()
        .initial_interval(Duration::from_millis(200))
        .maximum_attempts(10)
        .non_retryable_error_types(["CardDeclined"])
        .build();
    let options = ActivityOptions::with_start_to_close_timeout(Duration::from_secs(10))
        .task_queue(ACTIVITY_QUEUE)
        .retry_policy(retry)
        .summary(format!("charge for {reason}"))
        .build();
    let receipt = ctx
        .execute_activity(OrderActivities::charge_payment, request, options)
        .await?;
    ctx.state_mut(|s| s.receipts.push(receipt));
    Ok(())
}

/// Sets the goods aside. It may take long, so the activity heartbeats.
async fn reserve_stock(
    ctx: &WorkflowContext<OrderWorkflow>,
) -> Result<Reservation, ActivityExecutionError> {
    let request = ctx.state(|s| StockRequest {
        order_id: s.order.order_id.clone(),
        items: s.order.items.clone(),
    });
    let options = ActivityOptions::with_start_to_close_timeout(Duration::from_secs(300))
        .task_queue(ACTIVITY_QUEUE)
        .heartbeat_timeout(Duration::from_secs(5))
        .build();
    ctx.execute_activity(OrderActivities::reserve_stock, request, options)
        .await
}

/// Asks what sending costs. This activity runs in the worker host.
async fn quote_shipping(
    ctx: &WorkflowContext<OrderWorkflow>,
) -> Result<ShippingQuote, ActivityExecutionError> {
    let parcel = ctx.state(|s| Parcel {
        order_id: s.order.order_id.clone(),
        pieces: s.order.items.iter().map(|item| item.quantity).sum(),
    });
    let options = ActivityOptions::with_start_to_close_timeout(Duration::from_secs(10))
        .task_queue(NATIVE_QUEUE)
        .build();
    ctx.execute_activity(OrderActivities::quote_shipping, parcel, options)
        .await
}

/// Waits for the `approve` signal, at most as long as the order says.
async fn approved_in_time(
    ctx: &WorkflowContext<OrderWorkflow>,
) -> Result<bool, WorkflowCancellationError> {
    let limit = Duration::from_secs(ctx.state(|s| s.order.approval_timeout_seconds));
    let mut timer = ctx.timer(limit);
    let approved = select! {
        approved = ctx.wait_condition(|s| s.approved_by.is_some()) => approved.map(|()| true),
        _ = timer => Ok(false),
    };
    if let Ok(true) = approved {
        timer.cancel();
    }
    approved
}

/// Gives back what was taken, in the reverse order.
async fn undo(
    ctx: &WorkflowContext<OrderWorkflow>,
    reservation: &Reservation,
) -> Result<(), ActivityExecutionError> {
    let options = ActivityOptions::with_start_to_close_timeout(Duration::from_secs(10))
        .task_queue(ACTIVITY_QUEUE)
        .build();
    ctx.execute_activity(
        OrderActivities::release_stock,
        reservation.clone(),
        options.clone(),
    )
    .await?;
    for receipt in ctx.state(|s| s.receipts.clone()) {
        ctx.execute_activity(OrderActivities::refund_payment, receipt, options.clone())
            .await?;
    }
    Ok(())
}
