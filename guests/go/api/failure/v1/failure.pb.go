// Code generated from Temporal's .proto files by guests/go/generate. DO NOT EDIT.

// Package failure holds the messages and enums of its part of Temporal's protocol, and how they are encoded. It decides nothing.
package failure

import (
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/wire"
)

// ActivityFailureInfo is the message temporal.api.failure.v1.ActivityFailureInfo.
type ActivityFailureInfo struct {
	ScheduledEventId int64
	StartedEventId   int64
	Identity         string
	ActivityType     *commonpb.ActivityType
	ActivityId       string
	RetryState       enumspb.RetryState
}

// GetScheduledEventId returns the field, or its zero value.
func (m *ActivityFailureInfo) GetScheduledEventId() (v int64) {
	if m != nil {
		return m.ScheduledEventId
	}
	return v
}

// GetStartedEventId returns the field, or its zero value.
func (m *ActivityFailureInfo) GetStartedEventId() (v int64) {
	if m != nil {
		return m.StartedEventId
	}
	return v
}

// GetIdentity returns the field, or its zero value.
func (m *ActivityFailureInfo) GetIdentity() (v string) {
	if m != nil {
		return m.Identity
	}
	return v
}

// GetActivityType returns the field, or its zero value.
func (m *ActivityFailureInfo) GetActivityType() (v *commonpb.ActivityType) {
	if m != nil {
		return m.ActivityType
	}
	return v
}

// GetActivityId returns the field, or its zero value.
func (m *ActivityFailureInfo) GetActivityId() (v string) {
	if m != nil {
		return m.ActivityId
	}
	return v
}

// GetRetryState returns the field, or its zero value.
func (m *ActivityFailureInfo) GetRetryState() (v enumspb.RetryState) {
	if m != nil {
		return m.RetryState
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ActivityFailureInfo) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.ScheduledEventId))
	b = wire.AppendUint(b, 2, uint64(m.StartedEventId))
	if len(m.Identity) > 0 {
		b = wire.AppendString(b, 3, m.Identity)
	}
	if m.ActivityType != nil {
		b = wire.AppendMessage(b, 4, m.ActivityType)
	}
	if len(m.ActivityId) > 0 {
		b = wire.AppendString(b, 5, m.ActivityId)
	}
	b = wire.AppendUint(b, 6, uint64(int64(m.RetryState)))
	return b
}

// Decode adds the fields in b.
func (m *ActivityFailureInfo) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.ScheduledEventId = int64(r.Varint())
		case 2<<3 | wire.Varint:
			m.StartedEventId = int64(r.Varint())
		case 3<<3 | wire.Bytes:
			m.Identity = string(r.Bytes())
		case 4<<3 | wire.Bytes:
			m.ActivityType = &commonpb.ActivityType{}
			r.Fail(m.ActivityType.Decode(r.Bytes()))
		case 5<<3 | wire.Bytes:
			m.ActivityId = string(r.Bytes())
		case 6<<3 | wire.Varint:
			m.RetryState = enumspb.RetryState(r.Varint())
		default:
			r.Skip(kind)
		}
	}
}

// ApplicationFailureInfo is the message temporal.api.failure.v1.ApplicationFailureInfo.
type ApplicationFailureInfo struct {
	Type           string
	NonRetryable   bool
	Details        *commonpb.Payloads
	NextRetryDelay *wire.Duration
	Category       enumspb.ApplicationErrorCategory
}

// GetType returns the field, or its zero value.
func (m *ApplicationFailureInfo) GetType() (v string) {
	if m != nil {
		return m.Type
	}
	return v
}

// GetNonRetryable returns the field, or its zero value.
func (m *ApplicationFailureInfo) GetNonRetryable() (v bool) {
	if m != nil {
		return m.NonRetryable
	}
	return v
}

// GetDetails returns the field, or its zero value.
func (m *ApplicationFailureInfo) GetDetails() (v *commonpb.Payloads) {
	if m != nil {
		return m.Details
	}
	return v
}

