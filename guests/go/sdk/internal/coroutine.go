package internal

// Coroutines of a workflow: goroutines of which one at a time has the baton. They are resumed in the order in which they were started,
// until none can go on; nothing else decides the order, so it is the same in each replay.

import "fmt"

// coroutine is one of them. Until it ends, its goroutine is blocked on resume whenever it does not have the baton.
type coroutine struct {
	name string
	// nil while it can go on, else what it waits for, and that in a word for people.
	ready   func() bool
	what    string
	resume  chan struct{}
	yielded chan struct{}
	done    bool
	// What it panicked with.
	panicked *PanicError
}

// dispatcher owns the coroutines of one run.
type dispatcher struct {
	coroutines []*coroutine
	current    *coroutine
	started    int
	closing    bool
	// While it is set, only code that changes nothing may run: queries and validators.
	readOnly bool
}

// start adds a coroutine, which runs when its turn comes.
func (d *dispatcher) start(name string, f func()) *coroutine {
	d.started++
	if name == "" {
		name = fmt.Sprint(d.started)
	}
	c := &coroutine{name: name, resume: make(chan struct{}), yielded: make(chan struct{})}
	d.coroutines = append(d.coroutines, c)
	go func() {
		<-c.resume
		defer func() {
			c.done = true
			c.yielded <- struct{}{}
		}()
		if d.closing {
			return
		}
		c.panicked = catchPanic(f)
	}()
	return c
}

// await blocks the current coroutine until ready answers true.
func (d *dispatcher) await(what string, ready func() bool) {
	if ready() {
		return
	}
	d.mustBlock()
	c := d.current
	c.ready, c.what = ready, what
	c.yielded <- struct{}{}
	<-c.resume
	if d.closing {
		exitGoroutine()
	}
}

// mustBlock panics where nothing may block. Who is about to wait in some list calls it before it is added there.
func (d *dispatcher) mustBlock() {
	if d.current == nil || d.readOnly {
		panic(illegalAccess)
	}
}

// illegalAccess is the panic of code that blocks where it must not.
const illegalAccess = "getState: illegal access from outside of workflow context"

// run lets every coroutine go on until all of them wait, or until one panics.
func (d *dispatcher) run() *PanicError {
	for progress := true; progress; {
		progress = false
		for i := 0; i < len(d.coroutines); i++ {
			c := d.coroutines[i]
			if c.done || (c.ready != nil && !c.ready()) {
				continue
			}
			progress = true
			d.step(c)
			if c.panicked != nil {
				return c.panicked
			}
		}
		d.forgetDone()
	}
	return nil
}

func (d *dispatcher) step(c *coroutine) {
	c.ready = nil
	d.current = c
	c.resume <- struct{}{}
	<-c.yielded
	d.current = nil
}

func (d *dispatcher) forgetDone() {
	kept := d.coroutines[:0]
	for _, c := range d.coroutines {
		if !c.done {
			kept = append(kept, c)
		}
	}
	for i := len(kept); i < len(d.coroutines); i++ {
		d.coroutines[i] = nil
	}
	d.coroutines = kept
}

// close ends all goroutines, running what they deferred. A component is simply dropped; tests would leak them.
func (d *dispatcher) close() {
	d.closing = true
	for _, c := range d.coroutines {
		if !c.done {
			d.current = c
			c.resume <- struct{}{}
			<-c.yielded
		}
	}
	d.current = nil
	d.coroutines = nil
}
