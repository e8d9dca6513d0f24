package internal

// What workflow functions there are, and how functions are named. A function's name is what Temporal's SDK would call it: without its
// package, unless it was registered under another one.

import (
	"errors"
	"fmt"
	"reflect"
	"sort"
	"strings"
)

// Handler is a signal, query or update that a workflow type declares.
type Handler struct{ Name, Description string }

// Definition is what clients are told of a workflow type.
type Definition struct {
	Name, Description         string
	Signals, Queries, Updates []Handler
}

type workflowEntry struct {
	definition Definition
	function   interface{}
}

// Registry knows the workflow functions of a program, and names of functions.
type Registry struct {
	workflows map[string]*workflowEntry
	// By the address of a function's code.
	names map[uintptr]string
}

// NewRegistry makes an empty one.
func NewRegistry() *Registry {
	return &Registry{workflows: map[string]*workflowEntry{}, names: map[uintptr]string{}}
}

// Default is the registry that generated code fills.
var Default = NewRegistry()

// RegisterWorkflow adds a workflow function under the definition's name.
func (r *Registry) RegisterWorkflow(definition Definition, function interface{}) {
	r.workflows[definition.Name] = &workflowEntry{definition, function}
	r.Name(function, definition.Name)
}

// Name says how a function is called when it is given as a value.
func (r *Registry) Name(function interface{}, name string) {
	if at := codeOf(function); at != 0 {
		r.names[at] = name
	}
}

// Definitions lists the workflow types by name.
func (r *Registry) Definitions() []Definition {
	all := make([]Definition, 0, len(r.workflows))
	for _, entry := range r.workflows {
		all = append(all, entry.definition)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all
}

// Workflow returns the function of a type.
func (r *Registry) Workflow(name string) (interface{}, error) {
	if entry := r.workflows[name]; entry != nil {
		return entry.function, nil
	}
	var known []string
	for _, definition := range r.Definitions() {
		known = append(known, definition.Name)
	}
	return nil, fmt.Errorf("unable to find workflow type: %s. Supported types: [%s]", name, strings.Join(known, ", "))
}

func (r *Registry) workflowName(workflow interface{}) (string, error) {
	return r.nameOf(workflow, "workflow")
}
func (r *Registry) activityName(activity interface{}) (string, error) {
	return r.nameOf(activity, "activity")
}

func (r *Registry) nameOf(function interface{}, kind string) (string, error) {
	if name, is := function.(string); is {
		if name == "" {
			return "", errors.New(kind + " name is empty")
		}
		return name, nil
	}
	if function == nil {
		return "", errors.New("nil " + kind + " function")
	}
	if reflect.TypeOf(function).Kind() != reflect.Func {
		return "", fmt.Errorf("invalid type '%s' parameter provided, it can be either %s function or name of the %s type", kind, kind, kind)
	}
	if name, is := r.names[codeOf(function)]; is {
		return name, nil
	}
	if name := runtimeName(function); name != "" {
		return name, nil
	}
	return "", fmt.Errorf("the name of this %s function is not known: give a function or method of a package, or the %s type's name as a string", kind, kind)
}

// ActivityName is nameOf for the test environment.
func (r *Registry) ActivityName(activity interface{}) (string, error) {
	return r.activityName(activity)
}

// WorkflowName is nameOf for the test environment.
func (r *Registry) WorkflowName(workflow interface{}) (string, error) {
	return r.workflowName(workflow)
}
