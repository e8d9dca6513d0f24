//go:build !tinygo

package internal

// What coroutines need of the runtime, where panics can be recovered.

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// catchPanic runs f and returns what it panicked with.
func catchPanic(f func()) (caught *PanicError) {
	defer func() {
		if r := recover(); r != nil {
			caught = newPanicError(r, fmt.Sprintf("process event [panic]:\n%s", debug.Stack()))
		}
	}()
	f()
	return nil
}

// exitGoroutine ends the goroutine, running what was deferred.
func exitGoroutine() { runtime.Goexit() }
