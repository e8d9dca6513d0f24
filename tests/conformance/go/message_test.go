package conformance

import (
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// basket collects items by signal and by update, answers queries, and ends when it is sent `end`.
func basket(ctx workflow.Context) ([]string, error) {
	items := []string{}
	open := false
	if err := workflow.SetQueryHandler(ctx, "count", func() (int, error) { return len(items), nil }); err != nil {
		return nil, err
	}
	add := func(ctx workflow.Context, item string) (int, error) {
		items = append(items, item)
		return len(items), nil
	}
	nameless := func(item string) error {
		if item == "" {
			return temporal.NewApplicationError("an item needs a name", "Nameless")
		}
		return nil
	}
	if err := workflow.SetUpdateHandlerWithOptions(ctx, "add", add, workflow.UpdateHandlerOptions{Validator: nameless}); err != nil {
		return nil, err
	}
	addWhenOpen := func(ctx workflow.Context, item string) (string, error) {
		err := workflow.Await(ctx, func() bool { return open })
		items = append(items, item)
		return item, err
	}
	if err := workflow.SetUpdateHandler(ctx, "addWhenOpen", addWhenOpen); err != nil {
		return nil, err
	}
	ended := false
	selector := workflow.NewSelector(ctx)
	selector.AddReceive(workflow.GetSignalChannel(ctx, "add"), func(c workflow.ReceiveChannel, _ bool) {
		var item string
		c.Receive(ctx, &item)
		items = append(items, item)
	})
	selector.AddReceive(workflow.GetSignalChannel(ctx, "open"), func(c workflow.ReceiveChannel, _ bool) {
		c.Receive(ctx, nil)
		open = true
	})
	selector.AddReceive(workflow.GetSignalChannel(ctx, "end"), func(c workflow.ReceiveChannel, _ bool) {
		c.Receive(ctx, nil)
		ended = true
	})
	for !ended {
		selector.Select(ctx)
	}
	for selector.HasPending() {
		selector.Select(ctx)
	}
	return items, nil
}

func registerMessages(w worker.Registry) {
	w.RegisterWorkflow(basket)
}

func (t *test) update(run client.WorkflowRun, name string, stage client.WorkflowUpdateStage, argument any) (client.WorkflowUpdateHandle, error) {
	return server.UpdateWorkflow(t, client.UpdateWorkflowOptions{
		WorkflowID: run.GetID(), UpdateName: name, UpdateID: name, Args: []any{argument}, WaitForStage: stage,
	})
}

func TestSignalsArriveInOrderAndQueriesSeeThem(t *testing.T) {
	tt := begin(t, registerMessages)
	run := tt.start(basket)
	for number := range 10 {
		tt.must(server.SignalWorkflow(tt, tt.name, "", "add", strconv.Itoa(number)))
		answer, err := server.QueryWorkflow(tt, tt.name, "", "count")
		tt.must(err)
		var count int
		tt.must(answer.Get(&count))
		equal(tt, count, number+1)
	}
	tt.must(server.SignalWorkflow(tt, tt.name, "", "end", nil))
	items := result[[]string](tt, run)
	equal(tt, len(items), 10)
	for number, item := range items {
		equal(tt, item, strconv.Itoa(number))
	}
	tt.notFound(server.SignalWorkflow(tt, tt.name, "", "add", "late"))
}

func TestSignalWithStartStartsOnceAndSignalsEachTime(t *testing.T) {
	tt := begin(t, registerMessages)
	var run client.WorkflowRun
	for _, item := range []string{"one", "two", "three"} {
		started, err := server.SignalWithStartWorkflow(tt, tt.name, "add", item, client.StartWorkflowOptions{TaskQueue: tt.name}, basket)
		tt.must(err)
		if run != nil {
			equal(tt, started.GetRunID(), run.GetRunID())
		}
		run = started
	}
	tt.must(server.SignalWorkflow(tt, tt.name, "", "end", nil))
	equal(tt, len(result[[]string](tt, run)), 3)
}

func TestAQueryOfAClosedRunIsAnsweredUnlessItIsRejected(t *testing.T) {
	tt := begin(t, registerMessages)
	run := tt.start(basket)
	tt.must(server.SignalWorkflow(tt, tt.name, "", "add", "one"))
	tt.must(server.SignalWorkflow(tt, tt.name, "", "end", nil))
	result[[]string](tt, run)
	answer, err := server.QueryWorkflow(tt, tt.name, "", "count")
	tt.must(err)
	var count int
	tt.must(answer.Get(&count))
	equal(tt, count, 1)
	rejected, err := server.QueryWorkflowWithOptions(tt, &client.QueryWorkflowWithOptionsRequest{
		WorkflowID: tt.name, QueryType: "count", QueryRejectCondition: enums.QUERY_REJECT_CONDITION_NOT_OPEN,
	})
	tt.must(err)
	equal(tt, rejected.QueryRejected.Status, enums.WORKFLOW_EXECUTION_STATUS_COMPLETED)
	_, err = server.QueryWorkflow(tt, tt.name, "", "no-such-query")
	failsAs[*serviceerror.QueryFailed](tt, err)
}

func TestAnUpdateIsAcceptedOrRejected(t *testing.T) {
	tt := begin(t, registerMessages)
	run := tt.start(basket)
	handle, err := tt.update(run, "add", client.WorkflowUpdateStageCompleted, "apple")
	tt.must(err)
	var count int
	tt.must(handle.Get(tt, &count))
	equal(tt, count, 1)

	refused, err := server.UpdateWorkflow(tt, client.UpdateWorkflowOptions{
		WorkflowID: tt.name, UpdateName: "add", Args: []any{""}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = refused.Get(tt, nil)
	}
	equal(tt, failsAs[*temporal.ApplicationError](tt, err).Type(), "Nameless")
	tt.must(server.SignalWorkflow(tt, tt.name, "", "end", nil))
	result[[]string](tt, run)
	tt.happened(run, "WorkflowExecutionStarted", "WorkflowExecutionUpdateAccepted", "WorkflowExecutionUpdateCompleted",
		"WorkflowExecutionSignaled", "WorkflowExecutionCompleted")
}

func TestAnUpdateIsFoundAgainByItsId(t *testing.T) {
	tt := begin(t, registerMessages)
	run := tt.start(basket)
	_, err := tt.update(run, "addWhenOpen", client.WorkflowUpdateStageAccepted, "plum")
	tt.must(err)
	tt.must(server.SignalWorkflow(tt, tt.name, "", "open", nil))
	again := server.GetWorkflowUpdateHandle(client.GetWorkflowUpdateHandleOptions{WorkflowID: tt.name, UpdateID: "addWhenOpen"})
	var item string
	tt.must(again.Get(tt, &item))
	equal(tt, item, "plum")
}

func TestTheSameUpdateIdRunsOnce(t *testing.T) {
	tt := begin(t, registerMessages)
	run := tt.start(basket)
	var group sync.WaitGroup
	for range 5 {
		group.Go(func() {
			handle, err := tt.update(run, "add", client.WorkflowUpdateStageCompleted, "apple")
			var count int
			if err := errors.Join(err, handle.Get(tt, &count)); err != nil || count != 1 {
				tt.Errorf("count %d, error %v", count, err)
			}
		})
	}
	group.Wait()
}

func TestAClosedRunTakesNoUpdate(t *testing.T) {
	tt := begin(t, registerMessages)
	run := tt.start(basket)
	tt.must(server.SignalWorkflow(tt, tt.name, "", "end", nil))
	result[[]string](tt, run)
	_, err := tt.update(run, "add", client.WorkflowUpdateStageCompleted, "late")
	tt.notFound(err)
}

// race is a workflow whose timer of a minute is given up for one of a moment.
func race(ctx workflow.Context) (string, error) {
	scope, cancel := workflow.WithCancel(ctx)
	slow := workflow.NewTimer(scope, time.Minute)
	fast := workflow.NewTimer(ctx, 50*time.Millisecond)
	winner := ""
	workflow.NewSelector(ctx).
		AddFuture(slow, func(workflow.Future) { winner = "slow" }).
		AddFuture(fast, func(workflow.Future) { winner = "fast" }).
		Select(ctx)
	cancel()
	return winner, workflow.Sleep(ctx, time.Millisecond)
}

func TestTimersFireOrAreCancelled(t *testing.T) {
	tt := begin(t, func(w worker.Registry) { w.RegisterWorkflow(race) })
	run := tt.start(race)
	equal(tt, result[string](tt, run), "fast")
	tt.happened(run, "WorkflowExecutionStarted", "TimerStarted", "TimerStarted", "TimerFired", "TimerCanceled",
		"TimerStarted", "TimerFired", "WorkflowExecutionCompleted")
}