// GetNextRetryDelay returns the field, or its zero value.
func (m *ApplicationFailureInfo) GetNextRetryDelay() (v *wire.Duration) {
	if m != nil {
		return m.NextRetryDelay
	}
	return v
}

// GetCategory returns the field, or its zero value.
func (m *ApplicationFailureInfo) GetCategory() (v enumspb.ApplicationErrorCategory) {
	if m != nil {
		return m.Category
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ApplicationFailureInfo) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.Type) > 0 {
		b = wire.AppendString(b, 1, m.Type)
	}
	b = wire.AppendBool(b, 2, m.NonRetryable)
	if m.Details != nil {
		b = wire.AppendMessage(b, 3, m.Details)
	}
	if m.NextRetryDelay != nil {
		b = wire.AppendMessage(b, 4, m.NextRetryDelay)
	}
	b = wire.AppendUint(b, 5, uint64(int64(m.Category)))
	return b
}

// Decode adds the fields in b.
func (m *ApplicationFailureInfo) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Type = string(r.Bytes())
		case 2<<3 | wire.Varint:
			m.NonRetryable = r.Varint() != 0
		case 3<<3 | wire.Bytes:
			m.Details = &commonpb.Payloads{}
			r.Fail(m.Details.Decode(r.Bytes()))
		case 4<<3 | wire.Bytes:
			m.NextRetryDelay = &wire.Duration{}
			r.Fail(m.NextRetryDelay.Decode(r.Bytes()))
		case 5<<3 | wire.Varint:
			m.Category = enumspb.ApplicationErrorCategory(r.Varint())
		default:
			r.Skip(kind)
		}
	}
}

// CanceledFailureInfo is the message temporal.api.failure.v1.CanceledFailureInfo.
type CanceledFailureInfo struct {
	Details  *commonpb.Payloads
	Identity string
}

// GetDetails returns the field, or its zero value.
func (m *CanceledFailureInfo) GetDetails() (v *commonpb.Payloads) {
	if m != nil {
		return m.Details
	}
	return v
}

// GetIdentity returns the field, or its zero value.
func (m *CanceledFailureInfo) GetIdentity() (v string) {
	if m != nil {
		return m.Identity
	}
	return v
}

// AppendTo appends the encoded message.
func (m *CanceledFailureInfo) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if m.Details != nil {
		b = wire.AppendMessage(b, 1, m.Details)
	}
	if len(m.Identity) > 0 {
		b = wire.AppendString(b, 2, m.Identity)
	}
	return b
}

// Decode adds the fields in b.
func (m *CanceledFailureInfo) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Details = &commonpb.Payloads{}
			r.Fail(m.Details.Decode(r.Bytes()))
		case 2<<3 | wire.Bytes:
			m.Identity = string(r.Bytes())
		default:
			r.Skip(kind)
		}
	}
}

// ChildWorkflowExecutionFailureInfo is the message temporal.api.failure.v1.ChildWorkflowExecutionFailureInfo.
type ChildWorkflowExecutionFailureInfo struct {
	Namespace         string
	WorkflowExecution *commonpb.WorkflowExecution
	WorkflowType      *commonpb.WorkflowType
	InitiatedEventId  int64
	StartedEventId    int64
	RetryState        enumspb.RetryState
}

// GetNamespace returns the field, or its zero value.
func (m *ChildWorkflowExecutionFailureInfo) GetNamespace() (v string) {
	if m != nil {
		return m.Namespace
	}
	return v
}

// GetWorkflowExecution returns the field, or its zero value.
func (m *ChildWorkflowExecutionFailureInfo) GetWorkflowExecution() (v *commonpb.WorkflowExecution) {
	if m != nil {
		return m.WorkflowExecution
	}
	return v
}

// GetWorkflowType returns the field, or its zero value.
func (m *ChildWorkflowExecutionFailureInfo) GetWorkflowType() (v *commonpb.WorkflowType) {
	if m != nil {
		return m.WorkflowType
	}
	return v
}

// GetInitiatedEventId returns the field, or its zero value.
func (m *ChildWorkflowExecutionFailureInfo) GetInitiatedEventId() (v int64) {
	if m != nil {
		return m.InitiatedEventId
	}
	return v
}

