//! The order's story: what is sent to the workflow, what it must answer, and how that is told.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::{
    console::{Steps, detail},
    process::wait_for,
    sundial::Sundial,
};

/// The id of the demo's workflow.
pub(crate) const WORKFLOW_ID: &str = "order-1";
/// No step of the workflow takes longer; the retry waits for 0.2 s.
const STEP_LIMIT: Duration = Duration::from_secs(30);

/// What an order workflow is started with.
pub(crate) fn input(order_id: &str) -> Value {
    json!({
        "order_id": order_id,
        "customer": "ada",
        "items": [
            { "sku": "gnomon", "quantity": 2, "unit_price_cents": 4_500 },
            { "sku": "dial", "quantity": 1, "unit_price_cents": 12_000 },
        ],
        "approval_timeout_seconds": 3_600,
    })
}

/// Runs one order from start to result.
pub(crate) fn run(steps: &mut Steps, sundial: &Sundial) -> Result<()> {
    steps.run("start the order workflow", || {
        let input = input(WORKFLOW_ID).to_string();
        let started = sundial.json(&[
            "workflow",
            "start",
            "--type",
            "OrderWorkflow",
            "--task-queue",
            "order",
            "-w",
            WORKFLOW_ID,
            "--input",
            &input,
        ])?;
        detail(format!(
            "workflow {WORKFLOW_ID}, run {}",
            started["run_id"].as_str().unwrap_or_default()
        ));
        Ok(())
    })?;
    steps.run(
        "payment: the first attempt fails, the second succeeds",
        || tell_payment(sundial),
    )?;
    steps.run(
        "stock and shipping, then the order waits for approval: query `status`",
        || {
            let status = wait_for("the order awaits approval", STEP_LIMIT, || {
                let status = query_status(sundial)?;
                Ok((status["stage"] == "awaiting_approval").then_some(status))
            })?;
            tell_activity(
                sundial,
                "reserve_stock",
                "in the Python worker, with heartbeats",
            )?;
            tell_activity(sundial, "quote_shipping", "in the worker host itself")?;
            detail(status);
            Ok(())
        },
    )?;
    steps.run(
        "update `add_item` with quantity 0: the validator rejects it",
        || {
            match add_item(sundial, 0)? {
                Ok(basket) => {
                    bail!("the update should be rejected, and was answered with {basket}")
                }
                Err(message) => {
                    ensure!(
                        message.contains("quantity of nodus must be at least 1"),
                        "rejected for another reason: {message}"
                    );
                    detail(message);
                }
            }
            Ok(())
        },
    )?;
    steps.run(
        "update `add_item` with quantity 3: accepted",
        || match add_item(sundial, 3)? {
            Ok(basket) => {
                ensure!(
                    basket["result"]["items"] == 3,
                    "the basket should have three lines: {basket}"
                );
                detail(&basket["result"]);
                Ok(())
            }
            Err(message) => bail!("the update should be accepted: {message}"),
        },
    )?;
    steps.run("signal `approve`", || {
        let by = json!({ "by": "grace" }).to_string();
        sundial.json(&[
            "workflow",
            "signal",
            "-w",
            WORKFLOW_ID,
            "--name",
            "approve",
            "--input",
            &by,
        ])?;
        Ok(())
    })?;
    steps.run("the workflow returns", || {
        let result = &sundial.json(&["workflow", "result", "-w", WORKFLOW_ID])?["result"];
        ensure!(
            result["outcome"] == "confirmed",
            "the order should be confirmed: {result}"
        );
        ensure!(
            result["approved_by"] == "grace",
            "grace should have approved: {result}"
        );
        ensure!(
            result["receipts"][0]["attempt"] == 2,
            "the first charge should take two attempts: {result}"
        );
        detail(format!("{result:#}"));
        let events = history(sundial)?;
        detail(format!("{} events in its history", events.len()));
        Ok(())
    })
}

fn query_status(sundial: &Sundial) -> Result<Value> {
    Ok(
        sundial.json(&["workflow", "query", "-w", WORKFLOW_ID, "--name", "status"])?["result"]
            .clone(),
    )
}

fn add_item(sundial: &Sundial, quantity: u32) -> Result<Result<Value, String>> {
    let item = json!({ "sku": "nodus", "quantity": quantity, "unit_price_cents": 250 }).to_string();
    sundial.attempt(&[
        "workflow",
        "update",
        "-w",
        WORKFLOW_ID,
        "--name",
        "add_item",
        "--input",
        &item,
    ])
}

fn tell_payment(sundial: &Sundial) -> Result<()> {
    let started = wait_for("the charge is done", STEP_LIMIT, || {
        let events = history(sundial)?;
        Ok(activity_events(&events, "charge_payment")
            .filter(|[_, _, completed]| !completed.is_null()))
    })?;
    let [_, started, completed] = started;
    let attributes = &started["activityTaskStartedEventAttributes"];
    ensure!(
        attributes["attempt"] == 2,
        "the charge should succeed in attempt 2: {attributes}"
    );
    let failure = attributes["lastFailure"]["message"]
        .as_str()
        .context("the first attempt should have failed")?;
    detail(format!("attempt 1 failed: {failure}"));
    detail(format!(
        "attempt 2 succeeded, at {}",
        completed["eventTime"].as_str().unwrap_or_default()
    ));
    Ok(())
}

fn tell_activity(sundial: &Sundial, activity: &str, place: &str) -> Result<()> {
    let events = history(sundial)?;
    let [_, started, _] = activity_events(&events, activity)
        .with_context(|| format!("{activity} should have run"))?;
    let identity = &started["activityTaskStartedEventAttributes"]["identity"];
    detail(format!(
        "{activity} ran {place} ({})",
        identity.as_str().unwrap_or_default()
    ));
    Ok(())
}

fn history(sundial: &Sundial) -> Result<Vec<Value>> {
    let history = sundial.json(&["workflow", "show", "-w", WORKFLOW_ID])?;
    history["events"]
        .as_array()
        .cloned()
        .context("a history has events")
}

/// Scheduled, started and completed event of the first activity of this type; null for what did not happen yet.
fn activity_events(events: &[Value], activity: &str) -> Option<[Value; 3]> {
    let scheduled = events.iter().find(|event| {
        event["activityTaskScheduledEventAttributes"]["activityType"]["name"] == activity
    })?;
    let of = |attributes: &str| {
        let found = events
            .iter()
            .find(|event| event[attributes]["scheduledEventId"] == scheduled["eventId"]);
        found.cloned().unwrap_or_default()
    };
    Some([
        scheduled.clone(),
        of("activityTaskStartedEventAttributes"),
        of("activityTaskCompletedEventAttributes"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_an_activity_are_found_by_its_scheduled_event() {
        let events = [
            json!({ "eventId": "5", "activityTaskScheduledEventAttributes": { "activityType": { "name": "a" } } }),
            json!({ "eventId": "6", "activityTaskScheduledEventAttributes": { "activityType": { "name": "b" } } }),
            json!({ "eventId": "7", "activityTaskStartedEventAttributes": { "scheduledEventId": "6" } }),
        ];
        let [scheduled, started, completed] =
            activity_events(&events, "b").expect("it was scheduled");
        assert_eq!([&scheduled["eventId"], &started["eventId"]], ["6", "7"]);
        assert!(completed.is_null());
        assert!(activity_events(&events, "c").is_none());
    }
}
