package conformance

import (
	"testing"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

var describeDefaultNamespace = &workflowservice.DescribeNamespaceRequest{Namespace: "default"}

func hello(ctx workflow.Context, name string) (string, error) {
	return "hello " + name, nil
}

// waits ends when it is sent the signal `end`.
func waits(ctx workflow.Context) (string, error) {
	var what string
	workflow.GetSignalChannel(ctx, "end").Receive(ctx, &what)
	return what, nil
}

func failsUntil(ctx workflow.Context, good int32) (int32, error) {
	attempt := workflow.GetInfo(ctx).Attempt
	if attempt < good {
		return 0, temporal.NewApplicationError("not yet", "NotYet")
	}
	return attempt, nil
}

func sleeps(ctx workflow.Context, long time.Duration) error {
	return workflow.Sleep(ctx, long)
}

func registerStart(w worker.Registry) {
	w.RegisterWorkflow(hello)
	w.RegisterWorkflow(waits)
	w.RegisterWorkflow(failsUntil)
	w.RegisterWorkflow(sleeps)
}

func TestAWorkflowRunsAndItsResultComesBack(t *testing.T) {
	tt := begin(t, registerStart)
	run := tt.start(hello, "Go")
	equal(tt, result[string](tt, run), "hello Go")
	tt.happened(run, "WorkflowExecutionStarted", "WorkflowExecutionCompleted")
}

func TestARunningIdIsRefusedWithItsRun(t *testing.T) {
	tt := begin(t, nil)
	run := tt.start(waits)
	_, err := tt.tryStart(client.StartWorkflowOptions{}, waits)
	refused := failsAs[*serviceerror.WorkflowExecutionAlreadyStarted](tt, err)
	equal(tt, refused.RunId, run.GetRunID())
}

func TestConflictPoliciesDecideBetweenOldAndNew(t *testing.T) {
	tt := begin(t, nil)
	first := tt.start(waits)
	same, err := tt.tryStart(client.StartWorkflowOptions{
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}, waits)
	tt.must(err)
	equal(tt, same.GetRunID(), first.GetRunID())
	second, err := tt.tryStart(client.StartWorkflowOptions{
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING,
	}, waits)
	tt.must(err)
	if second.GetRunID() == first.GetRunID() {
		tt.Fatal("the old run was not replaced")
	}
	failsAs[*temporal.TerminatedError](tt, first.Get(tt, nil))
}

func TestReusePoliciesDecideAboutAClosedId(t *testing.T) {
	tt := begin(t, registerStart)
	result[string](tt, tt.start(hello, "once"))
	for _, policy := range []enums.WorkflowIdReusePolicy{
		enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
	} {
		_, err := tt.tryStart(client.StartWorkflowOptions{WorkflowIDReusePolicy: policy}, hello, "twice")
		failsAs[*serviceerror.WorkflowExecutionAlreadyStarted](tt, err)
	}
	equal(tt, result[string](tt, tt.start(hello, "again")), "hello again")
}

func TestARetryPolicyRunsAFailedWorkflowAgain(t *testing.T) {
	tt := begin(t, registerStart)
	run := tt.startWith(client.StartWorkflowOptions{
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 20 * time.Millisecond, BackoffCoefficient: 1},
	}, failsUntil, int32(3))
	equal(tt, result[int32](tt, run), 3)
}

func TestAWorkflowThatTakesTooLongTimesOut(t *testing.T) {
	tt := begin(t, registerStart)
	run := tt.startWith(client.StartWorkflowOptions{WorkflowRunTimeout: 500 * time.Millisecond}, sleeps, time.Minute)
	err := run.Get(tt, nil)
	equal(tt, failsAs[*temporal.TimeoutError](tt, err).TimeoutType(), enums.TIMEOUT_TYPE_START_TO_CLOSE)
	tt.happened(run, "WorkflowExecutionStarted", "TimerStarted", "WorkflowExecutionTimedOut")
}

func TestAnUnknownWorkflowIsNotFound(t *testing.T) {
	tt := begin(t, nil)
	_, err := server.DescribeWorkflowExecution(tt, tt.name, "")
	tt.notFound(err)
	tt.notFound(server.SignalWorkflow(tt, tt.name, "", "any", nil))
	tt.notFound(server.CancelWorkflow(tt, tt.name, ""))
	tt.notFound(server.TerminateWorkflow(tt, tt.name, "", "any"))
	err = server.GetWorkflow(tt, tt.name, "").Get(tt, nil)
	tt.notFound(err)
}
