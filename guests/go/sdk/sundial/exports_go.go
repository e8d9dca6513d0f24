//go:build wasm && !tinygo

package sundial

// Exports, as standard Go declares them.

import "unsafe"

//go:wasmexport cabi_realloc
func exportedReallocate(old unsafe.Pointer, oldSize, align, size uint32) unsafe.Pointer {
	return reallocate(old, oldSize, align, size)
}

//go:wasmexport sundial:workflow/guest@0.1.0#activate
func exportedActivate(at unsafe.Pointer, size uint32) unsafe.Pointer { return activate(at, size) }

//go:wasmexport sundial:workflow/guest@0.1.0#describe
func exportedDescribe() unsafe.Pointer { return describe() }