// GetStartedEventId returns the field, or its zero value.
func (m *ChildWorkflowExecutionFailureInfo) GetStartedEventId() (v int64) {
	if m != nil {
		return m.StartedEventId
	}
	return v
}

// GetRetryState returns the field, or its zero value.
func (m *ChildWorkflowExecutionFailureInfo) GetRetryState() (v enumspb.RetryState) {
	if m != nil {
		return m.RetryState
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ChildWorkflowExecutionFailureInfo) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.Namespace) > 0 {
		b = wire.AppendString(b, 1, m.Namespace)
	}
	if m.WorkflowExecution != nil {
		b = wire.AppendMessage(b, 2, m.WorkflowExecution)
	}
	if m.WorkflowType != nil {
		b = wire.AppendMessage(b, 3, m.WorkflowType)
	}
	b = wire.AppendUint(b, 4, uint64(m.InitiatedEventId))
	b = wire.AppendUint(b, 5, uint64(m.StartedEventId))
	b = wire.AppendUint(b, 6, uint64(int64(m.RetryState)))
	return b
}

// Decode adds the fields in b.
func (m *ChildWorkflowExecutionFailureInfo) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Namespace = string(r.Bytes())
		case 2<<3 | wire.Bytes:
			m.WorkflowExecution = &commonpb.WorkflowExecution{}
			r.Fail(m.WorkflowExecution.Decode(r.Bytes()))
		case 3<<3 | wire.Bytes:
			m.WorkflowType = &commonpb.WorkflowType{}
			r.Fail(m.WorkflowType.Decode(r.Bytes()))
		case 4<<3 | wire.Varint:
			m.InitiatedEventId = int64(r.Varint())
		case 5<<3 | wire.Varint:
			m.StartedEventId = int64(r.Varint())
		case 6<<3 | wire.Varint:
			m.RetryState = enumspb.RetryState(r.Varint())
		default:
			r.Skip(kind)
		}
	}
}

// Failure is the message temporal.api.failure.v1.Failure.
type Failure struct {
	Message           string
	Source            string
	StackTrace        string
	EncodedAttributes *commonpb.Payload
	Cause             *Failure
	FailureInfo       isFailure_FailureInfo
}

type isFailure_FailureInfo interface{ isFailure_FailureInfo() }

// Failure_ApplicationFailureInfo is one case of temporal.api.failure.v1.Failure.failure_info.
type Failure_ApplicationFailureInfo struct{ ApplicationFailureInfo *ApplicationFailureInfo }

func (*Failure_ApplicationFailureInfo) isFailure_FailureInfo() {}

// Failure_TimeoutFailureInfo is one case of temporal.api.failure.v1.Failure.failure_info.
type Failure_TimeoutFailureInfo struct{ TimeoutFailureInfo *TimeoutFailureInfo }

func (*Failure_TimeoutFailureInfo) isFailure_FailureInfo() {}

// Failure_CanceledFailureInfo is one case of temporal.api.failure.v1.Failure.failure_info.
type Failure_CanceledFailureInfo struct{ CanceledFailureInfo *CanceledFailureInfo }

func (*Failure_CanceledFailureInfo) isFailure_FailureInfo() {}

// Failure_TerminatedFailureInfo is one case of temporal.api.failure.v1.Failure.failure_info.
type Failure_TerminatedFailureInfo struct{ TerminatedFailureInfo *TerminatedFailureInfo }

func (*Failure_TerminatedFailureInfo) isFailure_FailureInfo() {}

// Failure_ServerFailureInfo is one case of temporal.api.failure.v1.Failure.failure_info.
type Failure_ServerFailureInfo struct{ ServerFailureInfo *ServerFailureInfo }

func (*Failure_ServerFailureInfo) isFailure_FailureInfo() {}

// Failure_ResetWorkflowFailureInfo is one case of temporal.api.failure.v1.Failure.failure_info.
type Failure_ResetWorkflowFailureInfo struct{ ResetWorkflowFailureInfo *ResetWorkflowFailureInfo }

