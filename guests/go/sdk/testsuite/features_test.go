package testsuite

// What a workflow can do, each by a small workflow that does it.

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

func run(t *testing.T, body func(ctx workflow.Context) (string, error), prepare func(env *TestWorkflowEnvironment)) (string, error) {
	t.Helper()
	var suite WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	if prepare != nil {
		prepare(env)
	}
	env.RegisterWorkflowWithOptions(body, workflow.RegisterOptions{Name: "W"})
	env.ExecuteWorkflow("W")
	require.True(t, env.IsWorkflowCompleted(), "the workflow waits for ever")
	var result string
	err := env.GetWorkflowResult(&result)
	return result, err
}

func TestAnUnbufferedChannelHandsOver(t *testing.T) {
	result, err := run(t, func(ctx workflow.Context) (string, error) {
		c, done := workflow.NewChannel(ctx), ""
		workflow.Go(ctx, func(ctx workflow.Context) {
			c.Send(ctx, "a")
			done += "sent "
			c.Send(ctx, "b")
			c.Close()
		})
		var got string
		for c.Receive(ctx, &got) {
			done += got + " "
		}
		return done, nil
	}, nil)
	require.NoError(t, err)
	require.Equal(t, "sent a b ", result)
}

func TestASelectorTakesTheFirstThatIsReady(t *testing.T) {
	result, err := run(t, func(ctx workflow.Context) (string, error) {
		said := ""
		slow, fast := workflow.NewTimer(ctx, time.Hour), workflow.NewTimer(ctx, time.Minute)
		s := workflow.NewSelector(ctx)
		s.AddFuture(slow, func(workflow.Future) { said += "slow " })
		s.AddFuture(fast, func(workflow.Future) { said += "fast " })
		s.AddReceive(workflow.GetSignalChannel(ctx, "go"), func(c workflow.ReceiveChannel, more bool) {
			var v string
			c.Receive(ctx, &v)
			said += v + " "
		})
		for i := 0; i < 3; i++ {
			s.Select(ctx)
		}
		s.AddDefault(func() { said += "default" })
		s.Select(ctx)
		return said, nil
	}, func(env *TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() { env.SignalWorkflow("go", "signal") }, 30*time.Minute)
	})
	require.NoError(t, err)
	require.Equal(t, "fast signal slow default", result)
}

func TestReceivingEndsWithItsTime(t *testing.T) {
	result, err := run(t, func(ctx workflow.Context) (string, error) {
		var v string
		ok, more := workflow.GetSignalChannel(ctx, "s").ReceiveWithTimeout(ctx, time.Minute, &v)
		if ok || !more {
			return "", errors.New("it received")
		}
		ok, _ = workflow.GetSignalChannel(ctx, "s").ReceiveWithTimeout(ctx, time.Hour, &v)
		if !ok {
			return "", errors.New("it did not receive")
		}
		return v, nil
	}, func(env *TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() { env.SignalWorkflow("s", "late") }, 2*time.Minute)
	})
	require.NoError(t, err)
	require.Equal(t, "late", result)
}

func TestACancelledScopeEndsAloneAndADisconnectedOneNotAtAll(t *testing.T) {
	result, err := run(t, func(ctx workflow.Context) (string, error) {
		scope, cancel := workflow.WithCancel(ctx)
		apart, _ := workflow.NewDisconnectedContext(scope)
		timer, other := workflow.NewTimer(scope, time.Hour), workflow.NewTimer(apart, time.Minute)
		cancel()
		if err := timer.Get(ctx, nil); !temporal.IsCanceledError(err) {
			return "", errors.New("the scope's timer was not cancelled")
		}
		if scope.Err() != workflow.ErrCanceled || ctx.Err() != nil {
			return "", errors.New("the wrong contexts are cancelled")
		}
		return "apart", other.Get(ctx, nil)
	}, nil)
	require.NoError(t, err)
	require.Equal(t, "apart", result)
}

func TestACancelledWorkflowCleansUp(t *testing.T) {
	_, err := run(t, func(ctx workflow.Context) (string, error) {
		err := workflow.Sleep(ctx, time.Hour)
		apart, _ := workflow.NewDisconnectedContext(ctx)
		if err := workflow.Sleep(apart, time.Second); err != nil {
			return "", err
		}
		return "", err
	}, func(env *TestWorkflowEnvironment) { env.RegisterDelayedCallback(env.CancelWorkflow, time.Minute) })
	require.True(t, temporal.IsCanceledError(err), "%v", err)
}

