package conformance

import (
	"context"
	"errors"
	"testing"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

func greet(_ context.Context, name string) (string, error) {
	return "hello " + name, nil
}

func failsTwice(ctx context.Context) (int32, error) {
	if attempt := activity.GetInfo(ctx).Attempt; attempt < 3 {
		return 0, temporal.NewApplicationError("not yet", "NotYet", attempt)
	}
	return activity.GetInfo(ctx).Attempt, nil
}

func fatal(context.Context) error {
	return temporal.NewNonRetryableApplicationError("no use", "Fatal", nil, "detail")
}

func comesBackSoon(ctx context.Context) (int32, error) {
	if activity.GetInfo(ctx).Attempt == 1 {
		return 0, temporal.NewApplicationErrorWithOptions("later", "Later", temporal.ApplicationErrorOptions{NextRetryDelay: 20 * time.Millisecond})
	}
	return activity.GetInfo(ctx).Attempt, nil
}

func resumes(ctx context.Context) (int, error) {
	if !activity.HasHeartbeatDetails(ctx) {
		activity.RecordHeartbeat(ctx, 7)
		return 0, errors.New("lost")
	}
	var page int
	err := activity.GetHeartbeatDetails(ctx, &page)
	return page, err
}

// untilCancelled beats until it is told to stop.
func untilCancelled(ctx context.Context) (string, error) {
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(20 * time.Millisecond):
			activity.RecordHeartbeat(ctx)
		}
	}
}

func neverBeats(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func somebodyElseWill(context.Context) (string, error) {
	return "", activity.ErrResultPending
}

// call is a workflow that runs one activity.
func call(ctx workflow.Context, name string, options workflow.ActivityOptions, arguments []any) (any, error) {
	var value any
	err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), name, arguments...).Get(ctx, &value)
	return value, err
}

// stopsActivity cancels its activity as soon as it is sent `stop`, and says how the activity ended.
func stopsActivity(ctx workflow.Context, wait bool) (string, error) {
	scope, cancel := workflow.WithCancel(ctx)
	running := workflow.ExecuteActivity(workflow.WithActivityOptions(scope, workflow.ActivityOptions{
		StartToCloseTimeout: time.Minute, HeartbeatTimeout: 5 * time.Second, WaitForCancellation: wait,
	}), untilCancelled)
	workflow.GetSignalChannel(ctx, "stop").Receive(ctx, nil)
	cancel()
	if err := running.Get(ctx, nil); temporal.IsCanceledError(err) {
		return "cancelled", nil
	} else {
		return "", err
	}
}

func registerActivities(w worker.Registry) {
	w.RegisterWorkflow(call)
	w.RegisterWorkflow(stopsActivity)
	for _, one := range []any{greet, failsTwice, fatal, comesBackSoon, resumes, untilCancelled, neverBeats, somebodyElseWill} {
		w.RegisterActivity(one)
	}
}

var quickly = &temporal.RetryPolicy{InitialInterval: 20 * time.Millisecond, BackoffCoefficient: 1}

var whole = []string{
	"WorkflowExecutionStarted", "ActivityTaskScheduled", "ActivityTaskStarted", "ActivityTaskCompleted", "WorkflowExecutionCompleted",
}

func TestAnActivityRunsAndItsResultComesBack(t *testing.T) {
	tt := begin(t, registerActivities)
	run := tt.start(call, "greet", workflow.ActivityOptions{StartToCloseTimeout: time.Minute}, []any{"Go"})
	equal(tt, result[string](tt, run), "hello Go")
	tt.happened(run, whole...)
}

func TestAnActivityIsTriedAgainUntilItSucceeds(t *testing.T) {
	tt := begin(t, registerActivities)
	run := tt.start(call, "failsTwice", workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: quickly}, nil)
	equal(tt, result[int](tt, run), 3)
	tt.happened(run, whole...)
}

