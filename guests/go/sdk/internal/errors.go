package internal

// The errors that a workflow sees and returns, of the shape and with the texts of Temporal's Go SDK. How they become failures and
// come from them is in failure.go.

import (
	"errors"
	"fmt"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/converter"
)

var (
	// ErrNoData is what details and results without values answer.
	ErrNoData = errors.New("no data available")
	// ErrTooManyArg is what details answer when more values are asked for than there are.
	ErrTooManyArg = errors.New("too many arguments")
	// ErrCanceled is the error of a cancelled context.
	ErrCanceled = NewCanceledError()
	// ErrDeadlineExceeded is the error of a context whose deadline passed.
	ErrDeadlineExceeded = NewTimeoutError("deadline exceeded", enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE, nil)
	// ErrActivityResultPending is what an activity returns that somebody else will complete.
	ErrActivityResultPending = errors.New("not error: do not autocomplete, using Client.CompleteActivity() to complete")
)

// received keeps the failure that an error came as, so that it can be sent on unchanged.
type received struct{ original *failurepb.Failure }

func (r *received) failure() *failurepb.Failure     { return r.original }
func (r *received) setFailure(f *failurepb.Failure) { r.original = f }

type failureHolder interface {
	failure() *failurepb.Failure
	setFailure(*failurepb.Failure)
}

// messenger is an error whose failure's message is shorter than its text.
type messenger interface{ message() string }

// ApplicationErrorCategory says how an application error is to be taken.
type ApplicationErrorCategory int

// Categories of application errors.
const (
	ApplicationErrorCategoryUnspecified ApplicationErrorCategory = 0
	ApplicationErrorCategoryBenign      ApplicationErrorCategory = 1
)

// ApplicationErrorOptions are the optional parts of an ApplicationError.
type ApplicationErrorOptions struct {
	NonRetryable   bool
	Cause          error
	Details        []interface{}
	NextRetryDelay time.Duration
	Category       ApplicationErrorCategory
}

// ApplicationError is an error of the user's own code.
type ApplicationError struct {
	received
	msg, errType   string
	nonRetryable   bool
	details        converter.EncodedValues
	cause          error
	nextRetryDelay time.Duration
	category       ApplicationErrorCategory
}

// NewApplicationError makes one.
func NewApplicationError(msg, errType string, nonRetryable bool, cause error, details ...interface{}) error {
	return NewApplicationErrorWithOptions(msg, errType, ApplicationErrorOptions{NonRetryable: nonRetryable, Cause: cause, Details: details})
}

// NewApplicationErrorWithOptions makes one with all that it can have.
func NewApplicationErrorWithOptions(msg, errType string, options ApplicationErrorOptions) error {
	return &ApplicationError{msg: msg, errType: errType, nonRetryable: options.NonRetryable, cause: options.Cause,
		details: errorDetails(options.Details), nextRetryDelay: options.NextRetryDelay, category: options.Category}
}

func (e *ApplicationError) Error() string {
	msg := e.msg
	if e.errType != "" {
		msg = fmt.Sprintf("%s (type: %s, retryable: %v)", msg, e.errType, !e.nonRetryable)
	}
	return withCause(msg, e.cause)
}
func (e *ApplicationError) message() string { return e.msg }

// Message is the text without type and cause.
func (e *ApplicationError) Message() string { return e.msg }

// Type is the error's type, which retry policies name.
func (e *ApplicationError) Type() string { return e.errType }

// NonRetryable says whether a retry is pointless.
func (e *ApplicationError) NonRetryable() bool { return e.nonRetryable }

// HasDetails says whether there are details.
func (e *ApplicationError) HasDetails() bool { return e.details != nil && e.details.HasValues() }

// Details decodes them.
func (e *ApplicationError) Details(d ...interface{}) error { return getDetails(e.details, d) }

// NextRetryDelay overrides the retry policy's next delay unless it is zero.
func (e *ApplicationError) NextRetryDelay() time.Duration { return e.nextRetryDelay }

// Category says how it is to be taken.
func (e *ApplicationError) Category() ApplicationErrorCategory { return e.category }
func (e *ApplicationError) Unwrap() error                      { return e.cause }

// CanceledErrorOptions are the optional parts of a CanceledError.
type CanceledErrorOptions struct {
	Message string
	Details []interface{}
	Cause   error
}

// CanceledError says that something was cancelled.
type CanceledError struct {
	received
	msg     string
	details converter.EncodedValues
	cause   error
}

// NewCanceledError makes one with the usual message.
func NewCanceledError(details ...interface{}) error {
	return NewCanceledErrorWithOptions(CanceledErrorOptions{Details: details})
}

// NewCanceledErrorWithOptions makes one with all that it can have.
func NewCanceledErrorWithOptions(options CanceledErrorOptions) error {
	if options.Message == "" {
		options.Message = "canceled"
	}
	return &CanceledError{msg: options.Message, details: errorDetails(options.Details), cause: options.Cause}
}

func (e *CanceledError) Error() string   { return e.msg }
func (e *CanceledError) message() string { return e.msg }
func (e *CanceledError) Unwrap() error   { return e.cause }