func TestAMutexAndASemaphoreLetInAsManyAsTheySay(t *testing.T) {
	result, err := run(t, func(ctx workflow.Context) (string, error) {
		mutex, semaphore, wait := workflow.NewMutex(ctx), workflow.NewSemaphore(ctx, 2), workflow.NewWaitGroup(ctx)
		inside, most := 0, 0
		for i := 0; i < 6; i++ {
			wait.Go(ctx, func(ctx workflow.Context) {
				_ = semaphore.Acquire(ctx, 1)
				inside++
				most = max(most, inside)
				_ = workflow.Sleep(ctx, time.Second)
				inside--
				semaphore.Release(1)
				_ = mutex.Lock(ctx)
				_ = workflow.Sleep(ctx, time.Second)
				mutex.Unlock()
			})
		}
		wait.Wait(ctx)
		if most != 2 || mutex.IsLocked() {
			return "", errors.New("too many")
		}
		return "two", nil
	}, nil)
	require.NoError(t, err)
	require.Equal(t, "two", result)
}

func TestAnActivityIsRetriedByItsPolicy(t *testing.T) {
	attempts := 0
	body := func(ctx workflow.Context) (string, error) {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
			StartToCloseTimeout: time.Minute, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 3, NonRetryableErrorTypes: []string{"Final"}},
		})
		before := workflow.Now(ctx)
		var v string
		err := workflow.ExecuteActivity(ctx, "A").Get(ctx, &v)
		if err == nil && workflow.Now(ctx).Sub(before) != 3*time.Second {
			return "", errors.New("the waits were " + workflow.Now(ctx).Sub(before).String())
		}
		return v, err
	}
	result, err := run(t, body, func(env *TestWorkflowEnvironment) {
		env.OnActivity("A").Return(nil, errors.New("not yet")).Twice()
		env.OnActivity("A").Return("at last", nil)
	})
	require.NoError(t, err)
	require.Equal(t, "at last", result)

	_, err = run(t, body, func(env *TestWorkflowEnvironment) {
		env.OnActivity("A").Run(func(mock.Arguments) { attempts++ }).Return(nil, temporal.NewApplicationError("no", "Final"))
	})
	var application *temporal.ApplicationError
	require.True(t, errors.As(err, &application))
	require.Equal(t, "Final", application.Type())
	require.Equal(t, 1, attempts)
}

func TestUpdatesThatComeBeforeTheirHandlerWaitForIt(t *testing.T) {
	accepted, rejected := false, ""
	result, err := run(t, func(ctx workflow.Context) (string, error) {
		said := ""
		if err := workflow.Sleep(ctx, time.Minute); err != nil {
			return "", err
		}
		err := workflow.SetUpdateHandler(ctx, "say", func(ctx workflow.Context, what string) error {
			said = what
			return workflow.Sleep(ctx, time.Second)
		})
		if err != nil {
			return "", err
		}
		err = workflow.Await(ctx, func() bool { return said != "" && workflow.AllHandlersFinished(ctx) })
		return said, err
	}, func(env *TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() {
			env.UpdateWorkflow("other", "1", &TestUpdateCallback{OnReject: func(err error) { rejected = err.Error() }})
			env.UpdateWorkflow("say", "2", &TestUpdateCallback{OnAccept: func() { accepted = true }}, "hello")
		}, 2*time.Minute)
		env.RegisterDelayedCallback(func() {
			env.UpdateWorkflow("say", "0", &TestUpdateCallback{OnReject: func(err error) {}}, "early")
		}, time.Second)
	})
	require.NoError(t, err)
	require.Equal(t, "hello", result)
	require.True(t, accepted)
	require.Equal(t, "unknown update other. KnownUpdates=[say]", rejected)
}

func TestAChildIsSignalledAndItsFailureArrives(t *testing.T) {
	child := func(ctx workflow.Context) (string, error) {
		var v string
		workflow.GetSignalChannel(ctx, "s").Receive(ctx, &v)
		return "", temporal.NewApplicationError(v, "Told")
	}
	_, err := run(t, func(ctx workflow.Context) (string, error) {
		ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{WorkflowID: "child"})
		future := workflow.ExecuteChildWorkflow(ctx, "Child")
		var execution workflow.Execution
		if err := future.GetChildWorkflowExecution().Get(ctx, &execution); err != nil || execution.ID != "child" {
			return "", errors.New("the child did not start")
		}
		if err := future.SignalChildWorkflow(ctx, "s", "to fail").Get(ctx, nil); err != nil {
			return "", err
		}
		return "", future.Get(ctx, nil)
	}, func(env *TestWorkflowEnvironment) {
		env.RegisterWorkflowWithOptions(child, workflow.RegisterOptions{Name: "Child"})
	})
	var failed *temporal.ChildWorkflowExecutionError
	var told *temporal.ApplicationError
	require.True(t, errors.As(err, &failed) && errors.As(err, &told), "%v", err)
	require.Equal(t, "to fail", told.Message())
}

func TestASignalToNobodyFails(t *testing.T) {
	_, err := run(t, func(ctx workflow.Context) (string, error) {
		return "", workflow.SignalExternalWorkflow(ctx, "nobody", "", "s", nil).Get(ctx, nil)
	}, nil)
	require.ErrorContains(t, err, "unknown external workflow execution")
}
