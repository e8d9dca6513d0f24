//go:build tinygo

package internal

// Functions as values, where the runtime knows neither their names nor how to call them: generated code registers both.

import (
	"fmt"
	"reflect"
	"unsafe"
)

// codeOf is the address of a function's code: the second word of a function value, which is not the address of what a method is bound to.
func codeOf(function interface{}) uintptr {
	if function == nil || reflect.TypeOf(function).Kind() != reflect.Func {
		return 0
	}
	value := (*[2]unsafe.Pointer)(unsafe.Pointer(&function))[1]
	return (*[2]uintptr)(value)[1]
}

func runtimeName(interface{}) string { return "" }

var calls = map[reflect.Type]func(function interface{}, in *Arguments) ([]interface{}, error){}

// RegisterCall says how functions of the sample's type are called.
func RegisterCall(sample interface{}, adapter func(function interface{}, in *Arguments) ([]interface{}, error)) {
	calls[reflect.TypeOf(sample)] = adapter
}

func call(function interface{}, in *Arguments) ([]interface{}, error) {
	adapter := calls[reflect.TypeOf(function)]
	if adapter == nil {
		return nil, fmt.Errorf("a function of type %T can't be called: its type was not seen at build time; give the function itself to the call that registers it, and declare the types that it uses at package level", function)
	}
	return adapter(function, in)
}

// checkHandler knows whether generated code can call the function.
func checkHandler(function interface{}, errorAlone bool) error {
	if function == nil || reflect.TypeOf(function).Kind() != reflect.Func {
		return fmt.Errorf("handler must be function but was %T", function)
	}
	if calls[reflect.TypeOf(function)] == nil {
		return fmt.Errorf("a handler of type %T can't be called: its type was not seen at build time, or it does not return a value and an error", function)
	}
	return nil
}
