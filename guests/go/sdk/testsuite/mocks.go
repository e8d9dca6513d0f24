package testsuite

// Mocks of activities and children: what a test says of them, matched by testify.

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/stretchr/testify/mock"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/internal"
)

// MockCallWrapper says how a mocked call answers.
type MockCallWrapper struct {
	environment *TestWorkflowEnvironment
	call        *mock.Call
	delay       time.Duration
}

// OnActivity mocks an activity, a function or a type's name. The arguments are matched as testify does, the context first if the function
// takes one.
func (e *TestWorkflowEnvironment) OnActivity(activity interface{}, args ...interface{}) *MockCallWrapper {
	return e.on(must(e.registry.ActivityName(activity)), activity, args)
}

// OnWorkflow mocks a child, a function or a type's name. The context is the first argument.
func (e *TestWorkflowEnvironment) OnWorkflow(workflow interface{}, args ...interface{}) *MockCallWrapper {
	return e.on(must(e.registry.WorkflowName(workflow)), workflow, args)
}

func (e *TestWorkflowEnvironment) on(name string, function interface{}, args []interface{}) *MockCallWrapper {
	if _, isName := function.(string); isName {
		function = e.activities[name]
		if function == nil {
			function, _ = e.registry.Workflow(name)
		}
	}
	if function != nil {
		e.mocked[name] = function
	}
	w := &MockCallWrapper{environment: e, call: e.Mock.On(name, args...)}
	w.call.Run(func(mock.Arguments) { e.delay = w.delay })
	return w
}

// Return says what the call answers: the function's results, or a function of its arguments that returns them.
func (w *MockCallWrapper) Return(results ...interface{}) *MockCallWrapper {
	w.call.Return(results...)
	return w
}

// Panic lets the call panic.
func (w *MockCallWrapper) Panic(msg string) *MockCallWrapper {
	w.call.Panic(msg)
	return w
}

// Once lets the mock answer one call.
func (w *MockCallWrapper) Once() *MockCallWrapper { return w.Times(1) }

// Twice lets the mock answer two calls.
func (w *MockCallWrapper) Twice() *MockCallWrapper { return w.Times(2) }

// Times lets the mock answer so many calls.
func (w *MockCallWrapper) Times(i int) *MockCallWrapper {
	w.call.Times(i)
	return w
}

// Never lets a call fail the test.
func (w *MockCallWrapper) Never() *MockCallWrapper {
	w.call.Maybe()
	w.call.Panic(fmt.Sprintf("%s was called, which must never happen", w.call.Method))
	return w
}

// Maybe makes the call optional.
func (w *MockCallWrapper) Maybe() *MockCallWrapper {
	w.call.Maybe()
	return w
}

// After lets the call take so much virtual time.
func (w *MockCallWrapper) After(d time.Duration) *MockCallWrapper {
	w.delay = d
	return w
}

// Run calls fn with the arguments of each call.
func (w *MockCallWrapper) Run(fn func(args mock.Arguments)) *MockCallWrapper {
	w.call.Run(func(args mock.Arguments) {
		w.environment.delay = w.delay
		fn(args)
	})
	return w
}

func (e *TestWorkflowEnvironment) isMocked(name string) bool {
	for _, call := range e.Mock.ExpectedCalls {
		if call.Method == name {
			return true
		}
	}
	return false
}

func (e *TestWorkflowEnvironment) callActivityMock(ctx context.Context, name string, arguments []*commonpb.Payload) (*commonpb.Payload, error, time.Duration) {
	return e.callMock(ctx, name, arguments)
}

func (e *TestWorkflowEnvironment) callWorkflowMock(name string, arguments []*commonpb.Payload) (*commonpb.Payload, error, time.Duration) {
	return e.callMock(internal.Background(), name, arguments)
}

func (e *TestWorkflowEnvironment) callMock(ctx interface{}, name string, arguments []*commonpb.Payload) (payload *commonpb.Payload, err error, delay time.Duration) {
	values, err := e.mockArguments(ctx, name, arguments)
	if err != nil {
		return nil, err, 0
	}
	e.delay = 0
	results := e.Mock.MethodCalled(name, values...)
	delay = e.delay
	if len(results) == 1 {
		if function := reflect.ValueOf(results.Get(0)); function.Kind() == reflect.Func {
			payload, err = e.callReturned(ctx, function, arguments)
			return payload, err, delay
		}
	}
	if len(results) == 0 {
		return nil, nil, delay
	}
	if failure := results.Get(len(results) - 1); failure != nil {
		failed, is := failure.(error)
		if !is {
			panic(fmt.Sprintf("the last result of the mock of %s must be an error or nil, but is a %T", name, failure))
		}
		return nil, failed, delay
	}
	if len(results) == 1 {
		return nil, nil, delay
	}
	payload, err = e.converter.ToPayload(results.Get(0))
	return payload, err, delay
}

func (e *TestWorkflowEnvironment) callReturned(ctx interface{}, function reflect.Value, arguments []*commonpb.Payload) (*commonpb.Payload, error) {
	values, err := decodeArguments(ctx, function.Type(), arguments, e.converter)
	if err != nil {
		return nil, err
	}
	return encodeResults(function.Call(values), e.converter)
}

// mockArguments decodes the arguments into the function's types. Of an activity that is only known by name, they are what JSON makes of them.
func (e *TestWorkflowEnvironment) mockArguments(ctx interface{}, name string, payloads []*commonpb.Payload) ([]interface{}, error) {
	if function := e.mocked[name]; function != nil {
		values, err := decodeArguments(ctx, reflect.TypeOf(function), payloads, e.converter)
		arguments := make([]interface{}, len(values))
		for i, value := range values {
			arguments[i] = value.Interface()
		}
		return arguments, err
	}
	arguments := []interface{}{}
	if e.expectsContext(name, len(payloads)) {
		arguments = append(arguments, ctx)
	}
	for _, payload := range payloads {
		var value interface{}
		if err := e.converter.FromPayload(payload, &value); err != nil {
			return nil, err
		}
		arguments = append(arguments, value)
	}
	return arguments, nil
}

// expectsContext says whether a mock of a mere name has one argument more than the call.
func (e *TestWorkflowEnvironment) expectsContext(name string, arguments int) bool {
	for _, call := range e.Mock.ExpectedCalls {
		if call.Method == name {
			return len(call.Arguments) == arguments+1
		}
	}
	return false
}
