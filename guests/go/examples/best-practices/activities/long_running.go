package activities

// An activity that reports its progress.

import (
	"context"
	"fmt"

	"go.temporal.io/sdk/activity"
)

func LongRunningActivity(ctx context.Context, input ProcessInput) (ProcessResult, error) {
	for i := 0; i < len(input.Items); i++ {
		activity.RecordHeartbeat(ctx, i) // Report progress
		err := processItem(input.Items[i])
		if err != nil {
			return ProcessResult{}, err
		}
	}
	return ProcessResult{Status: "done"}, nil
}

func processItem(item string) error {
	if item == "" {
		return fmt.Errorf("an item has no name")
	}
	return nil
}
