// Code generated from Temporal's .proto files by guests/go/generate. DO NOT EDIT.

// Package common holds the messages and enums of its part of Temporal's protocol, and how they are encoded. It decides nothing.
package common

import (
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/wire"
	"sort"
)

// ActivityType is the message temporal.api.common.v1.ActivityType.
type ActivityType struct {
	Name string
}

// GetName returns the field, or its zero value.
func (m *ActivityType) GetName() (v string) {
	if m != nil {
		return m.Name
	}
	return v
}

// AppendTo appends the encoded message.
func (m *ActivityType) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.Name) > 0 {
		b = wire.AppendString(b, 1, m.Name)
	}
	return b
}

// Decode adds the fields in b.
func (m *ActivityType) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Name = string(r.Bytes())
		default:
			r.Skip(kind)
		}
	}
}

// DataBlob is the message temporal.api.common.v1.DataBlob.
type DataBlob struct {
	EncodingType enumspb.EncodingType
	Data         []byte
}

// GetEncodingType returns the field, or its zero value.
func (m *DataBlob) GetEncodingType() (v enumspb.EncodingType) {
	if m != nil {
		return m.EncodingType
	}
	return v
}

// GetData returns the field, or its zero value.
func (m *DataBlob) GetData() (v []byte) {
	if m != nil {
		return m.Data
	}
	return v
}

// AppendTo appends the encoded message.
func (m *DataBlob) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(int64(m.EncodingType)))
	if len(m.Data) > 0 {
		b = wire.AppendBytes(b, 2, m.Data)
	}
	return b
}

// Decode adds the fields in b.
func (m *DataBlob) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.EncodingType = enumspb.EncodingType(r.Varint())
		case 2<<3 | wire.Bytes:
			m.Data = append([]byte{}, r.Bytes()...)
		default:
			r.Skip(kind)
		}
	}
}

// Header is the message temporal.api.common.v1.Header.
type Header struct {
	Fields map[string]*Payload
}

// GetFields returns the field, or its zero value.
func (m *Header) GetFields() (v map[string]*Payload) {
	if m != nil {
		return m.Fields
	}
	return v
}

// AppendTo appends the encoded message.
func (m *Header) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.Fields) > 0 {
		keys := make([]string, 0, len(m.Fields))
		for k := range m.Fields {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b = wire.AppendEntry(b, 1, k, func(b []byte) []byte { return wire.AppendMessage(b, 2, m.Fields[k]) })
		}
	}
	return b
}

// Decode adds the fields in b.
func (m *Header) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			if m.Fields == nil {
				m.Fields = map[string]*Payload{}
			}
			k, value := r.Entry()
			v := &Payload{}
			r.Fail(v.Decode(value))
			m.Fields[k] = v
		default:
			r.Skip(kind)
		}
	}
}

// Memo is the message temporal.api.common.v1.Memo.
type Memo struct {
	Fields map[string]*Payload
}

// GetFields returns the field, or its zero value.
func (m *Memo) GetFields() (v map[string]*Payload) {
	if m != nil {
		return m.Fields
	}
	return v
}

// AppendTo appends the encoded message.
func (m *Memo) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.Fields) > 0 {
		keys := make([]string, 0, len(m.Fields))
		for k := range m.Fields {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b = wire.AppendEntry(b, 1, k, func(b []byte) []byte { return wire.AppendMessage(b, 2, m.Fields[k]) })
		}
	}
	return b
}

// Decode adds the fields in b.
func (m *Memo) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			if m.Fields == nil {
				m.Fields = map[string]*Payload{}
			}
			k, value := r.Entry()
			v := &Payload{}
			r.Fail(v.Decode(value))
			m.Fields[k] = v
		default:
			r.Skip(kind)
		}
	}
}

// Payload is the message temporal.api.common.v1.Payload.
type Payload struct {
	Metadata map[string][]byte
	Data     []byte
}

// GetMetadata returns the field, or its zero value.
func (m *Payload) GetMetadata() (v map[string][]byte) {
	if m != nil {
		return m.Metadata
	}
	return v
}

// GetData returns the field, or its zero value.
func (m *Payload) GetData() (v []byte) {
	if m != nil {
		return m.Data
	}
	return v
}

