package main

// How a run ends and goes on: cancelled scopes, continue-as-new, retries, failures; and what it notes on its way.

import (
	"errors"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// cancelledScopes cleans up in a scope of its own after the run was cancelled.
func cancelledScopes(s *scene) {
	w := func(ctx workflow.Context, swallow bool) (string, error) {
		waited := workflow.NewTimer(ctx, time.Minute).Get(ctx, nil)
		kept, _ := workflow.NewDisconnectedContext(ctx)
		if err := workflow.Sleep(kept, 10*time.Millisecond); err != nil {
			return "", err
		}
		released, err := take(kept, "release")
		if err != nil || swallow {
			return released + " after " + ended(waited), err
		}
		return "", waited
	}
	s.work(func(r worker.Registry) {
		steps(r)
		r.RegisterWorkflowWithOptions(w, workflow.RegisterOptions{Name: "scopes"})
	})
	for label, swallow := range map[string]bool{"cancelled": false, "completed": true} {
		run := s.start("-"+label, "scopes", swallow)
		s.idle(run.GetID())
		check(s.CancelWorkflow(s, run.GetID(), run.GetRunID()))
		s.result(label, run)
		s.history(label+": history", run)
		s.described(label+": description", run)
	}
}

func continueAsNew(s *scene) {
	w := func(ctx workflow.Context, left int) (int, error) {
		if left > 0 {
			if err := workflow.UpsertMemo(ctx, map[string]any{"left": left}); err != nil {
				return 0, err
			}
			next := workflow.WithWorkflowRunTimeout(workflow.WithWorkflowTaskTimeout(ctx, 8*time.Second), 50*time.Second)
			return 0, workflow.NewContinueAsNewError(next, "again", left-1)
		}
		return int(workflow.GetInfo(ctx).Attempt), nil
	}
	s.work(func(r worker.Registry) { r.RegisterWorkflowWithOptions(w, workflow.RegisterOptions{Name: "again"}) })
	run := s.startWith(client.StartWorkflowOptions{
		Memo: map[string]any{"note": "memo"}, WorkflowExecutionTimeout: time.Hour,
		RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 3},
	}, "", "again", 2)
	first := s.GetWorkflow(s, s.name, run.GetRunID())
	s.result("result", run)
	s.history("history of the first", first)
	s.history("history of the last", s.GetWorkflow(s, s.name, ""))
	s.described("the last", s.GetWorkflow(s, s.name, ""))
}

func retriedRun(s *scene) {
	w := func(ctx workflow.Context) (string, error) {
		if attempt := workflow.GetInfo(ctx).Attempt; attempt < 3 {
			return "", temporal.NewApplicationErrorWithOptions("not yet", "NotYet", temporal.ApplicationErrorOptions{Details: []any{attempt}})
		}
		return "the third", nil
	}
	s.work(func(r worker.Registry) { r.RegisterWorkflowWithOptions(w, workflow.RegisterOptions{Name: "retried"}) })
	run := s.startWith(client.StartWorkflowOptions{
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 10 * time.Millisecond, BackoffCoefficient: 1, MaximumAttempts: 4},
	}, "", "retried")
	first := run.GetRunID()
	s.result("result", run)
	s.history("history of the first", s.GetWorkflow(s, s.name, first))
	s.history("history of the last", s.GetWorkflow(s, s.name, ""))
}

// failures are told with their causes and details.
func failures(s *scene) {
	w := func(ctx workflow.Context, how string) error {
		switch how {
		case "wrapped":
			return temporal.NewApplicationErrorWithOptions("outer", "Outer", temporal.ApplicationErrorOptions{
				Cause: temporal.NewNonRetryableApplicationError("inner", "Inner", errors.New("a plain cause"), "a detail"),
			})
		case "activity":
			_, err := take(ctx, "never")
			return err
		case "unknown":
			return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
				StartToCloseTimeout: 20 * time.Second, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1},
			}), "no-such-activity").Get(ctx, nil)
		default:
			return errors.New("plain")
		}
	}
	s.work(func(r worker.Registry) {
		steps(r)
		r.RegisterWorkflowWithOptions(w, workflow.RegisterOptions{Name: "fails"})
	})
	for _, how := range []string{"plain", "wrapped", "activity", "unknown"} {
		run := s.start("-"+how, "fails", how)
		s.result(how, run)
		s.history(how+": history", run)
	}
}

