package main

// Activities: retries and their policies, timeouts, heartbeats, cancellation, completion from elsewhere, local ones, sessions.

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// step is an activity of which `what` says how it ends.
func step(ctx context.Context, what string) (string, error) {
	attempt := activity.GetInfo(ctx).Attempt
	switch what {
	case "twice":
		if attempt < 3 {
			return "", temporal.NewApplicationError("not yet", "NotYet", attempt)
		}
	case "soon":
		if attempt < 2 {
			return "", temporal.NewApplicationErrorWithOptions("later", "Later", temporal.ApplicationErrorOptions{
				NextRetryDelay: 10 * time.Millisecond, Cause: errors.New("busy"), Category: temporal.ApplicationErrorCategoryBenign,
			})
		}
	case "never":
		return "", temporal.NewNonRetryableApplicationError("no use", "Fatal", errors.New("its cause"), "a detail", 5)
	case "plain":
		return "", errors.New("a plain error")
	case "resume":
		if !activity.HasHeartbeatDetails(ctx) {
			activity.RecordHeartbeat(ctx, "half")
			return "", errors.New("lost")
		}
		var half string
		if err := activity.GetHeartbeatDetails(ctx, &half); err != nil {
			return "", err
		}
		return "resumed at " + half, nil
	case "silent":
		<-ctx.Done()
		return "", ctx.Err()
	case "beat":
		for {
			select {
			case <-ctx.Done():
				return "", ctx.Err()
			case <-time.After(20 * time.Millisecond):
				activity.RecordHeartbeat(ctx, "beating")
			}
		}
	case "elsewhere":
		return "", activity.ErrResultPending
	}
	return what, nil
}

var quickly = temporal.RetryPolicy{InitialInterval: 10 * time.Millisecond, BackoffCoefficient: 1.5, MaximumInterval: time.Second, MaximumAttempts: 4}

func stepOptions(more ...func(*workflow.ActivityOptions)) workflow.ActivityOptions {
	options := workflow.ActivityOptions{StartToCloseTimeout: 30 * time.Second, RetryPolicy: &quickly}
	for _, change := range more {
		change(&options)
	}
	return options
}

func take(ctx workflow.Context, what string, more ...func(*workflow.ActivityOptions)) (string, error) {
	var got string
	err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, stepOptions(more...)), step, what).Get(ctx, &got)
	return got, err
}

func steps(w worker.Registry) {
	w.RegisterActivity(step)
}

func order(s *scene) {
	placed := func(ctx workflow.Context, item string) ([]string, error) {
		done := []string{}
		for _, what := range []string{item, "twice", "soon"} {
			got, err := take(ctx, what, func(options *workflow.ActivityOptions) {
				options.Summary = "step " + what
				options.Priority = temporal.Priority{PriorityKey: 2, FairnessKey: item, FairnessWeight: 2}
			})
			if err != nil {
				return done, err
			}
			done = append(done, got)
		}
		return done, nil
	}
	s.work(func(w worker.Registry) {
		steps(w)
		w.RegisterWorkflowWithOptions(placed, workflow.RegisterOptions{Name: "order"})
	})
	run := s.startWith(client.StartWorkflowOptions{
		StaticSummary: "an order", StaticDetails: "with *details*", Memo: map[string]any{"note": "memo"},
		WorkflowExecutionTimeout: time.Hour, WorkflowTaskTimeout: 9 * time.Second,
		Priority: temporal.Priority{PriorityKey: 1, FairnessKey: "all", FairnessWeight: 1.5},
	}, "", "order", "apple")
	s.result("result", run)
	s.history("history", run)
	s.described("description", run)
}

func orderUndone(s *scene) {
	placed := func(ctx workflow.Context, last string) error {
		if _, err := take(ctx, "reserve"); err != nil {
			return err
		}
		_, failed := take(ctx, last, func(options *workflow.ActivityOptions) {
			options.RetryPolicy = &temporal.RetryPolicy{
				InitialInterval: 10 * time.Millisecond, MaximumAttempts: 2, NonRetryableErrorTypes: []string{"Fatal"},
			}
		})
		if _, err := take(ctx, "release"); err != nil {
			return err
		}
		return failed
	}
	s.work(func(w worker.Registry) {
		steps(w)
		w.RegisterWorkflowWithOptions(placed, workflow.RegisterOptions{Name: "order"})
	})
	for _, last := range []string{"never", "plain"} {
		run := s.start("-"+last, "order", last)
		s.result(last, run)
		s.history(last+": history", run)
	}
}