// AppendTo appends the encoded message.
func (m *Payload) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.Metadata) > 0 {
		keys := make([]string, 0, len(m.Metadata))
		for k := range m.Metadata {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b = wire.AppendEntry(b, 1, k, func(b []byte) []byte { return wire.AppendBytes(b, 2, m.Metadata[k]) })
		}
	}
	if len(m.Data) > 0 {
		b = wire.AppendBytes(b, 2, m.Data)
	}
	return b
}

// Decode adds the fields in b.
func (m *Payload) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			if m.Metadata == nil {
				m.Metadata = map[string][]byte{}
			}
			k, value := r.Entry()
			m.Metadata[k] = append([]byte{}, value...)
		case 2<<3 | wire.Bytes:
			m.Data = append([]byte{}, r.Bytes()...)
		default:
			r.Skip(kind)
		}
	}
}

// Payloads is the message temporal.api.common.v1.Payloads.
type Payloads struct {
	Payloads []*Payload
}

// GetPayloads returns the field, or its zero value.
func (m *Payloads) GetPayloads() (v []*Payload) {
	if m != nil {
		return m.Payloads
	}
	return v
}

// AppendTo appends the encoded message.
func (m *Payloads) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	for _, v := range m.Payloads {
		b = wire.AppendMessage(b, 1, v)
	}
	return b
}

// Decode adds the fields in b.
func (m *Payloads) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			var v *Payload
			v = &Payload{}
			r.Fail(v.Decode(r.Bytes()))
			m.Payloads = append(m.Payloads, v)
		default:
			r.Skip(kind)
		}
	}
}

// Priority is the message temporal.api.common.v1.Priority.
type Priority struct {
	PriorityKey    int32
	FairnessKey    string
	FairnessWeight float32
}

// GetPriorityKey returns the field, or its zero value.
func (m *Priority) GetPriorityKey() (v int32) {
	if m != nil {
		return m.PriorityKey
	}
	return v
}

// GetFairnessKey returns the field, or its zero value.
func (m *Priority) GetFairnessKey() (v string) {
	if m != nil {
		return m.FairnessKey
	}
	return v
}

// GetFairnessWeight returns the field, or its zero value.
func (m *Priority) GetFairnessWeight() (v float32) {
	if m != nil {
		return m.FairnessWeight
	}
	return v
}

// AppendTo appends the encoded message.
func (m *Priority) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	b = wire.AppendUint(b, 1, uint64(int64(m.PriorityKey)))
	if len(m.FairnessKey) > 0 {
		b = wire.AppendString(b, 2, m.FairnessKey)
	}
	b = wire.AppendFloat(b, 3, m.FairnessWeight)
	return b
}

// Decode adds the fields in b.
func (m *Priority) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Varint:
			m.PriorityKey = int32(r.Varint())
		case 2<<3 | wire.Bytes:
			m.FairnessKey = string(r.Bytes())
		case 3<<3 | wire.Fixed32:
			m.FairnessWeight = r.Float()
		default:
			r.Skip(kind)
		}
	}
}

// RetryPolicy is the message temporal.api.common.v1.RetryPolicy.
type RetryPolicy struct {
	InitialInterval        *wire.Duration
	BackoffCoefficient     float64
	MaximumInterval        *wire.Duration
	MaximumAttempts        int32
	NonRetryableErrorTypes []string
}

// GetInitialInterval returns the field, or its zero value.
func (m *RetryPolicy) GetInitialInterval() (v *wire.Duration) {
	if m != nil {
		return m.InitialInterval
	}
	return v
}

// GetBackoffCoefficient returns the field, or its zero value.
func (m *RetryPolicy) GetBackoffCoefficient() (v float64) {
	if m != nil {
		return m.BackoffCoefficient
	}
	return v
}

// GetMaximumInterval returns the field, or its zero value.
func (m *RetryPolicy) GetMaximumInterval() (v *wire.Duration) {
	if m != nil {
		return m.MaximumInterval
	}
	return v
}

// GetMaximumAttempts returns the field, or its zero value.
func (m *RetryPolicy) GetMaximumAttempts() (v int32) {
	if m != nil {
		return m.MaximumAttempts
	}
	return v
}

// GetNonRetryableErrorTypes returns the field, or its zero value.
func (m *RetryPolicy) GetNonRetryableErrorTypes() (v []string) {
	if m != nil {
		return m.NonRetryableErrorTypes
	}
	return v
}

