package internal

// Activities and local activities: scheduled here, run natively by some worker.

import (
	"errors"
	"strconv"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/wire"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/internal/coresdk/activityresult"
	"go.temporal.io/sdk/internal/coresdk/commands"
)

type pendingActivity struct {
	future    *future
	converter converter.DataConverter
	forget    func()
	local     *commands.ScheduleLocalActivity
	// The timer of a local activity that waits for its next attempt, else 0.
	backoff uint32
	summary string
}

var (
	errNoActivityTimeout = errors.New("at least one of ScheduleToCloseTimeout and StartToCloseTimeout is required")
	errNegativeTimeout   = errors.New("negative timeout in ActivityOptions")
)

// ExecuteActivity schedules an activity, a function or a type's name.
func ExecuteActivity(ctx Context, activity interface{}, args ...interface{}) Future {
	r := runOf(ctx)
	f := newFuture(ctx)
	dc := dataConverterOf(ctx)
	options := activityOptionsOf(ctx)
	name, input, err := r.activityCall(activity, args, dc)
	switch {
	case err != nil:
	case options.StartToCloseTimeout == 0 && options.ScheduleToCloseTimeout == 0:
		err = errNoActivityTimeout
	case options.StartToCloseTimeout < 0 || options.ScheduleToCloseTimeout < 0 || options.ScheduleToStartTimeout < 0 || options.HeartbeatTimeout < 0:
		err = errNegativeTimeout
	}
	if err != nil {
		f.Set(nil, err)
		return f
	}
	seq := r.next()
	schedule := &commands.ScheduleActivity{
		Seq: seq, ActivityId: options.ActivityID, ActivityType: name, TaskQueue: options.TaskQueue, Arguments: input,
		ScheduleToCloseTimeout: wire.OptionalDuration(options.ScheduleToCloseTimeout),
		ScheduleToStartTimeout: wire.OptionalDuration(options.ScheduleToStartTimeout),
		StartToCloseTimeout:    wire.OptionalDuration(options.StartToCloseTimeout),
		HeartbeatTimeout:       wire.OptionalDuration(options.HeartbeatTimeout),
		RetryPolicy:            options.RetryPolicy.encode(),
		DoNotEagerlyExecute:    options.DisableEagerExecution,
		Priority:               options.Priority.encode(),
	}
	if schedule.ActivityId == "" {
		schedule.ActivityId = strconv.Itoa(int(seq))
	}
	if schedule.TaskQueue == "" {
		schedule.TaskQueue = r.info.TaskQueueName
	}
	if options.WaitForCancellation {
		schedule.CancellationType = commands.ActivityCancellationType_WAIT_CANCELLATION_COMPLETED
	}
	r.command(commands.WorkflowCommand{
		UserMetadata: r.metadata(options.Summary, ""),
		Variant:      &commands.WorkflowCommand_ScheduleActivity{ScheduleActivity: schedule},
	})
	pending := &pendingActivity{future: f, converter: dc}
	r.activities[seq] = pending
	pending.forget = whenCancelled(ctx, func() {
		if f.ready {
			return
		}
		r.command(commands.WorkflowCommand{Variant: &commands.WorkflowCommand_RequestCancelActivity{
			RequestCancelActivity: &commands.RequestCancelActivity{Seq: seq}}})
		if !options.WaitForCancellation {
			f.Set(nil, ErrCanceled)
		}
	})
	return f
}

// ExecuteLocalActivity schedules an activity that the worker host runs without a task of its own.
func ExecuteLocalActivity(ctx Context, activity interface{}, args ...interface{}) Future {
	r := runOf(ctx)
	f := newFuture(ctx)
	dc := dataConverterOf(ctx)
	options := localActivityOptionsOf(ctx)
	name, input, err := r.activityCall(activity, args, dc)
	if err == nil {
		options.StartToCloseTimeout, options.ScheduleToCloseTimeout, err = localTimeouts(options)
	}
	if err != nil {
		f.Set(nil, err)
		return f
	}
	schedule := &commands.ScheduleLocalActivity{
		ActivityType: name, Attempt: 1, Arguments: input,
		OriginalScheduleTime:   wire.NewTimestamp(r.now),
		ScheduleToCloseTimeout: wire.OptionalDuration(options.ScheduleToCloseTimeout),
		StartToCloseTimeout:    wire.OptionalDuration(options.StartToCloseTimeout),
		RetryPolicy:            options.RetryPolicy.encode(),
		// A longer wait than a task may take is waited for with a timer, as by Temporal's SDK.
		LocalRetryThreshold: wire.OptionalDuration(r.info.WorkflowTaskTimeout),
	}
	pending := &pendingActivity{future: f, converter: dc, local: schedule, summary: options.Summary}
	r.scheduleLocal(pending)
	pending.forget = whenCancelled(ctx, func() {
		if f.ready {
			return
		}
		if pending.backoff != 0 {
			// No attempt is going on that could be cancelled.
			r.cancelTimer(pending.backoff)
		} else {
			r.command(commands.WorkflowCommand{Variant: &commands.WorkflowCommand_RequestCancelLocalActivity{
				RequestCancelLocalActivity: &commands.RequestCancelLocalActivity{Seq: pending.local.Seq}}})
		}
		f.Set(nil, ErrCanceled)
	})
	return f
}

