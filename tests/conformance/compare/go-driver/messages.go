package main

// Signals, queries and updates, alone and with a start.

import (
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// basket collects items by signal and by update, answers queries, and ends when it is sent `end`.
func basket(ctx workflow.Context) ([]string, error) {
	items, open, ended := []string{}, false, false
	check(workflow.SetQueryHandler(ctx, "count", func() (int, error) { return len(items), nil }))
	check(workflow.SetQueryHandler(ctx, "refuse", func() (int, error) {
		return 0, temporal.NewApplicationError("not to be asked", "Refused")
	}))
	check(workflow.SetUpdateHandlerWithOptions(ctx, "add",
		func(_ workflow.Context, item string) (int, error) {
			if item == "stone" {
				return 0, temporal.NewApplicationError("stones are no items", "NoItem", "a detail")
			}
			items = append(items, item)
			return len(items), nil
		},
		workflow.UpdateHandlerOptions{Description: "adds one", Validator: func(item string) error {
			if item == "" {
				return temporal.NewApplicationError("an item needs a name", "Nameless")
			}
			return nil
		}},
	))
	check(workflow.SetUpdateHandler(ctx, "addWhenOpen", func(ctx workflow.Context, item string) (string, error) {
		err := workflow.Await(ctx, func() bool { return open })
		items = append(items, item)
		return item, err
	}))
	selector := workflow.NewSelector(ctx)
	selector.AddReceive(workflow.GetSignalChannelWithOptions(ctx, "add", workflow.SignalChannelOptions{Description: "adds one"}),
		func(c workflow.ReceiveChannel, _ bool) {
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
	return items, workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
}

func baskets(w worker.Registry) {
	w.RegisterWorkflow(basket)
}

// update records how an update ends.
func (s *scene) update(label, workflowID, name, id string, argument any) {
	s.idle(workflowID)
	handle, err := s.UpdateWorkflow(s, client.UpdateWorkflowOptions{
		WorkflowID: workflowID, UpdateName: name, UpdateID: id, Args: []any{argument},
		WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	var value any
	if err == nil {
		err = handle.Get(s, &value)
	}
	s.value(label, map[string]any{"value": value, "error": s.words(err)})
}

func messages(s *scene) {
	s.work(baskets)
	run := s.start("", basket)
	s.signal(s.name, "add", "apple")
	s.update("accepted", s.name, "add", "one", "pear")
	s.update("the same id", s.name, "add", "one", "pear")
	s.update("rejected", s.name, "add", "two", "")
	s.update("failed", s.name, "add", "three", "stone")
	s.update("unknown", s.name, "subtract", "four", "pear")
	s.idle(s.name)
	slow := must(s.UpdateWorkflow(s, client.UpdateWorkflowOptions{
		WorkflowID: s.name, UpdateName: "addWhenOpen", UpdateID: "five", Args: []any{"plum"},
		WaitForStage: client.WorkflowUpdateStageAccepted,
	}))
	s.signal(s.name, "open", nil)
	var plum string
	check(slow.Get(s, &plum))
	s.value("slow", plum)
	s.signal(s.name, "end", nil)
	s.result("result", run)
	again := s.GetWorkflowUpdateHandle(client.GetWorkflowUpdateHandleOptions{WorkflowID: s.name, UpdateID: "one"})
	var count int
	check(again.Get(s, &count))
	s.value("its result after the end", count)
	s.failure("a signal after the end", s.SignalWorkflow(s, s.name, "", "add", "late"))
	s.failure("a signal to nobody", s.SignalWorkflow(s, s.name+"-not-there", "", "add", "late"))
	s.history("history", run)
	s.described("description", run)
}

func updateWithStart(s *scene) {
	s.work(baskets)
	for _, try := range []struct {
		label, item string
		conflict    enums.WorkflowIdConflictPolicy
	}{
		{"starts", "apple", enums.WORKFLOW_ID_CONFLICT_POLICY_FAIL},
		{"is there", "pear", enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING},
		{"is refused", "plum", enums.WORKFLOW_ID_CONFLICT_POLICY_FAIL},
		{"is rejected", "", enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING},
	} {
		start := s.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
			ID: s.name, TaskQueue: s.name, WorkflowIDConflictPolicy: try.conflict, Memo: map[string]any{"of": try.label},
		}, basket)
		handle, err := s.UpdateWithStartWorkflow(s, client.UpdateWithStartWorkflowOptions{
			StartWorkflowOperation: start,
			UpdateOptions: client.UpdateWorkflowOptions{
				UpdateName: "add", UpdateID: try.label, Args: []any{try.item}, WaitForStage: client.WorkflowUpdateStageCompleted,
			},
		})
		var count any
		if err == nil {
			err = handle.Get(s, &count)
		}
		s.value(try.label, map[string]any{"value": count, "error": s.words(err)})
		s.idle(s.name)
	}
	run := s.GetWorkflow(s, s.name, "")
	s.signal(s.name, "end", nil)
	s.result("result", run)
	s.history("history", run)
}

func signalWithStart(s *scene) {
	s.work(baskets)
	for _, item := range []string{"apple", "pear"} {
		must(s.SignalWithStartWorkflow(s, s.name, "add", item, client.StartWorkflowOptions{
			TaskQueue: s.name, StartDelay: 0, Memo: map[string]any{"first": item},
		}, basket))
		s.idle(s.name)
	}
	_, err := s.ExecuteWorkflow(s, client.StartWorkflowOptions{
		ID: s.name, TaskQueue: s.name, WorkflowExecutionErrorWhenAlreadyStarted: true,
	}, basket)
	s.failure("started again", err)
	run := s.GetWorkflow(s, s.name, "")
	s.signal(s.name, "end", nil)
	s.result("result", run)
	_, err = s.ExecuteWorkflow(s, client.StartWorkflowOptions{
		ID: s.name, TaskQueue: s.name, WorkflowExecutionErrorWhenAlreadyStarted: true,
		WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
	}, basket)
	s.failure("started after its end", err)
	s.history("history", run)
}

func queries(s *scene) {
	s.work(baskets)
	run := s.start("", basket)
	s.signal(s.name, "add", "apple")
	ask := func(label, kind string, condition enums.QueryRejectCondition) {
		answer, err := s.QueryWorkflowWithOptions(s, &client.QueryWorkflowWithOptionsRequest{
			WorkflowID: s.name, QueryType: kind, QueryRejectCondition: condition,
		})
		told := map[string]any{"error": s.words(err)}
		if err == nil && answer.QueryRejected != nil {
			told["rejected"] = answer.QueryRejected.Status.String()
		} else if err == nil {
			var value converter.RawValue
			check(answer.QueryResult.Get(&value))
			told["value"] = string(value.Payload().GetData())
		}
		s.value(label, told)
	}
	none, open := enums.QUERY_REJECT_CONDITION_NONE, enums.QUERY_REJECT_CONDITION_NOT_OPEN
	ask("a count", "count", none)
	ask("refused", "refuse", none)
	ask("unknown", "nothing", none)
	ask("open", "count", open)
	ask("what it is", "__temporal_workflow_metadata", none)
	s.signal(s.name, "end", nil)
	s.result("result", run)
	ask("after the end", "count", none)
	ask("not open", "count", open)
	ask("completed cleanly", "count", enums.QUERY_REJECT_CONDITION_NOT_COMPLETED_CLEANLY)
	s.history("history", run)
}

// selectors wait for timers, signals and conditions, whatever comes first.
func selectors(s *scene) {
	w := func(ctx workflow.Context) ([]string, error) {
		told := []string{}
		scope, cancel := workflow.WithCancel(ctx)
		slow := workflow.NewTimerWithOptions(scope, time.Minute, workflow.TimerOptions{Summary: "a slow one"})
		fast := workflow.NewTimer(ctx, 10*time.Millisecond)
		workflow.NewSelector(ctx).
			AddFuture(slow, func(workflow.Future) { told = append(told, "slow") }).
			AddFuture(fast, func(workflow.Future) { told = append(told, "fast") }).
			Select(ctx)
		cancel()
		told = append(told, ended(slow.Get(ctx, nil)))
		met, err := workflow.AwaitWithTimeout(ctx, 10*time.Millisecond, func() bool { return false })
		if err != nil || met {
			return told, err
		}
		told = append(told, "in vain")
		var item string
		found, more := workflow.GetSignalChannel(ctx, "go").ReceiveWithTimeout(ctx, time.Minute, &item)
		if found && more {
			told = append(told, item)
		}
		results := workflow.NewBufferedChannel(ctx, 2)
		waiting := workflow.NewWaitGroup(ctx)
		for number := range 2 {
			waiting.Add(1)
			workflow.Go(ctx, func(ctx workflow.Context) {
				defer waiting.Done()
				for range number {
					results.Receive(ctx, nil)
				}
				check(workflow.Sleep(ctx, time.Millisecond))
				results.Send(ctx, number)
			})
		}
		waiting.Wait(ctx)
		return append(told, "both"), nil
	}
	s.work(func(r worker.Registry) { r.RegisterWorkflowWithOptions(w, workflow.RegisterOptions{Name: "selectors"}) })
	run := s.start("", "selectors")
	s.eventually("it waits for the signal", func() bool {
		return must(s.DescribeWorkflowExecution(s, s.name, "")).WorkflowExecutionInfo.HistoryLength >= 17
	})
	s.signal(s.name, "go", "a signal")
	s.result("result", run)
	s.history("history", run)
}
