package internal

// Options of activities, local activities and children, which a context carries to where they are used.

import (
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/wire"
	"go.temporal.io/sdk/converter"
)

// VersioningIntent says on which version a child or an activity runs.
type VersioningIntent int

// Versions that can be asked for.
const (
	VersioningIntentUnspecified        VersioningIntent = 0
	VersioningIntentCompatible         VersioningIntent = 1
	VersioningIntentDefault            VersioningIntent = 2
	VersioningIntentInheritBuildID     VersioningIntent = 1
	VersioningIntentUseAssignmentRules VersioningIntent = 2
)

// RetryPolicy says how often and how fast something is tried again.
type RetryPolicy struct {
	InitialInterval time.Duration
	// BackoffCoefficient multiplies the interval; zero means 2.
	BackoffCoefficient float64
	MaximumInterval    time.Duration
	// MaximumAttempts limits the attempts; zero means no limit.
	MaximumAttempts        int32
	NonRetryableErrorTypes []string
}

func (p *RetryPolicy) encode() *commonpb.RetryPolicy {
	if p == nil {
		return nil
	}
	backoff := p.BackoffCoefficient
	if backoff == 0 {
		backoff = 2
	}
	return &commonpb.RetryPolicy{
		InitialInterval: wire.OptionalDuration(p.InitialInterval), BackoffCoefficient: backoff,
		MaximumInterval: wire.OptionalDuration(p.MaximumInterval), MaximumAttempts: p.MaximumAttempts,
		NonRetryableErrorTypes: p.NonRetryableErrorTypes,
	}
}

func decodeRetryPolicy(p *commonpb.RetryPolicy) *RetryPolicy {
	if p == nil {
		return nil
	}
	return &RetryPolicy{
		InitialInterval: p.InitialInterval.AsDuration(), BackoffCoefficient: p.BackoffCoefficient,
		MaximumInterval: p.MaximumInterval.AsDuration(), MaximumAttempts: p.MaximumAttempts,
		NonRetryableErrorTypes: p.NonRetryableErrorTypes,
	}
}

// Priority orders tasks of one queue.
type Priority struct {
	PriorityKey    int
	FairnessKey    string
	FairnessWeight float32
}

func (p Priority) encode() *commonpb.Priority {
	if p == (Priority{}) {
		return nil
	}
	return &commonpb.Priority{PriorityKey: int32(p.PriorityKey), FairnessKey: p.FairnessKey, FairnessWeight: p.FairnessWeight}
}

func decodePriority(p *commonpb.Priority) Priority {
	return Priority{PriorityKey: int(p.GetPriorityKey()), FairnessKey: p.GetFairnessKey(), FairnessWeight: p.GetFairnessWeight()}
}

// ActivityOptions say where an activity runs and how long it may take.
type ActivityOptions struct {
	// TaskQueue is the workflow's own if it is empty.
	TaskQueue              string
	ScheduleToCloseTimeout time.Duration
	ScheduleToStartTimeout time.Duration
	// StartToCloseTimeout limits one attempt. It, or ScheduleToCloseTimeout, is needed.
	StartToCloseTimeout time.Duration
	HeartbeatTimeout    time.Duration
	// WaitForCancellation makes a cancelled activity's result that with which it ended.
	WaitForCancellation   bool
	ActivityID            string
	RetryPolicy           *RetryPolicy
	DisableEagerExecution bool
	VersioningIntent      VersioningIntent
	Summary               string
	Priority              Priority
}

// LocalActivityOptions say how long a local activity may take.
type LocalActivityOptions struct {
	ScheduleToCloseTimeout time.Duration
	StartToCloseTimeout    time.Duration
	RetryPolicy            *RetryPolicy
	Summary                string
}

// VersioningOverride is there for the shape's sake.
type VersioningOverride interface{ behavior() }

