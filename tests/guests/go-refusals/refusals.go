// Package refusals has workflows that ask for what a workflow does not get, each named after what it asks for. Tests build them as they
// are, and with the comment by which the check of workflows looks away.
package refusals

import (
	"bufio"
	mathrand "math/rand"
	"os"
	"time"

	"go.temporal.io/sdk/workflow"
)

// Clock asks for the time of the machine.
func Clock(ctx workflow.Context) (string, error) {
	now := time.Now()
	if now.Equal(workflow.Now(ctx)) {
		return "workflow time", nil
	}
	return now.String(), nil
}

// Sleep asks for a sleep.
func Sleep(workflow.Context) error {
	time.Sleep(time.Second)
	return nil
}

// Randomness asks for a random number.
func Randomness(workflow.Context) (int, error) {
	return mathrand.Int(), nil
}

// Files asks for a file.
func Files(workflow.Context) (string, error) {
	text, err := os.ReadFile("/etc/hostname")
	return string(text), err
}

// Environment asks for a variable of the environment.
func Environment(workflow.Context) (string, error) {
	return os.Getenv("HOME"), nil
}

// Threads asks for a goroutine of Go's own, and waits for it.
func Threads(workflow.Context) (int, error) {
	done := make(chan int)
	go func() { done <- 1 }()
	return <-done, nil
}

// Stdin asks for a line of standard input.
func Stdin(workflow.Context) (string, error) {
	return bufio.NewReader(os.Stdin).ReadString('\n')
}

var held [][]byte

// UnboundedMemory asks for memory without end.
func UnboundedMemory(workflow.Context) error {
	for {
		held = append(held, make([]byte, 1<<20))
	}
}

var counted int

// EndlessLoop does not come to an end.
func EndlessLoop(workflow.Context) error {
	for {
		counted++
	}
}

// DeepRecursion does not come to an end either.
func DeepRecursion(workflow.Context) (int, error) {
	return deeper(0), nil
}

// deeper returns the sum of all depths, in an order that no compiler makes a loop of.
func deeper(depth int) int {
	below := deeper(depth + 1)
	return below*below + depth
}