// HasDetails says whether there are details.
func (e *CanceledError) HasDetails() bool { return e.details != nil && e.details.HasValues() }

// Details decodes them.
func (e *CanceledError) Details(d ...interface{}) error { return getDetails(e.details, d) }

// IsCanceledError says whether a cancellation is in the chain.
func IsCanceledError(err error) bool {
	var canceled *CanceledError
	return errors.As(err, &canceled)
}

// TimeoutError says that a time limit passed.
type TimeoutError struct {
	received
	msg                  string
	timeoutType          enumspb.TimeoutType
	lastHeartbeatDetails converter.EncodedValues
	cause                error
}

// NewTimeoutError makes one.
func NewTimeoutError(msg string, timeoutType enumspb.TimeoutType, cause error, lastHeartbeatDetails ...interface{}) error {
	return &TimeoutError{msg: msg, timeoutType: timeoutType, cause: cause, lastHeartbeatDetails: errorDetails(lastHeartbeatDetails)}
}

func (e *TimeoutError) Error() string {
	return withCause(fmt.Sprintf("%s (type: %s)", e.msg, e.timeoutType), e.cause)
}
func (e *TimeoutError) message() string { return e.msg }

// Message is the text without type and cause.
func (e *TimeoutError) Message() string { return e.msg }

// TimeoutType says which limit it was.
func (e *TimeoutError) TimeoutType() enumspb.TimeoutType { return e.timeoutType }

// HasLastHeartbeatDetails says whether a heartbeat carried any.
func (e *TimeoutError) HasLastHeartbeatDetails() bool {
	return e.lastHeartbeatDetails != nil && e.lastHeartbeatDetails.HasValues()
}

// LastHeartbeatDetails decodes them.
func (e *TimeoutError) LastHeartbeatDetails(d ...interface{}) error {
	return getDetails(e.lastHeartbeatDetails, d)
}
func (e *TimeoutError) Unwrap() error { return e.cause }

// TerminatedError says that a run was terminated.
type TerminatedError struct{ received }

func (e *TerminatedError) Error() string   { return "terminated" }
func (e *TerminatedError) message() string { return "terminated" }

// ServerError is an error that the server made.
type ServerError struct {
	received
	msg          string
	nonRetryable bool
	cause        error
}

// NewServerError makes one.
func NewServerError(msg string, nonRetryable bool, cause error) error {
	return &ServerError{msg: msg, nonRetryable: nonRetryable, cause: cause}
}

func (e *ServerError) Error() string   { return withCause(e.msg, e.cause) }
func (e *ServerError) message() string { return e.msg }

// Message is the text without cause.
func (e *ServerError) Message() string { return e.msg }
func (e *ServerError) Unwrap() error   { return e.cause }

// PanicError is a panic of user code.
type PanicError struct {
	received
	value      interface{}
	stackTrace string
}

func newPanicError(value interface{}, stackTrace string) *PanicError {
	return &PanicError{value: value, stackTrace: stackTrace}
}

func (e *PanicError) Error() string   { return fmt.Sprint(e.value) }
func (e *PanicError) message() string { return fmt.Sprint(e.value) }

// StackTrace is where it happened.
func (e *PanicError) StackTrace() string { return e.stackTrace }

// ActivityError is how a failed activity reaches the workflow; why it failed is its cause.
type ActivityError struct {
	received
	scheduledEventID, startedEventID int64
	identity, activityID             string
	activityType                     *commonpb.ActivityType
	retryState                       enumspb.RetryState
	cause                            error
}

// NewActivityError makes one.
func NewActivityError(scheduledEventID, startedEventID int64, identity string, activityType *commonpb.ActivityType, activityID string, retryState enumspb.RetryState, cause error) *ActivityError {
	return &ActivityError{scheduledEventID: scheduledEventID, startedEventID: startedEventID, identity: identity,
		activityType: activityType, activityID: activityID, retryState: retryState, cause: cause}
}

func (e *ActivityError) Error() string {
	return withCause(fmt.Sprintf("%s (type: %s, scheduledEventID: %d, startedEventID: %d, identity: %s)",
		e.message(), e.activityType.GetName(), e.scheduledEventID, e.startedEventID, e.identity), e.cause)
}
func (e *ActivityError) message() string { return "activity error" }
func (e *ActivityError) Unwrap() error   { return e.cause }

// ScheduledEventID is the event that scheduled the activity.
func (e *ActivityError) ScheduledEventID() int64 { return e.scheduledEventID }

// StartedEventID is the event that started it.
func (e *ActivityError) StartedEventID() int64 { return e.startedEventID }

// Identity is that of the worker which ran it.
func (e *ActivityError) Identity() string { return e.identity }

// ActivityType is the activity's type.
func (e *ActivityError) ActivityType() *commonpb.ActivityType { return e.activityType }

// ActivityID is the activity's id.
func (e *ActivityError) ActivityID() string { return e.activityID }

// RetryState says why there was no further attempt.
func (e *ActivityError) RetryState() enumspb.RetryState { return e.retryState }

// withCause is the text of an error and of what caused it.
func withCause(msg string, cause error) string {
	if cause == nil {
		return msg
	}
	return fmt.Sprintf("%s: %v", msg, cause)
}