func timeouts(s *scene) {
	w := func(ctx workflow.Context, which string) error {
		_, err := take(ctx, "silent", func(options *workflow.ActivityOptions) {
			options.RetryPolicy = &temporal.RetryPolicy{MaximumAttempts: 1}
			switch which {
			case "start-to-close":
				options.StartToCloseTimeout = time.Second
			case "heartbeat":
				options.HeartbeatTimeout = time.Second
			case "schedule-to-start":
				options.ScheduleToStartTimeout = time.Second
				options.TaskQueue = "nobody-polls-this-" + workflow.GetInfo(ctx).WorkflowExecution.ID
			case "schedule-to-close":
				options.ScheduleToCloseTimeout = time.Second
				options.StartToCloseTimeout = 0
			}
		})
		return err
	}
	s.work(func(r worker.Registry) {
		steps(r)
		r.RegisterWorkflowWithOptions(w, workflow.RegisterOptions{Name: "timeouts"})
	})
	kinds := []string{"start-to-close", "heartbeat", "schedule-to-start", "schedule-to-close"}
	runs := []client.WorkflowRun{}
	for _, kind := range kinds {
		runs = append(runs, s.start("-"+kind, "timeouts", kind))
	}
	for number, kind := range kinds {
		s.result(kind, runs[number])
		s.history(kind+": history", runs[number])
	}
}

func heartbeats(s *scene) {
	w := func(ctx workflow.Context) (string, error) {
		return take(ctx, "resume", func(options *workflow.ActivityOptions) { options.HeartbeatTimeout = 20 * time.Second })
	}
	s.work(func(r worker.Registry) {
		steps(r)
		r.RegisterWorkflowWithOptions(w, workflow.RegisterOptions{Name: "heartbeats"})
	})
	run := s.start("", "heartbeats")
	s.result("result", run)
	s.history("history", run)
}

// cancelledActivities are given up by a signal: waited for, not waited for, and one that no worker has.
func cancelledActivities(s *scene) {
	w := func(ctx workflow.Context, wait bool) (string, error) {
		scope, cancel := workflow.WithCancel(ctx)
		running := workflow.ExecuteActivity(workflow.WithActivityOptions(scope, stepOptions(func(options *workflow.ActivityOptions) {
			options.HeartbeatTimeout = 20 * time.Second
			options.WaitForCancellation = wait
		})), step, "beat")
		idle := workflow.ExecuteActivity(workflow.WithActivityOptions(scope, stepOptions(func(options *workflow.ActivityOptions) {
			options.TaskQueue = "nobody-polls-this-" + workflow.GetInfo(ctx).WorkflowExecution.ID
			options.ActivityID = "idle"
		})), step, "idle")
		workflow.GetSignalChannel(ctx, "stop").Receive(ctx, nil)
		cancel()
		told := ""
		for _, future := range []workflow.Future{idle, running} {
			told += ended(future.Get(ctx, nil)) + " "
		}
		return told, nil
	}
	s.work(func(r worker.Registry) {
		steps(r)
		r.RegisterWorkflowWithOptions(w, workflow.RegisterOptions{Name: "stops"})
	})
	for label, wait := range map[string]bool{"waits": true, "leaves": false} {
		run := s.start("-"+label, "stops", wait)
		s.eventually("the activity beats", func() bool {
			pending := must(s.DescribeWorkflowExecution(s, run.GetID(), "")).PendingActivities
			return len(pending) == 2 && (pending[0].HeartbeatDetails != nil || pending[1].HeartbeatDetails != nil)
		})
		s.signal(run.GetID(), "stop", nil)
		s.result(label, run)
		s.happenings(label+": history", run)
	}
}

