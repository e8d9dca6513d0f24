// Code generated from Temporal's .proto files by guests/go/generate. DO NOT EDIT.

// Package update holds the messages and enums of its part of Temporal's protocol, and how they are encoded. It decides nothing.
package update

import (
	"go.temporal.io/api/wire"
)

// Meta is the message temporal.api.update.v1.Meta.
type Meta struct {
	UpdateId string
	Identity string
}

// GetUpdateId returns the field, or its zero value.
func (m *Meta) GetUpdateId() (v string) {
	if m != nil {
		return m.UpdateId
	}
	return v
}

// GetIdentity returns the field, or its zero value.
func (m *Meta) GetIdentity() (v string) {
	if m != nil {
		return m.Identity
	}
	return v
}

// AppendTo appends the encoded message.
func (m *Meta) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.UpdateId) > 0 {
		b = wire.AppendString(b, 1, m.UpdateId)
	}
	if len(m.Identity) > 0 {
		b = wire.AppendString(b, 2, m.Identity)
	}
	return b
}

// Decode adds the fields in b.
func (m *Meta) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.UpdateId = string(r.Bytes())
		case 2<<3 | wire.Bytes:
			m.Identity = string(r.Bytes())
		default:
			r.Skip(kind)
		}
	}
}
