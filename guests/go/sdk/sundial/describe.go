//go:build wasm

package sundial

// The answer of `describe`, laid out as the canonical ABI has it.

import (
	"unsafe"

	"go.temporal.io/sdk/internal"
)

type span struct{ at, length uint32 }

type definitionRecord struct {
	name, description         span
	signals, queries, updates span
}

type handlerRecord struct{ name, description span }

// Everything that the records point to: the host reads it after describe has returned.
var described struct {
	definitions []definitionRecord
	handlers    [][]handlerRecord
	texts       [][]byte
}

func describe() unsafe.Pointer {
	described.definitions, described.handlers, described.texts = nil, nil, nil
	for _, d := range internal.Default.Definitions() {
		described.definitions = append(described.definitions, definitionRecord{
			text(d.Name), text(d.Description), handlers(d.Signals), handlers(d.Queries), handlers(d.Updates),
		})
	}
	result = [2]uint32{0, uint32(len(described.definitions))}
	if len(described.definitions) > 0 {
		result[0] = address(unsafe.Pointer(&described.definitions[0]))
	}
	return unsafe.Pointer(&result)
}

func handlers(all []internal.Handler) span {
	if len(all) == 0 {
		return span{4, 0}
	}
	records := make([]handlerRecord, len(all))
	for i, h := range all {
		records[i] = handlerRecord{text(h.Name), text(h.Description)}
	}
	described.handlers = append(described.handlers, records)
	return span{address(unsafe.Pointer(&records[0])), uint32(len(records))}
}

func text(s string) span {
	if s == "" {
		return span{1, 0}
	}
	b := []byte(s)
	described.texts = append(described.texts, b)
	return span{address(unsafe.Pointer(&b[0])), uint32(len(b))}
}
