package internal

// Options of registration, which only a native worker reads. A component's workflows are registered by generated code, under the same names.

// RegisterWorkflowOptions say how a workflow is registered.
type RegisterWorkflowOptions struct {
	Name                          string
	DisableAlreadyRegisteredCheck bool
	VersioningBehavior            VersioningBehavior
}

// RegisterActivityOptions say how an activity is registered.
type RegisterActivityOptions struct {
	Name                          string
	DisableAlreadyRegisteredCheck bool
	SkipInvalidStructFunctions    bool
}

// VersioningBehavior says how runs follow new versions.
type VersioningBehavior int

// How runs follow new versions.
const (
	VersioningBehaviorUnspecified VersioningBehavior = 0
	VersioningBehaviorPinned      VersioningBehavior = 1
	VersioningBehaviorAutoUpgrade VersioningBehavior = 2
)
