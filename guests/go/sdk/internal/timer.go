package internal

// Timers as workflow code sees them.

import (
	"time"

	"go.temporal.io/sdk/internal/coresdk/commands"
)

// NewTimer returns a future that is ready after d, at once if d is not positive.
func NewTimer(ctx Context, d time.Duration) Future {
	return NewTimerWithOptions(ctx, d, TimerOptions{})
}

// NewTimerWithOptions does the same with a text for people.
func NewTimerWithOptions(ctx Context, d time.Duration, options TimerOptions) Future {
	r := runOf(ctx)
	if d <= 0 {
		f := newFuture(ctx)
		f.Set(nil, nil)
		return f
	}
	if err := ctx.Err(); err != nil {
		f := newFuture(ctx)
		f.Set(nil, err)
		return f
	}
	seq, timer := r.startTimer(d, options, nil)
	forget := whenCancelled(ctx, func() {
		if timer.ready {
			return
		}
		r.cancelTimer(seq)
		timer.Set(nil, ErrCanceled)
	})
	timer.settled = append(timer.settled, forget)
	return timer
}

// Sleep waits for d; it answers CanceledError if the context is cancelled.
func Sleep(ctx Context, d time.Duration) error { return NewTimer(ctx, d).Get(ctx, nil) }

func (r *Run) cancelTimer(seq uint32) {
	delete(r.timers, seq)
	r.command(commands.WorkflowCommand{Variant: &commands.WorkflowCommand_CancelTimer{
		CancelTimer: &commands.CancelTimer{Seq: seq}}})
}

func (r *Run) fireTimer(seq uint32) {
	if timer := r.timers[seq]; timer != nil {
		delete(r.timers, seq)
		timer.Set(nil, nil)
	}
}
