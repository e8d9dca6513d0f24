//go:build tinygo

package internal

// What coroutines need of the runtime, where a panic can't be recovered: it traps, the host fails the workflow task with the panic's
// text, and the run is replayed in a new instance.

// catchPanic runs f.
func catchPanic(f func()) *PanicError {
	f()
	return nil
}

// exitGoroutine is never reached: an instance is dropped, not closed.
func exitGoroutine() { select {} }