func TestAFailureCanForbidAnotherTry(t *testing.T) {
	tt := begin(t, registerActivities)
	run := tt.start(call, "fatal", workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: quickly}, nil)
	err := run.Get(tt, nil)
	equal(tt, failsAs[*temporal.ActivityError](tt, err).RetryState(), enums.RETRY_STATE_NON_RETRYABLE_FAILURE)
	cause := failsAs[*temporal.ApplicationError](tt, errors.Unwrap(failsAs[*temporal.ActivityError](tt, err)))
	equal(tt, cause.Type(), "Fatal")
	var detail string
	tt.must(cause.Details(&detail))
	equal(tt, detail, "detail")
}

func TestAFailureCanSayWhenToTryAgain(t *testing.T) {
	tt := begin(t, registerActivities)
	slowly := &temporal.RetryPolicy{InitialInterval: time.Hour}
	run := tt.start(call, "comesBackSoon", workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: slowly}, nil)
	equal(tt, result[int](tt, run), 2)
}

func TestHeartbeatDetailsReachTheNextAttempt(t *testing.T) {
	tt := begin(t, registerActivities)
	run := tt.start(call, "resumes", workflow.ActivityOptions{
		StartToCloseTimeout: time.Minute, HeartbeatTimeout: 10 * time.Second, RetryPolicy: quickly,
	}, nil)
	equal(tt, result[int](tt, run), 7)
}

func TestEachTimeoutOfAnActivityHasItsType(t *testing.T) {
	once := &temporal.RetryPolicy{MaximumAttempts: 1}
	for name, options := range map[enums.TimeoutType]workflow.ActivityOptions{
		enums.TIMEOUT_TYPE_START_TO_CLOSE:    {StartToCloseTimeout: 300 * time.Millisecond, RetryPolicy: once},
		enums.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE: {ScheduleToCloseTimeout: 300 * time.Millisecond},
		enums.TIMEOUT_TYPE_HEARTBEAT:         {StartToCloseTimeout: time.Minute, HeartbeatTimeout: 300 * time.Millisecond, RetryPolicy: once},
		enums.TIMEOUT_TYPE_SCHEDULE_TO_START: {StartToCloseTimeout: time.Minute, ScheduleToStartTimeout: 300 * time.Millisecond, TaskQueue: "nobody-polls-this"},
	} {
		t.Run(name.String(), func(t *testing.T) {
			tt := begin(t, registerActivities)
			run := tt.start(call, "neverBeats", options, nil)
			equal(tt, failsAs[*temporal.TimeoutError](tt, run.Get(tt, nil)).TimeoutType(), name)
		})
	}
}

func TestACancelledActivityIsWaitedForOrNot(t *testing.T) {
	for name, wait := range map[string]bool{"waited for": true, "not waited for": false} {
		t.Run(name, func(t *testing.T) {
			tt := begin(t, registerActivities)
			run := tt.start(stopsActivity, wait)
			tt.eventually(func() bool {
				described, err := server.DescribeWorkflowExecution(tt, tt.name, "")
				tt.must(err)
				return len(described.PendingActivities) == 1 && described.PendingActivities[0].LastStartedTime != nil
			})
			tt.must(server.SignalWorkflow(tt, tt.name, "", "stop", nil))
			equal(tt, result[string](tt, run), "cancelled")
			if wait {
				tt.happened(run, "WorkflowExecutionStarted", "ActivityTaskScheduled", "WorkflowExecutionSignaled",
					"ActivityTaskCancelRequested", "ActivityTaskStarted", "ActivityTaskCanceled", "WorkflowExecutionCompleted")
			}
		})
	}
}

func TestAnActivityIsCompletedByIdFromElsewhere(t *testing.T) {
	tt := begin(t, registerActivities)
	run := tt.start(call, "somebodyElseWill", workflow.ActivityOptions{StartToCloseTimeout: time.Minute, ActivityID: "the-id"}, nil)
	tt.eventually(func() bool {
		return server.CompleteActivityByID(tt, "default", tt.name, "", "the-id", "from elsewhere", nil) == nil
	})
	equal(tt, result[string](tt, run), "from elsewhere")
	tt.notFound(server.CompleteActivityByID(tt, "default", tt.name, "", "the-id", "too late", nil))
}
