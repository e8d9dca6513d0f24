package internal

// Channels between the coroutines of a workflow, and the one through which a signal's values come.

import (
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
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
	// Values that a Select took off the channel for its case's function, which receives them before all others.
	held   []interface{}
	values []interface{}
	// Values of senders that wait until a receiver comes.
	offers ordered[offer]
	// What waits for a value: it is handed to the first, which is then no longer in the list.
	receivers ordered[receiver]
	closed    bool
	run       *Run
	// nil on a signal's channel that nobody has asked for yet.
	converter converter.DataConverter
}

// receiver takes a value; more is false when the channel was closed instead.
type receiver func(value interface{}, more bool)

type offer struct {
	value    interface{}
	accepted func()
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
	return &channel{name: name, capacity: size, run: runOf(ctx), converter: dataConverterOf(ctx)}
}

// Name implements SendChannel and ReceiveChannel.
func (c *channel) Name() string { return c.name }

// Len is how many values could be received at once.
func (c *channel) Len() int { return len(c.held) + len(c.values) + c.offers.length }

// canReceive says whether a receiver would not wait.
func (c *channel) canReceive() bool { return c.closed || c.Len() > 0 }

// canSend says whether a sender would not wait.
func (c *channel) canSend() bool { return len(c.values) < c.capacity || c.receivers.length > 0 }

// Receive implements ReceiveChannel.
func (c *channel) Receive(ctx Context, valuePtr interface{}) (more bool) {
	run := runOf(ctx)
	run.mustChange()
	for {
		value, more := c.wait(&run.dispatcher)
		if !more {
			return false
		}
		if c.deliver(value, valuePtr) {
			return true
		}
	}
}

func (c *channel) wait(d *dispatcher) (value interface{}, more bool) {
	if value, ok := c.take(); ok || c.closed {
		return value, ok
	}
	d.mustBlock()
	given := false
	c.receivers.add(func(v interface{}, m bool) { value, more, given = v, m, true })
	d.await("channel", func() bool { return given })
	return value, more
}

// ReceiveWithTimeout implements ReceiveChannel. As in Temporal's SDK it is no receiver to SendAsync, and waits in vain if the channel is
// closed.
func (c *channel) ReceiveWithTimeout(ctx Context, timeout time.Duration, valuePtr interface{}) (ok, more bool) {
	if ok, err := AwaitWithTimeout(ctx, timeout, func() bool { return c.Len() > 0 }); err != nil || !ok {
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
		if c.deliver(value, valuePtr) {
			return true, true
		}
	}
}

// take removes the oldest value, and lets the sender go on that waited longest. Senders of a closed channel are about to panic.
func (c *channel) take() (value interface{}, ok bool) {
	switch {
	case len(c.held) > 0:
		value, c.held = removeFirst(c.held)
		return value, true
	case len(c.values) > 0:
		value, c.values = removeFirst(c.values)
		if waiting, ok := c.accept(); ok {
			c.values = append(c.values, waiting)
		}
		return value, true
	case c.closed:
		return nil, false
	default:
		return c.accept()
	}
}

func (c *channel) accept() (value interface{}, ok bool) {
	first, ok := c.offers.takeFirst()
	if ok {
		first.accepted()
	}
	return first.value, ok
}

// hold keeps the next value for the function of a Select's case; it answers false if the channel is closed and empty.
func (c *channel) hold() (ok bool) {
	if len(c.held) > 0 {
		return true
	}
	value, ok := c.take()
	if ok {
		c.held = append(c.held, value)
	}
	return ok
}

// deliver decodes or copies a value. One that can't be decoded is dropped with a line in the log, as Temporal's SDK does: a signal of
// the wrong type must not stop the workflow.
func (c *channel) deliver(value interface{}, valuePtr interface{}) bool {
	if isNilPointer(valuePtr) {
		return true
	}
	var err error
	if encoded, is := value.(*commonpb.Payloads); is {
		err = orDefault(c.converter).FromPayloads(encoded, valuePtr)
	} else {
		err = assign(valuePtr, value)
	}
	if err != nil && c.run != nil {
		c.run.logger().Error("Corrupt signal received on channel "+c.name+". Error deserializing", "Error", err)
	}
	return err == nil
}

// Send implements SendChannel.
func (c *channel) Send(ctx Context, v interface{}) {
	if c.SendAsync(v) {
		return
	}
	d := &runOf(ctx).dispatcher
	d.mustBlock()
	taken := false
	waiting := c.offers.add(offer{value: v, accepted: func() { taken = true }})
	d.await("channel", func() bool { return taken || c.closed })
	if !taken {
		waiting.leave()
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

// push hands a value to who waits first, or keeps it whether there is room or not: signals are never refused.
func (c *channel) push(v interface{}) {
	if give, ok := c.receivers.takeFirst(); ok {
		give(v, true)
		return
	}
	c.values = append(c.values, v)
}

// Close implements SendChannel.
func (c *channel) Close() {
	c.closed = true
	for give, ok := c.receivers.takeFirst(); ok; give, ok = c.receivers.takeFirst() {
		give(nil, false)
	}
}

// removeFirst also clears the place, so that the value can be freed while others wait.
func removeFirst(values []interface{}) (first interface{}, rest []interface{}) {
	first, values[0] = values[0], nil
	return first, values[1:]
}