func (*Failure_ResetWorkflowFailureInfo) isFailure_FailureInfo() {}

// Failure_ActivityFailureInfo is one case of temporal.api.failure.v1.Failure.failure_info.
type Failure_ActivityFailureInfo struct{ ActivityFailureInfo *ActivityFailureInfo }

func (*Failure_ActivityFailureInfo) isFailure_FailureInfo() {}

// Failure_ChildWorkflowExecutionFailureInfo is one case of temporal.api.failure.v1.Failure.failure_info.
type Failure_ChildWorkflowExecutionFailureInfo struct {
	ChildWorkflowExecutionFailureInfo *ChildWorkflowExecutionFailureInfo
}

func (*Failure_ChildWorkflowExecutionFailureInfo) isFailure_FailureInfo() {}

// Failure_NexusOperationExecutionFailureInfo is one case of temporal.api.failure.v1.Failure.failure_info.
type Failure_NexusOperationExecutionFailureInfo struct{ NexusOperationExecutionFailureInfo *NexusOperationFailureInfo }

func (*Failure_NexusOperationExecutionFailureInfo) isFailure_FailureInfo() {}

// Failure_NexusHandlerFailureInfo is one case of temporal.api.failure.v1.Failure.failure_info.
type Failure_NexusHandlerFailureInfo struct{ NexusHandlerFailureInfo *NexusHandlerFailureInfo }

func (*Failure_NexusHandlerFailureInfo) isFailure_FailureInfo() {}

// GetMessage returns the field, or its zero value.
func (m *Failure) GetMessage() (v string) {
	if m != nil {
		return m.Message
	}
	return v
}

// GetSource returns the field, or its zero value.
func (m *Failure) GetSource() (v string) {
	if m != nil {
		return m.Source
	}
	return v
}

// GetStackTrace returns the field, or its zero value.
func (m *Failure) GetStackTrace() (v string) {
	if m != nil {
		return m.StackTrace
	}
	return v
}

// GetEncodedAttributes returns the field, or its zero value.
func (m *Failure) GetEncodedAttributes() (v *commonpb.Payload) {
	if m != nil {
		return m.EncodedAttributes
	}
	return v
}

// GetCause returns the field, or its zero value.
func (m *Failure) GetCause() (v *Failure) {
	if m != nil {
		return m.Cause
	}
	return v
}

// GetApplicationFailureInfo returns the field, or its zero value.
func (m *Failure) GetApplicationFailureInfo() (v *ApplicationFailureInfo) {
	if m != nil {
		if c, is := m.FailureInfo.(*Failure_ApplicationFailureInfo); is {
			return c.ApplicationFailureInfo
		}
	}
	return v
}

// GetTimeoutFailureInfo returns the field, or its zero value.
func (m *Failure) GetTimeoutFailureInfo() (v *TimeoutFailureInfo) {
	if m != nil {
		if c, is := m.FailureInfo.(*Failure_TimeoutFailureInfo); is {
			return c.TimeoutFailureInfo
		}
	}
	return v
}

// GetCanceledFailureInfo returns the field, or its zero value.
func (m *Failure) GetCanceledFailureInfo() (v *CanceledFailureInfo) {
	if m != nil {
		if c, is := m.FailureInfo.(*Failure_CanceledFailureInfo); is {
			return c.CanceledFailureInfo
		}
	}
	return v
}

// GetTerminatedFailureInfo returns the field, or its zero value.
func (m *Failure) GetTerminatedFailureInfo() (v *TerminatedFailureInfo) {
	if m != nil {
		if c, is := m.FailureInfo.(*Failure_TerminatedFailureInfo); is {
			return c.TerminatedFailureInfo
		}
	}
	return v
}

// GetServerFailureInfo returns the field, or its zero value.
func (m *Failure) GetServerFailureInfo() (v *ServerFailureInfo) {
	if m != nil {
		if c, is := m.FailureInfo.(*Failure_ServerFailureInfo); is {
			return c.ServerFailureInfo
		}
	}
	return v
}

