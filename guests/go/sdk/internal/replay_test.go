package internal

// What one activation after another makes of a run: above all, that a second run which is told the same answers with the same commands.

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/wire"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/internal/coresdk/activation"
	"go.temporal.io/sdk/internal/coresdk/commands"
	"go.temporal.io/sdk/internal/coresdk/completion"
)

type silentHost struct {
	lines          []string
	isInSideEffect bool
}

func (h *silentHost) Log(_ Level, message string) { h.lines = append(h.lines, message) }
func (h *silentHost) SideEffect(isOngoing bool)   { h.isInSideEffect = isOngoing }
func (h *silentHost) Namespace() string           { return "default" }
func (h *silentHost) TaskQueue() string           { return "queue" }

func newRun(t *testing.T, workflow interface{}) *Run {
	registry := NewRegistry()
	registry.RegisterWorkflow(Definition{Name: "W"}, workflow)
	r := NewRun(registry, &silentHost{})
	t.Cleanup(r.Close)
	return r
}

func start(args ...interface{}) *activation.WorkflowActivationJob {
	input, err := converter.GetDefaultDataConverter().ToPayloads(args...)
	if err != nil {
		panic(err)
	}
	return &activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_InitializeWorkflow{
		InitializeWorkflow: &activation.InitializeWorkflow{WorkflowType: "W", WorkflowId: "id", Arguments: input.GetPayloads()}}}
}

func fire(seq uint32) *activation.WorkflowActivationJob {
	return &activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_FireTimer{FireTimer: &activation.FireTimer{Seq: seq}}}
}

func patch(id string) *activation.WorkflowActivationJob {
	return &activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_NotifyHasPatch{NotifyHasPatch: &activation.NotifyHasPatch{PatchId: id}}}
}

func cancelRun() *activation.WorkflowActivationJob {
	return &activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_CancelWorkflow{CancelWorkflow: &activation.CancelWorkflow{}}}
}

func activate(r *Run, replaying bool, jobs ...*activation.WorkflowActivationJob) *completion.WorkflowActivationCompletion {
	return r.Activate(&activation.WorkflowActivation{
		RunId: "run", Timestamp: wire.NewTimestamp(time.Unix(1000, 0)), IsReplaying: replaying, HistoryLength: 3, Jobs: jobs,
	})
}

// summary says in words what was decided.
func summary(c *completion.WorkflowActivationCompletion) string {
	if failed := c.GetFailed(); failed != nil {
		return "task failed: " + failed.GetFailure().GetMessage()
	}
	var all []string
	for _, command := range c.GetSuccessful().GetCommands() {
		switch v := command.GetVariant().(type) {
		case *commands.WorkflowCommand_StartTimer:
			all = append(all, "timer "+v.StartTimer.GetStartToFireTimeout().AsDuration().String())
		case *commands.WorkflowCommand_CancelTimer:
			all = append(all, "cancel timer")
		case *commands.WorkflowCommand_SetPatchMarker:
			all = append(all, "patch "+v.SetPatchMarker.GetPatchId())
		case *commands.WorkflowCommand_ScheduleActivity:
			all = append(all, "activity "+v.ScheduleActivity.GetActivityType())
		case *commands.WorkflowCommand_RequestCancelActivity:
			all = append(all, "cancel activity")
		case *commands.WorkflowCommand_ScheduleLocalActivity:
			l := v.ScheduleLocalActivity
			all = append(all, fmt.Sprintf("local activity %s %s/%s", l.GetActivityType(), l.GetStartToCloseTimeout().AsDuration(), l.GetScheduleToCloseTimeout().AsDuration()))
		case *commands.WorkflowCommand_RequestCancelLocalActivity:
			all = append(all, "cancel local activity")
		case *commands.WorkflowCommand_CompleteWorkflowExecution:
			all = append(all, "complete "+string(v.CompleteWorkflowExecution.GetResult().GetData()))
		case *commands.WorkflowCommand_FailWorkflowExecution:
			all = append(all, "fail "+v.FailWorkflowExecution.GetFailure().GetMessage())
		case *commands.WorkflowCommand_CancelWorkflowExecution:
			all = append(all, "cancelled")
		case *commands.WorkflowCommand_RespondToQuery:
			all = append(all, "answer "+string(v.RespondToQuery.GetSucceeded().GetResponse().GetData())+v.RespondToQuery.GetFailed().GetMessage())
		default:
			all = append(all, "?")
		}
	}
	return strings.Join(all, "; ")
}