// ChildWorkflowOptions say how a child runs.
type ChildWorkflowOptions struct {
	Namespace string
	// WorkflowID is made from the run's id if it is empty.
	WorkflowID string
	// TaskQueue is the workflow's own if it is empty.
	TaskQueue                string
	WorkflowExecutionTimeout time.Duration
	WorkflowRunTimeout       time.Duration
	WorkflowTaskTimeout      time.Duration
	WaitForCancellation      bool
	WorkflowIDReusePolicy    enumspb.WorkflowIdReusePolicy
	RetryPolicy              *RetryPolicy
	CronSchedule             string
	Memo                     map[string]interface{}
	SearchAttributes         map[string]interface{}
	TypedSearchAttributes    SearchAttributes
	ParentClosePolicy        enumspb.ParentClosePolicy
	VersioningIntent         VersioningIntent
	VersioningOverride       VersioningOverride
	StaticSummary            string
	StaticDetails            string
	Priority                 Priority
}

type (
	activityOptionsKey      struct{}
	localActivityOptionsKey struct{}
	childOptionsKey         struct{}
	dataConverterKey        struct{}
)

func activityOptionsOf(ctx Context) ActivityOptions {
	options, _ := ctx.Value(activityOptionsKey{}).(ActivityOptions)
	return options
}

func localActivityOptionsOf(ctx Context) LocalActivityOptions {
	options, _ := ctx.Value(localActivityOptionsKey{}).(LocalActivityOptions)
	return options
}

func childOptionsOf(ctx Context) ChildWorkflowOptions {
	options, _ := ctx.Value(childOptionsKey{}).(ChildWorkflowOptions)
	return options
}

func dataConverterOf(ctx Context) converter.DataConverter {
	if dc, is := ctx.Value(dataConverterKey{}).(converter.DataConverter); is {
		return dc
	}
	return runOf(ctx).converter
}

// GetActivityOptions returns the options that activities get.
func GetActivityOptions(ctx Context) ActivityOptions { return activityOptionsOf(ctx) }

// GetLocalActivityOptions returns the options that local activities get.
func GetLocalActivityOptions(ctx Context) LocalActivityOptions { return localActivityOptionsOf(ctx) }

// GetChildWorkflowOptions returns the options that children get.
func GetChildWorkflowOptions(ctx Context) ChildWorkflowOptions { return childOptionsOf(ctx) }

// WithActivityOptions replaces the options; an empty task queue leaves the one that was set.
func WithActivityOptions(ctx Context, options ActivityOptions) Context {
	if options.TaskQueue == "" {
		options.TaskQueue = activityOptionsOf(ctx).TaskQueue
	}
	return WithValue(ctx, activityOptionsKey{}, options)
}

// WithLocalActivityOptions replaces the options.
func WithLocalActivityOptions(ctx Context, options LocalActivityOptions) Context {
	return WithValue(ctx, localActivityOptionsKey{}, options)
}

// WithChildWorkflowOptions replaces the options; an empty namespace or task queue leaves the one that was set.
func WithChildWorkflowOptions(ctx Context, options ChildWorkflowOptions) Context {
	before := childOptionsOf(ctx)
	if options.Namespace == "" {
		options.Namespace = before.Namespace
	}
	if options.TaskQueue == "" {
		options.TaskQueue = before.TaskQueue
	}
	return WithValue(ctx, childOptionsKey{}, options)
}

// WithDataConverter replaces the data converter.
func WithDataConverter(ctx Context, dc converter.DataConverter) Context {
	if dc == nil {
		panic("data converter is nil for WithDataConverter")
	}
	return WithValue(ctx, dataConverterKey{}, dc)
}

// ChangeActivityOptions returns a context with changed options of activities.
func ChangeActivityOptions(ctx Context, change func(*ActivityOptions)) Context {
	options := activityOptionsOf(ctx)
	change(&options)
	return WithValue(ctx, activityOptionsKey{}, options)
}

// ChangeChildOptions returns a context with changed options of children.
func ChangeChildOptions(ctx Context, change func(*ChildWorkflowOptions)) Context {
	options := childOptionsOf(ctx)
	change(&options)
	return WithValue(ctx, childOptionsKey{}, options)
}
