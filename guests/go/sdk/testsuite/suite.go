// Package testsuite runs workflows by `go test`, without a server: activities and children can be mocked, and time is skipped. It has the
// shape of go.temporal.io/sdk/testsuite.
//
// The workflow runs in the very code that runs it in a component. What a server and a worker host would do is in execution.go, how
// activities are called in activities.go, and what tests say of both in mocks.go.
package testsuite

import (
	"container/heap"
	"fmt"
	"time"

	"github.com/stretchr/testify/mock"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/internal"
	"go.temporal.io/sdk/internal/coresdk/activation"
	"go.temporal.io/sdk/log"
)

// WorkflowTestSuite makes environments. Embed it into a suite of testify, or use it as it is.
type WorkflowTestSuite struct{ logger log.Logger }

// SetLogger says where log lines go; without it they go nowhere.
func (s *WorkflowTestSuite) SetLogger(logger log.Logger) { s.logger = logger }

// GetLogger returns it.
func (s *WorkflowTestSuite) GetLogger() log.Logger { return s.logger }

// NewTestWorkflowEnvironment makes an environment for one workflow.
func (s *WorkflowTestSuite) NewTestWorkflowEnvironment() *TestWorkflowEnvironment {
	return &TestWorkflowEnvironment{
		registry: internal.NewRegistry(), activities: map[string]interface{}{}, mocked: map[string]interface{}{},
		logger: s.logger, converter: converter.GetDefaultDataConverter(),
		now: time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC), executions: map[string]*execution{},
	}
}

// NewTestActivityEnvironment makes an environment for activities.
func (s *WorkflowTestSuite) NewTestActivityEnvironment() *TestActivityEnvironment {
	return &TestActivityEnvironment{registry: internal.NewRegistry(), activities: map[string]interface{}{}, logger: s.logger}
}

// TestWorkflowEnvironment runs one workflow, and its children.
type TestWorkflowEnvironment struct {
	mock.Mock
	registry   *internal.Registry
	activities map[string]interface{}
	// Functions that mocks were made for, for the types of their arguments.
	mocked    map[string]interface{}
	logger    log.Logger
	converter converter.DataConverter

	now        time.Time
	events     events
	sequence   int
	executions map[string]*execution
	main       *execution
	// How long the mock that was matched last takes.
	delay time.Duration

	id             string
	lastResult     *commonpb.Payloads
	activityStarts func(info *internal.ActivityInfo, args converter.EncodedValues)
	timeLimit      time.Duration
}

// RegisterWorkflow makes a workflow known by its function's name.
func (e *TestWorkflowEnvironment) RegisterWorkflow(w interface{}) {
	e.RegisterWorkflowWithOptions(w, internal.RegisterWorkflowOptions{})
}

// RegisterWorkflowWithOptions makes a workflow known by another name.
func (e *TestWorkflowEnvironment) RegisterWorkflowWithOptions(w interface{}, options internal.RegisterWorkflowOptions) {
	name := options.Name
	if name == "" {
		name = must(e.registry.WorkflowName(w))
	}
	e.registry.RegisterWorkflow(internal.Definition{Name: name}, w)
}

// RegisterActivity makes an activity known by its function's name, or all methods of a struct.
func (e *TestWorkflowEnvironment) RegisterActivity(a interface{}) {
	registerActivity(e.registry, e.activities, a, "")
}

// RegisterActivityWithOptions makes an activity known by another name.
func (e *TestWorkflowEnvironment) RegisterActivityWithOptions(a interface{}, options internal.RegisterActivityOptions) {
	registerActivity(e.registry, e.activities, a, options.Name)
}

// SetStartTime says at what time the workflow starts.
func (e *TestWorkflowEnvironment) SetStartTime(t time.Time) { e.now = t }

// SetDataConverter replaces the data converter.
func (e *TestWorkflowEnvironment) SetDataConverter(dc converter.DataConverter) { e.converter = dc }

// SetStartWorkflowOptions takes the workflow's id.
func (e *TestWorkflowEnvironment) SetWorkflowID(id string) { e.id = id }

// SetTestTimeout is there for the shape's sake: virtual time ends by itself.
func (e *TestWorkflowEnvironment) SetTestTimeout(limit time.Duration) *TestWorkflowEnvironment {
	e.timeLimit = limit
	return e
}

// SetLastCompletionResult is what workflow.GetLastCompletionResult gives.
func (e *TestWorkflowEnvironment) SetLastCompletionResult(result interface{}) {
	e.lastResult = must(e.converter.ToPayloads(result))
}

// SetOnActivityStartedListener is called before each attempt of an activity.
func (e *TestWorkflowEnvironment) SetOnActivityStartedListener(listener func(info *internal.ActivityInfo, args converter.EncodedValues)) *TestWorkflowEnvironment {
	e.activityStarts = listener
	return e
}

// Now is the virtual time.
func (e *TestWorkflowEnvironment) Now() time.Time { return e.now }

// RegisterDelayedCallback calls back when so much virtual time has passed.
func (e *TestWorkflowEnvironment) RegisterDelayedCallback(callback func(), delay time.Duration) {
	e.at(delay, callback)
}