// sideEffects are markers: values that a run notes once, and versions of its code.
func sideEffects(s *scene) {
	w := func(ctx workflow.Context) ([]int, error) {
		told := []int{}
		note := func(value int) func(workflow.Context) any {
			return func(workflow.Context) any { return value }
		}
		same := func(a, b any) bool { return a == b }
		for _, encoded := range []interface{ Get(any) error }{
			workflow.SideEffect(ctx, note(7)),
			workflow.MutableSideEffect(ctx, "mutable", note(8), same),
			workflow.MutableSideEffect(ctx, "mutable", note(8), same),
			workflow.MutableSideEffect(ctx, "mutable", note(9), same),
		} {
			var value int
			if err := encoded.Get(&value); err != nil {
				return told, err
			}
			told = append(told, value)
		}
		told = append(told, int(workflow.GetVersion(ctx, "first-change", workflow.DefaultVersion, 1)))
		if err := workflow.Sleep(ctx, 10*time.Millisecond); err != nil {
			return told, err
		}
		told = append(told, int(workflow.GetVersion(ctx, "first-change", workflow.DefaultVersion, 2)))
		return append(told, int(workflow.GetVersion(ctx, "second-change", 1, 3))), nil
	}
	s.work(func(r worker.Registry) { r.RegisterWorkflowWithOptions(w, workflow.RegisterOptions{Name: "notes"}) })
	run := s.start("", "notes")
	s.result("result", run)
	s.history("history", run)
	s.described("description", run)
}

// eagerStart has the first task come with the answer to the start.
func eagerStart(s *scene) {
	w := func(ctx workflow.Context) (string, error) { return take(ctx, "done") }
	s.work(func(r worker.Registry) {
		steps(r)
		r.RegisterWorkflowWithOptions(w, workflow.RegisterOptions{Name: "eager"})
	})
	run := s.startWith(client.StartWorkflowOptions{EnableEagerStart: true}, "", "eager")
	s.result("result", run)
	s.history("history", run)
}

// upserts change the search attributes and the memo of a run.
func upserts(s *scene) {
	keyword := temporal.NewSearchAttributeKeyKeyword("ComparedGoKeyword")
	number := temporal.NewSearchAttributeKeyInt64("ComparedGoInt")
	_, err := s.OperatorService().AddSearchAttributes(s, &operatorservice.AddSearchAttributesRequest{
		Namespace: s.namespace,
		SearchAttributes: map[string]enums.IndexedValueType{
			keyword.GetName(): enums.INDEXED_VALUE_TYPE_KEYWORD, number.GetName(): enums.INDEXED_VALUE_TYPE_INT,
		},
	})
	check(err)
	w := func(ctx workflow.Context) (int64, error) {
		if err := workflow.UpsertTypedSearchAttributes(ctx, keyword.ValueSet("changed"), number.ValueSet(5)); err != nil {
			return 0, err
		}
		if err := workflow.UpsertMemo(ctx, map[string]any{"note": "changed", "added": 1}); err != nil {
			return 0, err
		}
		if err := workflow.Sleep(ctx, 10*time.Millisecond); err != nil {
			return 0, err
		}
		if err := workflow.UpsertTypedSearchAttributes(ctx, keyword.ValueUnset()); err != nil {
			return 0, err
		}
		if err := workflow.UpsertMemo(ctx, map[string]any{"note": nil}); err != nil {
			return 0, err
		}
		value, _ := workflow.GetTypedSearchAttributes(ctx).GetInt64(number)
		return value, nil
	}
	s.work(func(r worker.Registry) { r.RegisterWorkflowWithOptions(w, workflow.RegisterOptions{Name: "upserts"}) })
	var run client.WorkflowRun
	// The reference takes a moment until it knows a new attribute everywhere.
	s.eventually("the attributes are known", func() bool {
		run, err = s.ExecuteWorkflow(s, client.StartWorkflowOptions{
			ID: s.name, TaskQueue: s.name, Memo: map[string]any{"note": "memo", "kept": true},
			TypedSearchAttributes: temporal.NewSearchAttributes(keyword.ValueSet("first")),
		}, "upserts")
		return err == nil
	})
	s.result("result", run)
	s.history("history", run)
	s.described("description", run)
}
