package conformance

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

func cleansUp(ctx workflow.Context) (string, error) {
	err := workflow.Sleep(ctx, time.Hour)
	if !temporal.IsCanceledError(err) {
		return "", err
	}
	later, _ := workflow.NewDisconnectedContext(ctx)
	return "cleaned up", workflow.Sleep(later, 20*time.Millisecond)
}

func isCancelled(ctx workflow.Context) error {
	return workflow.Sleep(ctx, time.Hour)
}

func countDown(ctx workflow.Context, left int) (string, error) {
	if left > 0 {
		return "", workflow.NewContinueAsNewError(ctx, countDown, left-1)
	}
	return workflow.GetInfo(ctx).FirstRunID, nil
}

var changesSeen atomic.Int32

// remembers keeps a side effect, a version and a local activity over a second task, which replays the first.
func remembers(ctx workflow.Context) ([]int, error) {
	var side int
	effect := workflow.SideEffect(ctx, func(workflow.Context) any { return int(changesSeen.Add(1)) })
	if err := effect.Get(&side); err != nil {
		return nil, err
	}
	version := workflow.GetVersion(ctx, "the-change", workflow.DefaultVersion, 2)
	local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: 5 * time.Second})
	var doubled int
	if err := workflow.ExecuteLocalActivity(local, double, side).Get(ctx, &doubled); err != nil {
		return nil, err
	}
	if err := workflow.Sleep(ctx, 20*time.Millisecond); err != nil {
		return nil, err
	}
	return []int{side, int(version), doubled}, nil
}

func double(_ context.Context, number int) (int, error) {
	return 2 * number, nil
}

func fails(ctx workflow.Context) error {
	return temporal.NewApplicationError("as planned", "Planned", "detail")
}

var panicsLeft atomic.Int32

func panicsOnce(ctx workflow.Context) (string, error) {
	if panicsLeft.Add(-1) >= 0 {
		panic("a bug")
	}
	return "mended", nil
}

func parent(ctx workflow.Context, what string) (string, error) {
	ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{WorkflowID: workflow.GetInfo(ctx).WorkflowExecution.ID + "-child"})
	var answer string
	err := workflow.ExecuteChildWorkflow(ctx, what, "parent").Get(ctx, &answer)
	return answer, err
}

func registerLifecycle(w worker.Registry) {
	for _, one := range []any{cleansUp, isCancelled, countDown, remembers, fails, panicsOnce, parent, hello, waits} {
		w.RegisterWorkflow(one)
	}
	w.RegisterActivity(double)
}

func TestAWorkflowCleansUpWhenCancelled(t *testing.T) {
	tt := begin(t, registerLifecycle)
	run := tt.start(cleansUp)
	tt.must(server.CancelWorkflow(tt, tt.name, ""))
	equal(tt, result[string](tt, run), "cleaned up")
}

func TestACancelledWorkflowEndsAsCancelled(t *testing.T) {
	tt := begin(t, registerLifecycle)
	run := tt.start(isCancelled)
	tt.must(server.CancelWorkflow(tt, tt.name, ""))
	failsAs[*temporal.CanceledError](tt, run.Get(tt, nil))
	described, err := server.DescribeWorkflowExecution(tt, tt.name, "")
	tt.must(err)
	equal(tt, described.WorkflowExecutionInfo.Status, enums.WORKFLOW_EXECUTION_STATUS_CANCELED)
}

func TestATerminatedWorkflowEndsAtOnce(t *testing.T) {
	tt := begin(t, nil)
	run := tt.start(isCancelled)
	tt.must(server.TerminateWorkflow(tt, tt.name, "", "enough", "detail"))
	failsAs[*temporal.TerminatedError](tt, run.Get(tt, nil))
	tt.happened(run, "WorkflowExecutionStarted", "WorkflowExecutionTerminated")
	tt.notFound(server.TerminateWorkflow(tt, tt.name, "", "again"))
}

func TestAChainOfRunsGivesTheResultOfTheLast(t *testing.T) {
	tt := begin(t, registerLifecycle)
	run := tt.start(countDown, 3)
	first := run.GetRunID()
	equal(tt, result[string](tt, run), first)
}

