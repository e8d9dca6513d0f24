// Package workflows holds the workflow. It becomes a component: what it does depends on its input and its history alone.
package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"my-workflow/activities"
)

// Input is what the workflow starts with. A struct can get fields later without breaking runs that are open.
type Input struct {
	Name string `json:"name"`
}

// Result is what it returns.
type Result struct {
	Greeting string `json:"greeting"`
}

// MyWorkflow greets somebody, once they are there.
func MyWorkflow(ctx workflow.Context, input Input) (*Result, error) {
	stage := "waiting"
	if err := workflow.SetQueryHandler(ctx, "stage", func() (string, error) { return stage, nil }); err != nil {
		return nil, err
	}
	workflow.GetSignalChannel(ctx, "arrived").Receive(ctx, nil)

	stage = "greeting"
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second,
		RetryPolicy:         &temporal.RetryPolicy{MaximumAttempts: 5},
	})
	var greeting string
	if err := workflow.ExecuteActivity(ctx, activities.ComposeGreeting, input.Name).Get(ctx, &greeting); err != nil {
		return nil, err
	}
	stage = "done"
	return &Result{Greeting: greeting}, nil
}
