package internal

// One run of a workflow: what it knows, what it waits for, what it has decided. activation.go feeds it; one file for each kind of
// command adds to it.

import (
	"fmt"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/sdk/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/internal/coresdk/commands"
)

// Host is what a run can ask of where it lives.
type Host interface {
	// Log writes a line; it does nothing while history is replayed.
	Log(level Level, message string)
	// SideEffect says that one begins or has ended: its code may have random numbers.
	SideEffect(isOngoing bool)
	// Namespace and TaskQueue are the run's: activations do not say them.
	Namespace() string
	TaskQueue() string
}

// Level is how much a line of the log matters.
type Level uint32

// Levels, in the order of the contract.
const (
	LevelTrace Level = iota
	LevelDebug
	LevelInfo
	LevelWarn
	LevelError
)

// Run is one run of one workflow.
type Run struct {
	host       Host
	registry   *Registry
	converter  converter.DataConverter
	dispatcher dispatcher
	root       Context
	cancelRoot CancelFunc

	info        WorkflowInfo
	now         time.Time
	isReplaying bool
	randomness  uint64

	sequence uint32
	commands []*commands.WorkflowCommand

	timers     map[uint32]*future
	activities map[uint32]*pendingActivity
	children   map[uint32]*childWorkflowFuture
	externals  map[uint32]*future

	patches     map[string]bool
	versions    map[string]Version
	sideEffects int
	mutable     map[string]*mutableValue

	signals  map[string]*channel
	queries  map[string]*queryHandler
	updates  map[string]*updateHandler
	waiting  []*arrivedUpdate
	running  int
	details  string
	finished *outcome
}

// outcome is what the workflow function returned.
type outcome struct {
	result *commonpb.Payload
	err    error
}

type runKey struct{}

// NewRun makes a run that has not started. The registry says which workflow functions there are.
func NewRun(registry *Registry, host Host) *Run {
	r := &Run{
		host: host, registry: registry, converter: converter.GetDefaultDataConverter(),
		timers: map[uint32]*future{}, activities: map[uint32]*pendingActivity{}, children: map[uint32]*childWorkflowFuture{},
		externals: map[uint32]*future{}, patches: map[string]bool{}, versions: map[string]Version{}, mutable: map[string]*mutableValue{},
		signals: map[string]*channel{}, queries: map[string]*queryHandler{}, updates: map[string]*updateHandler{},
	}
	r.root, r.cancelRoot = WithCancel(WithValue(Background(), runKey{}, r))
	return r
}

// SetDataConverter is for test environments with one of their own.
func (r *Run) SetDataConverter(dc converter.DataConverter) { r.converter = dc }

// Close ends the run's goroutines. A component's instance is simply dropped.
func (r *Run) Close() { r.dispatcher.close() }

func runOf(ctx Context) *Run {
	if ctx != nil {
		if r, is := ctx.Value(runKey{}).(*Run); is {
			return r
		}
	}
	panic(errNotInWorkflow)
}

// next numbers whatever a later activation will answer.
func (r *Run) next() uint32 {
	r.sequence++
	return r.sequence
}

// mustChange panics where nothing may change: in queries and validators, as Temporal's SDK does.
func (r *Run) mustChange() {
	if r.dispatcher.readOnly {
		panic("attempted to perform a mutating operation (such as scheduling a command or starting a coroutine) in a read only context")
	}
}

func (r *Run) command(variant commands.WorkflowCommand) {
	r.mustChange()
	r.commands = append(r.commands, &variant)
}

// metadata are the texts for people that a command can carry.
func (r *Run) metadata(summary, details string) *sdk.UserMetadata {
	if summary == "" && details == "" {
		return nil
	}
	return &sdk.UserMetadata{Summary: r.text(summary), Details: r.text(details)}
}

func (r *Run) text(s string) *commonpb.Payload {
	if s == "" {
		return nil
	}
	payload, err := r.converter.ToPayload(s)
	if err != nil {
		panic(fmt.Sprintf("a text can't be encoded: %v", err))
	}
	return payload
}

// Time is the workflow's time as the runtime's clock tells it: that of the last activation, or the moment after 1970 began.
func (r *Run) Time() time.Time {
	if r.now.IsZero() {
		return time.Unix(0, 1)
	}
	return r.now
}

// Now is the time of the task that is worked on, the same in each replay.
func Now(ctx Context) time.Time { return runOf(ctx).now }

// IsReplaying says whether what happens has happened before. Code that decides by it does not replay.
func IsReplaying(ctx Context) bool { return runOf(ctx).isReplaying }

// IsReadOnly says whether the caller is in a query or a validator.
func IsReadOnly(ctx Context) bool { return runOf(ctx).dispatcher.readOnly }

// SetCurrentDetails sets a text that people see with the workflow.
func SetCurrentDetails(ctx Context, details string) { runOf(ctx).details = details }

// GetCurrentDetails returns it.
func GetCurrentDetails(ctx Context) string { return runOf(ctx).details }
