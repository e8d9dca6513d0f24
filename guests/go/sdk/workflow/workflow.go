// Package workflow is what workflow code is written with: the shape of go.temporal.io/sdk/workflow. It owns names only; what they do is
// in package internal.
package workflow

import "go.temporal.io/sdk/internal"

type (
	// Context is the first argument of each workflow function.
	Context = internal.Context
	// CancelFunc cancels a context.
	CancelFunc = internal.CancelFunc
	// Future is a result that may come later.
	Future = internal.Future
	// Settable gives a Future its result.
	Settable = internal.Settable
	// ChildWorkflowFuture is a child's result.
	ChildWorkflowFuture = internal.ChildWorkflowFuture
	// Channel passes values between coroutines.
	Channel = internal.Channel
	// SendChannel is the end of a Channel that takes values.
	SendChannel = internal.SendChannel
	// ReceiveChannel is the end of a Channel that gives values.
	ReceiveChannel = internal.ReceiveChannel
	// Selector waits for the first of several things.
	Selector = internal.Selector
	// WaitGroup waits for coroutines.
	WaitGroup = internal.WaitGroup
	// Mutex is held by one coroutine at a time.
	Mutex = internal.Mutex
	// Semaphore limits how much happens at once.
	Semaphore = internal.Semaphore
	// Info is what a workflow can know of its own run.
	Info = internal.WorkflowInfo
	// Execution names a run.
	Execution = internal.WorkflowExecution
	// Type names a kind of workflow.
	Type = internal.WorkflowType
	// Version is a version of a change.
	Version = internal.Version
	// ActivityOptions say where an activity runs and how long it may take.
	ActivityOptions = internal.ActivityOptions
	// LocalActivityOptions say how long a local activity may take.
	LocalActivityOptions = internal.LocalActivityOptions
	// ChildWorkflowOptions say how a child runs.
	ChildWorkflowOptions = internal.ChildWorkflowOptions
	// TimerOptions are the optional parts of a timer.
	TimerOptions = internal.TimerOptions
	// AwaitOptions are the optional parts of an Await.
	AwaitOptions = internal.AwaitOptions
	// SideEffectOptions are the optional parts of a side effect.
	SideEffectOptions = internal.SideEffectOptions
	// MutableSideEffectOptions are the optional parts of a mutable side effect.
	MutableSideEffectOptions = internal.MutableSideEffectOptions
	// SignalChannelOptions are the optional parts of a signal's channel.
	SignalChannelOptions = internal.SignalChannelOptions
	// QueryHandlerOptions are the optional parts of a query handler.
	QueryHandlerOptions = internal.QueryHandlerOptions
	// UpdateHandlerOptions are the optional parts of an update handler.
	UpdateHandlerOptions = internal.UpdateHandlerOptions
	// UpdateInfo names an update.
	UpdateInfo = internal.UpdateInfo
	// HandlerUnfinishedPolicy says what happens to a handler that is not done when the workflow ends.
	HandlerUnfinishedPolicy = internal.HandlerUnfinishedPolicy
	// ContinueAsNewError is what a workflow returns to go on as a new run.
	ContinueAsNewError = internal.ContinueAsNewError
	// ContinueAsNewErrorOptions are its optional parts.
	ContinueAsNewErrorOptions = internal.ContinueAsNewErrorOptions
	// ContinueAsNewVersioningBehavior says which version the next run starts on.
	ContinueAsNewVersioningBehavior = internal.ContinueAsNewVersioningBehavior
	// ContinueAsNewSuggestedReason says why the server suggests to continue as new.
	ContinueAsNewSuggestedReason = internal.ContinueAsNewSuggestedReason
	// RegisterOptions say how a workflow is registered.
	RegisterOptions = internal.RegisterWorkflowOptions
	// VersioningBehavior is there for the shape's sake: the host pins each run to its component.
	VersioningBehavior = internal.VersioningBehavior
)

// DefaultVersion is that of runs which passed a change before it was made.
const DefaultVersion = internal.DefaultVersion

// What happens to a handler that is not done when the workflow ends.
const (
	HandlerUnfinishedPolicyWarnAndAbandon = internal.HandlerUnfinishedPolicyWarnAndAbandon
	HandlerUnfinishedPolicyAbandon        = internal.HandlerUnfinishedPolicyAbandon
)

// Versions that the next run can start on.
const (
	ContinueAsNewVersioningBehaviorUnspecified = internal.ContinueAsNewVersioningBehaviorUnspecified
	ContinueAsNewVersioningBehaviorAutoUpgrade = internal.ContinueAsNewVersioningBehaviorAutoUpgrade
)

// How runs follow new versions.
const (
	VersioningBehaviorUnspecified = internal.VersioningBehaviorUnspecified
	VersioningBehaviorPinned      = internal.VersioningBehaviorPinned
	VersioningBehaviorAutoUpgrade = internal.VersioningBehaviorAutoUpgrade
)

// Errors of contexts.
var (
	ErrCanceled         = internal.ErrCanceled
	ErrDeadlineExceeded = internal.ErrDeadlineExceeded
)
