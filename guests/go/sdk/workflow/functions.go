package workflow

// Functions that only pass on.

import (
	"cmp"
	"slices"
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/internal"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
)

// WithValue returns a context with a value.
func WithValue(parent Context, key interface{}, val interface{}) Context {
	return internal.WithValue(parent, key, val)
}

// WithCancel returns a context that ends with its parent, or when the function is called.
func WithCancel(parent Context) (ctx Context, cancel CancelFunc) { return internal.WithCancel(parent) }

// NewDisconnectedContext returns a context that the parent's cancellation does not reach.
func NewDisconnectedContext(parent Context) (ctx Context, cancel CancelFunc) {
	return internal.NewDisconnectedContext(parent)
}

// Go starts a coroutine.
func Go(ctx Context, f func(ctx Context)) { internal.Go(ctx, f) }

// GoNamed starts a coroutine with a name for people.
func GoNamed(ctx Context, name string, f func(ctx Context)) { internal.GoNamed(ctx, name, f) }

// NewFuture makes a future and what sets it.
func NewFuture(ctx Context) (Future, Settable) { return internal.NewFuture(ctx) }

// NewChannel makes a channel whose sender waits for a receiver.
func NewChannel(ctx Context) Channel { return internal.NewChannel(ctx) }

// NewNamedChannel does the same with a name.
func NewNamedChannel(ctx Context, name string) Channel { return internal.NewNamedChannel(ctx, name) }

// NewBufferedChannel makes a channel that holds size values.
func NewBufferedChannel(ctx Context, size int) Channel { return internal.NewBufferedChannel(ctx, size) }

// NewNamedBufferedChannel does the same with a name.
func NewNamedBufferedChannel(ctx Context, name string, size int) Channel {
	return internal.NewNamedBufferedChannel(ctx, name, size)
}

// NewSelector makes a selector.
func NewSelector(ctx Context) Selector { return internal.NewSelector(ctx) }

// NewNamedSelector does the same with a name.
func NewNamedSelector(ctx Context, name string) Selector { return internal.NewNamedSelector(ctx, name) }

// NewWaitGroup makes a wait group.
func NewWaitGroup(ctx Context) WaitGroup { return internal.NewWaitGroup(ctx) }

// NewMutex makes a mutex.
func NewMutex(ctx Context) Mutex { return internal.NewMutex(ctx) }

// NewSemaphore makes a semaphore that n can hold.
func NewSemaphore(ctx Context, n int64) Semaphore { return internal.NewSemaphore(ctx, n) }

// Await waits until the condition holds.
func Await(ctx Context, condition func() bool) error { return internal.Await(ctx, condition) }

// AwaitWithTimeout waits at most that long.
func AwaitWithTimeout(ctx Context, timeout time.Duration, condition func() bool) (ok bool, err error) {
	return internal.AwaitWithTimeout(ctx, timeout, condition)
}

// AwaitWithOptions waits with a timer that people can read.
func AwaitWithOptions(ctx Context, options AwaitOptions, condition func() bool) (ok bool, err error) {
	return internal.AwaitWithOptions(ctx, options, condition)
}

// NewTimer returns a future that is ready after d.
func NewTimer(ctx Context, d time.Duration) Future { return internal.NewTimer(ctx, d) }

// NewTimerWithOptions does the same with a text for people.
func NewTimerWithOptions(ctx Context, d time.Duration, options TimerOptions) Future {
	return internal.NewTimerWithOptions(ctx, d, options)
}

// Sleep waits for d.
func Sleep(ctx Context, d time.Duration) (err error) { return internal.Sleep(ctx, d) }

// Now is the time of the task that is worked on.
func Now(ctx Context) time.Time { return internal.Now(ctx) }

// IsReplaying says whether what happens has happened before.
func IsReplaying(ctx Context) bool { return internal.IsReplaying(ctx) }

// IsReadOnly says whether the caller is in a query or a validator.
func IsReadOnly(ctx Context) bool { return internal.IsReadOnly(ctx) }

// ExecuteActivity schedules an activity.
func ExecuteActivity(ctx Context, activity interface{}, args ...interface{}) Future {
	return internal.ExecuteActivity(ctx, activity, args...)
}