func check(t *testing.T, got *completion.WorkflowActivationCompletion, want string) {
	t.Helper()
	if text := summary(got); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}

func versioned(ctx Context) (int, error) {
	return int(GetVersion(ctx, "change", DefaultVersion, 2)), nil
}

func TestANewRunTakesTheNewestVersionAndRecordsIt(t *testing.T) {
	check(t, activate(newRun(t, versioned), false, start()), "patch change-2; complete 2")
}

func TestAReplayTakesTheRecordedVersion(t *testing.T) {
	check(t, activate(newRun(t, versioned), true, patch("change-1"), start()), "patch change-1; complete 1")
	check(t, activate(newRun(t, versioned), true, start()), "complete -1")
	check(t, activate(newRun(t, versioned), true, patch("change-x-1"), start()), "complete -1")
}

func TestAVersionThatIsNoLongerSupportedFailsTheTask(t *testing.T) {
	newer := func(ctx Context) (int, error) { return int(GetVersion(ctx, "change", 2, 3)), nil }
	got := summary(activate(newRun(t, newer), true, patch("change-1"), start()))
	if !strings.HasPrefix(got, "task failed: Workflow code removed support of version 1") {
		t.Error(got)
	}
}

func TestASideEffectIsCalledOnceAndRecorded(t *testing.T) {
	calls := 0
	effect := func(ctx Context) (string, error) {
		var value string
		host := runOf(ctx).host.(*silentHost)
		err := SideEffect(ctx, func(Context) interface{} {
			if !host.isInSideEffect {
				t.Error("the host does not know")
			}
			calls++
			return "v" + string(rune('0'+calls))
		}).Get(&value)
		if host.isInSideEffect {
			t.Error("it has not ended")
		}
		return value, err
	}
	check(t, activate(newRun(t, effect), false, start()), `patch side-effect/1/json:"v1"; complete "v1"`)
	check(t, activate(newRun(t, effect), true, patch(`side-effect/1/json:"v1"`), start()), `patch side-effect/1/json:"v1"; complete "v1"`)
	if calls != 1 {
		t.Errorf("it was called %d times", calls)
	}
}

func TestAMutableSideEffectIsRecordedWhenItChanges(t *testing.T) {
	value := 1
	effect := func(ctx Context) (int, error) {
		var got int
		for i := 0; i < 2; i++ {
			encoded := MutableSideEffect(ctx, "id", func(Context) interface{} { return value }, func(a, b interface{}) bool { return a == b })
			if err := encoded.Get(&got); err != nil {
				return 0, err
			}
		}
		return got, nil
	}
	check(t, activate(newRun(t, effect), false, start()), "patch mutable-side-effect/id/1/json:1; complete 1")
	value = 2
	check(t, activate(newRun(t, effect), true, patch("mutable-side-effect/id/1/json:1"), start()), "patch mutable-side-effect/id/1/json:1; complete 1")
}

func TestAPanicFailsTheTaskAndNotTheWorkflow(t *testing.T) {
	check(t, activate(newRun(t, func(Context) error { var m map[string]int; m["x"] = 1; return nil }), false, start()),
		"task failed: assignment to entry in nil map")
}

func TestAnUnknownWorkflowTypeFailsTheTask(t *testing.T) {
	r := NewRun(NewRegistry(), &silentHost{})
	check(t, activate(r, false, start()), "task failed: unable to find workflow type: W. Supported types: []")
}

func TestACancelledRunCancelsWhatItWaitsFor(t *testing.T) {
	r := newRun(t, func(ctx Context) error {
		ctx = WithActivityOptions(ctx, ActivityOptions{StartToCloseTimeout: time.Second})
		activity := ExecuteActivity(ctx, "A")
		if err := Sleep(ctx, time.Hour); err != nil {
			return activity.Get(ctx, nil)
		}
		return nil
	})
	check(t, activate(r, false, start()), "activity A; timer 1h0m0s")
	check(t, activate(r, false, cancelRun()), "cancel activity; cancel timer; cancelled")
}

