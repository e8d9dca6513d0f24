// Package wire owns protobuf's wire format: tags, varints, lengths, and the two well-known types that the messages here use.
//
// It knows no message. It exists because the usual library needs run-time type information that TinyGo does not have, and because
// a component should not carry it.
package wire

import (
	"encoding/binary"
	"errors"
	"math"
	"time"
)

// ErrTruncated is what decoding answers when a message ends within a field, or when a length or varint is impossible.
var ErrTruncated = errors.New("protobuf: message is truncated or malformed")

// Message is what generated messages can do.
type Message interface {
	// AppendTo appends the message's fields, in the order of their numbers.
	AppendTo(b []byte) []byte
	// Decode adds the fields in b to the message; fields that it does not know are passed over.
	Decode(b []byte) error
}

// Types of a field on the wire.
const (
	Varint  = 0
	Fixed64 = 1
	Bytes   = 2
	Fixed32 = 5
)

// AppendVarint appends v.
func AppendVarint(b []byte, v uint64) []byte { return binary.AppendUvarint(b, v) }

// AppendTag appends the number and type of the field that follows.
func AppendTag(b []byte, number int, kind int) []byte {
	return binary.AppendUvarint(b, uint64(number)<<3|uint64(kind))
}

// AppendUint appends an integer field unless it is zero.
func AppendUint(b []byte, number int, v uint64) []byte {
	if v == 0 {
		return b
	}
	return AppendVarint(AppendTag(b, number, Varint), v)
}

// AppendBool appends a boolean field unless it is false.
func AppendBool(b []byte, number int, v bool) []byte {
	if !v {
		return b
	}
	return AppendVarint(AppendTag(b, number, Varint), 1)
}

// Bit is a boolean as a varint.
func Bit(v bool) uint64 {
	if v {
		return 1
	}
	return 0
}

// AppendDouble appends a 64-bit float field unless it is zero.
func AppendDouble(b []byte, number int, v float64) []byte {
	if v == 0 {
		return b
	}
	return binary.LittleEndian.AppendUint64(AppendTag(b, number, Fixed64), math.Float64bits(v))
}

// AppendFloat appends a 32-bit float field unless it is zero.
func AppendFloat(b []byte, number int, v float32) []byte {
	if v == 0 {
		return b
	}
	return binary.LittleEndian.AppendUint32(AppendTag(b, number, Fixed32), math.Float32bits(v))
}

// AppendString appends a text field, even if it is empty.
func AppendString(b []byte, number int, v string) []byte {
	b = AppendVarint(AppendTag(b, number, Bytes), uint64(len(v)))
	return append(b, v...)
}

// AppendBytes appends a bytes field, even if it is empty.
func AppendBytes(b []byte, number int, v []byte) []byte {
	b = AppendVarint(AppendTag(b, number, Bytes), uint64(len(v)))
	return append(b, v...)
}

// AppendMessage appends an embedded message, even if it is empty.
func AppendMessage(b []byte, number int, m Message) []byte {
	b = AppendTag(b, number, Bytes)
	return appendSized(b, m.AppendTo)
}

// AppendEntry appends one entry of a map with text keys.
func AppendEntry(b []byte, number int, key string, value func(b []byte) []byte) []byte {
	b = AppendTag(b, number, Bytes)
	return appendSized(b, func(b []byte) []byte { return value(AppendString(b, 1, key)) })
}