// GetResetWorkflowFailureInfo returns the field, or its zero value.
func (m *Failure) GetResetWorkflowFailureInfo() (v *ResetWorkflowFailureInfo) {
	if m != nil {
		if c, is := m.FailureInfo.(*Failure_ResetWorkflowFailureInfo); is {
			return c.ResetWorkflowFailureInfo
		}
	}
	return v
}

// GetActivityFailureInfo returns the field, or its zero value.
func (m *Failure) GetActivityFailureInfo() (v *ActivityFailureInfo) {
	if m != nil {
		if c, is := m.FailureInfo.(*Failure_ActivityFailureInfo); is {
			return c.ActivityFailureInfo
		}
	}
	return v
}

// GetChildWorkflowExecutionFailureInfo returns the field, or its zero value.
func (m *Failure) GetChildWorkflowExecutionFailureInfo() (v *ChildWorkflowExecutionFailureInfo) {
	if m != nil {
		if c, is := m.FailureInfo.(*Failure_ChildWorkflowExecutionFailureInfo); is {
			return c.ChildWorkflowExecutionFailureInfo
		}
	}
	return v
}

// GetNexusOperationExecutionFailureInfo returns the field, or its zero value.
func (m *Failure) GetNexusOperationExecutionFailureInfo() (v *NexusOperationFailureInfo) {
	if m != nil {
		if c, is := m.FailureInfo.(*Failure_NexusOperationExecutionFailureInfo); is {
			return c.NexusOperationExecutionFailureInfo
		}
	}
	return v
}

// GetNexusHandlerFailureInfo returns the field, or its zero value.
func (m *Failure) GetNexusHandlerFailureInfo() (v *NexusHandlerFailureInfo) {
	if m != nil {
		if c, is := m.FailureInfo.(*Failure_NexusHandlerFailureInfo); is {
			return c.NexusHandlerFailureInfo
		}
	}
	return v
}

// GetFailureInfo returns the case that is set, nil if none is.
func (m *Failure) GetFailureInfo() isFailure_FailureInfo {
	if m != nil {
		return m.FailureInfo
	}
	return nil
}

// AppendTo appends the encoded message.
func (m *Failure) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.Message) > 0 {
		b = wire.AppendString(b, 1, m.Message)
	}
	if len(m.Source) > 0 {
		b = wire.AppendString(b, 2, m.Source)
	}
	if len(m.StackTrace) > 0 {
		b = wire.AppendString(b, 3, m.StackTrace)
	}
	if m.EncodedAttributes != nil {
		b = wire.AppendMessage(b, 20, m.EncodedAttributes)
	}
	if m.Cause != nil {
		b = wire.AppendMessage(b, 4, m.Cause)
	}
	if c, is := m.FailureInfo.(*Failure_ApplicationFailureInfo); is {
		b = wire.AppendMessage(b, 5, c.ApplicationFailureInfo)
	}
	if c, is := m.FailureInfo.(*Failure_TimeoutFailureInfo); is {
		b = wire.AppendMessage(b, 6, c.TimeoutFailureInfo)
	}
	if c, is := m.FailureInfo.(*Failure_CanceledFailureInfo); is {
		b = wire.AppendMessage(b, 7, c.CanceledFailureInfo)
	}
	if c, is := m.FailureInfo.(*Failure_TerminatedFailureInfo); is {
		b = wire.AppendMessage(b, 8, c.TerminatedFailureInfo)
	}
	if c, is := m.FailureInfo.(*Failure_ServerFailureInfo); is {
		b = wire.AppendMessage(b, 9, c.ServerFailureInfo)
	}
	if c, is := m.FailureInfo.(*Failure_ResetWorkflowFailureInfo); is {
		b = wire.AppendMessage(b, 10, c.ResetWorkflowFailureInfo)
	}
	if c, is := m.FailureInfo.(*Failure_ActivityFailureInfo); is {
		b = wire.AppendMessage(b, 11, c.ActivityFailureInfo)
	}
	if c, is := m.FailureInfo.(*Failure_ChildWorkflowExecutionFailureInfo); is {
		b = wire.AppendMessage(b, 12, c.ChildWorkflowExecutionFailureInfo)
	}
	if c, is := m.FailureInfo.(*Failure_NexusOperationExecutionFailureInfo); is {
		b = wire.AppendMessage(b, 13, c.NexusOperationExecutionFailureInfo)
	}
	if c, is := m.FailureInfo.(*Failure_NexusHandlerFailureInfo); is {
		b = wire.AppendMessage(b, 14, c.NexusHandlerFailureInfo)
	}
	return b
}

