package internal

// Errors about workflows as a whole: children, other runs, continue-as-new.

import (
	"errors"
	"fmt"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
)

// ChildWorkflowExecutionError is how a failed child reaches its parent; why it failed is its cause.
type ChildWorkflowExecutionError struct {
	received
	namespace, workflowID, runID, workflowType string
	initiatedEventID, startedEventID           int64
	retryState                                 enumspb.RetryState
	cause                                      error
}

// NewChildWorkflowExecutionError makes one.
func NewChildWorkflowExecutionError(namespace, workflowID, runID, workflowType string, initiatedEventID, startedEventID int64, retryState enumspb.RetryState, cause error) *ChildWorkflowExecutionError {
	return &ChildWorkflowExecutionError{namespace: namespace, workflowID: workflowID, runID: runID, workflowType: workflowType,
		initiatedEventID: initiatedEventID, startedEventID: startedEventID, retryState: retryState, cause: cause}
}

func (e *ChildWorkflowExecutionError) Error() string {
	return withCause(fmt.Sprintf("%s (type: %s, workflowID: %s, runID: %s, initiatedEventID: %d, startedEventID: %d)",
		e.message(), e.workflowType, e.workflowID, e.runID, e.initiatedEventID, e.startedEventID), e.cause)
}
func (e *ChildWorkflowExecutionError) message() string { return "child workflow execution error" }
func (e *ChildWorkflowExecutionError) Unwrap() error   { return e.cause }

// Namespace is the child's.
func (e *ChildWorkflowExecutionError) Namespace() string { return e.namespace }

// WorkflowID is the child's.
func (e *ChildWorkflowExecutionError) WorkflowID() string { return e.workflowID }

// RunID is the child's.
func (e *ChildWorkflowExecutionError) RunID() string { return e.runID }

// WorkflowType is the child's.
func (e *ChildWorkflowExecutionError) WorkflowType() string { return e.workflowType }

// RetryState says why there was no further attempt.
func (e *ChildWorkflowExecutionError) RetryState() enumspb.RetryState { return e.retryState }

// ChildWorkflowExecutionAlreadyStartedError is the cause when the child's id is taken.
type ChildWorkflowExecutionAlreadyStartedError struct{}

func (*ChildWorkflowExecutionAlreadyStartedError) Error() string {
	return "child workflow execution already started"
}

// NamespaceNotFoundError is the cause when the child's namespace is not there.
type NamespaceNotFoundError struct{}

func (*NamespaceNotFoundError) Error() string { return "namespace not found" }

// UnknownExternalWorkflowExecutionError says that the run to signal or cancel is not there.
type UnknownExternalWorkflowExecutionError struct{}

func (*UnknownExternalWorkflowExecutionError) Error() string {
	return "unknown external workflow execution"
}

// WorkflowExecutionError is how a client, and the test environment, reports a failed run.
type WorkflowExecutionError struct {
	workflowID, runID, workflowType string
	cause                           error
}

// NewWorkflowExecutionError makes one.
func NewWorkflowExecutionError(workflowID, runID, workflowType string, cause error) *WorkflowExecutionError {
	return &WorkflowExecutionError{workflowID: workflowID, runID: runID, workflowType: workflowType, cause: cause}
}

func (e *WorkflowExecutionError) Error() string {
	return withCause(fmt.Sprintf("workflow execution error (type: %s, workflowID: %s, runID: %s)", e.workflowType, e.workflowID, e.runID), e.cause)
}
func (e *WorkflowExecutionError) Unwrap() error { return e.cause }

// ContinueAsNewVersioningBehavior says which version the next run starts on.
type ContinueAsNewVersioningBehavior int

// Versions that the next run can start on.
const (
	ContinueAsNewVersioningBehaviorUnspecified ContinueAsNewVersioningBehavior = 0
	ContinueAsNewVersioningBehaviorAutoUpgrade ContinueAsNewVersioningBehavior = 1
)

// ContinueAsNewErrorOptions are the optional parts of a ContinueAsNewError.
type ContinueAsNewErrorOptions struct {
	RetryPolicy               *RetryPolicy
	InitialVersioningBehavior ContinueAsNewVersioningBehavior
}

// ContinueAsNewError is what a workflow returns to go on as a new run.
type ContinueAsNewError struct {
	WorkflowType                                                      *WorkflowType
	Input                                                             *commonpb.Payloads
	Header                                                            *commonpb.Header
	TaskQueueName                                                     string
	WorkflowExecutionTimeout, WorkflowRunTimeout, WorkflowTaskTimeout time.Duration
	VersioningIntent                                                  VersioningIntent
	InitialVersioningBehavior                                         ContinueAsNewVersioningBehavior
	RetryPolicy                                                       *RetryPolicy
	args                                                              []interface{}
}

func (e *ContinueAsNewError) Error() string   { return "continue as new" }
func (e *ContinueAsNewError) message() string { return "continue as new" }

// Args are the next run's arguments.
func (e *ContinueAsNewError) Args() []interface{} { return e.args }

// IsContinueAsNewError says whether it is in the chain.
func IsContinueAsNewError(err error) bool {
	var next *ContinueAsNewError
	return errors.As(err, &next)
}

// NewContinueAsNewError ends this run and starts wfn, a workflow function or a type's name, with args. It panics if the arguments
// can't be encoded.
func NewContinueAsNewError(ctx Context, wfn interface{}, args ...interface{}) error {
	return NewContinueAsNewErrorWithOptions(ctx, ContinueAsNewErrorOptions{}, wfn, args...)
}

// NewContinueAsNewErrorWithOptions does the same with all that can be chosen.
func NewContinueAsNewErrorWithOptions(ctx Context, options ContinueAsNewErrorOptions, wfn interface{}, args ...interface{}) error {
	env := runOf(ctx)
	name, err := env.registry.workflowName(wfn)
	if err != nil {
		panic(err)
	}
	input, err := dataConverterOf(ctx).ToPayloads(args...)
	if err != nil {
		panic(err)
	}
	chosen := childOptionsOf(ctx)
	return &ContinueAsNewError{
		WorkflowType: &WorkflowType{Name: name}, Input: input, args: args,
		TaskQueueName: chosen.TaskQueue, WorkflowExecutionTimeout: chosen.WorkflowExecutionTimeout,
		WorkflowRunTimeout: chosen.WorkflowRunTimeout, WorkflowTaskTimeout: chosen.WorkflowTaskTimeout,
		VersioningIntent: chosen.VersioningIntent, InitialVersioningBehavior: options.InitialVersioningBehavior,
		RetryPolicy: options.RetryPolicy,
	}
}