// localTimeouts sets a timeout that is missing to the other one.
func localTimeouts(options LocalActivityOptions) (startToClose, scheduleToClose time.Duration, err error) {
	startToClose, scheduleToClose = options.StartToCloseTimeout, options.ScheduleToCloseTimeout
	switch {
	case scheduleToClose < 0:
		err = errors.New("negative ScheduleToCloseTimeout")
	case startToClose < 0:
		err = errors.New("negative StartToCloseTimeout")
	case scheduleToClose == 0 && startToClose == 0:
		err = errNoActivityTimeout
	case scheduleToClose == 0:
		scheduleToClose = startToClose
	case startToClose == 0:
		startToClose = scheduleToClose
	}
	return startToClose, scheduleToClose, err
}

func (r *Run) scheduleLocal(pending *pendingActivity) {
	schedule := *pending.local
	schedule.Seq = r.next()
	if schedule.ActivityId == "" {
		schedule.ActivityId = strconv.Itoa(int(schedule.Seq))
	}
	pending.local = &schedule
	r.activities[schedule.Seq] = pending
	r.command(commands.WorkflowCommand{
		UserMetadata: r.metadata(pending.summary, ""),
		Variant:      &commands.WorkflowCommand_ScheduleLocalActivity{ScheduleLocalActivity: &schedule},
	})
}

func (r *Run) activityCall(activity interface{}, args []interface{}, dc converter.DataConverter) (string, []*commonpb.Payload, error) {
	name, err := r.registry.activityName(activity)
	if err != nil {
		return "", nil, err
	}
	input, err := dc.ToPayloads(args...)
	return name, input.GetPayloads(), err
}

func (r *Run) resolveActivity(seq uint32, result *activityresult.ActivityResolution) {
	pending := r.activities[seq]
	if pending == nil {
		return
	}
	delete(r.activities, seq)
	if backoff := result.GetBackoff(); backoff != nil && !pending.future.ready {
		r.retryLocal(pending, backoff)
		return
	}
	pending.forget()
	if pending.future.ready {
		return
	}
	switch status := result.GetStatus().(type) {
	case *activityresult.ActivityResolution_Completed:
		pending.future.setPayload(status.Completed.GetResult(), pending.converter)
	case *activityresult.ActivityResolution_Failed:
		pending.future.Set(nil, FailureToError(status.Failed.GetFailure(), pending.converter))
	case *activityresult.ActivityResolution_Cancelled:
		pending.future.Set(nil, FailureToError(status.Cancelled.GetFailure(), pending.converter))
	default:
		pending.future.Set(nil, errors.New("the activity's result is of a kind that this component does not know"))
	}
}

// retryLocal waits with a timer before a local activity's next attempt: the wait is too long to keep the task open.
func (r *Run) retryLocal(pending *pendingActivity, backoff *activityresult.DoBackoff) {
	pending.backoff, _ = r.startTimer(backoff.GetBackoffDuration().AsDuration(), TimerOptions{}, func() {
		pending.backoff = 0
		again := *pending.local
		again.Attempt = backoff.GetAttempt()
		again.OriginalScheduleTime = backoff.GetOriginalScheduleTime()
		pending.local = &again
		r.scheduleLocal(pending)
	})
}

// TimerOptions are the optional parts of a timer.
type TimerOptions struct{ Summary string }

// startTimer runs fired when the time has passed.
func (r *Run) startTimer(d time.Duration, options TimerOptions, fired func()) (seq uint32, timer *future) {
	seq = r.next()
	timer = &future{dispatcher: &r.dispatcher}
	if fired != nil {
		timer.settled = append(timer.settled, fired)
	}
	r.timers[seq] = timer
	r.command(commands.WorkflowCommand{
		UserMetadata: r.metadata(options.Summary, ""),
		Variant: &commands.WorkflowCommand_StartTimer{StartTimer: &commands.StartTimer{
			Seq: seq, StartToFireTimeout: wire.NewDuration(d)}},
	})
	return seq, timer
}
