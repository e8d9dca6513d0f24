//! The examples, tested as an author tests a workflow.

use std::time::Duration;

use sundial_testing::{Component, Failure, Run, Status, Value, Workflow, json};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn order(approval_timeout_seconds: u64) -> Workflow {
    Component::build("../examples/order")
        .workflow("OrderWorkflow")
        .input(json!({
            "order_id": "o-1",
            "customer": "ada",
            "items": [{ "sku": "lamp", "quantity": 2, "unit_price_cents": 1500 }],
            "approval_timeout_seconds": approval_timeout_seconds,
        }))
        .mock(
            "reserve_stock",
            json!({ "reservation_id": "r-1", "items": 1 }),
        )
        .mock(
            "quote_shipping",
            json!({ "carrier": "snail", "price_cents": 500 }),
        )
}

fn receipt(payment_id: &str, amount_cents: u64) -> Value {
    json!({ "payment_id": payment_id, "amount_cents": amount_cents, "attempt": 1 })
}

fn activities(run: &Run) -> Vec<&str> {
    run.commands
        .iter()
        .filter_map(|command| command.fields.get("activity")?.as_str())
        .collect()
}

#[test]
fn an_order_that_is_approved_is_confirmed() {
    let run = order(30 * 24 * 60 * 60)
        .mock_failure("charge_payment", &Failure::new("the bank is busy"))
        .mock("charge_payment", receipt("p-1", 3000))
        .mock("charge_payment", receipt("p-2", 500))
        .signal("approve", json!({ "by": "grace" }), 20 * DAY)
        .query("status")
        .run();
    let result: Value = run.result();
    assert_eq!(result["outcome"], "confirmed");
    assert_eq!(result["approved_by"], "grace");
    assert_eq!(result["total_cents"], 3500);
    assert_eq!(run.answer::<Value>("status")["stage"], "done");
    assert_eq!(
        activities(&run),
        [
            "charge_payment",
            "reserve_stock",
            "quote_shipping",
            "charge_payment"
        ]
    );
    assert!(
        run.took >= 20 * DAY && run.took < 21 * DAY,
        "{:?}",
        run.took
    );
}

#[test]
fn an_order_that_nobody_approves_is_undone() {
    let run = order(7200)
        .mock("charge_payment", receipt("p-1", 3000))
        .mock("refund_payment", "refunded")
        .mock("release_stock", "released")
        .run();
    assert_eq!(run.result::<Value>()["outcome"], "expired");
    assert_eq!(run.timers(), [Duration::from_secs(7200)]);
    assert_eq!(
        run.activity_inputs("refund_payment"),
        [json!([receipt("p-1", 3000)])]
    );
    assert!(run.took >= Duration::from_secs(7200));
}

#[test]
fn a_declined_card_fails_the_order_at_once() {
    let declined = Failure::new("no funds")
        .of_type("CardDeclined")
        .non_retryable();
    let run = order(60).mock_failure("charge_payment", &declined).run();
    assert_eq!(run.status, Status::Failed);
    assert!(format!("{:?}", run.failure).contains("no funds"), "{run:?}");
    assert_eq!(activities(&run), ["charge_payment"]);
}

#[test]
fn what_is_not_mocked_is_named() {
    let run = order(60).run();
    assert_eq!(run.status, Status::Failed);
    assert_eq!(run.missing_mocks, ["--mock charge_payment=JSON"]);
}

#[test]
fn a_trip_that_can_not_be_booked_is_cancelled_in_the_reverse_order() {
    let full = Failure::new("the flight is full").non_retryable();
    let run = Component::build("../examples/saga")
        .workflow("BookTrip")
        .input(json!({ "trip_id": "t-1", "parts": ["car", "hotel", "flight"] }))
        .mock("book", "c-1")
        .mock("book", "h-1")
        .mock_failure("book", &full)
        .mock("cancel_booking", "cancelled")
        .run();
    assert_eq!(run.status, Status::Failed);
    let cancelled: Vec<Value> = run
        .activity_inputs("cancel_booking")
        .iter()
        .map(|input| input[0]["kind"].clone())
        .collect();
    assert_eq!(cancelled, ["hotel", "car"]);
}

fn account() -> Workflow {
    Component::build("../examples/account")
        .workflow("Account")
        .input(json!({
            "account_id": "a-1",
            "messages_per_run": 2,
        }))
}

#[test]
fn an_account_lives_over_several_runs() {
    let run = account()
        .signal("deposit", json!({ "amount_cents": 500 }), DAY)
        .update("withdraw", json!({ "amount_cents": 200 }), 2 * DAY)
        .signal("deposit", json!({ "amount_cents": 50 }), 3 * DAY)
        .query_at("balance", 4 * DAY)
        .bare_signal("close", 5 * DAY)
        .run();
    assert_eq!(run.answer::<i64>("withdraw"), 300);
    assert_eq!(
        run.answer::<Value>("balance"),
        json!({ "balance_cents": 350, "handled": 3, "runs": 2 })
    );
    assert_eq!(
        run.result::<Value>(),
        json!({ "account_id": "a-1", "balance_cents": 350, "handled": 3, "runs": 2 })
    );
}

#[test]
fn an_account_gives_no_more_than_it_holds_and_waits_to_be_closed() {
    let run = account()
        .signal("deposit", json!({ "amount_cents": 10 }), DAY)
        .update("withdraw", json!({ "amount_cents": 11 }), 2 * DAY)
        .run();
    assert_eq!(run.status, Status::Waiting);
    let refused = run.visits.iter().find(|visit| visit.kind == "update");
    let refused = refused
        .and_then(|visit| visit.outcome.clone())
        .unwrap_or_default();
    assert_eq!(
        refused["failure"]["message"],
        "the account holds only 10 cents"
    );
}

#[test]
fn children_on_the_own_queue_are_run_and_those_on_another_are_mocked() {
    let fan_out = |queue: Option<&str>| {
        Component::build("../examples/fan-out")
            .workflow("FanOut")
            .id("sum")
            .input(json!({ "numbers": [1, 2, 3], "child_task_queue": queue }))
    };
    let own = fan_out(None).run();
    assert_eq!(own.result::<Value>(), json!({ "total": 14, "children": 3 }));
    let squares = own
        .commands
        .iter()
        .filter(|command| command.kind == "start_child");
    let ids: Vec<&Value> = squares.map(|command| &command.fields["child_id"]).collect();
    assert_eq!(ids, ["sum/square/0", "sum/square/1", "sum/square/2"]);
    let other = fan_out(Some("elsewhere")).mock_child("Square", 5).run();
    assert_eq!(
        other.result::<Value>(),
        json!({ "total": 15, "children": 3 })
    );
}
