// Package sundial is what generated code calls: it says which workflows a component has, how functions are named and called. No person
// writes against it. The exports of a component are in the files for its two compilers.
package sundial

import "go.temporal.io/sdk/internal"

type (
	// Definition is what clients are told of a workflow type.
	Definition = internal.Definition
	// Handler is a signal, query or update of a workflow type.
	Handler = internal.Handler
	// Arguments are what a function is called with.
	Arguments = internal.Arguments
)

// Workflow adds a workflow function.
func Workflow(definition Definition, function interface{}) {
	internal.Default.RegisterWorkflow(definition, function)
}

// Name says how a function is called when it is given as a value.
func Name(function interface{}, name string) { internal.Default.Name(function, name) }

// Call says how functions of the sample's type are called.
func Call(sample interface{}, adapter func(function interface{}, in *Arguments) ([]interface{}, error)) {
	internal.RegisterCall(sample, adapter)
}
