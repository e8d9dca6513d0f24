package main

// Children, and what workflows send to others.

import (
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// child waits to be told how to end.
func child(ctx workflow.Context) (string, error) {
	var how string
	if ctx.Err() == nil {
		workflow.NewSelector(ctx).
			AddReceive(workflow.GetSignalChannel(ctx, "end"), func(c workflow.ReceiveChannel, _ bool) { c.Receive(ctx, &how) }).
			AddReceive(ctx.Done(), func(workflow.ReceiveChannel, bool) {}).
			Select(ctx)
	}
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case how == "fail":
		return "", temporal.NewApplicationError("the child failed", "Child", workflow.GetInfo(ctx).Attempt)
	default:
		return how, nil
	}
}

// policies are what becomes of a child when its parent closes.
var policies = []enums.ParentClosePolicy{
	enums.PARENT_CLOSE_POLICY_TERMINATE, enums.PARENT_CLOSE_POLICY_REQUEST_CANCEL, enums.PARENT_CLOSE_POLICY_ABANDON,
}

func childPolicies(s *scene) {
	parent := func(ctx workflow.Context) error {
		for _, policy := range policies {
			started := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
				WorkflowID:        workflow.GetInfo(ctx).WorkflowExecution.ID + policy.String(),
				ParentClosePolicy: policy,
				Memo:              map[string]any{"policy": policy.String()},
				StaticSummary:     "a child",
			}), child)
			if err := started.GetChildWorkflowExecution().Get(ctx, nil); err != nil {
				return err
			}
		}
		workflow.GetSignalChannel(ctx, "end").Receive(ctx, nil)
		return nil
	}
	s.work(func(w worker.Registry) {
		w.RegisterWorkflow(child)
		w.RegisterWorkflowWithOptions(parent, workflow.RegisterOptions{Name: "parent"})
	})
	run := s.start("", "parent")
	s.eventually("all children run", func() bool {
		return len(must(s.DescribeWorkflowExecution(s, s.name, "")).PendingChildren) == len(policies)
	})
	s.idle(s.name)
	runs := []client.WorkflowRun{}
	for _, policy := range policies {
		s.eventually(policy.String()+" is there", func() bool {
			_, err := s.DescribeWorkflowExecution(s, s.name+policy.String(), "")
			return err == nil
		})
		s.idle(s.name + policy.String())
		runs = append(runs, s.GetWorkflow(s, s.name+policy.String(), ""))
	}
	s.described("with its children", run)
	s.signal(s.name, "end", nil)
	s.result("result", run)
	s.described("after its end", run)
	check(s.SignalWorkflow(s, runs[2].GetID(), "", "end", "by the program"))
	s.history("history", run)
	for number, policy := range policies {
		s.result(policy.String(), runs[number])
		s.happenings(policy.String()+": history", runs[number])
		s.described(policy.String()+": description", runs[number])
	}
}

// childOutcomes ends a child in every way, and tells what its parent saw.
func childOutcomes(s *scene) {
	parent := func(ctx workflow.Context, seconds int) (string, error) {
		scope, cancel := workflow.WithCancel(ctx)
		workflow.Go(ctx, func(ctx workflow.Context) {
			workflow.GetSignalChannel(ctx, "cancel").Receive(ctx, nil)
			cancel()
		})
		var got string
		err := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(scope, workflow.ChildWorkflowOptions{
			WorkflowID:          workflow.GetInfo(ctx).WorkflowExecution.ID + "-child",
			WaitForCancellation: true,
			WorkflowRunTimeout:  time.Duration(seconds) * time.Second,
			RetryPolicy:         &temporal.RetryPolicy{InitialInterval: 10 * time.Millisecond, MaximumAttempts: 2},
		}), child).Get(scope, &got)
		return got, err
	}
	s.work(func(w worker.Registry) {
		w.RegisterWorkflow(child)
		w.RegisterWorkflowWithOptions(parent, workflow.RegisterOptions{Name: "parent"})
	})
	runs := map[string]client.WorkflowRun{}
	for _, how := range []string{"complete", "fail", "cancel", "terminate", "time-out"} {
		seconds := 0
		if how == "time-out" {
			seconds = 3
		}
		runs[how] = s.start("-"+how, "parent", seconds)
	}
	waits := func(how string) string {
		id := s.name + "-" + how + "-child"
		s.eventually(id+" runs", func() bool {
			pending := must(s.DescribeWorkflowExecution(s, s.name+"-"+how, "")).PendingChildren
			return len(pending) == 1 && pending[0].RunId != ""
		})
		s.idle(s.name + "-" + how)
		s.idle(id)
		return id
	}
	s.signal(waits("complete"), "end", "well")
	id := waits("fail")
	first := must(s.DescribeWorkflowExecution(s, id, "")).WorkflowExecutionInfo.Execution.RunId
	s.signal(id, "end", "fail")
	s.eventually("it is retried", func() bool {
		return must(s.DescribeWorkflowExecution(s, id, "")).WorkflowExecutionInfo.Execution.RunId != first
	})
	s.signal(id, "end", "fail")
	waits("cancel")
	s.signal(s.name+"-cancel", "cancel", nil)
	check(s.TerminateWorkflow(s, waits("terminate"), "", "enough", "a detail"))
	for _, how := range []string{"complete", "fail", "cancel", "terminate", "time-out"} {
		s.result(how, runs[how])
		s.happenings(how+": history", runs[how])
		s.happenings(how+": history of the child", s.GetWorkflow(s, s.name+"-"+how+"-child", ""))
	}
	s.happenings("fail: history of its first run", s.GetWorkflow(s, id, first))
}

// strangers signal and cancel workflows that are not their children.
func strangers(s *scene) {
	stranger := func(ctx workflow.Context, other, how string) error {
		if how == "signal" {
			return workflow.SignalExternalWorkflow(ctx, other, "", "end", "by a stranger").Get(ctx, nil)
		}
		return workflow.RequestCancelExternalWorkflow(ctx, other, "").Get(ctx, nil)
	}
	s.work(func(w worker.Registry) {
		w.RegisterWorkflow(child)
		w.RegisterWorkflowWithOptions(stranger, workflow.RegisterOptions{Name: "stranger"})
	})
	for _, how := range []string{"signal", "cancel"} {
		other := s.start("-"+how+"-other", child)
		s.idle(other.GetID())
		run := s.start("-"+how, "stranger", other.GetID(), how)
		s.result(how, run)
		s.history(how+": history", run)
		s.result(how+": other", other)
		s.history(how+": history of the other", other)
		late := s.start("-"+how+"-late", "stranger", other.GetID(), how)
		s.result(how+", too late", late)
		s.history(how+", too late: history", late)
	}
}
