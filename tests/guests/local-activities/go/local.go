// Package local has a workflow around one local activity, told by its input how the activity is asked for.
package local

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// Work is what the program local_step.py is to do.
type Work struct {
	Record   string `json:"record"`
	Failures int    `json:"failures"`
	TakesMs  int    `json:"takes_ms"`
}

// Done is what it did.
type Done struct {
	Attempt int `json:"attempt"`
}

// Step is the work, and how it is asked for. From when on the next attempt is waited for with a timer, this SDK decides itself.
type Step struct {
	Work              Work  `json:"work"`
	StartToCloseMs    int64 `json:"start_to_close_ms"`
	MaximumAttempts   int32 `json:"maximum_attempts"`
	InitialIntervalMs int64 `json:"initial_interval_ms"`
	CancelAfterMs     int64 `json:"cancel_after_ms"`
}

func milliseconds(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

// LocalStep says what came of the activity once it is told to finish.
func LocalStep(ctx workflow.Context, step Step) (string, error) {
	options := workflow.LocalActivityOptions{
		StartToCloseTimeout: milliseconds(step.StartToCloseMs),
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: milliseconds(step.InitialIntervalMs), MaximumAttempts: step.MaximumAttempts,
		},
	}
	local, cancel := workflow.WithCancel(workflow.WithLocalActivityOptions(ctx, options))
	work := workflow.ExecuteLocalActivity(local, "local_step", step.Work)
	if step.CancelAfterMs > 0 {
		selector := workflow.NewSelector(ctx)
		selector.AddFuture(work, func(workflow.Future) {})
		selector.AddFuture(workflow.NewTimer(ctx, milliseconds(step.CancelAfterMs)), func(workflow.Future) { cancel() })
		selector.Select(ctx)
	}
	outcome, err := outcomeOf(ctx, work)
	if err != nil {
		return "", err
	}
	workflow.GetSignalChannel(ctx, "finish").Receive(ctx, nil)
	return outcome, nil
}

func outcomeOf(ctx workflow.Context, work workflow.Future) (string, error) {
	var done Done
	err := work.Get(ctx, &done)
	var application *temporal.ApplicationError
	switch {
	case err == nil:
		return fmt.Sprintf("done in attempt %d", done.Attempt), nil
	case temporal.IsTimeoutError(err):
		return "timed out", nil
	case temporal.IsCanceledError(err):
		return "cancelled", nil
	case errors.As(err, &application):
		return "failed", nil
	}
	return "", err
}

// UnknownStep asks for a local activity that nobody knows.
func UnknownStep(ctx workflow.Context, work Work) (int, error) {
	local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: 10 * time.Second})
	var done Done
	err := workflow.ExecuteLocalActivity(local, "unknown_step", work).Get(ctx, &done)
	return done.Attempt, err
}
