//go:build !tinygo

package internal

// Functions as values, where the runtime knows their names and can call them by reflection.

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
)

var contextType = reflect.TypeOf((*Context)(nil)).Elem()

// codeOf is the address of a function's code.
func codeOf(function interface{}) uintptr {
	v := reflect.ValueOf(function)
	if v.Kind() != reflect.Func || v.IsNil() {
		return 0
	}
	return v.Pointer()
}

// runtimeName is a function's name without package and receiver.
func runtimeName(function interface{}) string {
	f := runtime.FuncForPC(codeOf(function))
	if f == nil {
		return ""
	}
	name := f.Name()
	return strings.TrimSuffix(name[strings.LastIndex(name, ".")+1:], "-fm")
}

// call decodes the arguments that a function takes, calls it, and returns its result if it has one.
func call(function interface{}, in *Arguments) (results []interface{}, err error) {
	v := reflect.ValueOf(function)
	t := v.Type()
	var values []reflect.Value
	n := 0
	for i := 0; i < t.NumIn(); i++ {
		if i == 0 && t.In(0) == contextType {
			values = append(values, reflect.ValueOf(in.Context))
			continue
		}
		argument := reflect.New(t.In(i))
		in.Decode(n, argument.Interface())
		n++
		values = append(values, argument.Elem())
	}
	if in.err != nil {
		return nil, in.err
	}
	var returned []reflect.Value
	if t.IsVariadic() {
		returned = v.CallSlice(values)
	} else {
		returned = v.Call(values)
	}
	for i, value := range returned {
		if i == len(returned)-1 && t.Out(i).Implements(reflect.TypeOf((*error)(nil)).Elem()) {
			if !value.IsNil() {
				err = value.Interface().(error)
			}
			continue
		}
		results = append(results, value.Interface())
	}
	return results, err
}

// RegisterCall is for the compiler that can't call by reflection.
func RegisterCall(sample interface{}, adapter func(function interface{}, in *Arguments) ([]interface{}, error)) {
}

// checkHandler says what is wrong with a function as a handler: it must return a value and an error, or, if it may, an error alone.
func checkHandler(function interface{}, errorAlone bool) error {
	t := reflect.TypeOf(function)
	if t == nil || t.Kind() != reflect.Func {
		return fmt.Errorf("handler must be function but was %T", function)
	}
	last := t.NumOut() - 1
	if last > 1 || last < 0 || (last == 0 && !errorAlone) {
		return fmt.Errorf("handler must return 2 values (serializable result and error), but found %d return values", t.NumOut())
	}
	if !t.Out(last).Implements(reflect.TypeOf((*error)(nil)).Elem()) {
		return fmt.Errorf("last return value of handler must be error but found %v", t.Out(last).Kind())
	}
	return nil
}
