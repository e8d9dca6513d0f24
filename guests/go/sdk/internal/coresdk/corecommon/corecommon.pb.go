// Code generated from Temporal's .proto files by guests/go/generate. DO NOT EDIT.

// Package corecommon holds the messages and enums of its part of Temporal's protocol, and how they are encoded. It decides nothing.
package corecommon

import (
	"go.temporal.io/api/wire"
	"strconv"
)

// VersioningIntent is the enum coresdk.common.VersioningIntent.
type VersioningIntent int32

const (
	VersioningIntent_UNSPECIFIED VersioningIntent = 0
	VersioningIntent_COMPATIBLE  VersioningIntent = 1
	VersioningIntent_DEFAULT     VersioningIntent = 2
)

// String returns the value's short name.
func (x VersioningIntent) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Compatible"
	case 2:
		return "Default"
	}
	return strconv.Itoa(int(x))
}

// NamespacedWorkflowExecution is the message coresdk.common.NamespacedWorkflowExecution.
type NamespacedWorkflowExecution struct {
	Namespace  string
	WorkflowId string
	RunId      string
}

// GetNamespace returns the field, or its zero value.
func (m *NamespacedWorkflowExecution) GetNamespace() (v string) {
	if m != nil {
		return m.Namespace
	}
	return v
}

// GetWorkflowId returns the field, or its zero value.
func (m *NamespacedWorkflowExecution) GetWorkflowId() (v string) {
	if m != nil {
		return m.WorkflowId
	}
	return v
}

// GetRunId returns the field, or its zero value.
func (m *NamespacedWorkflowExecution) GetRunId() (v string) {
	if m != nil {
		return m.RunId
	}
	return v
}

// AppendTo appends the encoded message.
func (m *NamespacedWorkflowExecution) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.Namespace) > 0 {
		b = wire.AppendString(b, 1, m.Namespace)
	}
	if len(m.WorkflowId) > 0 {
		b = wire.AppendString(b, 2, m.WorkflowId)
	}
	if len(m.RunId) > 0 {
		b = wire.AppendString(b, 3, m.RunId)
	}
	return b
}

// Decode adds the fields in b.
func (m *NamespacedWorkflowExecution) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.Namespace = string(r.Bytes())
		case 2<<3 | wire.Bytes:
			m.WorkflowId = string(r.Bytes())
		case 3<<3 | wire.Bytes:
			m.RunId = string(r.Bytes())
		default:
			r.Skip(kind)
		}
	}
}

// WorkerDeploymentVersion is the message coresdk.common.WorkerDeploymentVersion.
type WorkerDeploymentVersion struct {
	DeploymentName string
	BuildId        string
}

// GetDeploymentName returns the field, or its zero value.
func (m *WorkerDeploymentVersion) GetDeploymentName() (v string) {
	if m != nil {
		return m.DeploymentName
	}
	return v
}

// GetBuildId returns the field, or its zero value.
func (m *WorkerDeploymentVersion) GetBuildId() (v string) {
	if m != nil {
		return m.BuildId
	}
	return v
}

// AppendTo appends the encoded message.
func (m *WorkerDeploymentVersion) AppendTo(b []byte) []byte {
	if m == nil {
		return b
	}
	if len(m.DeploymentName) > 0 {
		b = wire.AppendString(b, 1, m.DeploymentName)
	}
	if len(m.BuildId) > 0 {
		b = wire.AppendString(b, 2, m.BuildId)
	}
	return b
}

// Decode adds the fields in b.
func (m *WorkerDeploymentVersion) Decode(b []byte) error {
	r := wire.Read(b)
	for {
		number, kind, ok := r.Next()
		if !ok {
			return r.Err()
		}
		switch number<<3 | kind {
		case 1<<3 | wire.Bytes:
			m.DeploymentName = string(r.Bytes())
		case 2<<3 | wire.Bytes:
			m.BuildId = string(r.Bytes())
		default:
			r.Skip(kind)
		}
	}
}
