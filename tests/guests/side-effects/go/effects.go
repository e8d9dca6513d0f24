// Package effects draws what no replay could draw again, where it is kept in history.
package effects

import (
	"crypto/rand"
	"encoding/hex"

	"github.com/google/uuid"
	"go.temporal.io/sdk/workflow"
)

// Drawn are the values, in the order in which they were drawn.
type Drawn struct {
	ID      string `json:"id"`
	Bytes   string `json:"bytes"`
	Mutable string `json:"mutable"`
}

// Draw draws, waits for the signal `finish`, and returns what it drew.
func Draw(ctx workflow.Context) (Drawn, error) {
	var drawn Drawn
	err := workflow.SideEffect(ctx, func(workflow.Context) interface{} { return uuid.NewString() }).Get(&drawn.ID)
	if err != nil {
		return drawn, err
	}
	err = workflow.SideEffect(ctx, func(workflow.Context) interface{} {
		room := make([]byte, 32)
		_, _ = rand.Read(room)
		return hex.EncodeToString(room)
	}).Get(&drawn.Bytes)
	if err != nil {
		return drawn, err
	}
	same := func(a, b interface{}) bool { return a == b }
	err = workflow.MutableSideEffect(ctx, "id", func(workflow.Context) interface{} { return uuid.NewString() }, same).Get(&drawn.Mutable)
	if err != nil {
		return drawn, err
	}
	workflow.GetSignalChannel(ctx, "finish").Receive(ctx, nil)
	return drawn, nil
}

// Leak draws after a side effect has ended, which is refused.
func Leak(ctx workflow.Context) (string, error) {
	var id string
	if err := workflow.SideEffect(ctx, func(workflow.Context) interface{} { return uuid.NewString() }).Get(&id); err != nil {
		return "", err
	}
	return id + uuid.NewString(), nil //workflowcheck:ignore
}
