package internal

// Local activities: their timeouts, and their cancellation between two attempts.

import (
	"testing"
	"time"

	"go.temporal.io/api/wire"
	"go.temporal.io/sdk/internal/coresdk/activation"
	"go.temporal.io/sdk/internal/coresdk/activityresult"
)

func local(options LocalActivityOptions) func(Context) error {
	return func(ctx Context) error {
		return ExecuteLocalActivity(WithLocalActivityOptions(ctx, options), "A").Get(ctx, nil)
	}
}

func TestALocalActivitysMissingTimeoutIsTheOtherOne(t *testing.T) {
	one := func(options LocalActivityOptions, want string) {
		t.Helper()
		check(t, activate(newRun(t, local(options)), false, start()), want)
	}
	one(LocalActivityOptions{StartToCloseTimeout: time.Second}, "local activity A 1s/1s")
	one(LocalActivityOptions{ScheduleToCloseTimeout: time.Minute}, "local activity A 1m0s/1m0s")
	one(LocalActivityOptions{StartToCloseTimeout: time.Second, ScheduleToCloseTimeout: time.Minute}, "local activity A 1s/1m0s")
	one(LocalActivityOptions{}, "fail at least one of ScheduleToCloseTimeout and StartToCloseTimeout is required")
	one(LocalActivityOptions{StartToCloseTimeout: -1, ScheduleToCloseTimeout: -1}, "fail negative ScheduleToCloseTimeout")
	one(LocalActivityOptions{StartToCloseTimeout: -1, ScheduleToCloseTimeout: time.Second}, "fail negative StartToCloseTimeout")
}

func backoff(seq uint32) *activation.WorkflowActivationJob {
	return &activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_ResolveActivity{ResolveActivity: &activation.ResolveActivity{
		Seq: seq, Result: &activityresult.ActivityResolution{Status: &activityresult.ActivityResolution_Backoff{
			Backoff: &activityresult.DoBackoff{Attempt: 2, BackoffDuration: wire.NewDuration(time.Hour)}}}}}}
}

func TestACancelledLocalActivityCancelsItsBackOff(t *testing.T) {
	r := newRun(t, local(LocalActivityOptions{StartToCloseTimeout: time.Second}))
	check(t, activate(r, false, start()), "local activity A 1s/1s")
	check(t, activate(r, false, backoff(1)), "timer 1h0m0s")
	check(t, activate(r, false, cancelRun()), "cancel timer; cancelled")
}

func TestAfterItsBackOffALocalActivityIsCancelledItself(t *testing.T) {
	r := newRun(t, local(LocalActivityOptions{StartToCloseTimeout: time.Second}))
	check(t, activate(r, false, start()), "local activity A 1s/1s")
	check(t, activate(r, false, backoff(1)), "timer 1h0m0s")
	check(t, activate(r, false, fire(2)), "local activity A 1s/1s")
	check(t, activate(r, false, cancelRun()), "cancel local activity; cancelled")
}