// AppendTo appends the encoded message.
func (m *RetryPolicy) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if m.InitialInterval != nil {
		b = wire.AppendMessage(b, 1, m.InitialInterval)
	}
	b = wire.AppendDouble(b, 2, m.BackoffCoefficient)
	if m.MaximumInterval != nil {
		b = wire.AppendMessage(b, 3, m.MaximumInterval)
	}
	b = wire.AppendUint(b, 4, uint64(int64(m.MaximumAttempts)))
	for _, v := range m.NonRetryableErrorTypes {
		b = wire.AppendString(b, 5, v)
	}
	return b
}

// Decode adds the fields in b.
func (m *RetryPolicy) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.InitialInterval = &wire.Duration{}
			r.Fail(m.InitialInterval.Decode(r.Bytes()))
		case 2<<3 | wire.Fixed64:
			m.BackoffCoefficient = r.Double()
		case 3<<3 | wire.Bytes:
			m.MaximumInterval = &wire.Duration{}
			r.Fail(m.MaximumInterval.Decode(r.Bytes()))
		case 4<<3 | wire.Varint:
			m.MaximumAttempts = int32(r.Varint())
		case 5<<3 | wire.Bytes:
			var v string
			v = string(r.Bytes())
			m.NonRetryableErrorTypes = append(m.NonRetryableErrorTypes, v)
		default:
			r.Skip(kind)
		}
	}
}

// SearchAttributes is the message temporal.api.common.v1.SearchAttributes.
type SearchAttributes struct {
	IndexedFields map[string]*Payload
}

// GetIndexedFields returns the field, or its zero value.
func (m *SearchAttributes) GetIndexedFields() (v map[string]*Payload) {
	if m != nil {
		return m.IndexedFields
	}
	return v
}

// AppendTo appends the encoded message.
func (m *SearchAttributes) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.IndexedFields) > 0 {
		keys := make([]string, 0, len(m.IndexedFields))
		for k := range m.IndexedFields {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			b = wire.AppendEntry(b, 1, k, func(b []byte) []byte { return wire.AppendMessage(b, 2, m.IndexedFields[k]) })
		}
	}
	return b
}

// Decode adds the fields in b.
func (m *SearchAttributes) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			if m.IndexedFields == nil {
				m.IndexedFields = map[string]*Payload{}
			}
			k, value := r.Entry()
			v := &Payload{}
			r.Fail(v.Decode(value))
			m.IndexedFields[k] = v
		default:
			r.Skip(kind)
		}
	}
}

// WorkflowExecution is the message temporal.api.common.v1.WorkflowExecution.
type WorkflowExecution struct {
	WorkflowId string
	RunId      string
}

// GetWorkflowId returns the field, or its zero value.
func (m *WorkflowExecution) GetWorkflowId() (v string) {
	if m != nil {
		return m.WorkflowId
	}
	return v
}

// GetRunId returns the field, or its zero value.
func (m *WorkflowExecution) GetRunId() (v string) {
	if m != nil {
		return m.RunId
	}
	return v
}

// AppendTo appends the encoded message.
func (m *WorkflowExecution) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.WorkflowId) > 0 {
		b = wire.AppendString(b, 1, m.WorkflowId)
	}
	if len(m.RunId) > 0 {
		b = wire.AppendString(b, 2, m.RunId)
	}
	return b
}

// Decode adds the fields in b.
func (m *WorkflowExecution) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.WorkflowId = string(r.Bytes())
		case 2<<3 | wire.Bytes:
			m.RunId = string(r.Bytes())
		default:
			r.Skip(kind)
		}
	}
}

// WorkflowType is the message temporal.api.common.v1.WorkflowType.
type WorkflowType struct {
	Name string
}

// GetName returns the field, or its zero value.
func (m *WorkflowType) GetName() (v string) {
	if m != nil {
		return m.Name
	}
	return v
}

// AppendTo appends the encoded message.
func (m *WorkflowType) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.Name) > 0 {
		b = wire.AppendString(b, 1, m.Name)
	}
	return b
}

// Decode adds the fields in b.
func (m *WorkflowType) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Name = string(r.Bytes())
		default:
			r.Skip(kind)
		}
	}
}