// Decode adds the fields in b.
func (m *Failure) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Message = string(r.Bytes())
		case 2<<3 | wire.Bytes:
			m.Source = string(r.Bytes())
		case 3<<3 | wire.Bytes:
			m.StackTrace = string(r.Bytes())
		case 20<<3 | wire.Bytes:
			m.EncodedAttributes = &commonpb.Payload{}
			r.Fail(m.EncodedAttributes.Decode(r.Bytes()))
		case 4<<3 | wire.Bytes:
			m.Cause = &Failure{}
			r.Fail(m.Cause.Decode(r.Bytes()))
		case 5<<3 | wire.Bytes:
			c := &Failure_ApplicationFailureInfo{}
			c.ApplicationFailureInfo = &ApplicationFailureInfo{}
			r.Fail(c.ApplicationFailureInfo.Decode(r.Bytes()))
			m.FailureInfo = c
		case 6<<3 | wire.Bytes:
			c := &Failure_TimeoutFailureInfo{}
			c.TimeoutFailureInfo = &TimeoutFailureInfo{}
			r.Fail(c.TimeoutFailureInfo.Decode(r.Bytes()))
			m.FailureInfo = c
		case 7<<3 | wire.Bytes:
			c := &Failure_CanceledFailureInfo{}
			c.CanceledFailureInfo = &CanceledFailureInfo{}
			r.Fail(c.CanceledFailureInfo.Decode(r.Bytes()))
			m.FailureInfo = c
		case 8<<3 | wire.Bytes:
			c := &Failure_TerminatedFailureInfo{}
			c.TerminatedFailureInfo = &TerminatedFailureInfo{}
			r.Fail(c.TerminatedFailureInfo.Decode(r.Bytes()))
			m.FailureInfo = c
		case 9<<3 | wire.Bytes:
			c := &Failure_ServerFailureInfo{}
			c.ServerFailureInfo = &ServerFailureInfo{}
			r.Fail(c.ServerFailureInfo.Decode(r.Bytes()))
			m.FailureInfo = c
		case 10<<3 | wire.Bytes:
			c := &Failure_ResetWorkflowFailureInfo{}
			c.ResetWorkflowFailureInfo = &ResetWorkflowFailureInfo{}
			r.Fail(c.ResetWorkflowFailureInfo.Decode(r.Bytes()))
			m.FailureInfo = c
		case 11<<3 | wire.Bytes:
			c := &Failure_ActivityFailureInfo{}
			c.ActivityFailureInfo = &ActivityFailureInfo{}
			r.Fail(c.ActivityFailureInfo.Decode(r.Bytes()))
			m.FailureInfo = c
		case 12<<3 | wire.Bytes:
			c := &Failure_ChildWorkflowExecutionFailureInfo{}
			c.ChildWorkflowExecutionFailureInfo = &ChildWorkflowExecutionFailureInfo{}
			r.Fail(c.ChildWorkflowExecutionFailureInfo.Decode(r.Bytes()))
			m.FailureInfo = c
		case 13<<3 | wire.Bytes:
			c := &Failure_NexusOperationExecutionFailureInfo{}
			c.NexusOperationExecutionFailureInfo = &NexusOperationFailureInfo{}
			r.Fail(c.NexusOperationExecutionFailureInfo.Decode(r.Bytes()))
			m.FailureInfo = c
		case 14<<3 | wire.Bytes:
			c := &Failure_NexusHandlerFailureInfo{}
			c.NexusHandlerFailureInfo = &NexusHandlerFailureInfo{}
			r.Fail(c.NexusHandlerFailureInfo.Decode(r.Bytes()))
			m.FailureInfo = c
		default:
			r.Skip(kind)
		}
	}
}