// ExecuteWorkflow runs a workflow to its end, or until nothing can happen any more.
func (e *TestWorkflowEnvironment) ExecuteWorkflow(workflow interface{}, args ...interface{}) {
	name := must(e.registry.WorkflowName(workflow))
	if _, isName := workflow.(string); !isName {
		e.registry.RegisterWorkflow(internal.Definition{Name: name}, workflow)
	}
	if e.id == "" {
		e.id = "default-test-workflow-id"
	}
	input := must(e.converter.ToPayloads(args...))
	e.main = e.newExecution(e.id, name, "default-test-taskqueue")
	e.main.start(&activation.InitializeWorkflow{Arguments: input.GetPayloads(), LastCompletionResult: e.lastResult})
	for !e.main.closed && len(e.events) > 0 {
		next := heap.Pop(&e.events).(*event)
		if next.at.After(e.now) {
			e.now = next.at
		}
		next.happen()
	}
	for _, one := range e.executions {
		one.run.Close()
	}
}

// IsWorkflowCompleted says whether the workflow ended in any way.
func (e *TestWorkflowEnvironment) IsWorkflowCompleted() bool { return e.main != nil && e.main.closed }

// GetWorkflowResult decodes the result, or returns the error.
func (e *TestWorkflowEnvironment) GetWorkflowResult(valuePtr interface{}) error {
	if !e.IsWorkflowCompleted() {
		return fmt.Errorf("workflow is not completed: it waits for something that the test does not bring")
	}
	if e.main.err != nil || e.main.result == nil || valuePtr == nil {
		return e.main.err
	}
	return e.converter.FromPayload(e.main.result, valuePtr)
}

// GetWorkflowError returns the error with which the workflow ended.
func (e *TestWorkflowEnvironment) GetWorkflowError() error {
	if e.main == nil {
		return nil
	}
	return e.main.err
}

// SignalWorkflow sends a signal.
func (e *TestWorkflowEnvironment) SignalWorkflow(name string, input interface{}) {
	e.main.signal(name, must(e.converter.ToPayloads(input)))
}

// SignalWorkflowByID sends a signal to the workflow or a child.
func (e *TestWorkflowEnvironment) SignalWorkflowByID(workflowID, signalName string, input interface{}) error {
	to := e.executions[workflowID]
	if to == nil || to.closed {
		return &internal.UnknownExternalWorkflowExecutionError{}
	}
	to.signal(signalName, must(e.converter.ToPayloads(input)))
	return nil
}

// CancelWorkflow asks the workflow to cancel.
func (e *TestWorkflowEnvironment) CancelWorkflow() { e.main.cancel() }

// QueryWorkflow asks the workflow, also when it has ended.
func (e *TestWorkflowEnvironment) QueryWorkflow(queryType string, args ...interface{}) (converter.EncodedValue, error) {
	return e.main.query(queryType, must(e.converter.ToPayloads(args...)))
}

// TestUpdateCallback learns what becomes of an update.
type TestUpdateCallback struct {
	OnAccept   func()
	OnReject   func(error)
	OnComplete func(interface{}, error)
}

// Accept is called when the update is accepted.
func (c *TestUpdateCallback) Accept() {
	if c.OnAccept != nil {
		c.OnAccept()
	}
}

// Reject is called when the update is rejected.
func (c *TestUpdateCallback) Reject(err error) {
	if c.OnReject != nil {
		c.OnReject(err)
	}
}

// Complete is called when the update is done.
func (c *TestUpdateCallback) Complete(success interface{}, err error) {
	if c.OnComplete != nil {
		c.OnComplete(success, err)
	}
}

// UpdateCallback learns what becomes of an update.
type UpdateCallback interface {
	Accept()
	Reject(err error)
	Complete(success interface{}, err error)
}

// UpdateWorkflow sends an update.
func (e *TestWorkflowEnvironment) UpdateWorkflow(updateName, updateID string, callback UpdateCallback, args ...interface{}) {
	e.main.update(updateName, updateID, callback, must(e.converter.ToPayloads(args...)))
}

// UpdateWorkflowNoRejection sends an update that must not be rejected.
func (e *TestWorkflowEnvironment) UpdateWorkflowNoRejection(updateName, updateID string, t mock.TestingT, args ...interface{}) {
	e.UpdateWorkflow(updateName, updateID, &TestUpdateCallback{OnReject: func(err error) {
		t.Errorf("update %s was rejected: %v", updateName, err)
		t.FailNow()
	}}, args...)
}

// event is something that happens at a moment.
type event struct {
	at     time.Time
	order  int
	happen func()
}

type events []*event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at.Before(e[j].at) || (e[i].at.Equal(e[j].at) && e[i].order < e[j].order)
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }

// Push implements heap.Interface.
func (e *events) Push(x interface{}) { *e = append(*e, x.(*event)) }

// Pop implements heap.Interface.
func (e *events) Pop() interface{} {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// at lets something happen after a delay of virtual time.
func (e *TestWorkflowEnvironment) at(delay time.Duration, happen func()) {
	e.sequence++
	heap.Push(&e.events, &event{e.now.Add(delay), e.sequence, happen})
}

// must is for what only a mistake in the test makes fail.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
