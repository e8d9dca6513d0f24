package internal

// Signals: each name has a channel that holds what came, whether somebody reads it yet or not.

import (
	"sort"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/internal/coresdk/activation"
)

// SignalChannelOptions are the optional parts of a signal's channel.
type SignalChannelOptions struct{ Description string }

// GetSignalChannel returns the channel of a signal, always the same one. The context of the first call says with which data converter the
// values are decoded.
func GetSignalChannel(ctx Context, signalName string) ReceiveChannel {
	return GetSignalChannelWithOptions(ctx, signalName, SignalChannelOptions{})
}

// GetSignalChannelWithOptions does the same with a text for people.
func GetSignalChannelWithOptions(ctx Context, signalName string, options SignalChannelOptions) ReceiveChannel {
	c := runOf(ctx).signalChannel(signalName)
	// Signals may have come before anybody asked; they are decoded only when they are received.
	if c.converter == nil {
		c.converter = dataConverterOf(ctx)
	}
	return c
}

func (r *Run) signalChannel(name string) *channel {
	c := r.signals[name]
	if c == nil {
		c = &channel{name: name, run: r}
		r.signals[name] = c
	}
	return c
}

func (r *Run) signal(job *activation.SignalWorkflow) {
	r.signalChannel(job.GetSignalName()).push(&commonpb.Payloads{Payloads: job.GetInput()})
}

// GetUnhandledSignalNames lists the signals that came and were not received.
func GetUnhandledSignalNames(ctx Context) []string {
	var names []string
	for name, c := range runOf(ctx).signals {
		if c.Len() > 0 {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}