// MultiOperationExecutionAborted is the message temporal.api.failure.v1.MultiOperationExecutionAborted.
type MultiOperationExecutionAborted struct {
}

// AppendTo appends the encoded message.
func (m *MultiOperationExecutionAborted) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	return b
}

// Decode adds the fields in b.
func (m *MultiOperationExecutionAborted) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		default:
			r.Skip(kind)
		}
	}
}

// NexusHandlerFailureInfo is the message temporal.api.failure.v1.NexusHandlerFailureInfo.
type NexusHandlerFailureInfo struct {
	Type          string
	RetryBehavior enumspb.NexusHandlerErrorRetryBehavior
}

// GetType returns the field, or its zero value.
func (m *NexusHandlerFailureInfo) GetType() (v string) {
	if m != nil {
		return m.Type
	}
	return v
}

// GetRetryBehavior returns the field, or its zero value.
func (m *NexusHandlerFailureInfo) GetRetryBehavior() (v enumspb.NexusHandlerErrorRetryBehavior) {
	if m != nil {
		return m.RetryBehavior
	}
	return v
}

// AppendTo appends the encoded message.
func (m *NexusHandlerFailureInfo) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.Type) > 0 {
		b = wire.AppendString(b, 1, m.Type)
	}
	b = wire.AppendUint(b, 2, uint64(int64(m.RetryBehavior)))
	return b
}

// Decode adds the fields in b.
func (m *NexusHandlerFailureInfo) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Type = string(r.Bytes())
		case 2<<3 | wire.Varint:
			m.RetryBehavior = enumspb.NexusHandlerErrorRetryBehavior(r.Varint())
		default:
			r.Skip(kind)
		}
	}
}

// NexusOperationFailureInfo is the message temporal.api.failure.v1.NexusOperationFailureInfo.
type NexusOperationFailureInfo struct {
	ScheduledEventId int64
	Endpoint         string
	Service          string
	Operation        string
	OperationId      string
	OperationToken   string
}

// GetScheduledEventId returns the field, or its zero value.
func (m *NexusOperationFailureInfo) GetScheduledEventId() (v int64) {
	if m != nil {
		return m.ScheduledEventId
	}
	return v
}

// GetEndpoint returns the field, or its zero value.
func (m *NexusOperationFailureInfo) GetEndpoint() (v string) {
	if m != nil {
		return m.Endpoint
	}
	return v
}

// GetService returns the field, or its zero value.
func (m *NexusOperationFailureInfo) GetService() (v string) {
	if m != nil {
		return m.Service
	}
	return v
}

// GetOperation returns the field, or its zero value.
func (m *NexusOperationFailureInfo) GetOperation() (v string) {
	if m != nil {
		return m.Operation
	}
	return v
}

// GetOperationId returns the field, or its zero value.
func (m *NexusOperationFailureInfo) GetOperationId() (v string) {
	if m != nil {
		return m.OperationId
	}
	return v
}

// GetOperationToken returns the field, or its zero value.
func (m *NexusOperationFailureInfo) GetOperationToken() (v string) {
	if m != nil {
		return m.OperationToken
	}
	return v
}

// AppendTo appends the encoded message.
func (m *NexusOperationFailureInfo) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.ScheduledEventId))
	if len(m.Endpoint) > 0 {
		b = wire.AppendString(b, 2, m.Endpoint)
	}
	if len(m.Service) > 0 {
		b = wire.AppendString(b, 3, m.Service)
	}
	if len(m.Operation) > 0 {
		b = wire.AppendString(b, 4, m.Operation)
	}
	if len(m.OperationId) > 0 {
		b = wire.AppendString(b, 5, m.OperationId)
	}
	if len(m.OperationToken) > 0 {
		b = wire.AppendString(b, 6, m.OperationToken)
	}
	return b
}

