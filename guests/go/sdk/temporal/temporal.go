// Package temporal holds errors, retry policies and search attributes: the shape of go.temporal.io/sdk/temporal. It owns names only;
// what they do is in package internal.
package temporal

import (
	"errors"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/internal"
)

// Types whose meaning package internal says.
type (
	ActivityError                             = internal.ActivityError
	ApplicationError                          = internal.ApplicationError
	ApplicationErrorCategory                  = internal.ApplicationErrorCategory
	ApplicationErrorOptions                   = internal.ApplicationErrorOptions
	CanceledError                             = internal.CanceledError
	CanceledErrorOptions                      = internal.CanceledErrorOptions
	ChildWorkflowExecutionAlreadyStartedError = internal.ChildWorkflowExecutionAlreadyStartedError
	ChildWorkflowExecutionError               = internal.ChildWorkflowExecutionError
	NamespaceNotFoundError                    = internal.NamespaceNotFoundError
	PanicError                                = internal.PanicError
	Priority                                  = internal.Priority
	RetryPolicy                               = internal.RetryPolicy
	SearchAttributeKey                        = internal.SearchAttributeKey
	SearchAttributeKeyBool                    = internal.SearchAttributeKeyBool
	SearchAttributeKeyFloat64                 = internal.SearchAttributeKeyFloat64
	SearchAttributeKeyInt64                   = internal.SearchAttributeKeyInt64
	SearchAttributeKeyKeyword                 = internal.SearchAttributeKeyKeyword
	SearchAttributeKeyKeywordList             = internal.SearchAttributeKeyKeywordList
	SearchAttributeKeyString                  = internal.SearchAttributeKeyString
	SearchAttributeKeyTime                    = internal.SearchAttributeKeyTime
	SearchAttributeUpdate                     = internal.SearchAttributeUpdate
	SearchAttributes                          = internal.SearchAttributes
	ServerError                               = internal.ServerError
	TerminatedError                           = internal.TerminatedError
	TimeoutError                              = internal.TimeoutError
	UnknownExternalWorkflowExecutionError     = internal.UnknownExternalWorkflowExecutionError
	VersioningIntent                          = internal.VersioningIntent
	WorkflowExecutionError                    = internal.WorkflowExecutionError
)

// How an application error is to be taken.
const (
	ApplicationErrorCategoryUnspecified = internal.ApplicationErrorCategoryUnspecified
	ApplicationErrorCategoryBenign      = internal.ApplicationErrorCategoryBenign
)

// Versions that can be asked for.
const (
	VersioningIntentUnspecified        = internal.VersioningIntentUnspecified
	VersioningIntentCompatible         = internal.VersioningIntentCompatible
	VersioningIntentDefault            = internal.VersioningIntentDefault
	VersioningIntentInheritBuildID     = internal.VersioningIntentInheritBuildID
	VersioningIntentUseAssignmentRules = internal.VersioningIntentUseAssignmentRules
)

// SDKVersion is the version of Temporal's SDK whose shape this is.
const SDKVersion = "1.50.0"

// ErrNoData is what details and results without values answer.
var ErrNoData = internal.ErrNoData

// NewApplicationError makes an error that may be retried.
func NewApplicationError(message, errType string, details ...interface{}) error {
	return internal.NewApplicationError(message, errType, false, nil, details...)
}

// NewApplicationErrorWithCause makes an error that may be retried, with what caused it.
func NewApplicationErrorWithCause(message, errType string, cause error, details ...interface{}) error {
	return internal.NewApplicationError(message, errType, false, cause, details...)
}

// NewNonRetryableApplicationError makes an error whose retry is pointless.
func NewNonRetryableApplicationError(message, errType string, cause error, details ...interface{}) error {
	return internal.NewApplicationError(message, errType, true, cause, details...)
}

// NewApplicationErrorWithOptions makes an error with all that it can have.
func NewApplicationErrorWithOptions(msg, errType string, options ApplicationErrorOptions) error {
	return internal.NewApplicationErrorWithOptions(msg, errType, options)
}

// NewCanceledError says that something was cancelled.
func NewCanceledError(details ...interface{}) error { return internal.NewCanceledError(details...) }

// NewCanceledErrorWithOptions does the same with all that it can have.
func NewCanceledErrorWithOptions(options CanceledErrorOptions) error {
	return internal.NewCanceledErrorWithOptions(options)
}

// NewTimeoutError says that a time limit passed; it is for tests.
func NewTimeoutError(timeoutType enumspb.TimeoutType, lastErr error, details ...interface{}) error {
	return internal.NewTimeoutError("Test timeout", timeoutType, lastErr, details...)
}

// NewHeartbeatTimeoutError says that a heartbeat did not come; it is for tests.
func NewHeartbeatTimeoutError(details ...interface{}) error {
	return internal.NewTimeoutError("Test heartbeat timeout", enumspb.TIMEOUT_TYPE_HEARTBEAT, nil, details...)
}

// IsApplicationError says whether one is in the chain.
func IsApplicationError(err error) bool { return in[*ApplicationError](err) }

// IsCanceledError says whether one is in the chain.
func IsCanceledError(err error) bool { return in[*CanceledError](err) }

// IsPanicError says whether one is in the chain.
func IsPanicError(err error) bool { return in[*PanicError](err) }

// IsTerminatedError says whether one is in the chain.
func IsTerminatedError(err error) bool { return in[*TerminatedError](err) }

// IsTimeoutError says whether one is in the chain.
func IsTimeoutError(err error) bool { return in[*TimeoutError](err) }

// IsWorkflowExecutionAlreadyStartedError says whether a child's id was taken.
func IsWorkflowExecutionAlreadyStartedError(err error) bool {
	return in[*ChildWorkflowExecutionAlreadyStartedError](err)
}

func in[E error](err error) bool {
	var found E
	return errors.As(err, &found)
}

// NewSearchAttributeKeyBool makes a key.
func NewSearchAttributeKeyBool(name string) SearchAttributeKeyBool {
	return internal.NewSearchAttributeKeyBool(name)
}

// NewSearchAttributeKeyFloat64 makes a key.
func NewSearchAttributeKeyFloat64(name string) SearchAttributeKeyFloat64 {
	return internal.NewSearchAttributeKeyFloat64(name)
}

// NewSearchAttributeKeyInt64 makes a key.
func NewSearchAttributeKeyInt64(name string) SearchAttributeKeyInt64 {
	return internal.NewSearchAttributeKeyInt64(name)
}

// NewSearchAttributeKeyKeyword makes a key.
func NewSearchAttributeKeyKeyword(name string) SearchAttributeKeyKeyword {
	return internal.NewSearchAttributeKeyKeyword(name)
}

// NewSearchAttributeKeyKeywordList makes a key.
func NewSearchAttributeKeyKeywordList(name string) SearchAttributeKeyKeywordList {
	return internal.NewSearchAttributeKeyKeywordList(name)
}

// NewSearchAttributeKeyString makes a key.
func NewSearchAttributeKeyString(name string) SearchAttributeKeyString {
	return internal.NewSearchAttributeKeyString(name)
}

// NewSearchAttributeKeyTime makes a key.
func NewSearchAttributeKeyTime(name string) SearchAttributeKeyTime {
	return internal.NewSearchAttributeKeyTime(name)
}

// NewSearchAttributes makes a set of values.
func NewSearchAttributes(attributes ...SearchAttributeUpdate) SearchAttributes {
	return internal.NewSearchAttributes(attributes...)
}
