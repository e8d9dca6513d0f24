// Code generated from Temporal's .proto files by guests/go/generate. DO NOT EDIT.

// Package child holds the messages and enums of its part of Temporal's protocol, and how they are encoded. It decides nothing.
package child

import (
	commonpb "go.temporal.io/api/common/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/api/wire"
	"strconv"
)

// ChildWorkflowCancellationType is the enum coresdk.child_workflow.ChildWorkflowCancellationType.
type ChildWorkflowCancellationType int32

const (
	ChildWorkflowCancellationType_ABANDON                     ChildWorkflowCancellationType = 0
	ChildWorkflowCancellationType_TRY_CANCEL                  ChildWorkflowCancellationType = 1
	ChildWorkflowCancellationType_WAIT_CANCELLATION_COMPLETED ChildWorkflowCancellationType = 2
	ChildWorkflowCancellationType_WAIT_CANCELLATION_REQUESTED ChildWorkflowCancellationType = 3
)

// String returns the value's short name.
func (x ChildWorkflowCancellationType) String() string {
	switch x {
	case 0:
		return "Abandon"
	case 1:
		return "TryCancel"
	case 2:
		return "WaitCancellationCompleted"
	case 3:
		return "WaitCancellationRequested"
	}
	return strconv.Itoa(int(x))
}

// ParentClosePolicy is the enum coresdk.child_workflow.ParentClosePolicy.
type ParentClosePolicy int32

const (
	PARENT_CLOSE_POLICY_UNSPECIFIED    ParentClosePolicy = 0
	PARENT_CLOSE_POLICY_TERMINATE      ParentClosePolicy = 1
	PARENT_CLOSE_POLICY_ABANDON        ParentClosePolicy = 2
	PARENT_CLOSE_POLICY_REQUEST_CANCEL ParentClosePolicy = 3
)

// String returns the value's short name.
func (x ParentClosePolicy) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Terminate"
	case 2:
		return "Abandon"
	case 3:
		return "RequestCancel"
	}
	return strconv.Itoa(int(x))
}

// StartChildWorkflowExecutionFailedCause is the enum coresdk.child_workflow.StartChildWorkflowExecutionFailedCause.
type StartChildWorkflowExecutionFailedCause int32

const (
	START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_UNSPECIFIED                 StartChildWorkflowExecutionFailedCause = 0
	START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS     StartChildWorkflowExecutionFailedCause = 1
	START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND         StartChildWorkflowExecutionFailedCause = 2
	START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_INVALID_VERSIONING_OVERRIDE StartChildWorkflowExecutionFailedCause = 3
)

// String returns the value's short name.
func (x StartChildWorkflowExecutionFailedCause) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "WorkflowAlreadyExists"
	case 2:
		return "NamespaceNotFound"
	case 3:
		return "InvalidVersioningOverride"
	}
	return strconv.Itoa(int(x))
}

// Cancellation is the message coresdk.child_workflow.Cancellation.
type Cancellation struct {
	Failure *failurepb.Failure
}

// GetFailure returns the field, or its zero value.
func (m *Cancellation) GetFailure() (v *failurepb.Failure) {
	if m != nil {
		return m.Failure
	}
	return v
}

// AppendTo appends the encoded message.
func (m *Cancellation) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if m.Failure != nil {
		b = wire.AppendMessage(b, 1, m.Failure)
	}
	return b
}