func TestAQueryChangesNothing(t *testing.T) {
	r := newRun(t, func(ctx Context) error {
		_ = SetQueryHandler(ctx, "good", func(n int) (int, error) { return n + 1, nil })
		_ = SetQueryHandler(ctx, "bad", func() (int, error) { return 0, Sleep(ctx, time.Second) })
		return Sleep(ctx, time.Second)
	})
	check(t, activate(r, false, start()), "timer 1s")
	query := func(name string, args ...interface{}) *activation.WorkflowActivationJob {
		input, _ := converter.GetDefaultDataConverter().ToPayloads(args...)
		return &activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_QueryWorkflow{QueryWorkflow: &activation.QueryWorkflow{QueryType: name, Arguments: input.GetPayloads()}}}
	}
	check(t, activate(r, false, query("good", 4)), "answer 5")
	check(t, activate(r, false, query("none")), "answer unknown queryType none. KnownQueryTypes=[__stack_trace bad good]")
	if got := summary(activate(r, false, query("bad"))); !strings.HasPrefix(got, "answer query handler panic") {
		t.Error(got)
	}
	check(t, activate(r, false, fire(1)), "complete ")
}

// coroutines does a bit of everything that could be ordered differently.
func coroutines(ctx Context) ([]int, error) {
	results := []int{}
	c := NewBufferedChannel(ctx, 1)
	wait := NewWaitGroup(ctx)
	for i := 0; i < 5; i++ {
		wait.Go(ctx, func(ctx Context) {
			_ = Sleep(ctx, time.Duration(5-i)*time.Second)
			c.Send(ctx, i)
		})
	}
	Go(ctx, func(ctx Context) {
		for {
			var n int
			NewSelector(ctx).AddReceive(c, func(c ReceiveChannel, more bool) { c.Receive(ctx, &n) }).Select(ctx)
			results = append(results, n)
		}
	})
	wait.Wait(ctx)
	err := Await(ctx, func() bool { return len(results) == 5 })
	return results, err
}

func TestTheSameActivationsGiveTheSameBytes(t *testing.T) {
	var first []byte
	for i := 0; i < 100; i++ {
		r := newRun(t, coroutines)
		var all []byte
		for _, job := range []*activation.WorkflowActivationJob{start(), fire(3), fire(1), fire(5), fire(2), fire(4)} {
			all = activate(r, i > 0, job).AppendTo(all)
		}
		if first == nil {
			first = all
			if !bytes.Contains(all, []byte("[2,0,4,1,3]")) {
				t.Fatalf("unexpected result: %q", all)
			}
		}
		if !bytes.Equal(first, all) {
			t.Fatal("a replay decided otherwise")
		}
	}
}

func TestGarbageIsAnAnswerAndNoPanic(t *testing.T) {
	r := newRun(t, versioned)
	encoded := (&activation.WorkflowActivation{RunId: "run", Jobs: []*activation.WorkflowActivationJob{start("text")}}).AppendTo(nil)
	for cut := range encoded {
		c := &completion.WorkflowActivationCompletion{}
		if err := c.Decode(NewRun(r.registry, &silentHost{}).ActivateBytes(encoded[:cut])); err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
	}
}

func TestAFailureKeepsItsShapeOnTheWayThroughAWorkflow(t *testing.T) {
	dc := converter.GetDefaultDataConverter()
	original := NewActivityError(3, 4, "worker", &commonpb.ActivityType{Name: "A"}, "1", 2,
		NewApplicationErrorWithOptions("no", "Refused", ApplicationErrorOptions{NonRetryable: true, Details: []interface{}{"why", 7}}))
	failure := ErrorToFailure(original, dc)
	back := FailureToError(failure, dc)
	if !bytes.Equal(ErrorToFailure(back, dc).AppendTo(nil), failure.AppendTo(nil)) {
		t.Error("it came back otherwise")
	}
	want := "activity error (type: A, scheduledEventID: 3, startedEventID: 4, identity: worker): no (type: Refused, retryable: false)"
	if back.Error() != want {
		t.Errorf("got %s", back)
	}
}