// ExecuteLocalActivity schedules a local activity.
func ExecuteLocalActivity(ctx Context, activity interface{}, args ...interface{}) Future {
	return internal.ExecuteLocalActivity(ctx, activity, args...)
}

// ExecuteChildWorkflow starts a child.
func ExecuteChildWorkflow(ctx Context, childWorkflow interface{}, args ...interface{}) ChildWorkflowFuture {
	return internal.ExecuteChildWorkflow(ctx, childWorkflow, args...)
}

// SignalExternalWorkflow sends a signal to another run.
func SignalExternalWorkflow(ctx Context, workflowID, runID, signalName string, arg interface{}) Future {
	return internal.SignalExternalWorkflow(ctx, workflowID, runID, signalName, arg)
}

// RequestCancelExternalWorkflow asks another run to cancel.
func RequestCancelExternalWorkflow(ctx Context, workflowID, runID string) Future {
	return internal.RequestCancelExternalWorkflow(ctx, workflowID, runID)
}

// GetSignalChannel returns the channel of a signal.
func GetSignalChannel(ctx Context, signalName string) ReceiveChannel {
	return internal.GetSignalChannel(ctx, signalName)
}

// GetSignalChannelWithOptions does the same with a text for people.
func GetSignalChannelWithOptions(ctx Context, signalName string, options SignalChannelOptions) ReceiveChannel {
	return internal.GetSignalChannelWithOptions(ctx, signalName, options)
}

// GetUnhandledSignalNames lists the signals that were not received.
func GetUnhandledSignalNames(ctx Context) []string { return internal.GetUnhandledSignalNames(ctx) }

// SetQueryHandler says what answers a query.
func SetQueryHandler(ctx Context, queryType string, handler interface{}) error {
	return internal.SetQueryHandler(ctx, queryType, handler)
}

// SetQueryHandlerWithOptions does the same with a text for people.
func SetQueryHandlerWithOptions(ctx Context, queryType string, handler interface{}, options QueryHandlerOptions) error {
	return internal.SetQueryHandlerWithOptions(ctx, queryType, handler, options)
}

// SetUpdateHandler says what handles an update.
func SetUpdateHandler(ctx Context, updateName string, handler interface{}) error {
	return internal.SetUpdateHandler(ctx, updateName, handler)
}

// SetUpdateHandlerWithOptions does the same with a validator.
func SetUpdateHandlerWithOptions(ctx Context, updateName string, handler interface{}, opts UpdateHandlerOptions) error {
	return internal.SetUpdateHandlerWithOptions(ctx, updateName, handler, opts)
}

// AllHandlersFinished says whether no update is being handled.
func AllHandlersFinished(ctx Context) bool { return internal.AllHandlersFinished(ctx) }

// GetCurrentUpdateInfo returns the update that this coroutine handles.
func GetCurrentUpdateInfo(ctx Context) *UpdateInfo { return internal.GetCurrentUpdateInfo(ctx) }

// SideEffect calls f once and keeps its value in history.
func SideEffect(ctx Context, f func(ctx Context) interface{}) converter.EncodedValue {
	return internal.SideEffect(ctx, f)
}

// MutableSideEffect keeps f's value when it differs from the last.
func MutableSideEffect(ctx Context, id string, f func(ctx Context) interface{}, equals func(a, b interface{}) bool) converter.EncodedValue {
	return internal.MutableSideEffect(ctx, id, f, equals)
}

// GetVersion says which version of a change this run takes.
func GetVersion(ctx Context, changeID string, minSupported, maxSupported Version) Version {
	return internal.GetVersion(ctx, changeID, minSupported, maxSupported)
}

// NewContinueAsNewError ends this run and starts another.
func NewContinueAsNewError(ctx Context, wfn interface{}, args ...interface{}) error {
	return internal.NewContinueAsNewError(ctx, wfn, args...)
}

// NewContinueAsNewErrorWithOptions does the same with all that can be chosen.
func NewContinueAsNewErrorWithOptions(ctx Context, options ContinueAsNewErrorOptions, wfn interface{}, args ...interface{}) error {
	return internal.NewContinueAsNewErrorWithOptions(ctx, options, wfn, args...)
}

// HasLastCompletionResult says whether an earlier run left a result.
func HasLastCompletionResult(ctx Context) bool { return internal.HasLastCompletionResult(ctx) }

