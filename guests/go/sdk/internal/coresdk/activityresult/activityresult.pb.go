// Code generated from Temporal's .proto files by guests/go/generate. DO NOT EDIT.

// Package activityresult holds the messages and enums of its part of Temporal's protocol, and how they are encoded. It decides nothing.
package activityresult

import (
	commonpb "go.temporal.io/api/common/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/api/wire"
	"strconv"
)

// ActivityTaskFailedCause is the enum coresdk.activity_result.ActivityTaskFailedCause.
type ActivityTaskFailedCause int32

const (
	ACTIVITY_TASK_FAILED_CAUSE_UNSPECIFIED                       ActivityTaskFailedCause = 0
	ACTIVITY_TASK_FAILED_CAUSE_PAYLOADS_TOO_LARGE                ActivityTaskFailedCause = 1
	ACTIVITY_TASK_FAILED_CAUSE_EXTERNAL_STORAGE_FAILURE          ActivityTaskFailedCause = 2
	ACTIVITY_TASK_FAILED_CAUSE_ACTIVITY_WORKER_UNHANDLED_FAILURE ActivityTaskFailedCause = 3
)

// String returns the value's short name.
func (x ActivityTaskFailedCause) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "PayloadsTooLarge"
	case 2:
		return "ExternalStorageFailure"
	case 3:
		return "ActivityWorkerUnhandledFailure"
	}
	return strconv.Itoa(int(x))
}

// ActivityResolution is the message coresdk.activity_result.ActivityResolution.
type ActivityResolution struct {
	Status isActivityResolution_Status
}

type isActivityResolution_Status interface{ isActivityResolution_Status() }

// ActivityResolution_Completed is one case of coresdk.activity_result.ActivityResolution.status.
type ActivityResolution_Completed struct{ Completed *Success }

func (*ActivityResolution_Completed) isActivityResolution_Status() {}

// ActivityResolution_Failed is one case of coresdk.activity_result.ActivityResolution.status.
type ActivityResolution_Failed struct{ Failed *Failure }

func (*ActivityResolution_Failed) isActivityResolution_Status() {}

// ActivityResolution_Cancelled is one case of coresdk.activity_result.ActivityResolution.status.
type ActivityResolution_Cancelled struct{ Cancelled *Cancellation }

func (*ActivityResolution_Cancelled) isActivityResolution_Status() {}

// ActivityResolution_Backoff is one case of coresdk.activity_result.ActivityResolution.status.
type ActivityResolution_Backoff struct{ Backoff *DoBackoff }

func (*ActivityResolution_Backoff) isActivityResolution_Status() {}

// GetCompleted returns the field, or its zero value.
func (m *ActivityResolution) GetCompleted() (v *Success) {
	if m != nil {
		if c, is := m.Status.(*ActivityResolution_Completed); is {
			return c.Completed
		}
	}
	return v
}

// GetFailed returns the field, or its zero value.
func (m *ActivityResolution) GetFailed() (v *Failure) {
	if m != nil {
		if c, is := m.Status.(*ActivityResolution_Failed); is {
			return c.Failed
		}
	}
	return v
}

// GetCancelled returns the field, or its zero value.
func (m *ActivityResolution) GetCancelled() (v *Cancellation) {
	if m != nil {
		if c, is := m.Status.(*ActivityResolution_Cancelled); is {
			return c.Cancelled
		}
	}
	return v
}

// GetBackoff returns the field, or its zero value.
func (m *ActivityResolution) GetBackoff() (v *DoBackoff) {
	if m != nil {
		if c, is := m.Status.(*ActivityResolution_Backoff); is {
			return c.Backoff
		}
	}
	return v
}

// GetStatus returns the case that is set, nil if none is.
func (m *ActivityResolution) GetStatus() isActivityResolution_Status {
	if m != nil {
		return m.Status
	}
	return nil
}

