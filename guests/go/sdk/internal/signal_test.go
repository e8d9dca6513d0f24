package internal

// Signals are decoded with the data converter of who asked for their channel.

import (
	"testing"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/internal/coresdk/activation"
)

// marked says that it was asked.
type marked struct{ converter.DataConverter }

func (m marked) FromPayloads(payloads *commonpb.Payloads, into ...interface{}) error {
	err := m.DataConverter.FromPayloads(payloads, into...)
	if s, is := into[0].(*string); is {
		*s = "marked " + *s
	}
	return err
}

func signal(value string) *activation.WorkflowActivationJob {
	input, _ := converter.GetDefaultDataConverter().ToPayloads(value)
	return &activation.WorkflowActivationJob{Variant: &activation.WorkflowActivationJob_SignalWorkflow{
		SignalWorkflow: &activation.SignalWorkflow{SignalName: "s", Input: input.GetPayloads()}}}
}

func receiveMarked(ctx Context) (got string, err error) {
	c := GetSignalChannel(WithDataConverter(ctx, marked{converter.GetDefaultDataConverter()}), "s")
	c.Receive(ctx, &got)
	return got, nil
}

func TestASignalIsDecodedWithTheConverterOfTheChannelsContext(t *testing.T) {
	check(t, activate(newRun(t, receiveMarked), false, signal("early"), start()), `complete "marked early"`)
	r := newRun(t, receiveMarked)
	check(t, activate(r, false, start()), "")
	check(t, activate(r, false, signal("late")), `complete "marked late"`)
}

func TestWithoutAConverterASignalIsDecodedAsUsual(t *testing.T) {
	r := newRun(t, func(ctx Context) (got string, err error) {
		GetSignalChannel(ctx, "s").Receive(ctx, &got)
		return got, nil
	})
	check(t, activate(r, false, start(), signal("v")), `complete "v"`)
}
