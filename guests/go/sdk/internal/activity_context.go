package internal

// What an activity sees of where it runs. In a component no activity runs; in a test the test environment fills it.

import (
	"context"
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
)

// ActivityInfo is what an activity can know of itself.
type ActivityInfo struct {
	TaskToken         []byte
	WorkflowType      *WorkflowType
	WorkflowNamespace string
	WorkflowExecution WorkflowExecution
	ActivityID        string
	ActivityType      ActivityType
	TaskQueue         string
	HeartbeatTimeout  time.Duration
	ScheduledTime     time.Time
	StartedTime       time.Time
	Deadline          time.Time
	Attempt           int32
	IsLocalActivity   bool
	RetryPolicy       *RetryPolicy
}

// ActivityEnvironment is where an activity runs.
type ActivityEnvironment struct {
	Info             ActivityInfo
	Logger           log.Logger
	Heartbeat        func(details ...interface{})
	HeartbeatDetails converter.EncodedValues
	Stop             chan struct{}
}

type activityKey struct{}

// WithActivity returns a context for an activity.
func WithActivity(ctx context.Context, environment *ActivityEnvironment) context.Context {
	return context.WithValue(ctx, activityKey{}, environment)
}

// ActivityOf returns where the activity runs; it panics outside of one.
func ActivityOf(ctx context.Context) *ActivityEnvironment {
	if environment, is := ctx.Value(activityKey{}).(*ActivityEnvironment); is {
		return environment
	}
	panic("getActivityOutboundInterceptor: Not an activity context")
}

// IsActivity says whether the context is that of an activity.
func IsActivity(ctx context.Context) bool {
	_, is := ctx.Value(activityKey{}).(*ActivityEnvironment)
	return is
}