// AppendTo appends the encoded message.
func (m *ActivityResolution) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if c, is := m.Status.(*ActivityResolution_Completed); is {
		b = wire.AppendMessage(b, 1, c.Completed)
	}
	if c, is := m.Status.(*ActivityResolution_Failed); is {
		b = wire.AppendMessage(b, 2, c.Failed)
	}
	if c, is := m.Status.(*ActivityResolution_Cancelled); is {
		b = wire.AppendMessage(b, 3, c.Cancelled)
	}
	if c, is := m.Status.(*ActivityResolution_Backoff); is {
		b = wire.AppendMessage(b, 4, c.Backoff)
	}
	return b
}

// Decode adds the fields in b.
func (m *ActivityResolution) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			c := &ActivityResolution_Completed{}
			c.Completed = &Success{}
			r.Fail(c.Completed.Decode(r.Bytes()))
			m.Status = c
		case 2<<3 | wire.Bytes:
			c := &ActivityResolution_Failed{}
			c.Failed = &Failure{}
			r.Fail(c.Failed.Decode(r.Bytes()))
			m.Status = c
		case 3<<3 | wire.Bytes:
			c := &ActivityResolution_Cancelled{}
			c.Cancelled = &Cancellation{}
			r.Fail(c.Cancelled.Decode(r.Bytes()))
			m.Status = c
		case 4<<3 | wire.Bytes:
			c := &ActivityResolution_Backoff{}
			c.Backoff = &DoBackoff{}
			r.Fail(c.Backoff.Decode(r.Bytes()))
			m.Status = c
		default:
			r.Skip(kind)
		}
	}
}

// Cancellation is the message coresdk.activity_result.Cancellation.
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

// DoBackoff is the message coresdk.activity_result.DoBackoff.
type DoBackoff struct {
	Attempt              uint32
	BackoffDuration      *wire.Duration
	OriginalScheduleTime *wire.Timestamp
}

// GetAttempt returns the field, or its zero value.
func (m *DoBackoff) GetAttempt() (v uint32) {
	if m != nil {
		return m.Attempt
	}
	return v
}

// GetBackoffDuration returns the field, or its zero value.
func (m *DoBackoff) GetBackoffDuration() (v *wire.Duration) {
	if m != nil {
		return m.BackoffDuration
	}
	return v
}

// GetOriginalScheduleTime returns the field, or its zero value.
func (m *DoBackoff) GetOriginalScheduleTime() (v *wire.Timestamp) {
	if m != nil {
		return m.OriginalScheduleTime
	}
	return v
}

// AppendTo appends the encoded message.
func (m *DoBackoff) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(m.Attempt))
	if m.BackoffDuration != nil {
		b = wire.AppendMessage(b, 2, m.BackoffDuration)
	}
	if m.OriginalScheduleTime != nil {
		b = wire.AppendMessage(b, 3, m.OriginalScheduleTime)
	}
	return b
}

// Decode adds the fields in b.
func (m *DoBackoff) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.Attempt = uint32(r.Varint())
		case 2<<3 | wire.Bytes:
			m.BackoffDuration = &wire.Duration{}
			r.Fail(m.BackoffDuration.Decode(r.Bytes()))
		case 3<<3 | wire.Bytes:
			m.OriginalScheduleTime = &wire.Timestamp{}
			r.Fail(m.OriginalScheduleTime.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}

// Failure is the message coresdk.activity_result.Failure.
type Failure struct {
	Failure *failurepb.Failure
	Cause   ActivityTaskFailedCause
}

// GetFailure returns the field, or its zero value.
func (m *Failure) GetFailure() (v *failurepb.Failure) {
	if m != nil {
		return m.Failure
	}
	return v
}

// GetCause returns the field, or its zero value.
func (m *Failure) GetCause() (v ActivityTaskFailedCause) {
	if m != nil {
		return m.Cause
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
	b = wire.AppendUint(b, 2, uint64(int64(m.Cause)))
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
			m.Cause = ActivityTaskFailedCause(r.Varint())
		default:
			r.Skip(kind)
		}
	}
}

// Success is the message coresdk.activity_result.Success.
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
