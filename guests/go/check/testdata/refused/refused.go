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
	for _, n := range m { // want: ranges over a map
		sum += n
	}
	for range maps.Keys(m) { // want: walks over a map
		sum++
	}
	_ = time.Now()                    // want: reads the clock (time.Now)
	time.Sleep(time.Second)           // want: waits by the clock (time.Sleep)
	_ = insecure.Intn(3)              // want: uses randomness (rand.Intn)
	_, _ = rand.Read(make([]byte, 1)) // want: uses randomness (rand.Read)
	_ = os.Getenv("HOME")             // want: reaches for files, environment or processes (os.Getenv)
	_, _ = os.Open("file")            // want: reaches for files, environment or processes (os.Open)
	_, _ = http.Get("http://x")       // want: reaches for the network (http.Get)
	_ = exec.Command("ls")            // want: starts a process (exec.Command)
	fmt.Println("hello")              // want: uses the standard streams (fmt.Println)
	var mutex sync.Mutex              // want: blocks in a way that the workflow does not see (sync.Mutex)
	mutex.Lock()
	c := make(chan int, 1)
	go func() { // want: starts a native goroutine
		c <- 1 // want: sends to a native channel
	}()
	sum += <-c // want: receives from a native channel
	select {   // want: selects between native channels
	default:
	}
	return sum + helper(m), allowed(ctx, m)
}

// helper is reached by the workflow, so it is looked at as well.
func helper(m map[string]int) int {
	for key := range m { // want: ranges over a map
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
