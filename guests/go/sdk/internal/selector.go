package internal

// Selectors wait for the first of several things. When several are ready as Select starts, the case that was added first wins; while it
// waits, the first that becomes ready does, and from that moment on the others are not waited for any more.

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
	ready func() bool
	// Runs a case that is ready as Select starts.
	run func()
	// Waits; when the case becomes ready, it calls decide with what is to run. The result stops the wait.
	wait func(decide func(run func())) (leave func())
	done bool
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
	one := &selectCase{ready: ch.canReceive}
	one.run = func() {
		more := ch.hold()
		// A closed channel would be ready for ever.
		one.done = !more
		f(c, more)
	}
	one.wait = func(decide func(run func())) func() {
		return ch.receivers.add(func(value interface{}, more bool) {
			decide(func() {
				if more {
					ch.held = append(ch.held, value)
				}
				f(c, more)
			})
		}).leave
	}
	return s.add(one)
}

// AddSend implements Selector.
func (s *selector) AddSend(c SendChannel, v interface{}, f func()) Selector {
	ch := c.(*channel)
	return s.add(&selectCase{
		// Sending to a closed channel panics, which does not wait either.
		ready: func() bool { return ch.closed || ch.canSend() },
		run: func() {
			ch.SendAsync(v)
			f()
		},
		wait: func(decide func(run func())) func() {
			return ch.offers.add(offer{value: v, accepted: func() { decide(f) }}).leave
		},
	})
}

// AddFuture implements Selector.
func (s *selector) AddFuture(future Future, f func(f Future)) Selector {
	target := futureOf(future)
	if target == nil {
		panic("cannot chain Future that wasn't created with workflow.NewFuture")
	}
	one := &selectCase{ready: target.IsReady}
	one.run = func() {
		one.done = true
		f(future)
	}
	one.wait = func(decide func(run func())) func() {
		return target.selecting.add(func() { decide(one.run) }).leave
	}
	return s.add(one)
}

func (s *selector) add(one *selectCase) Selector {
	s.cases = append(s.cases, one)
	return s
}

// AddDefault implements Selector.
func (s *selector) AddDefault(f func()) { s.otherwise = f }

// HasPending implements Selector.
func (s *selector) HasPending() bool { return s.readyCase() != nil }

func (s *selector) readyCase() *selectCase {
	for _, one := range s.cases {
		if !one.done && one.ready() {
			return one
		}
	}
	return nil
}

// Select implements Selector.
func (s *selector) Select(ctx Context) {
	run := runOf(ctx)
	run.mustChange()
	s.forgetDone()
	switch ready := s.readyCase(); {
	case ready != nil:
		ready.run()
	case s.otherwise != nil:
		s.otherwise()
	default:
		s.firstReady(&run.dispatcher)()
	}
}

// firstReady waits for all cases, and returns what the first that becomes ready is to run.
func (s *selector) firstReady(d *dispatcher) (chosen func()) {
	d.mustBlock()
	var leaving []func()
	decide := func(run func()) {
		chosen = run
		for _, leave := range leaving {
			leave()
		}
	}
	for _, one := range s.cases {
		leaving = append(leaving, one.wait(decide))
	}
	d.await("selector", func() bool { return chosen != nil })
	return chosen
}

func (s *selector) forgetDone() {
	var kept []*selectCase
	for _, one := range s.cases {
		if !one.done {
			kept = append(kept, one)
		}
	}
	s.cases = kept
}