// appendSized writes what write appends, with its length before it. Most messages are short, so one byte is kept for the length and
// longer ones are moved.
func appendSized(b []byte, write func([]byte) []byte) []byte {
	start := len(b) + 1
	b = write(append(b, 0))
	size := len(b) - start
	if size < 0x80 {
		b[start-1] = byte(size)
		return b
	}
	var length [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(length[:], uint64(size))
	b = append(b, length[1:n]...)
	copy(b[start+n-1:], b[start:start+size])
	copy(b[start-1:], length[:n])
	return b
}

// Reader walks over the fields of one message.
type Reader struct {
	rest []byte
	err  error
}

// Read starts at the beginning of a message.
func Read(b []byte) Reader { return Reader{rest: b} }

// Next returns the next field's number and type, and false at the end or after an error.
func (r *Reader) Next() (number int, kind int, ok bool) {
	if r.err != nil || len(r.rest) == 0 {
		return 0, 0, false
	}
	tag := r.Varint()
	if r.err != nil || tag>>3 == 0 || tag>>3 > math.MaxInt32 {
		r.err = ErrTruncated
		return 0, 0, false
	}
	return int(tag >> 3), int(tag & 7), true
}

// More says whether anything is left to take.
func (r *Reader) More() bool { return r.err == nil && len(r.rest) > 0 }

// Err returns what was wrong, nil if nothing was.
func (r *Reader) Err() error { return r.err }

// Fail keeps the first error, so that an embedded message's ends the walk.
func (r *Reader) Fail(err error) {
	if err != nil && r.err == nil {
		r.err = err
	}
}

// Varint takes a varint.
func (r *Reader) Varint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.err = ErrTruncated
		r.rest = nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// Bytes takes what follows a length. It is a part of the message, not a copy.
func (r *Reader) Bytes() []byte {
	size := r.Varint()
	if r.err != nil || size > uint64(len(r.rest)) {
		r.err = ErrTruncated
		r.rest = nil
		return nil
	}
	v := r.rest[:size:size]
	r.rest = r.rest[size:]
	return v
}

// Double takes a 64-bit float.
func (r *Reader) Double() float64 {
	if len(r.rest) < 8 {
		r.err = ErrTruncated
		r.rest = nil
		return 0
	}
	v := math.Float64frombits(binary.LittleEndian.Uint64(r.rest))
	r.rest = r.rest[8:]
	return v
}

// Float takes a 32-bit float.
func (r *Reader) Float() float32 {
	if len(r.rest) < 4 {
		r.err = ErrTruncated
		r.rest = nil
		return 0
	}
	v := math.Float32frombits(binary.LittleEndian.Uint32(r.rest))
	r.rest = r.rest[4:]
	return v
}

// Skip passes over a field of the type.
func (r *Reader) Skip(kind int) {
	switch kind {
	case Varint:
		r.Varint()
	case Fixed64:
		r.Double()
	case Bytes:
		r.Bytes()
	case Fixed32:
		r.Float()
	default:
		r.err = ErrTruncated
		r.rest = nil
	}
}

// Entry takes one entry of a map with text keys: its key, and the bytes of its value as they came.
func (r *Reader) Entry() (key string, value []byte) {
	entry := Read(r.Bytes())
	for {
		number, kind, ok := entry.Next()
		switch {
		case !ok:
			r.Fail(entry.Err())
			return key, value
		case number == 1 && kind == Bytes:
			key = string(entry.Bytes())
		case number == 2 && kind == Bytes:
			value = entry.Bytes()
		default:
			entry.Skip(kind)
		}
	}
}

// Empty is google.protobuf.Empty.
type Empty struct{}

// AppendTo appends nothing.
func (*Empty) AppendTo(b []byte) []byte { return b }

// Decode passes over everything.
func (*Empty) Decode([]byte) error { return nil }

// Duration is google.protobuf.Duration.
type Duration struct {
	Seconds int64
	Nanos   int32
}

// NewDuration converts a duration.
func NewDuration(d time.Duration) *Duration {
	return &Duration{Seconds: int64(d / time.Second), Nanos: int32(d % time.Second)}
}

// OptionalDuration converts a duration; zero means that there is none.
func OptionalDuration(d time.Duration) *Duration {
	if d == 0 {
		return nil
	}
	return NewDuration(d)
}

// AsDuration converts back; nil is zero.
func (d *Duration) AsDuration() time.Duration {
	if d == nil {
		return 0
	}
	return time.Duration(d.Seconds)*time.Second + time.Duration(d.Nanos)
}

// AppendTo appends the fields.
func (d *Duration) AppendTo(b []byte) []byte {
	return AppendUint(AppendUint(b, 1, uint64(d.Seconds)), 2, uint64(int64(d.Nanos)))
}

// Decode reads the fields.
func (d *Duration) Decode(b []byte) (err error) {
	d.Seconds, d.Nanos, err = decodeTime(b)
	return err
}

// Timestamp is google.protobuf.Timestamp.
type Timestamp struct {
	Seconds int64
	Nanos   int32
}

// NewTimestamp converts a moment.
func NewTimestamp(t time.Time) *Timestamp {
	return &Timestamp{Seconds: t.Unix(), Nanos: int32(t.Nanosecond())}
}

// AsTime converts back, to UTC; nil is the zero time.
func (t *Timestamp) AsTime() time.Time {
	if t == nil {
		return time.Time{}
	}
	return time.Unix(t.Seconds, int64(t.Nanos)).UTC()
}

// AppendTo appends the fields.
func (t *Timestamp) AppendTo(b []byte) []byte {
	return AppendUint(AppendUint(b, 1, uint64(t.Seconds)), 2, uint64(int64(t.Nanos)))
}

// Decode reads the fields.
func (t *Timestamp) Decode(b []byte) (err error) {
	t.Seconds, t.Nanos, err = decodeTime(b)
	return err
}

func decodeTime(b []byte) (seconds int64, nanos int32, err error) {
	r := Read(b)
	for {
		number, kind, ok := r.Next()
		switch {
		case !ok:
			return seconds, nanos, r.Err()
		case number == 1 && kind == Varint:
			seconds = int64(r.Varint())
		case number == 2 && kind == Varint:
			nanos = int32(r.Varint())
		default:
			r.Skip(kind)
		}
	}
}
