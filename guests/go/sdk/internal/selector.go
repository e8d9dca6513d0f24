package internal

// Selectors wait for the first of several things. The order in which the cases were added decides between those that are ready.

// Selector waits for channels and futures.
type Selector interface {
	AddReceive(c ReceiveChannel, f func(c ReceiveChannel, more bool)) Selector
	AddSend(c SendChannel, v interface{}, f func()) Selector
	// AddFuture's case runs once.
	AddFuture(future Future, f func(f Future)) Selector
	AddDefault(f func())
	// Select waits until a case is ready, and runs it.
	Select(ctx Context)
	// HasPending says whether Select would not wait, not counting a default.
	HasPending() bool
}

type selectCase struct {
	// Set for a receive, so that it counts as a receiver while it waits.
	receive *channel
	ready   func() bool
	run     func()
	done    bool
}

type selector struct {
	name      string
	cases     []*selectCase
	otherwise func()
}

// NewSelector makes one.
func NewSelector(ctx Context) Selector { return NewNamedSelector(ctx, "") }

// NewNamedSelector does the same with a name for people.
func NewNamedSelector(ctx Context, name string) Selector { return &selector{name: name} }

// AddReceive implements Selector.
func (s *selector) AddReceive(c ReceiveChannel, f func(c ReceiveChannel, more bool)) Selector {
	ch := c.(*channel)
	s.cases = append(s.cases, &selectCase{receive: ch, ready: ch.canReceive, run: func() {
		f(c, ch.Len() > 0 || !ch.closed)
	}})
	return s
}

// AddSend implements Selector.
func (s *selector) AddSend(c SendChannel, v interface{}, f func()) Selector {
	ch := c.(*channel)
	s.cases = append(s.cases, &selectCase{ready: ch.canSend, run: func() {
		ch.SendAsync(v)
		f()
	}})
	return s
}

// AddFuture implements Selector.
func (s *selector) AddFuture(future Future, f func(f Future)) Selector {
	one := &selectCase{}
	one.ready = func() bool { return !one.done && future.IsReady() }
	one.run = func() {
		one.done = true
		f(future)
	}
	s.cases = append(s.cases, one)
	return s
}

// AddDefault implements Selector.
func (s *selector) AddDefault(f func()) { s.otherwise = f }

// HasPending implements Selector.
func (s *selector) HasPending() bool { return s.readyCase() != nil }

func (s *selector) readyCase() *selectCase {
	for _, one := range s.cases {
		if one.ready() {
			return one
		}
	}
	return nil
}

// Select implements Selector.
func (s *selector) Select(ctx Context) {
	chosen := s.readyCase()
	if chosen == nil && s.otherwise != nil {
		s.otherwise()
		return
	}
	if chosen == nil {
		s.countReceivers(1)
		runOf(ctx).dispatcher.await("selector", s.HasPending)
		s.countReceivers(-1)
		chosen = s.readyCase()
	}
	if chosen.done {
		return
	}
	chosen.run()
	s.forgetDone()
}

func (s *selector) countReceivers(by int) {
	for _, one := range s.cases {
		if one.receive != nil {
			one.receive.receivers += by
		}
	}
}

func (s *selector) forgetDone() {
	kept := s.cases[:0]
	for _, one := range s.cases {
		if !one.done {
			kept = append(kept, one)
		}
	}
	s.cases = kept
}
