package internal

// Between Go's errors and Temporal's failures, as Temporal's Go SDK does it: an error that came as a failure goes on as the very same.

import (
	"errors"
	"reflect"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/api/wire"
	"go.temporal.io/sdk/converter"
)

// The type name of a failure that was a panic.
const panicErrorType = "PanicError"

// ErrorToFailure converts an error and all that caused it.
func ErrorToFailure(err error, dc converter.DataConverter) *failurepb.Failure {
	if err == nil {
		return nil
	}
	if held, is := err.(failureHolder); is && held.failure() != nil {
		return held.failure()
	}
	failure := &failurepb.Failure{Source: "GoSDK"}
	if m, is := err.(messenger); is {
		failure.Message = m.message()
	} else {
		failure.Message = err.Error()
	}
	switch e := err.(type) {
	case *ApplicationError:
		failure.FailureInfo = &failurepb.Failure_ApplicationFailureInfo{ApplicationFailureInfo: &failurepb.ApplicationFailureInfo{
			Type: e.errType, NonRetryable: e.nonRetryable, Details: detailPayloads(e.details, dc),
			NextRetryDelay: wire.OptionalDuration(e.nextRetryDelay), Category: enumspb.ApplicationErrorCategory(e.category),
		}}
	case *CanceledError:
		failure.FailureInfo = &failurepb.Failure_CanceledFailureInfo{CanceledFailureInfo: &failurepb.CanceledFailureInfo{
			Details: detailPayloads(e.details, dc),
		}}
	case *PanicError:
		failure.StackTrace = e.stackTrace
		failure.FailureInfo = &failurepb.Failure_ApplicationFailureInfo{ApplicationFailureInfo: &failurepb.ApplicationFailureInfo{Type: panicErrorType}}
	case *TimeoutError:
		failure.FailureInfo = &failurepb.Failure_TimeoutFailureInfo{TimeoutFailureInfo: &failurepb.TimeoutFailureInfo{
			TimeoutType: e.timeoutType, LastHeartbeatDetails: detailPayloads(e.lastHeartbeatDetails, dc),
		}}
	case *TerminatedError:
		failure.FailureInfo = &failurepb.Failure_TerminatedFailureInfo{TerminatedFailureInfo: &failurepb.TerminatedFailureInfo{}}
	case *ServerError:
		failure.FailureInfo = &failurepb.Failure_ServerFailureInfo{ServerFailureInfo: &failurepb.ServerFailureInfo{NonRetryable: e.nonRetryable}}
	case *ActivityError:
		failure.FailureInfo = &failurepb.Failure_ActivityFailureInfo{ActivityFailureInfo: &failurepb.ActivityFailureInfo{
			ScheduledEventId: e.scheduledEventID, StartedEventId: e.startedEventID, Identity: e.identity,
			ActivityType: e.activityType, ActivityId: e.activityID, RetryState: e.retryState,
		}}
	case *ChildWorkflowExecutionError:
		failure.FailureInfo = &failurepb.Failure_ChildWorkflowExecutionFailureInfo{ChildWorkflowExecutionFailureInfo: &failurepb.ChildWorkflowExecutionFailureInfo{
			Namespace: e.namespace, WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: e.workflowID, RunId: e.runID},
			WorkflowType: &commonpb.WorkflowType{Name: e.workflowType}, InitiatedEventId: e.initiatedEventID,
			StartedEventId: e.startedEventID, RetryState: e.retryState,
		}}
	default:
		failure.FailureInfo = &failurepb.Failure_ApplicationFailureInfo{ApplicationFailureInfo: &failurepb.ApplicationFailureInfo{Type: errorTypeName(err)}}
	}
	failure.Cause = ErrorToFailure(errors.Unwrap(err), dc)
	return failure
}

// errorTypeName is the name of the error's Go type; errors.New's has none, since it says nothing.
func errorTypeName(err error) string {
	t := reflect.TypeOf(err)
	for t.Kind() == reflect.Ptr {
		t = t.Elem()
	}
	if name := t.Name(); name != "errorString" {
		return name
	}
	return ""
}

// FailureToError converts back.
func FailureToError(failure *failurepb.Failure, dc converter.DataConverter) error {
	if failure == nil {
		return nil
	}
	err := errorOf(failure, dc)
	if held, is := err.(failureHolder); is {
		held.setFailure(failure)
	}
	return err
}

func errorOf(failure *failurepb.Failure, dc converter.DataConverter) error {
	message := failure.GetMessage()
	cause := FailureToError(failure.GetCause(), dc)
	switch info := failure.GetFailureInfo().(type) {
	case *failurepb.Failure_ApplicationFailureInfo:
		application := info.ApplicationFailureInfo
		if application.GetType() == panicErrorType {
			return newPanicError(message, failure.GetStackTrace())
		}
		return NewApplicationErrorWithOptions(message, application.GetType(), ApplicationErrorOptions{
			NonRetryable: application.GetNonRetryable(), Cause: cause,
			Details:        []interface{}{NewEncodedValues(application.GetDetails(), dc)},
			NextRetryDelay: application.GetNextRetryDelay().AsDuration(), Category: ApplicationErrorCategory(application.GetCategory()),
		})
	case *failurepb.Failure_CanceledFailureInfo:
		return NewCanceledErrorWithOptions(CanceledErrorOptions{Message: message, Cause: cause,
			Details: []interface{}{NewEncodedValues(info.CanceledFailureInfo.GetDetails(), dc)}})
	case *failurepb.Failure_TimeoutFailureInfo:
		return NewTimeoutError(message, info.TimeoutFailureInfo.GetTimeoutType(), cause,
			NewEncodedValues(info.TimeoutFailureInfo.GetLastHeartbeatDetails(), dc))
	case *failurepb.Failure_TerminatedFailureInfo:
		return &TerminatedError{}
	case *failurepb.Failure_ServerFailureInfo:
		return NewServerError(message, info.ServerFailureInfo.GetNonRetryable(), cause)
	case *failurepb.Failure_ResetWorkflowFailureInfo:
		return NewApplicationError(message, "", true, cause, NewEncodedValues(info.ResetWorkflowFailureInfo.GetLastHeartbeatDetails(), dc))
	case *failurepb.Failure_ActivityFailureInfo:
		a := info.ActivityFailureInfo
		return NewActivityError(a.GetScheduledEventId(), a.GetStartedEventId(), a.GetIdentity(), a.GetActivityType(), a.GetActivityId(), a.GetRetryState(), cause)
	case *failurepb.Failure_ChildWorkflowExecutionFailureInfo:
		c := info.ChildWorkflowExecutionFailureInfo
		return NewChildWorkflowExecutionError(c.GetNamespace(), c.GetWorkflowExecution().GetWorkflowId(), c.GetWorkflowExecution().GetRunId(),
			c.GetWorkflowType().GetName(), c.GetInitiatedEventId(), c.GetStartedEventId(), c.GetRetryState(), cause)
	default:
		return NewApplicationError(message, "", false, cause)
	}
}