// ended says in a word how something ended.
func ended(err error) string {
	var cancelled *temporal.CanceledError
	switch {
	case err == nil:
		return "completed"
	case errors.As(err, &cancelled):
		return "cancelled"
	default:
		return err.Error()
	}
}

func completedElsewhere(s *scene) {
	w := func(ctx workflow.Context) ([]string, error) {
		told := []string{}
		for _, id := range []string{"by-token", "by-id", "failed", "cancelled"} {
			got, err := take(ctx, "elsewhere", func(options *workflow.ActivityOptions) {
				options.ActivityID = id
				options.WaitForCancellation = true
				options.HeartbeatTimeout = 20 * time.Second
				options.RetryPolicy = &temporal.RetryPolicy{MaximumAttempts: 1}
			})
			told = append(told, got, ended(err))
		}
		return told, nil
	}
	tokens := make(chan []byte, 4)
	hand := func(ctx context.Context, _ string) (string, error) {
		tokens <- activity.GetInfo(ctx).TaskToken
		return "", activity.ErrResultPending
	}
	s.work(func(r worker.Registry) {
		r.RegisterActivityWithOptions(hand, activity.RegisterOptions{Name: "step"})
		r.RegisterWorkflowWithOptions(w, workflow.RegisterOptions{Name: "elsewhere"})
	})
	run := s.start("", "elsewhere")
	next := func() []byte {
		select {
		case token := <-tokens:
			return token
		case <-s.Done():
			panic(brokeOff{s.Err()})
		}
	}
	check(s.CompleteActivity(s, next(), "by its token", nil))
	next()
	check(s.RecordActivityHeartbeatByID(s, s.namespace, s.name, "", "by-id", "half"))
	check(s.CompleteActivityByID(s, s.namespace, s.name, "", "by-id", "by its id", nil))
	check(s.CompleteActivity(s, next(), nil, temporal.NewApplicationError("by hand", "ByHand", "a detail")))
	last := next()
	s.failure("cancelled without being asked", s.CompleteActivity(s, last, nil, temporal.NewCanceledError("a detail")))
	check(s.CompleteActivity(s, last, "in the end", nil))
	s.result("result", run)
	s.failure("completed twice", s.CompleteActivity(s, last, "again", nil))
	s.history("history", run)
}

func localActivities(s *scene) {
	w := func(ctx workflow.Context) ([]string, error) {
		local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
			ScheduleToCloseTimeout: 20 * time.Second, RetryPolicy: &quickly, Summary: "a local one",
		})
		told := []string{}
		for _, what := range []string{"pear", "twice", "never"} {
			var got string
			err := workflow.ExecuteLocalActivity(local, step, what).Get(ctx, &got)
			told = append(told, got, ended(err))
		}
		got, err := take(ctx, "an ordinary one")
		return append(told, got), err
	}
	s.work(func(r worker.Registry) {
		steps(r)
		r.RegisterWorkflowWithOptions(w, workflow.RegisterOptions{Name: "local"})
	})
	run := s.start("", "local")
	s.result("result", run)
	s.history("history", run)
}

// aSession keeps activities on one worker: on a task queue of its own, which a first activity tells of.
func aSession(s *scene) {
	w := func(ctx workflow.Context) ([]string, error) {
		ctx = workflow.WithActivityOptions(ctx, stepOptions())
		session, err := workflow.CreateSession(ctx, &workflow.SessionOptions{
			CreationTimeout: 20 * time.Second, ExecutionTimeout: time.Minute, HeartbeatTimeout: 20 * time.Second,
		})
		if err != nil {
			return nil, err
		}
		told := []string{}
		for _, what := range []string{"one", "two"} {
			var got string
			if err := workflow.ExecuteActivity(session, step, what).Get(session, &got); err != nil {
				return told, err
			}
			told = append(told, got)
		}
		workflow.CompleteSession(session)
		return told, nil
	}
	s.work(func(r worker.Registry) {
		steps(r)
		r.RegisterWorkflowWithOptions(w, workflow.RegisterOptions{Name: "session"})
	}, func(options *worker.Options) { options.EnableSessionWorker = true })
	run := s.start("", "session")
	s.result("result", run)
	s.happenings("history", run)
}
