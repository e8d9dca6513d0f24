// Package fanout starts a child for each number, all at once, and adds up what they return.
package fanout

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"
)

// Input are the numbers to square.
type Input struct {
	Numbers []int `json:"numbers"`
	// Where the children run; the parent's own queue if it is not said.
	ChildTaskQueue *string `json:"child_task_queue"`
}

// Result is what came out.
type Result struct {
	Total    int `json:"total"`
	Children int `json:"children"`
}

// FanOut adds up the squares of numbers, each of which a child works out.
func FanOut(ctx workflow.Context, input Input) (*Result, error) {
	id := workflow.GetInfo(ctx).WorkflowExecution.ID
	children := make([]workflow.ChildWorkflowFuture, 0, len(input.Numbers))
	for i, number := range input.Numbers {
		options := workflow.ChildWorkflowOptions{WorkflowID: fmt.Sprintf("%s/square/%d", id, i)}
		if input.ChildTaskQueue != nil {
			options.TaskQueue = *input.ChildTaskQueue
		}
		children = append(children, workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, options), Square, number))
	}
	result := &Result{Children: len(children)}
	for _, child := range children {
		var square int
		if err := child.Get(ctx, &square); err != nil {
			return nil, err
		}
		result.Total += square
	}
	return result, nil
}

// Square takes its time over the square of a number.
func Square(ctx workflow.Context, number int) (int, error) {
	if err := workflow.Sleep(ctx, 10*time.Millisecond); err != nil {
		return 0, err
	}
	return number * number, nil
}