func TestMarkersComeBackInAReplay(t *testing.T) {
	tt := begin(t, registerLifecycle)
	run := tt.start(remembers)
	values := result[[]int](tt, run)
	equal(tt, values[1], 2)
	equal(tt, values[2], 2*values[0])
	markers := 0
	for _, name := range tt.events(run) {
		if name == "MarkerRecorded" {
			markers++
		}
	}
	equal(tt, markers, 3)
	recorded := wholeHistory(tt, run)
	replayer := worker.NewWorkflowReplayer()
	replayer.RegisterWorkflow(remembers)
	tt.must(replayer.ReplayWorkflowHistory(quiet, recorded))
}

func TestAFailureThatIsMeantFailsTheWorkflow(t *testing.T) {
	tt := begin(t, registerLifecycle)
	err := tt.start(fails).Get(tt, nil)
	failed := failsAs[*temporal.ApplicationError](tt, err)
	equal(tt, failed.Type(), "Planned")
	var detail string
	tt.must(failed.Details(&detail))
	equal(tt, detail, "detail")
}

func TestABugFailsTheTaskAndTheRunGoesOnOnceItIsMended(t *testing.T) {
	panicsLeft.Store(1)
	tt := begin(t, registerLifecycle)
	run := tt.start(panicsOnce)
	equal(tt, result[string](tt, run), "mended")
}

func TestAChildRunsAndItsResultComesBack(t *testing.T) {
	tt := begin(t, registerLifecycle)
	run := tt.start(parent, "hello")
	equal(tt, result[string](tt, run), "hello parent")
	tt.happened(run, "WorkflowExecutionStarted", "StartChildWorkflowExecutionInitiated", "ChildWorkflowExecutionStarted",
		"ChildWorkflowExecutionCompleted", "WorkflowExecutionCompleted")
}

func TestAnotherWorkerTakesOverFromOneThatStopped(t *testing.T) {
	tt := begin(t, nil)
	stop := tt.work(registerMessages)
	run := tt.start(basket)
	tt.must(server.SignalWorkflow(tt, tt.name, "", "add", "one"))
	_, err := server.QueryWorkflow(tt, tt.name, "", "count")
	tt.must(err)
	stop()
	tt.must(server.SignalWorkflow(tt, tt.name, "", "add", "two"))
	tt.must(server.SignalWorkflow(tt, tt.name, "", "end", nil))
	tt.work(registerMessages)
	equal(tt, strings.Join(result[[]string](tt, run), " "), "one two")
}

func TestRunsAreListedCountedAndDescribed(t *testing.T) {
	tt := begin(t, registerLifecycle)
	memo := map[string]any{"who": "me"}
	done := tt.startWith(client.StartWorkflowOptions{ID: tt.name + "-done", Memo: memo}, hello, "x")
	result[string](tt, done)
	open := tt.startWith(client.StartWorkflowOptions{ID: tt.name + "-open"}, waits)
	query := "WorkflowId STARTS_WITH '" + tt.name + "'"
	count := func(filter string) int64 {
		counted, err := server.CountWorkflow(tt, &workflowservice.CountWorkflowExecutionsRequest{Query: query + filter})
		tt.must(err)
		return counted.Count
	}
	tt.eventually(func() bool { return count("") == 2 && count(" AND ExecutionStatus = 'Completed'") == 1 })
	listed, err := server.ListWorkflow(tt, &workflowservice.ListWorkflowExecutionsRequest{Query: query + " AND ExecutionStatus = 'Running'"})
	tt.must(err)
	equal(tt, len(listed.Executions), 1)
	equal(tt, listed.Executions[0].Execution.RunId, open.GetRunID())
	described, err := server.DescribeWorkflowExecution(tt, tt.name+"-done", "")
	tt.must(err)
	equal(tt, described.WorkflowExecutionInfo.Status, enums.WORKFLOW_EXECUTION_STATUS_COMPLETED)
	equal(tt, string(described.WorkflowExecutionInfo.Memo.Fields["who"].Data), `"me"`)
}

func wholeHistory(t *test, run client.WorkflowRun) *history.History {
	t.Helper()
	whole := &history.History{}
	iterator := server.GetWorkflowHistory(t, run.GetID(), run.GetRunID(), false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for iterator.HasNext() {
		event, err := iterator.Next()
		t.must(err)
		whole.Events = append(whole.Events, event)
	}
	return whole
}
