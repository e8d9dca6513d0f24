//! Saga: book the parts of a trip; when one can't be had, cancel the others in the reverse order.

use std::time::Duration;

use example_activities::{Booking, ExampleActivities};
use serde::{Deserialize, Serialize};
use temporalio_workflow::{
    ActivityOptions, RetryPolicy, WorkflowContext, WorkflowResult, export_workflow_module,
    workflow, workflow_methods,
};

/// What to book, in this order: for example car, hotel, flight.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trip {
    pub trip_id: String,
    pub parts: Vec<String>,
}

/// Books all of a trip or nothing of it. Returns the confirmations; fails with the first refusal.
#[workflow]
#[derive(Default)]
pub struct BookTrip {
    cancelled: Vec<String>,
}

#[workflow_methods]
impl BookTrip {
    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>, trip: Trip) -> WorkflowResult<Vec<String>> {
        let retry = RetryPolicy::builder().maximum_attempts(2).build();
        let options = ActivityOptions::with_start_to_close_timeout(Duration::from_secs(10))
            .retry_policy(retry)
            .build();
        let mut booked: Vec<Booking> = Vec::new();
        let mut confirmations = Vec::new();
        for kind in trip.parts {
            let booking = Booking {
                trip_id: trip.trip_id.clone(),
                kind,
            };
            let answer = ctx
                .execute_activity(ExampleActivities::book, booking.clone(), options.clone())
                .await;
            match answer {
                Ok(confirmation) => {
                    confirmations.push(confirmation);
                    booked.push(booking);
                }
                Err(refusal) => {
                    compensate(ctx, booked).await?;
                    return Err(refusal.into());
                }
            }
        }
        Ok(confirmations)
    }

    /// What was cancelled, in the order in which it was.
    #[query]
    pub fn cancelled(&self, _ctx: &temporalio_workflow::WorkflowContextView) -> Vec<String> {
        self.cancelled.clone()
    }
}

/// Cancels bookings, last first. A cancellation is retried until it succeeds.
async fn compensate(ctx: &WorkflowContext<BookTrip>, booked: Vec<Booking>) -> WorkflowResult<()> {
    for booking in booked.into_iter().rev() {
        let options = ActivityOptions::start_to_close_timeout(Duration::from_secs(10));
        let kind = booking.kind.clone();
        ctx.execute_activity(ExampleActivities::cancel_booking, booking, options)
            .await?;
        ctx.state_mut(|s| s.cancelled.push(kind));
    }
    Ok(())
}

export_workflow_module!([BookTrip]);