// Decode adds the fields in b.
func (m *NexusOperationFailureInfo) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.ScheduledEventId = int64(r.Varint())
		case 2<<3 | wire.Bytes:
			m.Endpoint = string(r.Bytes())
		case 3<<3 | wire.Bytes:
			m.Service = string(r.Bytes())
		case 4<<3 | wire.Bytes:
			m.Operation = string(r.Bytes())
		case 5<<3 | wire.Bytes:
			m.OperationId = string(r.Bytes())
		case 6<<3 | wire.Bytes:
			m.OperationToken = string(r.Bytes())
		default:
			r.Skip(kind)
		}
	}
}

// ResetWorkflowFailureInfo is the message temporal.api.failure.v1.ResetWorkflowFailureInfo.
type ResetWorkflowFailureInfo struct {
	LastHeartbeatDetails *commonpb.Payloads
}

// GetLastHeartbeatDetails returns the field, or its zero value.
func (m *ResetWorkflowFailureInfo) GetLastHeartbeatDetails() (v *commonpb.Payloads) {
	if m != nil {
		return m.LastHeartbeatDetails
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ResetWorkflowFailureInfo) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if m.LastHeartbeatDetails != nil {
		b = wire.AppendMessage(b, 1, m.LastHeartbeatDetails)
	}
	return b
}

// Decode adds the fields in b.
func (m *ResetWorkflowFailureInfo) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.LastHeartbeatDetails = &commonpb.Payloads{}
			r.Fail(m.LastHeartbeatDetails.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// ServerFailureInfo is the message temporal.api.failure.v1.ServerFailureInfo.
type ServerFailureInfo struct {
	NonRetryable bool
}

// GetNonRetryable returns the field, or its zero value.
func (m *ServerFailureInfo) GetNonRetryable() (v bool) {
	if m != nil {
		return m.NonRetryable
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ServerFailureInfo) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendBool(b, 1, m.NonRetryable)
	return b
}

// Decode adds the fields in b.
func (m *ServerFailureInfo) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.NonRetryable = r.Varint() != 0
		default:
			r.Skip(kind)
		}
	}
}

// TerminatedFailureInfo is the message temporal.api.failure.v1.TerminatedFailureInfo.
type TerminatedFailureInfo struct {
	Identity string
}

// GetIdentity returns the field, or its zero value.
func (m *TerminatedFailureInfo) GetIdentity() (v string) {
	if m != nil {
		return m.Identity
	}
	return v
}

// AppendTo appends the encoded message.
func (m *TerminatedFailureInfo) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.Identity) > 0 {
		b = wire.AppendString(b, 1, m.Identity)
	}
	return b
}

// Decode adds the fields in b.
func (m *TerminatedFailureInfo) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Identity = string(r.Bytes())
		default:
			r.Skip(kind)
		}
	}
}

// TimeoutFailureInfo is the message temporal.api.failure.v1.TimeoutFailureInfo.
type TimeoutFailureInfo struct {
	TimeoutType          enumspb.TimeoutType
	LastHeartbeatDetails *commonpb.Payloads
}

// GetTimeoutType returns the field, or its zero value.
func (m *TimeoutFailureInfo) GetTimeoutType() (v enumspb.TimeoutType) {
	if m != nil {
		return m.TimeoutType
	}
	return v
}

// GetLastHeartbeatDetails returns the field, or its zero value.
func (m *TimeoutFailureInfo) GetLastHeartbeatDetails() (v *commonpb.Payloads) {
	if m != nil {
		return m.LastHeartbeatDetails
	}
	return v
}

// AppendTo appends the encoded message.
func (m *TimeoutFailureInfo) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(int64(m.TimeoutType)))
	if m.LastHeartbeatDetails != nil {
		b = wire.AppendMessage(b, 2, m.LastHeartbeatDetails)
	}
	return b
}

// Decode adds the fields in b.
func (m *TimeoutFailureInfo) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.TimeoutType = enumspb.TimeoutType(r.Varint())
		case 2<<3 | wire.Bytes:
			m.LastHeartbeatDetails = &commonpb.Payloads{}
			r.Fail(m.LastHeartbeatDetails.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}
