package internal

// Channels between the coroutines of a workflow, and the one through which a signal's values come.

import (
	"time"

	commonpb "go.temporal.io/api/common/v1"
)

// SendChannel is the end that takes values.
type SendChannel interface {
	Name() string
	Send(ctx Context, v interface{})
	SendAsync(v interface{}) (ok bool)
	Close()
}

// ReceiveChannel is the end that gives values.
type ReceiveChannel interface {
	Name() string
	// Receive waits for a value; more is false when the channel is closed and empty.
	Receive(ctx Context, valuePtr interface{}) (more bool)
	// ReceiveWithTimeout waits at most that long; ok is false when nothing came.
	ReceiveWithTimeout(ctx Context, timeout time.Duration, valuePtr interface{}) (ok, more bool)
	// ReceiveAsync takes a value if there is one.
	ReceiveAsync(valuePtr interface{}) (ok bool)
	// ReceiveAsyncWithMoreFlag also says whether more can come.
	ReceiveAsyncWithMoreFlag(valuePtr interface{}) (ok bool, more bool)
	Len() int
}

// Channel is both ends.
type Channel interface {
	SendChannel
	ReceiveChannel
}

type channel struct {
	name     string
	capacity int
	values   []interface{}
	// Values of senders that wait until a receiver comes.
	offers []*offer
	// Receivers that wait: an unbuffered channel can then be sent to without waiting.
	receivers int
	closed    bool
	run       *Run
}

type offer struct {
	value interface{}
	taken bool
}

// NewChannel makes a channel whose sender waits for a receiver.
func NewChannel(ctx Context) Channel { return NewNamedBufferedChannel(ctx, "", 0) }

// NewNamedChannel does the same with a name for people.
func NewNamedChannel(ctx Context, name string) Channel { return NewNamedBufferedChannel(ctx, name, 0) }

// NewBufferedChannel makes a channel that holds size values.
func NewBufferedChannel(ctx Context, size int) Channel {
	return NewNamedBufferedChannel(ctx, "", size)
}

// NewNamedBufferedChannel does the same with a name for people.
func NewNamedBufferedChannel(ctx Context, name string, size int) Channel {
	return &channel{name: name, capacity: size, run: runOf(ctx)}
}

// Name implements SendChannel and ReceiveChannel.
func (c *channel) Name() string { return c.name }

// Len is how many values could be received at once.
func (c *channel) Len() int { return len(c.values) + len(c.offers) }

// canReceive says whether a receiver would not wait.
func (c *channel) canReceive() bool { return c.closed || c.Len() > 0 }

// canSend says whether a sender would not wait.
func (c *channel) canSend() bool {
	return len(c.values) < c.capacity || c.receivers > c.Len()
}

// Receive implements ReceiveChannel.
func (c *channel) Receive(ctx Context, valuePtr interface{}) (more bool) {
	run := runOf(ctx)
	for {
		c.receivers++
		run.dispatcher.await("channel", c.canReceive)
		c.receivers--
		value, ok := c.take()
		if !ok {
			return false
		}
		if c.deliver(run, value, valuePtr) {
			return true
		}
	}
}

// ReceiveWithTimeout implements ReceiveChannel.
func (c *channel) ReceiveWithTimeout(ctx Context, timeout time.Duration, valuePtr interface{}) (ok, more bool) {
	c.receivers++
	_, err := AwaitWithTimeout(ctx, timeout, c.canReceive)
	c.receivers--
	if err != nil && !c.canReceive() {
		return false, true
	}
	return c.ReceiveAsyncWithMoreFlag(valuePtr)
}

// ReceiveAsync implements ReceiveChannel.
func (c *channel) ReceiveAsync(valuePtr interface{}) (ok bool) {
	ok, _ = c.ReceiveAsyncWithMoreFlag(valuePtr)
	return ok
}

// ReceiveAsyncWithMoreFlag implements ReceiveChannel.
func (c *channel) ReceiveAsyncWithMoreFlag(valuePtr interface{}) (ok bool, more bool) {
	for {
		value, ok := c.take()
		if !ok {
			return false, !c.closed
		}
		if c.deliver(c.run, value, valuePtr) {
			return true, true
		}
	}
}

// take removes the oldest value, and lets the sender go on that waited longest.
func (c *channel) take() (value interface{}, ok bool) {
	if len(c.values) > 0 {
		value, c.values = c.values[0], c.values[1:]
		if len(c.offers) > 0 {
			c.values = append(c.values, c.accept())
		}
		return value, true
	}
	if len(c.offers) > 0 {
		return c.accept(), true
	}
	return nil, false
}

func (c *channel) accept() interface{} {
	first := c.offers[0]
	c.offers = c.offers[1:]
	first.taken = true
	return first.value
}

// deliver decodes or copies a value. One that can't be decoded is dropped with a line in the log, as Temporal's SDK does: a signal of
// the wrong type must not stop the workflow.
func (c *channel) deliver(run *Run, value interface{}, valuePtr interface{}) bool {
	if isNilPointer(valuePtr) {
		return true
	}
	var err error
	if encoded, is := value.(*commonpb.Payloads); is {
		err = run.converter.FromPayloads(encoded, valuePtr)
	} else {
		err = assign(valuePtr, value)
	}
	if err != nil && run != nil {
		run.logger().Error("Corrupt signal received on channel "+c.name+". Error deserializing", "Error", err)
	}
	return err == nil
}

// Send implements SendChannel.
func (c *channel) Send(ctx Context, v interface{}) {
	if c.SendAsync(v) {
		return
	}
	o := &offer{value: v}
	c.offers = append(c.offers, o)
	runOf(ctx).dispatcher.await("channel", func() bool { return o.taken || c.closed })
	if !o.taken {
		panic("Closed channel")
	}
}

// SendAsync implements SendChannel.
func (c *channel) SendAsync(v interface{}) (ok bool) {
	if c.closed {
		panic("Closed channel")
	}
	if !c.canSend() {
		return false
	}
	c.push(v)
	return true
}

// push adds a value whether there is room or not: signals are never refused.
func (c *channel) push(v interface{}) { c.values = append(c.values, v) }

// Close implements SendChannel.
func (c *channel) Close() { c.closed = true }
