//go:build wasm && tinygo

package sundial

// Exports, as TinyGo declares them, and where what the runtime prints goes.

import (
	"unsafe"

	"go.temporal.io/sdk/internal"
)

// A plain export: the host calls it while no goroutine can run, so none must be started for it.
//
//export cabi_realloc
func exportedReallocate(old unsafe.Pointer, oldSize, align, size uint32) unsafe.Pointer {
	return reallocate(old, oldSize, align, size)
}

//go:wasmexport sundial:workflow/guest@0.1.0#activate
func exportedActivate(at unsafe.Pointer, size uint32) unsafe.Pointer { return activate(at, size) }

//go:wasmexport sundial:workflow/guest@0.1.0#describe
func exportedDescribe() unsafe.Pointer { return describe() }

// exportedNow is the runtime's clock: workflow time, as in a component of standard Go. Code of one's own uses workflow.Now(ctx).
//
//export sundial_now
func exportedNow() int64 {
	if run == nil {
		return 1
	}
	return run.Time().UnixNano()
}

//go:wasmimport sundial:workflow/runtime@0.1.0 seed
func hostSeed() uint64

// exportedRandom is what crypto/rand draws from. The host refuses it but in a side effect.
//
//export arc4random_buf
func exportedRandom(at unsafe.Pointer, length uint) {
	var bits uint64
	for i, room := 0, unsafe.Slice((*byte)(at), length); i < len(room); i++ {
		if i%8 == 0 {
			bits = hostSeed()
		}
		room[i] = byte(bits)
		bits >>= 8
	}
}

// What println and the text of a panic print, until the line ends.
var line [1024]byte
var lineLength int

// printByte is the runtime's putchar: see setup-tinygo.sh.
//
//export sundial_putchar
func printByte(c byte) {
	if c != '\n' && lineLength < len(line) {
		line[lineLength] = c
		lineLength++
	}
	if c != '\n' || lineLength == 0 {
		return
	}
	// Only panics and println come this way; a panic's text must be quoted with the trap that follows.
	hostLog(uint32(internal.LevelError), unsafe.Pointer(&line[0]), uint32(lineLength))
	lineLength = 0
}
