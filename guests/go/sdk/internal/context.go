package internal

// Context carries values and cancellation, as context.Context does, but its Done is a workflow channel. What reacts to a cancellation
// does so in the order in which it asked for it.

import "time"

// Context is the first argument of each workflow function.
type Context interface {
	// Deadline is there for the shape's sake: workflow contexts have none.
	Deadline() (deadline time.Time, ok bool)
	// Done is closed when the context is cancelled; nil if it can't be.
	Done() Channel
	// Err says why the context is done, nil while it is not.
	Err() error
	// Value returns what WithValue put under the key.
	Value(key interface{}) interface{}
}

// CancelFunc cancels a context. Only the first call does anything.
type CancelFunc func()

// backgroundContext is the root: it never ends and knows nothing.
type backgroundContext struct{}

func (backgroundContext) Deadline() (time.Time, bool)       { return time.Time{}, false }
func (backgroundContext) Done() Channel                     { return nil }
func (backgroundContext) Err() error                        { return nil }
func (backgroundContext) Value(key interface{}) interface{} { return nil }

// Background is a context outside of any workflow, for tests of code that only reads values.
func Background() Context { return backgroundContext{} }

type valueContext struct {
	Context
	key, value interface{}
}

func (c *valueContext) Value(key interface{}) interface{} {
	if c.key == key {
		return c.value
	}
	return c.Context.Value(key)
}

// WithValue returns a context with a value. Keys should be of a type of their own.
func WithValue(parent Context, key interface{}, value interface{}) Context {
	if key == nil {
		panic("nil key")
	}
	return &valueContext{parent, key, value}
}

// cancelContextKey finds the nearest cancellable ancestor.
type cancelContextKey struct{}

// canceler reacts to a cancellation.
type canceler interface{ cancel(err error) }

type cancelContext struct {
	Context
	done     *channel
	err      error
	children ordered[canceler]
}

func (c *cancelContext) Done() Channel { return c.done }
func (c *cancelContext) Err() error    { return c.err }
func (c *cancelContext) Value(key interface{}) interface{} {
	if key == (cancelContextKey{}) {
		return c
	}
	return c.Context.Value(key)
}

// cancel closes this context, then those that hang on it.
func (c *cancelContext) cancel(err error) {
	if c.err != nil {
		return
	}
	c.err = err
	c.done.Close()
	for child, ok := c.children.takeFirst(); ok; child, ok = c.children.takeFirst() {
		child.cancel(err)
	}
}

func cancelContextOf(ctx Context) *cancelContext {
	c, _ := ctx.Value(cancelContextKey{}).(*cancelContext)
	return c
}

// WithCancel returns a context that ends with its parent, or when the function is called.
func WithCancel(parent Context) (Context, CancelFunc) {
	c := newCancelContext(parent)
	above := cancelContextOf(parent)
	if above == nil {
		return c, func() { c.cancel(ErrCanceled) }
	}
	if above.err != nil {
		c.cancel(above.err)
		return c, func() {}
	}
	place := above.children.add(c)
	return c, func() {
		place.leave()
		c.cancel(ErrCanceled)
	}
}

// NewDisconnectedContext returns a context with the parent's values that the parent's cancellation does not reach.
func NewDisconnectedContext(parent Context) (Context, CancelFunc) {
	c := newCancelContext(parent)
	return c, func() { c.cancel(ErrCanceled) }
}

func newCancelContext(parent Context) *cancelContext {
	return &cancelContext{Context: parent, done: &channel{name: "done"}}
}

// onCancel is a reaction to a context's cancellation.
type onCancel func()

func (react onCancel) cancel(error) { react() }

// whenCancelled runs react when the context is cancelled, at once if it is already. The result forgets it.
func whenCancelled(ctx Context, react func()) (forget func()) {
	c := cancelContextOf(ctx)
	switch {
	case c == nil:
		return func() {}
	case c.err != nil:
		react()
		return func() {}
	default:
		return c.children.add(onCancel(react)).leave
	}
}
