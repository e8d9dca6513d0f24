// Package worker is there so that files compile which also start a worker: the shape of go.temporal.io/sdk/worker. A component is run by
// Sundial's worker host; native workers, for activities, are compiled with Temporal's own SDK.
package worker

import (
	"errors"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"
)

// Options say how a worker works.
type Options struct {
	MaxConcurrentActivityExecutionSize      int
	WorkerActivitiesPerSecond               float64
	MaxConcurrentLocalActivityExecutionSize int
	WorkerLocalActivitiesPerSecond          float64
	TaskQueueActivitiesPerSecond            float64
	MaxConcurrentActivityTaskPollers        int
	MaxConcurrentWorkflowTaskExecutionSize  int
	MaxConcurrentWorkflowTaskPollers        int
	EnableLoggingInReplay                   bool
	StickyScheduleToStartTimeout            time.Duration
	WorkflowPanicPolicy                     WorkflowPanicPolicy
	WorkerStopTimeout                       time.Duration
	EnableSessionWorker                     bool
	MaxConcurrentSessionExecutionSize       int
	DisableWorkflowWorker                   bool
	LocalActivityWorkerOnly                 bool
	Identity                                string
	DeadlockDetectionTimeout                time.Duration
	DisableEagerActivities                  bool
	BuildID                                 string
	UseBuildIDForVersioning                 bool
	DisableRegistrationAliasing             bool
	OnFatalError                            func(error)
}

// WorkflowPanicPolicy says what a panic in workflow code does.
type WorkflowPanicPolicy int

// What a panic can do. In a component it always fails the workflow task.
const (
	BlockWorkflow WorkflowPanicPolicy = iota
	FailWorkflow
)

// WorkflowRegistry takes workflows.
type WorkflowRegistry interface {
	RegisterWorkflow(w interface{})
	RegisterWorkflowWithOptions(w interface{}, options workflow.RegisterOptions)
}

// ActivityRegistry takes activities.
type ActivityRegistry interface {
	RegisterActivity(a interface{})
	RegisterActivityWithOptions(a interface{}, options activity.RegisterOptions)
}

// Registry takes both.
type Registry interface {
	WorkflowRegistry
	ActivityRegistry
}

// Worker polls a task queue.
type Worker interface {
	Registry
	Start() error
	Run(interruptCh <-chan interface{}) error
	Stop()
}

var errNotHere = errors.New("a component can't be a worker: Sundial's worker host runs it")

type nobody struct{}

func (nobody) RegisterWorkflow(w interface{})                                              {}
func (nobody) RegisterWorkflowWithOptions(w interface{}, options workflow.RegisterOptions) {}
func (nobody) RegisterActivity(a interface{})                                              {}
func (nobody) RegisterActivityWithOptions(a interface{}, options activity.RegisterOptions) {}
func (nobody) Start() error                                                                { return errNotHere }
func (nobody) Run(interruptCh <-chan interface{}) error                                    { return errNotHere }
func (nobody) Stop()                                                                       {}

// New makes a worker, which will not start.
func New(c client.Client, taskQueue string, options Options) Worker { return nobody{} }

// InterruptCh would say that the program is to end.
func InterruptCh() <-chan interface{} { return nil }
