// Code generated from Temporal's .proto files by guests/go/generate. DO NOT EDIT.

// Package sdk holds the messages and enums of its part of Temporal's protocol, and how they are encoded. It decides nothing.
package sdk

import (
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/wire"
)

// UserMetadata is the message temporal.api.sdk.v1.UserMetadata.
type UserMetadata struct {
	Summary *commonpb.Payload
	Details *commonpb.Payload
}

// GetSummary returns the field, or its zero value.
func (m *UserMetadata) GetSummary() (v *commonpb.Payload) {
	if m != nil {
		return m.Summary
	}
	return v
}

// GetDetails returns the field, or its zero value.
func (m *UserMetadata) GetDetails() (v *commonpb.Payload) {
	if m != nil {
		return m.Details
	}
	return v
}

// AppendTo appends the encoded message.
func (m *UserMetadata) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if m.Summary != nil {
		b = wire.AppendMessage(b, 1, m.Summary)
	}
	if m.Details != nil {
		b = wire.AppendMessage(b, 2, m.Details)
	}
	return b
}

// Decode adds the fields in b.
func (m *UserMetadata) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Summary = &commonpb.Payload{}
			r.Fail(m.Summary.Decode(r.Bytes()))
		case 2<<3 | wire.Bytes:
			m.Details = &commonpb.Payload{}
			r.Fail(m.Details.Decode(r.Bytes()))
		default:
			r.Skip(kind)
		}
	}
}
