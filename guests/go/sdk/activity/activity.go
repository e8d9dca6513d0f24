// Package activity is what activity code is written with, as far as it has to compile beside workflow code and run in tests: the shape of
// go.temporal.io/sdk/activity. Activities themselves run in a native worker, with Temporal's own SDK.
package activity

import (
	"context"

	"go.temporal.io/sdk/internal"
	"go.temporal.io/sdk/log"
)

type (
	// Info is what an activity can know of itself.
	Info = internal.ActivityInfo
	// Type names a kind of activity.
	Type = internal.ActivityType
	// RegisterOptions say how an activity is registered.
	RegisterOptions = internal.RegisterActivityOptions
)

// ErrResultPending is what an activity returns that somebody else will complete.
var ErrResultPending = internal.ErrActivityResultPending

// GetInfo returns what is known of the activity.
func GetInfo(ctx context.Context) Info { return internal.ActivityOf(ctx).Info }

// IsActivity says whether the context is that of an activity.
func IsActivity(ctx context.Context) bool { return internal.IsActivity(ctx) }

// GetLogger returns the activity's logger.
func GetLogger(ctx context.Context) log.Logger { return internal.ActivityOf(ctx).Logger }

// RecordHeartbeat reports progress.
func RecordHeartbeat(ctx context.Context, details ...interface{}) {
	internal.ActivityOf(ctx).Heartbeat(details...)
}

// HasHeartbeatDetails says whether an earlier attempt reported any.
func HasHeartbeatDetails(ctx context.Context) bool {
	details := internal.ActivityOf(ctx).HeartbeatDetails
	return details != nil && details.HasValues()
}

// GetHeartbeatDetails decodes them.
func GetHeartbeatDetails(ctx context.Context, d ...interface{}) error {
	if !HasHeartbeatDetails(ctx) {
		return internal.ErrNoData
	}
	return internal.ActivityOf(ctx).HeartbeatDetails.Get(d...)
}

// GetWorkerStopChannel is closed when the worker stops; a test's never does.
func GetWorkerStopChannel(ctx context.Context) <-chan struct{} {
	return internal.ActivityOf(ctx).Stop
}
