//go:build wasm

package sundial

// What the host gives: the log, and where the run lives.

import (
	"unsafe"

	"go.temporal.io/sdk/internal"
)

//go:wasmimport sundial:workflow/host@0.1.0 log
func hostLog(level uint32, at unsafe.Pointer, length uint32)

//go:wasmimport sundial:workflow/runtime@0.1.0 side-effect
func hostSideEffect(isOngoing uint32)

//go:wasmimport sundial:workflow/host@0.1.0 run
func hostRun(into unsafe.Pointer)

type host struct{ namespace, taskQueue string }

func newHost() *host {
	// namespace, task queue, workflow id, run id, workflow type
	info := new([5]span)
	hostRun(unsafe.Pointer(info))
	return &host{namespace: textOf(info[0]), taskQueue: textOf(info[1])}
}

// textOf copies a text that the host has written.
func textOf(s span) string {
	if s.length == 0 {
		return ""
	}
	return string(unsafe.Slice((*byte)(unsafe.Pointer(uintptr(s.at))), s.length))
}

// Log implements internal.Host.
func (*host) Log(level internal.Level, message string) { writeLine(level, message) }

// SideEffect implements internal.Host.
func (*host) SideEffect(isOngoing bool) {
	var flag uint32
	if isOngoing {
		flag = 1
	}
	hostSideEffect(flag)
}

// Namespace implements internal.Host.
func (h *host) Namespace() string { return h.namespace }

// TaskQueue implements internal.Host.
func (h *host) TaskQueue() string { return h.taskQueue }

func writeLine(level internal.Level, message string) {
	if message == "" {
		return
	}
	b := []byte(message)
	hostLog(uint32(level), unsafe.Pointer(&b[0]), uint32(len(b)))
}
