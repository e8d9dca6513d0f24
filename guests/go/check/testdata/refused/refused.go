// Package refused does in a workflow what must not be done there. Each line says what the check finds; a line that says nothing is allowed.
package refused

import (
	"crypto/rand"
	"fmt"
	"maps"
	insecure "math/rand"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"sort"
	"sync"
	"time"

	"go.temporal.io/sdk/workflow"
)

// Refused is a workflow.
func Refused(ctx workflow.Context, m map[string]int) (int, error) {
	sum := 0
	for _, n := range m { // want: a range over a map
		sum += n
	}
	for range maps.Keys(m) { // want: maps.Keys
		sum++
	}
	_ = time.Now()                    // want: time.Now
	time.Sleep(time.Second)           // want: time.Sleep
	_ = insecure.Intn(3)              // want: rand.Intn
	_, _ = rand.Read(make([]byte, 1)) // want: rand.Read
	_ = os.Getenv("HOME")             // want: os.Getenv
	_, _ = os.Open("file")            // want: os.Open
	_, _ = http.Get("http://x")       // want: http.Get
	_ = exec.Command("ls")            // want: exec.Command
	fmt.Println("hello")              // want: fmt.Println
	var mutex sync.Mutex              // want: sync.Mutex
	mutex.Lock()
	c := make(chan int, 1)
	go func() { // want: a go statement
		c <- 1 // want: a send to a native channel
	}()
	sum += <-c // want: a receive from a native channel
	select {   // want: a select of native channels
	default:
	}
	return sum + helper(m), allowed(ctx, m)
}

// helper is reached by the workflow, so it is looked at as well.
func helper(m map[string]int) int {
	for key := range m { // want: a range over a map
		return len(key)
	}
	return 0
}

// allowed does what looks alike and does no harm.
func allowed(ctx workflow.Context, m map[string]int) error {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for range slices.Sorted(maps.Keys(m)) {
	}
	for range workflow.DeterministicKeys(m) {
	}
	for key := range m { //workflowcheck:ignore
		_ = key
	}
	seeded := insecure.New(insecure.NewSource(1))
	_ = seeded.Intn(3)
	workflow.SideEffect(ctx, func(ctx workflow.Context) interface{} { return insecure.Int() })
	_ = time.Duration(3) * time.Second
	return workflow.ExecuteActivity(ctx, Activity).Get(ctx, nil)
}

// Activity runs elsewhere, and may do anything.
func Activity() error {
	time.Sleep(time.Millisecond)
	_ = os.Getenv("HOME")
	return nil
}
