package internal

// The arguments of one call from outside, while they are being decoded.

import (
	"fmt"
	"reflect"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
)

// Arguments are what a workflow function or a handler is called with.
type Arguments struct {
	// Context is the first argument of functions that take one.
	Context   Context
	payloads  []*commonpb.Payload
	converter converter.DataConverter
	err       error
}

// Decode decodes the i-th argument; one that was not given stays what it is.
func (a *Arguments) Decode(i int, valuePtr interface{}) {
	if a.err != nil || i >= len(a.payloads) {
		return
	}
	if err := a.converter.FromPayload(a.payloads[i], valuePtr); err != nil {
		a.err = fmt.Errorf("unable to decode the argument at index %d of type %s: %w", i, reflect.TypeOf(valuePtr).Elem(), err)
	}
}

// Err is the first error of decoding.
func (a *Arguments) Err() error { return a.err }

// like is a new variable of the type of another value.
type like struct{ pointer interface{} }

func newLike(value interface{}) like {
	if value == nil {
		var nothing interface{}
		return like{&nothing}
	}
	return like{reflect.New(reflect.TypeOf(value)).Interface()}
}

func (l like) value() interface{} { return reflect.ValueOf(l.pointer).Elem().Interface() }
