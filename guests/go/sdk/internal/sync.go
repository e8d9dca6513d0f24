package internal

// WaitGroup, Mutex, Semaphore, Await: what coroutines of a workflow wait with.

import (
	"errors"
	"time"
)

// WaitGroup waits for a number of coroutines.
type WaitGroup interface {
	Add(delta int)
	Done()
	// Go starts a coroutine that counts until it ends.
	Go(ctx Context, f func(Context))
	Wait(ctx Context)
}

type waitGroup struct{ count int }

// NewWaitGroup makes one.
func NewWaitGroup(ctx Context) WaitGroup { return &waitGroup{} }

// Add implements WaitGroup.
func (w *waitGroup) Add(delta int) {
	w.count += delta
	if w.count < 0 {
		panic("negative WaitGroup counter")
	}
}

// Done implements WaitGroup.
func (w *waitGroup) Done() { w.Add(-1) }

// Go implements WaitGroup.
func (w *waitGroup) Go(ctx Context, f func(Context)) {
	w.Add(1)
	Go(ctx, func(ctx Context) {
		defer w.Done()
		f(ctx)
	})
}

// Wait implements WaitGroup.
func (w *waitGroup) Wait(ctx Context) {
	runOf(ctx).dispatcher.await("wait group", func() bool { return w.count == 0 })
}

// Mutex is held by one coroutine at a time.
type Mutex interface {
	// Lock waits; it answers CanceledError if the context is cancelled meanwhile.
	Lock(ctx Context) error
	TryLock(ctx Context) bool
	Unlock()
	IsLocked() bool
}

type mutex struct{ locked bool }

// NewMutex makes one.
func NewMutex(ctx Context) Mutex { return &mutex{} }

// Lock implements Mutex.
func (m *mutex) Lock(ctx Context) error {
	if err := Await(ctx, func() bool { return !m.locked }); err != nil {
		return err
	}
	m.locked = true
	return nil
}

// TryLock implements Mutex.
func (m *mutex) TryLock(ctx Context) bool {
	if m.locked {
		return false
	}
	m.locked = true
	return true
}

// Unlock implements Mutex.
func (m *mutex) Unlock() {
	if !m.locked {
		panic("Mutex.Unlock() was called on an unlocked mutex")
	}
	m.locked = false
}

// IsLocked implements Mutex.
func (m *mutex) IsLocked() bool { return m.locked }

// Semaphore limits how much happens at once.
type Semaphore interface {
	// Acquire waits for n; it answers CanceledError if the context is cancelled meanwhile.
	Acquire(ctx Context, n int64) error
	TryAcquire(ctx Context, n int64) bool
	Release(n int64)
}

type semaphore struct{ size, used int64 }

// NewSemaphore makes one that n can hold.
func NewSemaphore(ctx Context, n int64) Semaphore { return &semaphore{size: n} }

// Acquire implements Semaphore.
func (s *semaphore) Acquire(ctx Context, n int64) error {
	if err := Await(ctx, func() bool { return s.size-s.used >= n }); err != nil {
		return err
	}
	s.used += n
	return nil
}

// TryAcquire implements Semaphore.
func (s *semaphore) TryAcquire(ctx Context, n int64) bool {
	if s.size-s.used < n {
		return false
	}
	s.used += n
	return true
}

// Release implements Semaphore.
func (s *semaphore) Release(n int64) {
	s.used -= n
	if s.used < 0 {
		panic("Semaphore.Release() released more than held")
	}
}

// Go starts a coroutine.
func Go(ctx Context, f func(ctx Context)) { GoNamed(ctx, "", f) }

// GoNamed does the same with a name for people.
func GoNamed(ctx Context, name string, f func(ctx Context)) {
	run := runOf(ctx)
	run.mustChange()
	run.dispatcher.start(name, func() { f(ctx) })
}

// Await waits until condition holds; it answers CanceledError if the context is cancelled while it does not.
func Await(ctx Context, condition func() bool) error {
	held := false
	runOf(ctx).dispatcher.await("await", func() bool {
		held = condition()
		return held || ctx.Err() != nil
	})
	if !held {
		return NewCanceledError("Await context canceled")
	}
	return nil
}

// AwaitOptions are the optional parts of an Await.
type AwaitOptions struct {
	Timeout      time.Duration
	TimerOptions TimerOptions
}

// AwaitWithTimeout waits at most that long; ok is false if the condition does not hold.
func AwaitWithTimeout(ctx Context, timeout time.Duration, condition func() bool) (ok bool, err error) {
	return awaitWithTimer(ctx, "AwaitWithTimeout", AwaitOptions{Timeout: timeout}, condition)
}

// AwaitWithOptions does the same with a timer that people can read.
func AwaitWithOptions(ctx Context, options AwaitOptions, condition func() bool) (ok bool, err error) {
	return awaitWithTimer(ctx, "AwaitWithOptions", options, condition)
}

// awaitWithTimer needs no timer if the condition already holds.
func awaitWithTimer(ctx Context, caller string, options AwaitOptions, condition func() bool) (ok bool, err error) {
	runOf(ctx).mustChange()
	if condition() {
		return true, nil
	}
	timerContext, cancelTimer := WithCancel(ctx)
	// Also when the timer has fired: the context above would keep this one for good.
	defer cancelTimer()
	timer := NewTimerWithOptions(timerContext, options.Timeout, options.TimerOptions)
	held := false
	runOf(ctx).dispatcher.await("await", func() bool {
		held = condition()
		return held || timer.IsReady() || ctx.Err() != nil
	})
	if !held && ctx.Err() != nil {
		return false, NewCanceledError("%s context canceled", caller)
	}
	return held, nil
}

// errNotInWorkflow is what functions panic with that got a context of no workflow.
var errNotInWorkflow = errors.New("the context is not that of a workflow: use the one that the workflow function was given")
