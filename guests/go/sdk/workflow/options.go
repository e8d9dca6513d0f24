package workflow

// Contexts with one option changed.

import (
	"time"

	"go.temporal.io/sdk/internal"
	"go.temporal.io/sdk/temporal"
)

// WithTaskQueue sets TaskQueue of activities.
func WithTaskQueue(ctx Context, name string) Context {
	return internal.ChangeActivityOptions(ctx, func(o *ActivityOptions) { o.TaskQueue = name })
}

// WithScheduleToCloseTimeout sets ScheduleToCloseTimeout of activities.
func WithScheduleToCloseTimeout(ctx Context, d time.Duration) Context {
	return internal.ChangeActivityOptions(ctx, func(o *ActivityOptions) { o.ScheduleToCloseTimeout = d })
}

// WithScheduleToStartTimeout sets ScheduleToStartTimeout of activities.
func WithScheduleToStartTimeout(ctx Context, d time.Duration) Context {
	return internal.ChangeActivityOptions(ctx, func(o *ActivityOptions) { o.ScheduleToStartTimeout = d })
}

// WithStartToCloseTimeout sets StartToCloseTimeout of activities.
func WithStartToCloseTimeout(ctx Context, d time.Duration) Context {
	return internal.ChangeActivityOptions(ctx, func(o *ActivityOptions) { o.StartToCloseTimeout = d })
}

// WithHeartbeatTimeout sets HeartbeatTimeout of activities.
func WithHeartbeatTimeout(ctx Context, d time.Duration) Context {
	return internal.ChangeActivityOptions(ctx, func(o *ActivityOptions) { o.HeartbeatTimeout = d })
}

// WithWaitForCancellation sets WaitForCancellation of activities.
func WithWaitForCancellation(ctx Context, wait bool) Context {
	return internal.ChangeActivityOptions(ctx, func(o *ActivityOptions) { o.WaitForCancellation = wait })
}

// WithRetryPolicy sets RetryPolicy of activities.
func WithRetryPolicy(ctx Context, retryPolicy temporal.RetryPolicy) Context {
	return internal.ChangeActivityOptions(ctx, func(o *ActivityOptions) { o.RetryPolicy = &retryPolicy })
}

// WithPriority sets Priority of activities.
func WithPriority(ctx Context, priority temporal.Priority) Context {
	return internal.ChangeActivityOptions(ctx, func(o *ActivityOptions) { o.Priority = priority })
}

// WithWorkflowTaskQueue sets TaskQueue of children.
func WithWorkflowTaskQueue(ctx Context, name string) Context {
	return internal.ChangeChildOptions(ctx, func(o *ChildWorkflowOptions) { o.TaskQueue = name })
}

// WithWorkflowID sets WorkflowID of children.
func WithWorkflowID(ctx Context, workflowID string) Context {
	return internal.ChangeChildOptions(ctx, func(o *ChildWorkflowOptions) { o.WorkflowID = workflowID })
}

// WithWorkflowNamespace sets Namespace of children.
func WithWorkflowNamespace(ctx Context, name string) Context {
	return internal.ChangeChildOptions(ctx, func(o *ChildWorkflowOptions) { o.Namespace = name })
}

// WithWorkflowRunTimeout sets WorkflowRunTimeout of children.
func WithWorkflowRunTimeout(ctx Context, d time.Duration) Context {
	return internal.ChangeChildOptions(ctx, func(o *ChildWorkflowOptions) { o.WorkflowRunTimeout = d })
}

// WithWorkflowTaskTimeout sets WorkflowTaskTimeout of children.
func WithWorkflowTaskTimeout(ctx Context, d time.Duration) Context {
	return internal.ChangeChildOptions(ctx, func(o *ChildWorkflowOptions) { o.WorkflowTaskTimeout = d })
}

// WithWorkflowPriority sets Priority of children.
func WithWorkflowPriority(ctx Context, priority temporal.Priority) Context {
	return internal.ChangeChildOptions(ctx, func(o *ChildWorkflowOptions) { o.Priority = priority })
}

// WithWorkflowVersioningIntent sets VersioningIntent of children.
func WithWorkflowVersioningIntent(ctx Context, intent temporal.VersioningIntent) Context {
	return internal.ChangeChildOptions(ctx, func(o *ChildWorkflowOptions) { o.VersioningIntent = intent })
}
