// Code generated from Temporal's .proto files by guests/go/generate. DO NOT EDIT.

// Package nexus holds the messages and enums of its part of Temporal's protocol, and how they are encoded. It decides nothing.
package nexus

import (
	commonpb "go.temporal.io/api/common/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/api/wire"
	"strconv"
)

// NexusOperationCancellationType is the enum coresdk.nexus.NexusOperationCancellationType.
type NexusOperationCancellationType int32

const (
	NexusOperationCancellationType_WAIT_CANCELLATION_COMPLETED NexusOperationCancellationType = 0
	NexusOperationCancellationType_ABANDON                     NexusOperationCancellationType = 1
	NexusOperationCancellationType_TRY_CANCEL                  NexusOperationCancellationType = 2
	NexusOperationCancellationType_WAIT_CANCELLATION_REQUESTED NexusOperationCancellationType = 3
)

// String returns the value's short name.
func (x NexusOperationCancellationType) String() string {
	switch x {
	case 0:
		return "WaitCancellationCompleted"
	case 1:
		return "Abandon"
	case 2:
		return "TryCancel"
	case 3:
		return "WaitCancellationRequested"
	}
	return strconv.Itoa(int(x))
}

// NexusOperationResult is the message coresdk.nexus.NexusOperationResult.
type NexusOperationResult struct {
	Status isNexusOperationResult_Status
}

type isNexusOperationResult_Status interface{ isNexusOperationResult_Status() }

// NexusOperationResult_Completed is one case of coresdk.nexus.NexusOperationResult.status.
type NexusOperationResult_Completed struct{ Completed *commonpb.Payload }

func (*NexusOperationResult_Completed) isNexusOperationResult_Status() {}

// NexusOperationResult_Failed is one case of coresdk.nexus.NexusOperationResult.status.
type NexusOperationResult_Failed struct{ Failed *failurepb.Failure }

func (*NexusOperationResult_Failed) isNexusOperationResult_Status() {}

// NexusOperationResult_Cancelled is one case of coresdk.nexus.NexusOperationResult.status.
type NexusOperationResult_Cancelled struct{ Cancelled *failurepb.Failure }

func (*NexusOperationResult_Cancelled) isNexusOperationResult_Status() {}

// NexusOperationResult_TimedOut is one case of coresdk.nexus.NexusOperationResult.status.
type NexusOperationResult_TimedOut struct{ TimedOut *failurepb.Failure }

func (*NexusOperationResult_TimedOut) isNexusOperationResult_Status() {}

// GetCompleted returns the field, or its zero value.
func (m *NexusOperationResult) GetCompleted() (v *commonpb.Payload) {
	if m != nil {
		if c, is := m.Status.(*NexusOperationResult_Completed); is {
			return c.Completed
		}
	}
	return v
}

// GetFailed returns the field, or its zero value.
func (m *NexusOperationResult) GetFailed() (v *failurepb.Failure) {
	if m != nil {
		if c, is := m.Status.(*NexusOperationResult_Failed); is {
			return c.Failed
		}
	}
	return v
}

// GetCancelled returns the field, or its zero value.
func (m *NexusOperationResult) GetCancelled() (v *failurepb.Failure) {
	if m != nil {
		if c, is := m.Status.(*NexusOperationResult_Cancelled); is {
			return c.Cancelled
		}
	}
	return v
}

// GetTimedOut returns the field, or its zero value.
func (m *NexusOperationResult) GetTimedOut() (v *failurepb.Failure) {
	if m != nil {
		if c, is := m.Status.(*NexusOperationResult_TimedOut); is {
			return c.TimedOut
		}
	}
	return v
}

// GetStatus returns the case that is set, nil if none is.
func (m *NexusOperationResult) GetStatus() isNexusOperationResult_Status {
	if m != nil {
		return m.Status
	}
	return nil
}

// AppendTo appends the encoded message.
func (m *NexusOperationResult) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if c, is := m.Status.(*NexusOperationResult_Completed); is {
		b = wire.AppendMessage(b, 1, c.Completed)
	}
	if c, is := m.Status.(*NexusOperationResult_Failed); is {
		b = wire.AppendMessage(b, 2, c.Failed)
	}
	if c, is := m.Status.(*NexusOperationResult_Cancelled); is {
		b = wire.AppendMessage(b, 3, c.Cancelled)
	}
	if c, is := m.Status.(*NexusOperationResult_TimedOut); is {
		b = wire.AppendMessage(b, 4, c.TimedOut)
	}
	return b
}

// Decode adds the fields in b.
func (m *NexusOperationResult) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			c := &NexusOperationResult_Completed{}
			c.Completed = &commonpb.Payload{}
			r.Fail(c.Completed.Decode(r.Bytes()))
			m.Status = c
		case 2<<3 | wire.Bytes:
			c := &NexusOperationResult_Failed{}
			c.Failed = &failurepb.Failure{}
			r.Fail(c.Failed.Decode(r.Bytes()))
			m.Status = c
		case 3<<3 | wire.Bytes:
			c := &NexusOperationResult_Cancelled{}
			c.Cancelled = &failurepb.Failure{}
			r.Fail(c.Cancelled.Decode(r.Bytes()))
			m.Status = c
		case 4<<3 | wire.Bytes:
			c := &NexusOperationResult_TimedOut{}
			c.TimedOut = &failurepb.Failure{}
			r.Fail(c.TimedOut.Decode(r.Bytes()))
			m.Status = c
		default:
			r.Skip(kind)
		}
	}
}
