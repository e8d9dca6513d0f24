package internal

// Futures: results that are there later.

import (
	"errors"
	"fmt"
	"reflect"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
)

// Future is a result that may come later.
type Future interface {
	// Get waits for the result and decodes it into what valuePtr points to; valuePtr may be nil.
	Get(ctx Context, valuePtr interface{}) error
	// IsReady says whether Get would not wait.
	IsReady() bool
}

// Settable gives a Future its result, once.
type Settable interface {
	Set(value interface{}, err error)
	SetValue(value interface{})
	SetError(err error)
	// Chain gives the future the result of another, when that has one.
	Chain(future Future)
}

// encodedResult is a value that came from outside.
type encodedResult struct {
	payloads  *commonpb.Payloads
	converter converter.DataConverter
}

type future struct {
	dispatcher *dispatcher
	value      interface{}
	err        error
	ready      bool
	chained    Future
	waiting    []*future
	// Selectors that wait for it.
	selecting ordered[func()]
	// Runs once when the result is there.
	settled []func()
}

func newFuture(ctx Context) *future { return &future{dispatcher: &runOf(ctx).dispatcher} }

// NewFuture makes a future and what sets it.
func NewFuture(ctx Context) (Future, Settable) {
	f := newFuture(ctx)
	return f, f
}

// IsReady implements Future.
func (f *future) IsReady() bool { return f.ready }

// Get implements Future.
func (f *future) Get(ctx Context, valuePtr interface{}) error {
	f.dispatcher.await("future", f.IsReady)
	if f.err != nil || f.value == nil || isNilPointer(valuePtr) {
		return f.err
	}
	if encoded, is := f.value.(encodedResult); is {
		if err := encoded.converter.FromPayloads(encoded.payloads, valuePtr); err != nil {
			return err
		}
		return nil
	}
	return assign(valuePtr, f.value)
}

// Set implements Settable.
func (f *future) Set(value interface{}, err error) {
	if f.ready {
		panic("already set")
	}
	f.value, f.err, f.ready = value, err, true
	for tell, ok := f.selecting.takeFirst(); ok; tell, ok = f.selecting.takeFirst() {
		tell()
	}
	for _, other := range f.waiting {
		other.Set(value, err)
	}
	f.waiting = nil
	for _, react := range f.settled {
		react()
	}
	f.settled = nil
}

// SetValue implements Settable.
func (f *future) SetValue(value interface{}) { f.Set(value, nil) }

// SetError implements Settable.
func (f *future) SetError(err error) { f.Set(nil, err) }

// Chain implements Settable.
func (f *future) Chain(other Future) {
	if f.ready {
		panic("already set")
	}
	source := futureOf(other)
	if source == nil {
		panic("cannot chain Future that wasn't created with workflow.NewFuture")
	}
	if source.ready {
		f.Set(source.value, source.err)
		return
	}
	source.waiting = append(source.waiting, f)
}

// setPayload gives the future a result from outside.
func (f *future) setPayload(payload *commonpb.Payload, dc converter.DataConverter) {
	if payload == nil {
		f.Set(nil, nil)
		return
	}
	f.Set(encodedResult{&commonpb.Payloads{Payloads: []*commonpb.Payload{payload}}, dc}, nil)
}

// futureOf is the future within one of the kinds of Future, nil if it is none of ours.
func futureOf(f Future) *future {
	switch f := f.(type) {
	case *future:
		return f
	case *childWorkflowFuture:
		return f.future
	default:
		return nil
	}
}

func isNilPointer(valuePtr interface{}) bool {
	if valuePtr == nil {
		return true
	}
	v := reflect.ValueOf(valuePtr)
	return v.Kind() == reflect.Ptr && v.IsNil()
}

// assign puts a value of this program where valuePtr points; between unlike types it goes through the encoding.
func assign(valuePtr interface{}, value interface{}) error {
	to := reflect.ValueOf(valuePtr)
	if to.Kind() != reflect.Ptr {
		return errors.New("value parameter is not a pointer")
	}
	if value == nil {
		to.Elem().Set(reflect.Zero(to.Elem().Type()))
		return nil
	}
	from := reflect.ValueOf(value)
	if from.Type().AssignableTo(to.Elem().Type()) {
		to.Elem().Set(from)
		return nil
	}
	if from.Kind() == reflect.Ptr && !from.IsNil() && from.Elem().Type().AssignableTo(to.Elem().Type()) {
		to.Elem().Set(from.Elem())
		return nil
	}
	dc := converter.GetDefaultDataConverter()
	payload, err := dc.ToPayload(value)
	if err == nil {
		err = dc.FromPayload(payload, valuePtr)
	}
	if err != nil {
		return fmt.Errorf("can't put a %T where a %T is wanted: %w", value, valuePtr, err)
	}
	return nil
}
