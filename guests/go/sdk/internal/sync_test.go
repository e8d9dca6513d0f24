package internal

// Waiting under a cancelled context, and with a time limit.

import (
	"testing"
	"time"
)

func TestWhatNeedNotWaitIgnoresTheCancellation(t *testing.T) {
	checkResult(t, func(ctx Context) (got string, err error) {
		ctx, cancel := WithCancel(ctx)
		m, s := NewMutex(ctx), NewSemaphore(ctx, 1)
		cancel()
		note := func(err error) {
			if err == nil {
				got += "ok "
			} else {
				got += "cancelled "
			}
		}
		timed := func(held bool) error {
			_, err := AwaitWithTimeout(ctx, time.Hour, func() bool { return held })
			return err
		}
		note(Await(ctx, func() bool { return true }))
		note(m.Lock(ctx))
		note(s.Acquire(ctx, 1))
		note(timed(true))
		note(Await(ctx, func() bool { return false }))
		note(m.Lock(ctx))
		note(s.Acquire(ctx, 1))
		note(timed(false))
		return got, nil
	}, `complete "ok ok ok ok cancelled cancelled cancelled cancelled "`)
}

func TestACancellationEndsAnAwait(t *testing.T) {
	r := newRun(t, func(ctx Context) error { return Await(ctx, func() bool { return false }) })
	check(t, activate(r, false, start()), "")
	check(t, activate(r, false, cancelRun()), "cancelled")
}

func TestAConditionThatHoldsNeedsNoTimer(t *testing.T) {
	checkResult(t, func(ctx Context) (string, error) {
		ok, err := AwaitWithTimeout(ctx, time.Second, func() bool { return true })
		return map[bool]string{true: "held"}[ok], err
	}, `complete "held"`)
}

func TestTimedOutWaitsLeaveNothingOnTheContext(t *testing.T) {
	const waits = 2000
	r := newRun(t, func(ctx Context) error {
		c := NewChannel(ctx)
		for i := 0; i < waits; i++ {
			if ok, more := c.ReceiveWithTimeout(ctx, time.Second, nil); ok || !more {
				panic("nothing was sent")
			}
		}
		return Await(ctx, func() bool { return false })
	})
	check(t, activate(r, false, start()), "timer 1s")
	for seq := uint32(1); seq < waits; seq++ {
		check(t, activate(r, false, fire(seq)), "timer 1s")
	}
	check(t, activate(r, false, fire(waits)), "")
	if left := cancelContextOf(r.root).children.length; left != 0 {
		t.Errorf("%d children are left", left)
	}
}

func TestAValueEndsATimedReceiveAndItsTimer(t *testing.T) {
	checkResult(t, func(ctx Context) (got string, err error) {
		c := NewChannel(ctx)
		Go(ctx, func(ctx Context) { c.Send(ctx, "v") })
		c.ReceiveWithTimeout(ctx, time.Second, &got)
		return got, nil
	}, `timer 1s; cancel timer; complete "v"`)
}
