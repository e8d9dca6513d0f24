// Code generated from Temporal's .proto files by guests/go/generate. DO NOT EDIT.

// Package completion holds the messages and enums of its part of Temporal's protocol, and how they are encoded. It decides nothing.
package completion

import (
	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/api/wire"
	commandspb "go.temporal.io/sdk/internal/coresdk/commands"
)

// Failure is the message coresdk.workflow_completion.Failure.
type Failure struct {
	Failure    *failurepb.Failure
	ForceCause enumspb.WorkflowTaskFailedCause
}

// GetFailure returns the field, or its zero value.
func (m *Failure) GetFailure() (v *failurepb.Failure) {
	if m != nil {
		return m.Failure
	}
	return v
}

// GetForceCause returns the field, or its zero value.
func (m *Failure) GetForceCause() (v enumspb.WorkflowTaskFailedCause) {
	if m != nil {
		return m.ForceCause
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
	b = wire.AppendUint(b, 2, uint64(int64(m.ForceCause)))
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
		case 2<<3 | wire.Varint:
			m.ForceCause = enumspb.WorkflowTaskFailedCause(r.Varint())
		default:
			r.Skip(kind)
		}
	}
}

// Success is the message coresdk.workflow_completion.Success.
type Success struct {
	Commands           []*commandspb.WorkflowCommand
	UsedInternalFlags  []uint32
	VersioningBehavior enumspb.VersioningBehavior
}

// GetCommands returns the field, or its zero value.
func (m *Success) GetCommands() (v []*commandspb.WorkflowCommand) {
	if m != nil {
		return m.Commands
	}
	return v
}

// GetUsedInternalFlags returns the field, or its zero value.
func (m *Success) GetUsedInternalFlags() (v []uint32) {
	if m != nil {
		return m.UsedInternalFlags
	}
	return v
}

// GetVersioningBehavior returns the field, or its zero value.
func (m *Success) GetVersioningBehavior() (v enumspb.VersioningBehavior) {
	if m != nil {
		return m.VersioningBehavior
	}
	return v
}

// AppendTo appends the encoded message.
func (m *Success) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	for _, v := range m.Commands {
		b = wire.AppendMessage(b, 1, v)
	}
	for _, v := range m.UsedInternalFlags {
		b = wire.AppendVarint(wire.AppendTag(b, 6, wire.Varint), uint64(v))
	}
	b = wire.AppendUint(b, 7, uint64(int64(m.VersioningBehavior)))
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
			var v *commandspb.WorkflowCommand
			v = &commandspb.WorkflowCommand{}
			r.Fail(v.Decode(r.Bytes()))
			m.Commands = append(m.Commands, v)
		case 6<<3 | wire.Varint:
			m.UsedInternalFlags = append(m.UsedInternalFlags, uint32(r.Varint()))
		case 6<<3 | wire.Bytes:
			packed := wire.Read(r.Bytes())
			for packed.More() {
				m.UsedInternalFlags = append(m.UsedInternalFlags, uint32(packed.Varint()))
			}
			r.Fail(packed.Err())
		case 7<<3 | wire.Varint:
			m.VersioningBehavior = enumspb.VersioningBehavior(r.Varint())
		default:
			r.Skip(kind)
		}
	}
}

// WorkflowActivationCompletion is the message coresdk.workflow_completion.WorkflowActivationCompletion.
type WorkflowActivationCompletion struct {
	RunId  string
	Status isWorkflowActivationCompletion_Status
}

type isWorkflowActivationCompletion_Status interface{ isWorkflowActivationCompletion_Status() }

// WorkflowActivationCompletion_Successful is one case of coresdk.workflow_completion.WorkflowActivationCompletion.status.
type WorkflowActivationCompletion_Successful struct{ Successful *Success }

func (*WorkflowActivationCompletion_Successful) isWorkflowActivationCompletion_Status() {}

// WorkflowActivationCompletion_Failed is one case of coresdk.workflow_completion.WorkflowActivationCompletion.status.
type WorkflowActivationCompletion_Failed struct{ Failed *Failure }

func (*WorkflowActivationCompletion_Failed) isWorkflowActivationCompletion_Status() {}

// GetRunId returns the field, or its zero value.
func (m *WorkflowActivationCompletion) GetRunId() (v string) {
	if m != nil {
		return m.RunId
	}
	return v
}

// GetSuccessful returns the field, or its zero value.
func (m *WorkflowActivationCompletion) GetSuccessful() (v *Success) {
	if m != nil {
		if c, is := m.Status.(*WorkflowActivationCompletion_Successful); is {
			return c.Successful
		}
	}
	return v
}

// GetFailed returns the field, or its zero value.
func (m *WorkflowActivationCompletion) GetFailed() (v *Failure) {
	if m != nil {
		if c, is := m.Status.(*WorkflowActivationCompletion_Failed); is {
			return c.Failed
		}
	}
	return v
}

// GetStatus returns the case that is set, nil if none is.
func (m *WorkflowActivationCompletion) GetStatus() isWorkflowActivationCompletion_Status {
	if m != nil {
		return m.Status
	}
	return nil
}

// AppendTo appends the encoded message.
func (m *WorkflowActivationCompletion) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.RunId) > 0 {
		b = wire.AppendString(b, 1, m.RunId)
	}
	if c, is := m.Status.(*WorkflowActivationCompletion_Successful); is {
		b = wire.AppendMessage(b, 2, c.Successful)
	}
	if c, is := m.Status.(*WorkflowActivationCompletion_Failed); is {
		b = wire.AppendMessage(b, 3, c.Failed)
	}
	return b
}

// Decode adds the fields in b.
func (m *WorkflowActivationCompletion) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.RunId = string(r.Bytes())
		case 2<<3 | wire.Bytes:
			c := &WorkflowActivationCompletion_Successful{}
			c.Successful = &Success{}
			r.Fail(c.Successful.Decode(r.Bytes()))
			m.Status = c
		case 3<<3 | wire.Bytes:
			c := &WorkflowActivationCompletion_Failed{}
			c.Failed = &Failure{}
			r.Fail(c.Failed.Decode(r.Bytes()))
			m.Status = c
		default:
			r.Skip(kind)
		}
	}
}