// Decode adds the fields in b.
func (m *Cancellation) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Failure = &failurepb.Failure{}
			r.Fail(m.Failure.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// ChildWorkflowResult is the message coresdk.child_workflow.ChildWorkflowResult.
type ChildWorkflowResult struct {
	Status isChildWorkflowResult_Status
}

type isChildWorkflowResult_Status interface{ isChildWorkflowResult_Status() }

// ChildWorkflowResult_Completed is one case of coresdk.child_workflow.ChildWorkflowResult.status.
type ChildWorkflowResult_Completed struct{ Completed *Success }

func (*ChildWorkflowResult_Completed) isChildWorkflowResult_Status() {}

// ChildWorkflowResult_Failed is one case of coresdk.child_workflow.ChildWorkflowResult.status.
type ChildWorkflowResult_Failed struct{ Failed *Failure }

func (*ChildWorkflowResult_Failed) isChildWorkflowResult_Status() {}

// ChildWorkflowResult_Cancelled is one case of coresdk.child_workflow.ChildWorkflowResult.status.
type ChildWorkflowResult_Cancelled struct{ Cancelled *Cancellation }

func (*ChildWorkflowResult_Cancelled) isChildWorkflowResult_Status() {}

// GetCompleted returns the field, or its zero value.
func (m *ChildWorkflowResult) GetCompleted() (v *Success) {
	if m != nil {
		if c, is := m.Status.(*ChildWorkflowResult_Completed); is {
			return c.Completed
		}
	}
	return v
}

// GetFailed returns the field, or its zero value.
func (m *ChildWorkflowResult) GetFailed() (v *Failure) {
	if m != nil {
		if c, is := m.Status.(*ChildWorkflowResult_Failed); is {
			return c.Failed
		}
	}
	return v
}

// GetCancelled returns the field, or its zero value.
func (m *ChildWorkflowResult) GetCancelled() (v *Cancellation) {
	if m != nil {
		if c, is := m.Status.(*ChildWorkflowResult_Cancelled); is {
			return c.Cancelled
		}
	}
	return v
}

// GetStatus returns the case that is set, nil if none is.
func (m *ChildWorkflowResult) GetStatus() isChildWorkflowResult_Status {
	if m != nil {
		return m.Status
	}
	return nil
}

// AppendTo appends the encoded message.
func (m *ChildWorkflowResult) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if c, is := m.Status.(*ChildWorkflowResult_Completed); is {
		b = wire.AppendMessage(b, 1, c.Completed)
	}
	if c, is := m.Status.(*ChildWorkflowResult_Failed); is {
		b = wire.AppendMessage(b, 2, c.Failed)
	}
	if c, is := m.Status.(*ChildWorkflowResult_Cancelled); is {
		b = wire.AppendMessage(b, 3, c.Cancelled)
	}
	return b
}

// Decode adds the fields in b.
func (m *ChildWorkflowResult) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			c := &ChildWorkflowResult_Completed{}
			c.Completed = &Success{}
			r.Fail(c.Completed.Decode(r.Bytes()))
			m.Status = c
		case 2<<3 | wire.Bytes:
			c := &ChildWorkflowResult_Failed{}
			c.Failed = &Failure{}
			r.Fail(c.Failed.Decode(r.Bytes()))
			m.Status = c
		case 3<<3 | wire.Bytes:
			c := &ChildWorkflowResult_Cancelled{}
			c.Cancelled = &Cancellation{}
			r.Fail(c.Cancelled.Decode(r.Bytes()))
			m.Status = c
		default:
			r.Skip(kind)
		}
	}
}

// Failure is the message coresdk.child_workflow.Failure.
type Failure struct {
	Failure *failurepb.Failure
}

// GetFailure returns the field, or its zero value.
func (m *Failure) GetFailure() (v *failurepb.Failure) {
	if m != nil {
		return m.Failure
	}
	return v
}

// AppendTo appends the encoded message.
func (m *Failure) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if m.Failure != nil {
		b = wire.AppendMessage(b, 1, m.Failure)
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
			m.Failure = &failurepb.Failure{}
			r.Fail(m.Failure.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// Success is the message coresdk.child_workflow.Success.
type Success struct {
	Result *commonpb.Payload
}

// GetResult returns the field, or its zero value.
func (m *Success) GetResult() (v *commonpb.Payload) {
	if m != nil {
		return m.Result
	}
	return v
}

// AppendTo appends the encoded message.
func (m *Success) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if m.Result != nil {
		b = wire.AppendMessage(b, 1, m.Result)
	}
	return b
}

// Decode adds the fields in b.
func (m *Success) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Result = &commonpb.Payload{}
			r.Fail(m.Result.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}
