//go:build wasm

package sundial

// The two functions of the contract `sundial:workflow`, and how their values lie in memory (the component model's canonical ABI).

import (
	"unsafe"

	"go.temporal.io/sdk/internal"
)

// run is this instance's one run. It is made by the first activation.
var run *internal.Run

// Where the host puts what it passes in. Calls into the host are forbidden while it asks for room, and standard Go's allocator may start a
// collection, which reads the clock: so room is taken from here, and no allocator is asked. The pages are untouched until they are used.
var (
	// Words, so that every alignment of the ABI holds.
	arena [arenaWords]uint64
	taken uint32
	// Buffers that did not fit.
	overflow [][]uint64
)

// A payload may have 2 MB, so an activation with one fits.
const arenaWords = 4 << 20 / 8

// Where a function's result lies until the host has read it.
var (
	result [2]uint32
	answer []byte
)

func reallocate(old unsafe.Pointer, oldSize, align, size uint32) unsafe.Pointer {
	if size == 0 {
		return unsafe.Pointer(uintptr(align))
	}
	words := (size + 7) / 8
	var at unsafe.Pointer
	if taken+words <= uint32(len(arena)) {
		at = unsafe.Pointer(&arena[taken])
		taken += words
	} else {
		buffer := make([]uint64, words)
		overflow = append(overflow, buffer)
		at = unsafe.Pointer(&buffer[0])
	}
	if oldSize > 0 {
		copy(unsafe.Slice((*byte)(at), size), unsafe.Slice((*byte)(old), min(oldSize, size)))
	}
	return at
}

func activate(at unsafe.Pointer, size uint32) unsafe.Pointer {
	if run == nil {
		run = internal.NewRun(internal.Default, newHost())
	}
	var encoded []byte
	if size > 0 {
		encoded = unsafe.Slice((*byte)(at), size)
	}
	answer = run.ActivateBytes(encoded)
	taken, overflow = 0, nil
	result = [2]uint32{0, uint32(len(answer))}
	if len(answer) > 0 {
		result[0] = address(unsafe.Pointer(&answer[0]))
	}
	return unsafe.Pointer(&result)
}

func address(at unsafe.Pointer) uint32 { return uint32(uintptr(at)) }