// GetLastCompletionResult decodes it.
func GetLastCompletionResult(ctx Context, d ...interface{}) error {
	return internal.GetLastCompletionResult(ctx, d...)
}

// GetLastError is the error with which the earlier run ended.
func GetLastError(ctx Context) error { return internal.GetLastError(ctx) }

// UpsertMemo adds to the memo.
func UpsertMemo(ctx Context, memo map[string]interface{}) error {
	return internal.UpsertMemo(ctx, memo)
}

// UpsertSearchAttributes adds search attributes.
func UpsertSearchAttributes(ctx Context, attributes map[string]interface{}) error {
	return internal.UpsertSearchAttributes(ctx, attributes)
}

// GetLogger returns the run's logger.
func GetLogger(ctx Context) log.Logger { return internal.GetLogger(ctx) }

// GetActivityOptions returns the options that activities get.
func GetActivityOptions(ctx Context) ActivityOptions { return internal.GetActivityOptions(ctx) }

// GetLocalActivityOptions returns the options that local activities get.
func GetLocalActivityOptions(ctx Context) LocalActivityOptions {
	return internal.GetLocalActivityOptions(ctx)
}

// GetChildWorkflowOptions returns the options that children get.
func GetChildWorkflowOptions(ctx Context) ChildWorkflowOptions {
	return internal.GetChildWorkflowOptions(ctx)
}

// WithActivityOptions replaces the options of activities.
func WithActivityOptions(ctx Context, options ActivityOptions) Context {
	return internal.WithActivityOptions(ctx, options)
}

// WithLocalActivityOptions replaces the options of local activities.
func WithLocalActivityOptions(ctx Context, options LocalActivityOptions) Context {
	return internal.WithLocalActivityOptions(ctx, options)
}

// WithDataConverter replaces the data converter.
func WithDataConverter(ctx Context, dc converter.DataConverter) Context {
	return internal.WithDataConverter(ctx, dc)
}

// SetCurrentDetails sets a text that people see with the workflow.
func SetCurrentDetails(ctx Context, details string) { internal.SetCurrentDetails(ctx, details) }

// GetCurrentDetails returns it.
func GetCurrentDetails(ctx Context) string { return internal.GetCurrentDetails(ctx) }

// GetInfo returns what is known of the run.
func GetInfo(ctx Context) *Info { return internal.GetWorkflowInfo(ctx) }

// SideEffectWithOptions is SideEffect with a text for people.
func SideEffectWithOptions(ctx Context, options SideEffectOptions, f func(ctx Context) interface{}) converter.EncodedValue {
	return internal.SideEffect(ctx, f)
}

// MutableSideEffectWithOptions is MutableSideEffect with a text for people.
func MutableSideEffectWithOptions(ctx Context, id string, options MutableSideEffectOptions, f func(ctx Context) interface{}, equals func(a, b interface{}) bool) converter.EncodedValue {
	return internal.MutableSideEffect(ctx, id, f, equals)
}

// IsContinueAsNewError says whether a ContinueAsNewError is in the chain.
func IsContinueAsNewError(err error) bool { return internal.IsContinueAsNewError(err) }

// UpsertTypedSearchAttributes adds and removes search attributes.
func UpsertTypedSearchAttributes(ctx Context, updates ...temporal.SearchAttributeUpdate) error {
	return internal.UpsertTypedSearchAttributes(ctx, updates...)
}

// GetTypedSearchAttributes returns the run's search attributes.
func GetTypedSearchAttributes(ctx Context) temporal.SearchAttributes {
	return internal.GetTypedSearchAttributes(ctx)
}

// DeterministicKeys returns a map's keys in order: range over them instead of over the map.
func DeterministicKeys[K cmp.Ordered, V any](m map[K]V) []K {
	return DeterministicKeysFunc(m, cmp.Compare[K])
}

// DeterministicKeysFunc does the same with an order of the caller's.
func DeterministicKeysFunc[K comparable, V any](m map[K]V, compare func(a, b K) int) []K {
	keys := make([]K, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.SortStableFunc(keys, compare)
	return keys
}

// WithChildOptions replaces the options of children.
func WithChildOptions(ctx Context, options ChildWorkflowOptions) Context {
	return internal.WithChildWorkflowOptions(ctx, options)
}
