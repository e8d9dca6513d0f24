// Package workflows holds the guide's workflows: an order, and one that continues as new by the length of its history.
package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"example/best-practices/activities"
)

// OrderWorkflow pays for an order and processes its items.
func OrderWorkflow(ctx workflow.Context, input activities.OrderInput) (activities.OrderResult, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 30 * time.Second,
		HeartbeatTimeout:    30 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{
			MaximumAttempts:        3,
			NonRetryableErrorTypes: []string{"CardDeclined"},
		},
	})

	// A nil pointer gives the method's name; the worker's struct does the work.
	var acts *activities.OrderActivities
	var payment activities.PaymentResult
	err := workflow.ExecuteActivity(ctx, acts.ProcessPayment, activities.PaymentInput{Amount: input.Amount, CardToken: "tok"}).Get(ctx, &payment)
	if err != nil {
		return activities.OrderResult{}, err
	}

	// Version 1 processes the items, too.
	if workflow.GetVersion(ctx, "process-items", workflow.DefaultVersion, 1) == 1 {
		var processed activities.ProcessResult
		if err := workflow.ExecuteActivity(ctx, activities.LongRunningActivity, activities.ProcessInput{Items: input.Items}).Get(ctx, &processed); err != nil {
			return activities.OrderResult{}, err
		}
	}

	var tracking string
	if err := workflow.SideEffect(ctx, func(ctx workflow.Context) interface{} { return "track-" + input.OrderID }).Get(&tracking); err != nil {
		return activities.OrderResult{}, err
	}
	return activities.OrderResult{Status: "completed", TrackingID: tracking, TxnID: payment.TxnID}, nil
}

// CountingWorkflow counts ticks and continues as new before its history grows long.
func CountingWorkflow(ctx workflow.Context, ticks int, limit int) (int, error) {
	for workflow.GetInfo(ctx).GetCurrentHistoryLength() < 40 {
		if ticks == limit {
			return ticks, nil
		}
		if err := workflow.Sleep(ctx, time.Millisecond); err != nil {
			return 0, err
		}
		ticks++
	}
	return 0, workflow.NewContinueAsNewError(ctx, CountingWorkflow, ticks, limit)
}
