// Code generated from Temporal's .proto files by guests/go/generate. DO NOT EDIT.

// Package enums holds the messages and enums of its part of Temporal's protocol, and how they are encoded. It decides nothing.
package enums

import (
	"strconv"
)

// ActivityExecutionStatus is the enum temporal.api.enums.v1.ActivityExecutionStatus.
type ActivityExecutionStatus int32

const (
	ACTIVITY_EXECUTION_STATUS_UNSPECIFIED ActivityExecutionStatus = 0
	ACTIVITY_EXECUTION_STATUS_RUNNING     ActivityExecutionStatus = 1
	ACTIVITY_EXECUTION_STATUS_COMPLETED   ActivityExecutionStatus = 2
	ACTIVITY_EXECUTION_STATUS_FAILED      ActivityExecutionStatus = 3
	ACTIVITY_EXECUTION_STATUS_CANCELED    ActivityExecutionStatus = 4
	ACTIVITY_EXECUTION_STATUS_TERMINATED  ActivityExecutionStatus = 5
	ACTIVITY_EXECUTION_STATUS_TIMED_OUT   ActivityExecutionStatus = 6
	ACTIVITY_EXECUTION_STATUS_PAUSED      ActivityExecutionStatus = 7
)

// String returns the value's short name.
func (x ActivityExecutionStatus) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Running"
	case 2:
		return "Completed"
	case 3:
		return "Failed"
	case 4:
		return "Canceled"
	case 5:
		return "Terminated"
	case 6:
		return "TimedOut"
	case 7:
		return "Paused"
	}
	return strconv.Itoa(int(x))
}

// ActivityIdConflictPolicy is the enum temporal.api.enums.v1.ActivityIdConflictPolicy.
type ActivityIdConflictPolicy int32

const (
	ACTIVITY_ID_CONFLICT_POLICY_UNSPECIFIED  ActivityIdConflictPolicy = 0
	ACTIVITY_ID_CONFLICT_POLICY_FAIL         ActivityIdConflictPolicy = 1
	ACTIVITY_ID_CONFLICT_POLICY_USE_EXISTING ActivityIdConflictPolicy = 2
)

// String returns the value's short name.
func (x ActivityIdConflictPolicy) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Fail"
	case 2:
		return "UseExisting"
	}
	return strconv.Itoa(int(x))
}

// ActivityIdReusePolicy is the enum temporal.api.enums.v1.ActivityIdReusePolicy.
type ActivityIdReusePolicy int32

const (
	ACTIVITY_ID_REUSE_POLICY_UNSPECIFIED                 ActivityIdReusePolicy = 0
	ACTIVITY_ID_REUSE_POLICY_ALLOW_DUPLICATE             ActivityIdReusePolicy = 1
	ACTIVITY_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY ActivityIdReusePolicy = 2
	ACTIVITY_ID_REUSE_POLICY_REJECT_DUPLICATE            ActivityIdReusePolicy = 3
)

// String returns the value's short name.
func (x ActivityIdReusePolicy) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "AllowDuplicate"
	case 2:
		return "AllowDuplicateFailedOnly"
	case 3:
		return "RejectDuplicate"
	}
	return strconv.Itoa(int(x))
}

// ActivityTaskFailedCause is the enum temporal.api.enums.v1.ActivityTaskFailedCause.
type ActivityTaskFailedCause int32

const (
	ACTIVITY_TASK_FAILED_CAUSE_UNSPECIFIED                       ActivityTaskFailedCause = 0
	ACTIVITY_TASK_FAILED_CAUSE_PAYLOADS_TOO_LARGE                ActivityTaskFailedCause = 1
	ACTIVITY_TASK_FAILED_CAUSE_EXTERNAL_STORAGE_FAILURE          ActivityTaskFailedCause = 2
	ACTIVITY_TASK_FAILED_CAUSE_ACTIVITY_WORKER_UNHANDLED_FAILURE ActivityTaskFailedCause = 3
)

// String returns the value's short name.
func (x ActivityTaskFailedCause) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "PayloadsTooLarge"
	case 2:
		return "ExternalStorageFailure"
	case 3:
		return "ActivityWorkerUnhandledFailure"
	}
	return strconv.Itoa(int(x))
}

// ApplicationErrorCategory is the enum temporal.api.enums.v1.ApplicationErrorCategory.
type ApplicationErrorCategory int32

const (
	APPLICATION_ERROR_CATEGORY_UNSPECIFIED ApplicationErrorCategory = 0
	APPLICATION_ERROR_CATEGORY_BENIGN      ApplicationErrorCategory = 1
)

// String returns the value's short name.
func (x ApplicationErrorCategory) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Benign"
	}
	return strconv.Itoa(int(x))
}

// ArchivalState is the enum temporal.api.enums.v1.ArchivalState.
type ArchivalState int32

const (
	ARCHIVAL_STATE_UNSPECIFIED ArchivalState = 0
	ARCHIVAL_STATE_DISABLED    ArchivalState = 1
	ARCHIVAL_STATE_ENABLED     ArchivalState = 2
)

// String returns the value's short name.
func (x ArchivalState) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Disabled"
	case 2:
		return "Enabled"
	}
	return strconv.Itoa(int(x))
}

// BatchOperationState is the enum temporal.api.enums.v1.BatchOperationState.
type BatchOperationState int32

const (
	BATCH_OPERATION_STATE_UNSPECIFIED BatchOperationState = 0
	BATCH_OPERATION_STATE_RUNNING     BatchOperationState = 1
	BATCH_OPERATION_STATE_COMPLETED   BatchOperationState = 2
	BATCH_OPERATION_STATE_FAILED      BatchOperationState = 3
)

// String returns the value's short name.
func (x BatchOperationState) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Running"
	case 2:
		return "Completed"
	case 3:
		return "Failed"
	}
	return strconv.Itoa(int(x))
}

// BatchOperationType is the enum temporal.api.enums.v1.BatchOperationType.
type BatchOperationType int32

const (
	BATCH_OPERATION_TYPE_UNSPECIFIED                       BatchOperationType = 0
	BATCH_OPERATION_TYPE_TERMINATE                         BatchOperationType = 1
	BATCH_OPERATION_TYPE_TERMINATE_WORKFLOW                BatchOperationType = 13
	BATCH_OPERATION_TYPE_CANCEL                            BatchOperationType = 2
	BATCH_OPERATION_TYPE_CANCEL_WORKFLOW                   BatchOperationType = 14
	BATCH_OPERATION_TYPE_SIGNAL                            BatchOperationType = 3
	BATCH_OPERATION_TYPE_SIGNAL_WORKFLOW                   BatchOperationType = 15
	BATCH_OPERATION_TYPE_DELETE                            BatchOperationType = 4
	BATCH_OPERATION_TYPE_DELETE_WORKFLOW                   BatchOperationType = 16
	BATCH_OPERATION_TYPE_RESET                             BatchOperationType = 5
	BATCH_OPERATION_TYPE_RESET_WORKFLOW                    BatchOperationType = 17
	BATCH_OPERATION_TYPE_UPDATE_EXECUTION_OPTIONS          BatchOperationType = 6
	BATCH_OPERATION_TYPE_UPDATE_WORKFLOW_EXECUTION_OPTIONS BatchOperationType = 18
	BATCH_OPERATION_TYPE_UNPAUSE_ACTIVITY                  BatchOperationType = 7
	BATCH_OPERATION_TYPE_UPDATE_ACTIVITY_OPTIONS           BatchOperationType = 8
	BATCH_OPERATION_TYPE_RESET_ACTIVITY                    BatchOperationType = 9
	BATCH_OPERATION_TYPE_TERMINATE_ACTIVITY                BatchOperationType = 10
	BATCH_OPERATION_TYPE_CANCEL_ACTIVITY                   BatchOperationType = 11
	BATCH_OPERATION_TYPE_DELETE_ACTIVITY                   BatchOperationType = 12
)

// String returns the value's short name.
func (x BatchOperationType) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Terminate"
	case 13:
		return "TerminateWorkflow"
	case 2:
		return "Cancel"
	case 14:
		return "CancelWorkflow"
	case 3:
		return "Signal"
	case 15:
		return "SignalWorkflow"
	case 4:
		return "Delete"
	case 16:
		return "DeleteWorkflow"
	case 5:
		return "Reset"
	case 17:
		return "ResetWorkflow"
	case 6:
		return "UpdateExecutionOptions"
	case 18:
		return "UpdateWorkflowExecutionOptions"
	case 7:
		return "UnpauseActivity"
	case 8:
		return "UpdateActivityOptions"
	case 9:
		return "ResetActivity"
	case 10:
		return "TerminateActivity"
	case 11:
		return "CancelActivity"
	case 12:
		return "DeleteActivity"
	}
	return strconv.Itoa(int(x))
}

// BuildIdTaskReachability is the enum temporal.api.enums.v1.BuildIdTaskReachability.
type BuildIdTaskReachability int32

const (
	BUILD_ID_TASK_REACHABILITY_UNSPECIFIED           BuildIdTaskReachability = 0
	BUILD_ID_TASK_REACHABILITY_REACHABLE             BuildIdTaskReachability = 1
	BUILD_ID_TASK_REACHABILITY_CLOSED_WORKFLOWS_ONLY BuildIdTaskReachability = 2
	BUILD_ID_TASK_REACHABILITY_UNREACHABLE           BuildIdTaskReachability = 3
)

// String returns the value's short name.
func (x BuildIdTaskReachability) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Reachable"
	case 2:
		return "ClosedWorkflowsOnly"
	case 3:
		return "Unreachable"
	}
	return strconv.Itoa(int(x))
}

// CallbackState is the enum temporal.api.enums.v1.CallbackState.
type CallbackState int32

const (
	CALLBACK_STATE_UNSPECIFIED CallbackState = 0
	CALLBACK_STATE_STANDBY     CallbackState = 1
	CALLBACK_STATE_SCHEDULED   CallbackState = 2
	CALLBACK_STATE_BACKING_OFF CallbackState = 3
	CALLBACK_STATE_FAILED      CallbackState = 4
	CALLBACK_STATE_SUCCEEDED   CallbackState = 5
	CALLBACK_STATE_BLOCKED     CallbackState = 6
)

// String returns the value's short name.
func (x CallbackState) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Standby"
	case 2:
		return "Scheduled"
	case 3:
		return "BackingOff"
	case 4:
		return "Failed"
	case 5:
		return "Succeeded"
	case 6:
		return "Blocked"
	}
	return strconv.Itoa(int(x))
}

// CancelExternalWorkflowExecutionFailedCause is the enum temporal.api.enums.v1.CancelExternalWorkflowExecutionFailedCause.
type CancelExternalWorkflowExecutionFailedCause int32

const (
	CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_UNSPECIFIED                           CancelExternalWorkflowExecutionFailedCause = 0
	CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND CancelExternalWorkflowExecutionFailedCause = 1
	CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND                   CancelExternalWorkflowExecutionFailedCause = 2
)

// String returns the value's short name.
func (x CancelExternalWorkflowExecutionFailedCause) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "ExternalWorkflowExecutionNotFound"
	case 2:
		return "NamespaceNotFound"
	}
	return strconv.Itoa(int(x))
}

// CommandType is the enum temporal.api.enums.v1.CommandType.
type CommandType int32

const (
	COMMAND_TYPE_UNSPECIFIED                                CommandType = 0
	COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK                     CommandType = 1
	COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK               CommandType = 2
	COMMAND_TYPE_START_TIMER                                CommandType = 3
	COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION                CommandType = 4
	COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION                    CommandType = 5
	COMMAND_TYPE_CANCEL_TIMER                               CommandType = 6
	COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION                  CommandType = 7
	COMMAND_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION CommandType = 8
	COMMAND_TYPE_RECORD_MARKER                              CommandType = 9
	COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION         CommandType = 10
	COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION             CommandType = 11
	COMMAND_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION         CommandType = 12
	COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES          CommandType = 13
	COMMAND_TYPE_PROTOCOL_MESSAGE                           CommandType = 14
	COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES                 CommandType = 16
	COMMAND_TYPE_SCHEDULE_NEXUS_OPERATION                   CommandType = 17
	COMMAND_TYPE_REQUEST_CANCEL_NEXUS_OPERATION             CommandType = 18
)

// String returns the value's short name.
func (x CommandType) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "ScheduleActivityTask"
	case 2:
		return "RequestCancelActivityTask"
	case 3:
		return "StartTimer"
	case 4:
		return "CompleteWorkflowExecution"
	case 5:
		return "FailWorkflowExecution"
	case 6:
		return "CancelTimer"
	case 7:
		return "CancelWorkflowExecution"
	case 8:
		return "RequestCancelExternalWorkflowExecution"
	case 9:
		return "RecordMarker"
	case 10:
		return "ContinueAsNewWorkflowExecution"
	case 11:
		return "StartChildWorkflowExecution"
	case 12:
		return "SignalExternalWorkflowExecution"
	case 13:
		return "UpsertWorkflowSearchAttributes"
	case 14:
		return "ProtocolMessage"
	case 16:
		return "ModifyWorkflowProperties"
	case 17:
		return "ScheduleNexusOperation"
	case 18:
		return "RequestCancelNexusOperation"
	}
	return strconv.Itoa(int(x))
}

// ContinueAsNewInitiator is the enum temporal.api.enums.v1.ContinueAsNewInitiator.
type ContinueAsNewInitiator int32

const (
	CONTINUE_AS_NEW_INITIATOR_UNSPECIFIED   ContinueAsNewInitiator = 0
	CONTINUE_AS_NEW_INITIATOR_WORKFLOW      ContinueAsNewInitiator = 1
	CONTINUE_AS_NEW_INITIATOR_RETRY         ContinueAsNewInitiator = 2
	CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE ContinueAsNewInitiator = 3
)

// String returns the value's short name.
func (x ContinueAsNewInitiator) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Workflow"
	case 2:
		return "Retry"
	case 3:
		return "CronSchedule"
	}
	return strconv.Itoa(int(x))
}

// ContinueAsNewVersioningBehavior is the enum temporal.api.enums.v1.ContinueAsNewVersioningBehavior.
type ContinueAsNewVersioningBehavior int32

const (
	CONTINUE_AS_NEW_VERSIONING_BEHAVIOR_UNSPECIFIED         ContinueAsNewVersioningBehavior = 0
	CONTINUE_AS_NEW_VERSIONING_BEHAVIOR_AUTO_UPGRADE        ContinueAsNewVersioningBehavior = 1
	CONTINUE_AS_NEW_VERSIONING_BEHAVIOR_USE_RAMPING_VERSION ContinueAsNewVersioningBehavior = 2
)

// String returns the value's short name.
func (x ContinueAsNewVersioningBehavior) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "AutoUpgrade"
	case 2:
		return "UseRampingVersion"
	}
	return strconv.Itoa(int(x))
}

// DeploymentReachability is the enum temporal.api.enums.v1.DeploymentReachability.
type DeploymentReachability int32

const (
	DEPLOYMENT_REACHABILITY_UNSPECIFIED           DeploymentReachability = 0
	DEPLOYMENT_REACHABILITY_REACHABLE             DeploymentReachability = 1
	DEPLOYMENT_REACHABILITY_CLOSED_WORKFLOWS_ONLY DeploymentReachability = 2
	DEPLOYMENT_REACHABILITY_UNREACHABLE           DeploymentReachability = 3
)

// String returns the value's short name.
func (x DeploymentReachability) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Reachable"
	case 2:
		return "ClosedWorkflowsOnly"
	case 3:
		return "Unreachable"
	}
	return strconv.Itoa(int(x))
}

// DescribeTaskQueueMode is the enum temporal.api.enums.v1.DescribeTaskQueueMode.
type DescribeTaskQueueMode int32

const (
	DESCRIBE_TASK_QUEUE_MODE_UNSPECIFIED DescribeTaskQueueMode = 0
	DESCRIBE_TASK_QUEUE_MODE_ENHANCED    DescribeTaskQueueMode = 1
)

// String returns the value's short name.
func (x DescribeTaskQueueMode) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Enhanced"
	}
	return strconv.Itoa(int(x))
}

// EncodingType is the enum temporal.api.enums.v1.EncodingType.
type EncodingType int32

const (
	ENCODING_TYPE_UNSPECIFIED EncodingType = 0
	ENCODING_TYPE_PROTO3      EncodingType = 1
	ENCODING_TYPE_JSON        EncodingType = 2
)

// String returns the value's short name.
func (x EncodingType) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Proto3"
	case 2:
		return "Json"
	}
	return strconv.Itoa(int(x))
}

// EventType is the enum temporal.api.enums.v1.EventType.
type EventType int32

const (
	EVENT_TYPE_UNSPECIFIED                                          EventType = 0
	EVENT_TYPE_WORKFLOW_EXECUTION_STARTED                           EventType = 1
	EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED                         EventType = 2
	EVENT_TYPE_WORKFLOW_EXECUTION_FAILED                            EventType = 3
	EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT                         EventType = 4
	EVENT_TYPE_WORKFLOW_TASK_SCHEDULED                              EventType = 5
	EVENT_TYPE_WORKFLOW_TASK_STARTED                                EventType = 6
	EVENT_TYPE_WORKFLOW_TASK_COMPLETED                              EventType = 7
	EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT                              EventType = 8
	EVENT_TYPE_WORKFLOW_TASK_FAILED                                 EventType = 9
	EVENT_TYPE_ACTIVITY_TASK_SCHEDULED                              EventType = 10
	EVENT_TYPE_ACTIVITY_TASK_STARTED                                EventType = 11
	EVENT_TYPE_ACTIVITY_TASK_COMPLETED                              EventType = 12
	EVENT_TYPE_ACTIVITY_TASK_FAILED                                 EventType = 13
	EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT                              EventType = 14
	EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED                       EventType = 15
	EVENT_TYPE_ACTIVITY_TASK_CANCELED                               EventType = 16
	EVENT_TYPE_TIMER_STARTED                                        EventType = 17
	EVENT_TYPE_TIMER_FIRED                                          EventType = 18
	EVENT_TYPE_TIMER_CANCELED                                       EventType = 19
	EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED                  EventType = 20
	EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED                          EventType = 21
	EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED EventType = 22
	EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED    EventType = 23
	EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED         EventType = 24
	EVENT_TYPE_MARKER_RECORDED                                      EventType = 25
	EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED                          EventType = 26
	EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED                        EventType = 27
	EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW                  EventType = 28
	EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED             EventType = 29
	EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED                EventType = 30
	EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED                     EventType = 31
	EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED                   EventType = 32
	EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED                      EventType = 33
	EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED                    EventType = 34
	EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT                   EventType = 35
	EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED                  EventType = 36
	EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED         EventType = 37
	EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED            EventType = 38
	EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED                 EventType = 39
	EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES                    EventType = 40
	EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED                   EventType = 47
	EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED                   EventType = 41
	EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_REJECTED                   EventType = 42
	EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED                  EventType = 43
	EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED_EXTERNALLY              EventType = 44
	EVENT_TYPE_ACTIVITY_PROPERTIES_MODIFIED_EXTERNALLY              EventType = 45
	EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED                         EventType = 46
	EVENT_TYPE_NEXUS_OPERATION_SCHEDULED                            EventType = 48
	EVENT_TYPE_NEXUS_OPERATION_STARTED                              EventType = 49
	EVENT_TYPE_NEXUS_OPERATION_COMPLETED                            EventType = 50
	EVENT_TYPE_NEXUS_OPERATION_FAILED                               EventType = 51
	EVENT_TYPE_NEXUS_OPERATION_CANCELED                             EventType = 52
	EVENT_TYPE_NEXUS_OPERATION_TIMED_OUT                            EventType = 53
	EVENT_TYPE_NEXUS_OPERATION_CANCEL_REQUESTED                     EventType = 54
	EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED                   EventType = 55
	EVENT_TYPE_NEXUS_OPERATION_CANCEL_REQUEST_COMPLETED             EventType = 56
	EVENT_TYPE_NEXUS_OPERATION_CANCEL_REQUEST_FAILED                EventType = 57
	EVENT_TYPE_WORKFLOW_EXECUTION_PAUSED                            EventType = 58
	EVENT_TYPE_WORKFLOW_EXECUTION_UNPAUSED                          EventType = 59
	EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED        EventType = 60
)

// String returns the value's short name.
func (x EventType) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "WorkflowExecutionStarted"
	case 2:
		return "WorkflowExecutionCompleted"
	case 3:
		return "WorkflowExecutionFailed"
	case 4:
		return "WorkflowExecutionTimedOut"
	case 5:
		return "WorkflowTaskScheduled"
	case 6:
		return "WorkflowTaskStarted"
	case 7:
		return "WorkflowTaskCompleted"
	case 8:
		return "WorkflowTaskTimedOut"
	case 9:
		return "WorkflowTaskFailed"
	case 10:
		return "ActivityTaskScheduled"
	case 11:
		return "ActivityTaskStarted"
	case 12:
		return "ActivityTaskCompleted"
	case 13:
		return "ActivityTaskFailed"
	case 14:
		return "ActivityTaskTimedOut"
	case 15:
		return "ActivityTaskCancelRequested"
	case 16:
		return "ActivityTaskCanceled"
	case 17:
		return "TimerStarted"
	case 18:
		return "TimerFired"
	case 19:
		return "TimerCanceled"
	case 20:
		return "WorkflowExecutionCancelRequested"
	case 21:
		return "WorkflowExecutionCanceled"
	case 22:
		return "RequestCancelExternalWorkflowExecutionInitiated"
	case 23:
		return "RequestCancelExternalWorkflowExecutionFailed"
	case 24:
		return "ExternalWorkflowExecutionCancelRequested"
	case 25:
		return "MarkerRecorded"
	case 26:
		return "WorkflowExecutionSignaled"
	case 27:
		return "WorkflowExecutionTerminated"
	case 28:
		return "WorkflowExecutionContinuedAsNew"
	case 29:
		return "StartChildWorkflowExecutionInitiated"
	case 30:
		return "StartChildWorkflowExecutionFailed"
	case 31:
		return "ChildWorkflowExecutionStarted"
	case 32:
		return "ChildWorkflowExecutionCompleted"
	case 33:
		return "ChildWorkflowExecutionFailed"
	case 34:
		return "ChildWorkflowExecutionCanceled"
	case 35:
		return "ChildWorkflowExecutionTimedOut"
	case 36:
		return "ChildWorkflowExecutionTerminated"
	case 37:
		return "SignalExternalWorkflowExecutionInitiated"
	case 38:
		return "SignalExternalWorkflowExecutionFailed"
	case 39:
		return "ExternalWorkflowExecutionSignaled"
	case 40:
		return "UpsertWorkflowSearchAttributes"
	case 47:
		return "WorkflowExecutionUpdateAdmitted"
	case 41:
		return "WorkflowExecutionUpdateAccepted"
	case 42:
		return "WorkflowExecutionUpdateRejected"
	case 43:
		return "WorkflowExecutionUpdateCompleted"
	case 44:
		return "WorkflowPropertiesModifiedExternally"
	case 45:
		return "ActivityPropertiesModifiedExternally"
	case 46:
		return "WorkflowPropertiesModified"
	case 48:
		return "NexusOperationScheduled"
	case 49:
		return "NexusOperationStarted"
	case 50:
		return "NexusOperationCompleted"
	case 51:
		return "NexusOperationFailed"
	case 52:
		return "NexusOperationCanceled"
	case 53:
		return "NexusOperationTimedOut"
	case 54:
		return "NexusOperationCancelRequested"
	case 55:
		return "WorkflowExecutionOptionsUpdated"
	case 56:
		return "NexusOperationCancelRequestCompleted"
	case 57:
		return "NexusOperationCancelRequestFailed"
	case 58:
		return "WorkflowExecutionPaused"
	case 59:
		return "WorkflowExecutionUnpaused"
	case 60:
		return "WorkflowExecutionTimeSkippingTransitioned"
	}
	return strconv.Itoa(int(x))
}

// ExecutionType is the enum temporal.api.enums.v1.ExecutionType.
type ExecutionType int32

const (
	EXECUTION_TYPE_UNSPECIFIED     ExecutionType = 0
	EXECUTION_TYPE_WORKFLOW        ExecutionType = 1
	EXECUTION_TYPE_ACTIVITY        ExecutionType = 2
	EXECUTION_TYPE_NEXUS_OPERATION ExecutionType = 3
)

// String returns the value's short name.
func (x ExecutionType) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Workflow"
	case 2:
		return "Activity"
	case 3:
		return "NexusOperation"
	}
	return strconv.Itoa(int(x))
}

// FastForwardPollingResult is the enum temporal.api.enums.v1.FastForwardPollingResult.
type FastForwardPollingResult int32

const (
	FAST_FORWARD_POLLING_RESULT_UNSPECIFIED            FastForwardPollingResult = 0
	FAST_FORWARD_POLLING_RESULT_POLL_TIMEOUT           FastForwardPollingResult = 1
	FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED FastForwardPollingResult = 2
	FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_FAILED    FastForwardPollingResult = 3
)

// String returns the value's short name.
func (x FastForwardPollingResult) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "PollTimeout"
	case 2:
		return "FastForwardCompleted"
	case 3:
		return "FastForwardFailed"
	}
	return strconv.Itoa(int(x))
}

// HistoryEventFilterType is the enum temporal.api.enums.v1.HistoryEventFilterType.
type HistoryEventFilterType int32

const (
	HISTORY_EVENT_FILTER_TYPE_UNSPECIFIED HistoryEventFilterType = 0
	HISTORY_EVENT_FILTER_TYPE_ALL_EVENT   HistoryEventFilterType = 1
	HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT HistoryEventFilterType = 2
)

// String returns the value's short name.
func (x HistoryEventFilterType) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "AllEvent"
	case 2:
		return "CloseEvent"
	}
	return strconv.Itoa(int(x))
}

// IndexedValueType is the enum temporal.api.enums.v1.IndexedValueType.
type IndexedValueType int32

const (
	INDEXED_VALUE_TYPE_UNSPECIFIED  IndexedValueType = 0
	INDEXED_VALUE_TYPE_TEXT         IndexedValueType = 1
	INDEXED_VALUE_TYPE_KEYWORD      IndexedValueType = 2
	INDEXED_VALUE_TYPE_INT          IndexedValueType = 3
	INDEXED_VALUE_TYPE_DOUBLE       IndexedValueType = 4
	INDEXED_VALUE_TYPE_BOOL         IndexedValueType = 5
	INDEXED_VALUE_TYPE_DATETIME     IndexedValueType = 6
	INDEXED_VALUE_TYPE_KEYWORD_LIST IndexedValueType = 7
)

// String returns the value's short name.
func (x IndexedValueType) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Text"
	case 2:
		return "Keyword"
	case 3:
		return "Int"
	case 4:
		return "Double"
	case 5:
		return "Bool"
	case 6:
		return "Datetime"
	case 7:
		return "KeywordList"
	}
	return strconv.Itoa(int(x))
}

// NamespaceState is the enum temporal.api.enums.v1.NamespaceState.
type NamespaceState int32

const (
	NAMESPACE_STATE_UNSPECIFIED NamespaceState = 0
	NAMESPACE_STATE_REGISTERED  NamespaceState = 1
	NAMESPACE_STATE_DEPRECATED  NamespaceState = 2
	NAMESPACE_STATE_DELETED     NamespaceState = 3
)

// String returns the value's short name.
func (x NamespaceState) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Registered"
	case 2:
		return "Deprecated"
	case 3:
		return "Deleted"
	}
	return strconv.Itoa(int(x))
}

// NexusHandlerErrorRetryBehavior is the enum temporal.api.enums.v1.NexusHandlerErrorRetryBehavior.
type NexusHandlerErrorRetryBehavior int32

const (
	NEXUS_HANDLER_ERROR_RETRY_BEHAVIOR_UNSPECIFIED   NexusHandlerErrorRetryBehavior = 0
	NEXUS_HANDLER_ERROR_RETRY_BEHAVIOR_RETRYABLE     NexusHandlerErrorRetryBehavior = 1
	NEXUS_HANDLER_ERROR_RETRY_BEHAVIOR_NON_RETRYABLE NexusHandlerErrorRetryBehavior = 2
)

// String returns the value's short name.
func (x NexusHandlerErrorRetryBehavior) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Retryable"
	case 2:
		return "NonRetryable"
	}
	return strconv.Itoa(int(x))
}

// NexusOperationCancellationState is the enum temporal.api.enums.v1.NexusOperationCancellationState.
type NexusOperationCancellationState int32

const (
	NEXUS_OPERATION_CANCELLATION_STATE_UNSPECIFIED NexusOperationCancellationState = 0
	NEXUS_OPERATION_CANCELLATION_STATE_SCHEDULED   NexusOperationCancellationState = 1
	NEXUS_OPERATION_CANCELLATION_STATE_BACKING_OFF NexusOperationCancellationState = 2
	NEXUS_OPERATION_CANCELLATION_STATE_SUCCEEDED   NexusOperationCancellationState = 3
	NEXUS_OPERATION_CANCELLATION_STATE_FAILED      NexusOperationCancellationState = 4
	NEXUS_OPERATION_CANCELLATION_STATE_TIMED_OUT   NexusOperationCancellationState = 5
	NEXUS_OPERATION_CANCELLATION_STATE_BLOCKED     NexusOperationCancellationState = 6
)

// String returns the value's short name.
func (x NexusOperationCancellationState) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Scheduled"
	case 2:
		return "BackingOff"
	case 3:
		return "Succeeded"
	case 4:
		return "Failed"
	case 5:
		return "TimedOut"
	case 6:
		return "Blocked"
	}
	return strconv.Itoa(int(x))
}

// NexusOperationExecutionStatus is the enum temporal.api.enums.v1.NexusOperationExecutionStatus.
type NexusOperationExecutionStatus int32

const (
	NEXUS_OPERATION_EXECUTION_STATUS_UNSPECIFIED NexusOperationExecutionStatus = 0
	NEXUS_OPERATION_EXECUTION_STATUS_RUNNING     NexusOperationExecutionStatus = 1
	NEXUS_OPERATION_EXECUTION_STATUS_COMPLETED   NexusOperationExecutionStatus = 2
	NEXUS_OPERATION_EXECUTION_STATUS_FAILED      NexusOperationExecutionStatus = 3
	NEXUS_OPERATION_EXECUTION_STATUS_CANCELED    NexusOperationExecutionStatus = 4
	NEXUS_OPERATION_EXECUTION_STATUS_TERMINATED  NexusOperationExecutionStatus = 5
	NEXUS_OPERATION_EXECUTION_STATUS_TIMED_OUT   NexusOperationExecutionStatus = 6
)

// String returns the value's short name.
func (x NexusOperationExecutionStatus) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Running"
	case 2:
		return "Completed"
	case 3:
		return "Failed"
	case 4:
		return "Canceled"
	case 5:
		return "Terminated"
	case 6:
		return "TimedOut"
	}
	return strconv.Itoa(int(x))
}

// NexusOperationIdConflictPolicy is the enum temporal.api.enums.v1.NexusOperationIdConflictPolicy.
type NexusOperationIdConflictPolicy int32

const (
	NEXUS_OPERATION_ID_CONFLICT_POLICY_UNSPECIFIED  NexusOperationIdConflictPolicy = 0
	NEXUS_OPERATION_ID_CONFLICT_POLICY_FAIL         NexusOperationIdConflictPolicy = 1
	NEXUS_OPERATION_ID_CONFLICT_POLICY_USE_EXISTING NexusOperationIdConflictPolicy = 2
)

// String returns the value's short name.
func (x NexusOperationIdConflictPolicy) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Fail"
	case 2:
		return "UseExisting"
	}
	return strconv.Itoa(int(x))
}

// NexusOperationIdReusePolicy is the enum temporal.api.enums.v1.NexusOperationIdReusePolicy.
type NexusOperationIdReusePolicy int32

const (
	NEXUS_OPERATION_ID_REUSE_POLICY_UNSPECIFIED                 NexusOperationIdReusePolicy = 0
	NEXUS_OPERATION_ID_REUSE_POLICY_ALLOW_DUPLICATE             NexusOperationIdReusePolicy = 1
	NEXUS_OPERATION_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY NexusOperationIdReusePolicy = 2
	NEXUS_OPERATION_ID_REUSE_POLICY_REJECT_DUPLICATE            NexusOperationIdReusePolicy = 3
)

// String returns the value's short name.
func (x NexusOperationIdReusePolicy) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "AllowDuplicate"
	case 2:
		return "AllowDuplicateFailedOnly"
	case 3:
		return "RejectDuplicate"
	}
	return strconv.Itoa(int(x))
}

// NexusOperationWaitStage is the enum temporal.api.enums.v1.NexusOperationWaitStage.
type NexusOperationWaitStage int32

const (
	NEXUS_OPERATION_WAIT_STAGE_UNSPECIFIED NexusOperationWaitStage = 0
	NEXUS_OPERATION_WAIT_STAGE_STARTED     NexusOperationWaitStage = 1
	NEXUS_OPERATION_WAIT_STAGE_CLOSED      NexusOperationWaitStage = 2
)

// String returns the value's short name.
func (x NexusOperationWaitStage) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Started"
	case 2:
		return "Closed"
	}
	return strconv.Itoa(int(x))
}

// ParentClosePolicy is the enum temporal.api.enums.v1.ParentClosePolicy.
type ParentClosePolicy int32

const (
	PARENT_CLOSE_POLICY_UNSPECIFIED    ParentClosePolicy = 0
	PARENT_CLOSE_POLICY_TERMINATE      ParentClosePolicy = 1
	PARENT_CLOSE_POLICY_ABANDON        ParentClosePolicy = 2
	PARENT_CLOSE_POLICY_REQUEST_CANCEL ParentClosePolicy = 3
)

// String returns the value's short name.
func (x ParentClosePolicy) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Terminate"
	case 2:
		return "Abandon"
	case 3:
		return "RequestCancel"
	}
	return strconv.Itoa(int(x))
}

// PendingActivityState is the enum temporal.api.enums.v1.PendingActivityState.
type PendingActivityState int32

const (
	PENDING_ACTIVITY_STATE_UNSPECIFIED      PendingActivityState = 0
	PENDING_ACTIVITY_STATE_SCHEDULED        PendingActivityState = 1
	PENDING_ACTIVITY_STATE_STARTED          PendingActivityState = 2
	PENDING_ACTIVITY_STATE_CANCEL_REQUESTED PendingActivityState = 3
	PENDING_ACTIVITY_STATE_PAUSED           PendingActivityState = 4
	PENDING_ACTIVITY_STATE_PAUSE_REQUESTED  PendingActivityState = 5
)

// String returns the value's short name.
func (x PendingActivityState) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Scheduled"
	case 2:
		return "Started"
	case 3:
		return "CancelRequested"
	case 4:
		return "Paused"
	case 5:
		return "PauseRequested"
	}
	return strconv.Itoa(int(x))
}

// PendingNexusOperationState is the enum temporal.api.enums.v1.PendingNexusOperationState.
type PendingNexusOperationState int32

const (
	PENDING_NEXUS_OPERATION_STATE_UNSPECIFIED PendingNexusOperationState = 0
	PENDING_NEXUS_OPERATION_STATE_SCHEDULED   PendingNexusOperationState = 1
	PENDING_NEXUS_OPERATION_STATE_BACKING_OFF PendingNexusOperationState = 2
	PENDING_NEXUS_OPERATION_STATE_STARTED     PendingNexusOperationState = 3
	PENDING_NEXUS_OPERATION_STATE_BLOCKED     PendingNexusOperationState = 4
)

// String returns the value's short name.
func (x PendingNexusOperationState) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Scheduled"
	case 2:
		return "BackingOff"
	case 3:
		return "Started"
	case 4:
		return "Blocked"
	}
	return strconv.Itoa(int(x))
}

// PendingWorkflowTaskState is the enum temporal.api.enums.v1.PendingWorkflowTaskState.
type PendingWorkflowTaskState int32

const (
	PENDING_WORKFLOW_TASK_STATE_UNSPECIFIED PendingWorkflowTaskState = 0
	PENDING_WORKFLOW_TASK_STATE_SCHEDULED   PendingWorkflowTaskState = 1
	PENDING_WORKFLOW_TASK_STATE_STARTED     PendingWorkflowTaskState = 2
)

// String returns the value's short name.
func (x PendingWorkflowTaskState) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Scheduled"
	case 2:
		return "Started"
	}
	return strconv.Itoa(int(x))
}

// QueryRejectCondition is the enum temporal.api.enums.v1.QueryRejectCondition.
type QueryRejectCondition int32

const (
	QUERY_REJECT_CONDITION_UNSPECIFIED           QueryRejectCondition = 0
	QUERY_REJECT_CONDITION_NONE                  QueryRejectCondition = 1
	QUERY_REJECT_CONDITION_NOT_OPEN              QueryRejectCondition = 2
	QUERY_REJECT_CONDITION_NOT_COMPLETED_CLEANLY QueryRejectCondition = 3
)

// String returns the value's short name.
func (x QueryRejectCondition) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "None"
	case 2:
		return "NotOpen"
	case 3:
		return "NotCompletedCleanly"
	}
	return strconv.Itoa(int(x))
}

// QueryResultType is the enum temporal.api.enums.v1.QueryResultType.
type QueryResultType int32

const (
	QUERY_RESULT_TYPE_UNSPECIFIED QueryResultType = 0
	QUERY_RESULT_TYPE_ANSWERED    QueryResultType = 1
	QUERY_RESULT_TYPE_FAILED      QueryResultType = 2
)

// String returns the value's short name.
func (x QueryResultType) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Answered"
	case 2:
		return "Failed"
	}
	return strconv.Itoa(int(x))
}

// RateLimitSource is the enum temporal.api.enums.v1.RateLimitSource.
type RateLimitSource int32

const (
	RATE_LIMIT_SOURCE_UNSPECIFIED RateLimitSource = 0
	RATE_LIMIT_SOURCE_API         RateLimitSource = 1
	RATE_LIMIT_SOURCE_WORKER      RateLimitSource = 2
	RATE_LIMIT_SOURCE_SYSTEM      RateLimitSource = 3
)

// String returns the value's short name.
func (x RateLimitSource) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Api"
	case 2:
		return "Worker"
	case 3:
		return "System"
	}
	return strconv.Itoa(int(x))
}

// ReplicationState is the enum temporal.api.enums.v1.ReplicationState.
type ReplicationState int32

const (
	REPLICATION_STATE_UNSPECIFIED ReplicationState = 0
	REPLICATION_STATE_NORMAL      ReplicationState = 1
	REPLICATION_STATE_HANDOVER    ReplicationState = 2
)

// String returns the value's short name.
func (x ReplicationState) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Normal"
	case 2:
		return "Handover"
	}
	return strconv.Itoa(int(x))
}

// ResetReapplyExcludeType is the enum temporal.api.enums.v1.ResetReapplyExcludeType.
type ResetReapplyExcludeType int32

const (
	RESET_REAPPLY_EXCLUDE_TYPE_UNSPECIFIED    ResetReapplyExcludeType = 0
	RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL         ResetReapplyExcludeType = 1
	RESET_REAPPLY_EXCLUDE_TYPE_UPDATE         ResetReapplyExcludeType = 2
	RESET_REAPPLY_EXCLUDE_TYPE_NEXUS          ResetReapplyExcludeType = 3
	RESET_REAPPLY_EXCLUDE_TYPE_CANCEL_REQUEST ResetReapplyExcludeType = 4
)

// String returns the value's short name.
func (x ResetReapplyExcludeType) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Signal"
	case 2:
		return "Update"
	case 3:
		return "Nexus"
	case 4:
		return "CancelRequest"
	}
	return strconv.Itoa(int(x))
}

// ResetReapplyType is the enum temporal.api.enums.v1.ResetReapplyType.
type ResetReapplyType int32

const (
	RESET_REAPPLY_TYPE_UNSPECIFIED  ResetReapplyType = 0
	RESET_REAPPLY_TYPE_SIGNAL       ResetReapplyType = 1
	RESET_REAPPLY_TYPE_NONE         ResetReapplyType = 2
	RESET_REAPPLY_TYPE_ALL_ELIGIBLE ResetReapplyType = 3
)

// String returns the value's short name.
func (x ResetReapplyType) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Signal"
	case 2:
		return "None"
	case 3:
		return "AllEligible"
	}
	return strconv.Itoa(int(x))
}

// ResetType is the enum temporal.api.enums.v1.ResetType.
type ResetType int32

const (
	RESET_TYPE_UNSPECIFIED         ResetType = 0
	RESET_TYPE_FIRST_WORKFLOW_TASK ResetType = 1
	RESET_TYPE_LAST_WORKFLOW_TASK  ResetType = 2
)

// String returns the value's short name.
func (x ResetType) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "FirstWorkflowTask"
	case 2:
		return "LastWorkflowTask"
	}
	return strconv.Itoa(int(x))
}

// ResourceExhaustedCause is the enum temporal.api.enums.v1.ResourceExhaustedCause.
type ResourceExhaustedCause int32

const (
	RESOURCE_EXHAUSTED_CAUSE_UNSPECIFIED               ResourceExhaustedCause = 0
	RESOURCE_EXHAUSTED_CAUSE_RPS_LIMIT                 ResourceExhaustedCause = 1
	RESOURCE_EXHAUSTED_CAUSE_CONCURRENT_LIMIT          ResourceExhaustedCause = 2
	RESOURCE_EXHAUSTED_CAUSE_SYSTEM_OVERLOADED         ResourceExhaustedCause = 3
	RESOURCE_EXHAUSTED_CAUSE_PERSISTENCE_LIMIT         ResourceExhaustedCause = 4
	RESOURCE_EXHAUSTED_CAUSE_BUSY_WORKFLOW             ResourceExhaustedCause = 5
	RESOURCE_EXHAUSTED_CAUSE_APS_LIMIT                 ResourceExhaustedCause = 6
	RESOURCE_EXHAUSTED_CAUSE_PERSISTENCE_STORAGE_LIMIT ResourceExhaustedCause = 7
	RESOURCE_EXHAUSTED_CAUSE_CIRCUIT_BREAKER_OPEN      ResourceExhaustedCause = 8
	RESOURCE_EXHAUSTED_CAUSE_OPS_LIMIT                 ResourceExhaustedCause = 9
	RESOURCE_EXHAUSTED_CAUSE_WORKER_DEPLOYMENT_LIMITS  ResourceExhaustedCause = 10
	RESOURCE_EXHAUSTED_CAUSE_BANDWIDTH_LIMIT           ResourceExhaustedCause = 11
)

// String returns the value's short name.
func (x ResourceExhaustedCause) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "RpsLimit"
	case 2:
		return "ConcurrentLimit"
	case 3:
		return "SystemOverloaded"
	case 4:
		return "PersistenceLimit"
	case 5:
		return "BusyWorkflow"
	case 6:
		return "ApsLimit"
	case 7:
		return "PersistenceStorageLimit"
	case 8:
		return "CircuitBreakerOpen"
	case 9:
		return "OpsLimit"
	case 10:
		return "WorkerDeploymentLimits"
	case 11:
		return "BandwidthLimit"
	}
	return strconv.Itoa(int(x))
}

// ResourceExhaustedScope is the enum temporal.api.enums.v1.ResourceExhaustedScope.
type ResourceExhaustedScope int32

const (
	RESOURCE_EXHAUSTED_SCOPE_UNSPECIFIED ResourceExhaustedScope = 0
	RESOURCE_EXHAUSTED_SCOPE_NAMESPACE   ResourceExhaustedScope = 1
	RESOURCE_EXHAUSTED_SCOPE_SYSTEM      ResourceExhaustedScope = 2
)

// String returns the value's short name.
func (x ResourceExhaustedScope) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Namespace"
	case 2:
		return "System"
	}
	return strconv.Itoa(int(x))
}

// RetryState is the enum temporal.api.enums.v1.RetryState.
type RetryState int32

const (
	RETRY_STATE_UNSPECIFIED              RetryState = 0
	RETRY_STATE_IN_PROGRESS              RetryState = 1
	RETRY_STATE_NON_RETRYABLE_FAILURE    RetryState = 2
	RETRY_STATE_TIMEOUT                  RetryState = 3
	RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED RetryState = 4
	RETRY_STATE_RETRY_POLICY_NOT_SET     RetryState = 5
	RETRY_STATE_INTERNAL_SERVER_ERROR    RetryState = 6
	RETRY_STATE_CANCEL_REQUESTED         RetryState = 7
)

// String returns the value's short name.
func (x RetryState) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "InProgress"
	case 2:
		return "NonRetryableFailure"
	case 3:
		return "Timeout"
	case 4:
		return "MaximumAttemptsReached"
	case 5:
		return "RetryPolicyNotSet"
	case 6:
		return "InternalServerError"
	case 7:
		return "CancelRequested"
	}
	return strconv.Itoa(int(x))
}

// RoutingConfigUpdateState is the enum temporal.api.enums.v1.RoutingConfigUpdateState.
type RoutingConfigUpdateState int32

const (
	ROUTING_CONFIG_UPDATE_STATE_UNSPECIFIED RoutingConfigUpdateState = 0
	ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS RoutingConfigUpdateState = 1
	ROUTING_CONFIG_UPDATE_STATE_COMPLETED   RoutingConfigUpdateState = 2
)

// String returns the value's short name.
func (x RoutingConfigUpdateState) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "InProgress"
	case 2:
		return "Completed"
	}
	return strconv.Itoa(int(x))
}

// ScheduleOverlapPolicy is the enum temporal.api.enums.v1.ScheduleOverlapPolicy.
type ScheduleOverlapPolicy int32

const (
	SCHEDULE_OVERLAP_POLICY_UNSPECIFIED     ScheduleOverlapPolicy = 0
	SCHEDULE_OVERLAP_POLICY_SKIP            ScheduleOverlapPolicy = 1
	SCHEDULE_OVERLAP_POLICY_BUFFER_ONE      ScheduleOverlapPolicy = 2
	SCHEDULE_OVERLAP_POLICY_BUFFER_ALL      ScheduleOverlapPolicy = 3
	SCHEDULE_OVERLAP_POLICY_CANCEL_OTHER    ScheduleOverlapPolicy = 4
	SCHEDULE_OVERLAP_POLICY_TERMINATE_OTHER ScheduleOverlapPolicy = 5
	SCHEDULE_OVERLAP_POLICY_ALLOW_ALL       ScheduleOverlapPolicy = 6
)

// String returns the value's short name.
func (x ScheduleOverlapPolicy) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Skip"
	case 2:
		return "BufferOne"
	case 3:
		return "BufferAll"
	case 4:
		return "CancelOther"
	case 5:
		return "TerminateOther"
	case 6:
		return "AllowAll"
	}
	return strconv.Itoa(int(x))
}

// Severity is the enum temporal.api.enums.v1.Severity.
type Severity int32

const (
	SEVERITY_UNSPECIFIED Severity = 0
	SEVERITY_HIGH        Severity = 1
	SEVERITY_MEDIUM      Severity = 2
	SEVERITY_LOW         Severity = 3
)

// String returns the value's short name.
func (x Severity) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "High"
	case 2:
		return "Medium"
	case 3:
		return "Low"
	}
	return strconv.Itoa(int(x))
}

// SignalExternalWorkflowExecutionFailedCause is the enum temporal.api.enums.v1.SignalExternalWorkflowExecutionFailedCause.
type SignalExternalWorkflowExecutionFailedCause int32

const (
	SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_UNSPECIFIED                           SignalExternalWorkflowExecutionFailedCause = 0
	SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND SignalExternalWorkflowExecutionFailedCause = 1
	SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND                   SignalExternalWorkflowExecutionFailedCause = 2
	SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_SIGNAL_COUNT_LIMIT_EXCEEDED           SignalExternalWorkflowExecutionFailedCause = 3
)

// String returns the value's short name.
func (x SignalExternalWorkflowExecutionFailedCause) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "ExternalWorkflowExecutionNotFound"
	case 2:
		return "NamespaceNotFound"
	case 3:
		return "SignalCountLimitExceeded"
	}
	return strconv.Itoa(int(x))
}

// StartChildWorkflowExecutionFailedCause is the enum temporal.api.enums.v1.StartChildWorkflowExecutionFailedCause.
type StartChildWorkflowExecutionFailedCause int32

const (
	START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_UNSPECIFIED                 StartChildWorkflowExecutionFailedCause = 0
	START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS     StartChildWorkflowExecutionFailedCause = 1
	START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND         StartChildWorkflowExecutionFailedCause = 2
	START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_INVALID_VERSIONING_OVERRIDE StartChildWorkflowExecutionFailedCause = 3
)

// String returns the value's short name.
func (x StartChildWorkflowExecutionFailedCause) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "WorkflowAlreadyExists"
	case 2:
		return "NamespaceNotFound"
	case 3:
		return "InvalidVersioningOverride"
	}
	return strconv.Itoa(int(x))
}

// SuggestContinueAsNewReason is the enum temporal.api.enums.v1.SuggestContinueAsNewReason.
type SuggestContinueAsNewReason int32

const (
	SUGGEST_CONTINUE_AS_NEW_REASON_UNSPECIFIED             SuggestContinueAsNewReason = 0
	SUGGEST_CONTINUE_AS_NEW_REASON_HISTORY_SIZE_TOO_LARGE  SuggestContinueAsNewReason = 1
	SUGGEST_CONTINUE_AS_NEW_REASON_TOO_MANY_HISTORY_EVENTS SuggestContinueAsNewReason = 2
	SUGGEST_CONTINUE_AS_NEW_REASON_TOO_MANY_UPDATES        SuggestContinueAsNewReason = 3
)

// String returns the value's short name.
func (x SuggestContinueAsNewReason) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "HistorySizeTooLarge"
	case 2:
		return "TooManyHistoryEvents"
	case 3:
		return "TooManyUpdates"
	}
	return strconv.Itoa(int(x))
}

// TaskQueueKind is the enum temporal.api.enums.v1.TaskQueueKind.
type TaskQueueKind int32

const (
	TASK_QUEUE_KIND_UNSPECIFIED     TaskQueueKind = 0
	TASK_QUEUE_KIND_NORMAL          TaskQueueKind = 1
	TASK_QUEUE_KIND_STICKY          TaskQueueKind = 2
	TASK_QUEUE_KIND_WORKER_COMMANDS TaskQueueKind = 3
)

// String returns the value's short name.
func (x TaskQueueKind) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Normal"
	case 2:
		return "Sticky"
	case 3:
		return "WorkerCommands"
	}
	return strconv.Itoa(int(x))
}

// TaskQueueType is the enum temporal.api.enums.v1.TaskQueueType.
type TaskQueueType int32

const (
	TASK_QUEUE_TYPE_UNSPECIFIED TaskQueueType = 0
	TASK_QUEUE_TYPE_WORKFLOW    TaskQueueType = 1
	TASK_QUEUE_TYPE_ACTIVITY    TaskQueueType = 2
	TASK_QUEUE_TYPE_NEXUS       TaskQueueType = 3
)

// String returns the value's short name.
func (x TaskQueueType) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Workflow"
	case 2:
		return "Activity"
	case 3:
		return "Nexus"
	}
	return strconv.Itoa(int(x))
}

// TaskReachability is the enum temporal.api.enums.v1.TaskReachability.
type TaskReachability int32

const (
	TASK_REACHABILITY_UNSPECIFIED        TaskReachability = 0
	TASK_REACHABILITY_NEW_WORKFLOWS      TaskReachability = 1
	TASK_REACHABILITY_EXISTING_WORKFLOWS TaskReachability = 2
	TASK_REACHABILITY_OPEN_WORKFLOWS     TaskReachability = 3
	TASK_REACHABILITY_CLOSED_WORKFLOWS   TaskReachability = 4
)

// String returns the value's short name.
func (x TaskReachability) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "NewWorkflows"
	case 2:
		return "ExistingWorkflows"
	case 3:
		return "OpenWorkflows"
	case 4:
		return "ClosedWorkflows"
	}
	return strconv.Itoa(int(x))
}

// TimeoutType is the enum temporal.api.enums.v1.TimeoutType.
type TimeoutType int32

const (
	TIMEOUT_TYPE_UNSPECIFIED       TimeoutType = 0
	TIMEOUT_TYPE_START_TO_CLOSE    TimeoutType = 1
	TIMEOUT_TYPE_SCHEDULE_TO_START TimeoutType = 2
	TIMEOUT_TYPE_SCHEDULE_TO_CLOSE TimeoutType = 3
	TIMEOUT_TYPE_HEARTBEAT         TimeoutType = 4
)

// String returns the value's short name.
func (x TimeoutType) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "StartToClose"
	case 2:
		return "ScheduleToStart"
	case 3:
		return "ScheduleToClose"
	case 4:
		return "Heartbeat"
	}
	return strconv.Itoa(int(x))
}

// UpdateAdmittedEventOrigin is the enum temporal.api.enums.v1.UpdateAdmittedEventOrigin.
type UpdateAdmittedEventOrigin int32

const (
	UPDATE_ADMITTED_EVENT_ORIGIN_UNSPECIFIED UpdateAdmittedEventOrigin = 0
	UPDATE_ADMITTED_EVENT_ORIGIN_REAPPLY     UpdateAdmittedEventOrigin = 1
)

// String returns the value's short name.
func (x UpdateAdmittedEventOrigin) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Reapply"
	}
	return strconv.Itoa(int(x))
}

// UpdateWorkflowExecutionLifecycleStage is the enum temporal.api.enums.v1.UpdateWorkflowExecutionLifecycleStage.
type UpdateWorkflowExecutionLifecycleStage int32

const (
	UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_UNSPECIFIED UpdateWorkflowExecutionLifecycleStage = 0
	UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ADMITTED    UpdateWorkflowExecutionLifecycleStage = 1
	UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ACCEPTED    UpdateWorkflowExecutionLifecycleStage = 2
	UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED   UpdateWorkflowExecutionLifecycleStage = 3
)

// String returns the value's short name.
func (x UpdateWorkflowExecutionLifecycleStage) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Admitted"
	case 2:
		return "Accepted"
	case 3:
		return "Completed"
	}
	return strconv.Itoa(int(x))
}

// VersionDrainageStatus is the enum temporal.api.enums.v1.VersionDrainageStatus.
type VersionDrainageStatus int32

const (
	VERSION_DRAINAGE_STATUS_UNSPECIFIED VersionDrainageStatus = 0
	VERSION_DRAINAGE_STATUS_DRAINING    VersionDrainageStatus = 1
	VERSION_DRAINAGE_STATUS_DRAINED     VersionDrainageStatus = 2
)

// String returns the value's short name.
func (x VersionDrainageStatus) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Draining"
	case 2:
		return "Drained"
	}
	return strconv.Itoa(int(x))
}

// VersioningBehavior is the enum temporal.api.enums.v1.VersioningBehavior.
type VersioningBehavior int32

const (
	VERSIONING_BEHAVIOR_UNSPECIFIED  VersioningBehavior = 0
	VERSIONING_BEHAVIOR_PINNED       VersioningBehavior = 1
	VERSIONING_BEHAVIOR_AUTO_UPGRADE VersioningBehavior = 2
)

// String returns the value's short name.
func (x VersioningBehavior) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Pinned"
	case 2:
		return "AutoUpgrade"
	}
	return strconv.Itoa(int(x))
}

// WorkerDeploymentVersionStatus is the enum temporal.api.enums.v1.WorkerDeploymentVersionStatus.
type WorkerDeploymentVersionStatus int32

const (
	WORKER_DEPLOYMENT_VERSION_STATUS_UNSPECIFIED WorkerDeploymentVersionStatus = 0
	WORKER_DEPLOYMENT_VERSION_STATUS_INACTIVE    WorkerDeploymentVersionStatus = 1
	WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT     WorkerDeploymentVersionStatus = 2
	WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING     WorkerDeploymentVersionStatus = 3
	WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING    WorkerDeploymentVersionStatus = 4
	WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED     WorkerDeploymentVersionStatus = 5
	WORKER_DEPLOYMENT_VERSION_STATUS_CREATED     WorkerDeploymentVersionStatus = 6
)

// String returns the value's short name.
func (x WorkerDeploymentVersionStatus) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Inactive"
	case 2:
		return "Current"
	case 3:
		return "Ramping"
	case 4:
		return "Draining"
	case 5:
		return "Drained"
	case 6:
		return "Created"
	}
	return strconv.Itoa(int(x))
}

// WorkerStatus is the enum temporal.api.enums.v1.WorkerStatus.
type WorkerStatus int32

const (
	WORKER_STATUS_UNSPECIFIED   WorkerStatus = 0
	WORKER_STATUS_RUNNING       WorkerStatus = 1
	WORKER_STATUS_SHUTTING_DOWN WorkerStatus = 2
	WORKER_STATUS_SHUTDOWN      WorkerStatus = 3
)

// String returns the value's short name.
func (x WorkerStatus) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Running"
	case 2:
		return "ShuttingDown"
	case 3:
		return "Shutdown"
	}
	return strconv.Itoa(int(x))
}

// WorkerVersioningMode is the enum temporal.api.enums.v1.WorkerVersioningMode.
type WorkerVersioningMode int32

const (
	WORKER_VERSIONING_MODE_UNSPECIFIED WorkerVersioningMode = 0
	WORKER_VERSIONING_MODE_UNVERSIONED WorkerVersioningMode = 1
	WORKER_VERSIONING_MODE_VERSIONED   WorkerVersioningMode = 2
)

// String returns the value's short name.
func (x WorkerVersioningMode) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Unversioned"
	case 2:
		return "Versioned"
	}
	return strconv.Itoa(int(x))
}

// WorkflowExecutionStatus is the enum temporal.api.enums.v1.WorkflowExecutionStatus.
type WorkflowExecutionStatus int32

const (
	WORKFLOW_EXECUTION_STATUS_UNSPECIFIED      WorkflowExecutionStatus = 0
	WORKFLOW_EXECUTION_STATUS_RUNNING          WorkflowExecutionStatus = 1
	WORKFLOW_EXECUTION_STATUS_COMPLETED        WorkflowExecutionStatus = 2
	WORKFLOW_EXECUTION_STATUS_FAILED           WorkflowExecutionStatus = 3
	WORKFLOW_EXECUTION_STATUS_CANCELED         WorkflowExecutionStatus = 4
	WORKFLOW_EXECUTION_STATUS_TERMINATED       WorkflowExecutionStatus = 5
	WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW WorkflowExecutionStatus = 6
	WORKFLOW_EXECUTION_STATUS_TIMED_OUT        WorkflowExecutionStatus = 7
	WORKFLOW_EXECUTION_STATUS_PAUSED           WorkflowExecutionStatus = 8
)

// String returns the value's short name.
func (x WorkflowExecutionStatus) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Running"
	case 2:
		return "Completed"
	case 3:
		return "Failed"
	case 4:
		return "Canceled"
	case 5:
		return "Terminated"
	case 6:
		return "ContinuedAsNew"
	case 7:
		return "TimedOut"
	case 8:
		return "Paused"
	}
	return strconv.Itoa(int(x))
}

// WorkflowIdConflictPolicy is the enum temporal.api.enums.v1.WorkflowIdConflictPolicy.
type WorkflowIdConflictPolicy int32

const (
	WORKFLOW_ID_CONFLICT_POLICY_UNSPECIFIED        WorkflowIdConflictPolicy = 0
	WORKFLOW_ID_CONFLICT_POLICY_FAIL               WorkflowIdConflictPolicy = 1
	WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING       WorkflowIdConflictPolicy = 2
	WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING WorkflowIdConflictPolicy = 3
)

// String returns the value's short name.
func (x WorkflowIdConflictPolicy) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Fail"
	case 2:
		return "UseExisting"
	case 3:
		return "TerminateExisting"
	}
	return strconv.Itoa(int(x))
}

// WorkflowIdReusePolicy is the enum temporal.api.enums.v1.WorkflowIdReusePolicy.
type WorkflowIdReusePolicy int32

const (
	WORKFLOW_ID_REUSE_POLICY_UNSPECIFIED                 WorkflowIdReusePolicy = 0
	WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE             WorkflowIdReusePolicy = 1
	WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY WorkflowIdReusePolicy = 2
	WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE            WorkflowIdReusePolicy = 3
	WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING        WorkflowIdReusePolicy = 4
)

// String returns the value's short name.
func (x WorkflowIdReusePolicy) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "AllowDuplicate"
	case 2:
		return "AllowDuplicateFailedOnly"
	case 3:
		return "RejectDuplicate"
	case 4:
		return "TerminateIfRunning"
	}
	return strconv.Itoa(int(x))
}

// WorkflowRuleActionScope is the enum temporal.api.enums.v1.WorkflowRuleActionScope.
type WorkflowRuleActionScope int32

const (
	WORKFLOW_RULE_ACTION_SCOPE_UNSPECIFIED WorkflowRuleActionScope = 0
	WORKFLOW_RULE_ACTION_SCOPE_WORKFLOW    WorkflowRuleActionScope = 1
	WORKFLOW_RULE_ACTION_SCOPE_ACTIVITY    WorkflowRuleActionScope = 2
)

// String returns the value's short name.
func (x WorkflowRuleActionScope) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "Workflow"
	case 2:
		return "Activity"
	}
	return strconv.Itoa(int(x))
}

// WorkflowTaskFailedCause is the enum temporal.api.enums.v1.WorkflowTaskFailedCause.
type WorkflowTaskFailedCause int32

const (
	WORKFLOW_TASK_FAILED_CAUSE_UNSPECIFIED                                               WorkflowTaskFailedCause = 0
	WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND                                         WorkflowTaskFailedCause = 1
	WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_ACTIVITY_ATTRIBUTES                          WorkflowTaskFailedCause = 2
	WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_ACTIVITY_ATTRIBUTES                    WorkflowTaskFailedCause = 3
	WORKFLOW_TASK_FAILED_CAUSE_BAD_START_TIMER_ATTRIBUTES                                WorkflowTaskFailedCause = 4
	WORKFLOW_TASK_FAILED_CAUSE_BAD_CANCEL_TIMER_ATTRIBUTES                               WorkflowTaskFailedCause = 5
	WORKFLOW_TASK_FAILED_CAUSE_BAD_RECORD_MARKER_ATTRIBUTES                              WorkflowTaskFailedCause = 6
	WORKFLOW_TASK_FAILED_CAUSE_BAD_COMPLETE_WORKFLOW_EXECUTION_ATTRIBUTES                WorkflowTaskFailedCause = 7
	WORKFLOW_TASK_FAILED_CAUSE_BAD_FAIL_WORKFLOW_EXECUTION_ATTRIBUTES                    WorkflowTaskFailedCause = 8
	WORKFLOW_TASK_FAILED_CAUSE_BAD_CANCEL_WORKFLOW_EXECUTION_ATTRIBUTES                  WorkflowTaskFailedCause = 9
	WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_ATTRIBUTES WorkflowTaskFailedCause = 10
	WORKFLOW_TASK_FAILED_CAUSE_BAD_CONTINUE_AS_NEW_ATTRIBUTES                            WorkflowTaskFailedCause = 11
	WORKFLOW_TASK_FAILED_CAUSE_START_TIMER_DUPLICATE_ID                                  WorkflowTaskFailedCause = 12
	WORKFLOW_TASK_FAILED_CAUSE_RESET_STICKY_TASK_QUEUE                                   WorkflowTaskFailedCause = 13
	WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE                         WorkflowTaskFailedCause = 14
	WORKFLOW_TASK_FAILED_CAUSE_BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES                  WorkflowTaskFailedCause = 15
	WORKFLOW_TASK_FAILED_CAUSE_BAD_START_CHILD_EXECUTION_ATTRIBUTES                      WorkflowTaskFailedCause = 16
	WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND                                       WorkflowTaskFailedCause = 17
	WORKFLOW_TASK_FAILED_CAUSE_FAILOVER_CLOSE_COMMAND                                    WorkflowTaskFailedCause = 18
	WORKFLOW_TASK_FAILED_CAUSE_BAD_SIGNAL_INPUT_SIZE                                     WorkflowTaskFailedCause = 19
	WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW                                            WorkflowTaskFailedCause = 20
	WORKFLOW_TASK_FAILED_CAUSE_BAD_BINARY                                                WorkflowTaskFailedCause = 21
	WORKFLOW_TASK_FAILED_CAUSE_SCHEDULE_ACTIVITY_DUPLICATE_ID                            WorkflowTaskFailedCause = 22
	WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES                                     WorkflowTaskFailedCause = 23
	WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR                                   WorkflowTaskFailedCause = 24
	WORKFLOW_TASK_FAILED_CAUSE_BAD_MODIFY_WORKFLOW_PROPERTIES_ATTRIBUTES                 WorkflowTaskFailedCause = 25
	WORKFLOW_TASK_FAILED_CAUSE_PENDING_CHILD_WORKFLOWS_LIMIT_EXCEEDED                    WorkflowTaskFailedCause = 26
	WORKFLOW_TASK_FAILED_CAUSE_PENDING_ACTIVITIES_LIMIT_EXCEEDED                         WorkflowTaskFailedCause = 27
	WORKFLOW_TASK_FAILED_CAUSE_PENDING_SIGNALS_LIMIT_EXCEEDED                            WorkflowTaskFailedCause = 28
	WORKFLOW_TASK_FAILED_CAUSE_PENDING_REQUEST_CANCEL_LIMIT_EXCEEDED                     WorkflowTaskFailedCause = 29
	WORKFLOW_TASK_FAILED_CAUSE_BAD_UPDATE_WORKFLOW_EXECUTION_MESSAGE                     WorkflowTaskFailedCause = 30
	WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_UPDATE                                          WorkflowTaskFailedCause = 31
	WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_NEXUS_OPERATION_ATTRIBUTES                   WorkflowTaskFailedCause = 32
	WORKFLOW_TASK_FAILED_CAUSE_PENDING_NEXUS_OPERATIONS_LIMIT_EXCEEDED                   WorkflowTaskFailedCause = 33
	WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_NEXUS_OPERATION_ATTRIBUTES             WorkflowTaskFailedCause = 34
	WORKFLOW_TASK_FAILED_CAUSE_FEATURE_DISABLED                                          WorkflowTaskFailedCause = 35
	WORKFLOW_TASK_FAILED_CAUSE_GRPC_MESSAGE_TOO_LARGE                                    WorkflowTaskFailedCause = 36
	WORKFLOW_TASK_FAILED_CAUSE_PAYLOADS_TOO_LARGE                                        WorkflowTaskFailedCause = 37
	WORKFLOW_TASK_FAILED_CAUSE_EXTERNAL_STORAGE_FAILURE                                  WorkflowTaskFailedCause = 38
	WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_PAUSE_REQUESTED_BEFORE_TASK_STARTED              WorkflowTaskFailedCause = 39
	WORKFLOW_TASK_FAILED_CAUSE_REQUEST_TOO_LARGE                                         WorkflowTaskFailedCause = 40
)

// String returns the value's short name.
func (x WorkflowTaskFailedCause) String() string {
	switch x {
	case 0:
		return "Unspecified"
	case 1:
		return "UnhandledCommand"
	case 2:
		return "BadScheduleActivityAttributes"
	case 3:
		return "BadRequestCancelActivityAttributes"
	case 4:
		return "BadStartTimerAttributes"
	case 5:
		return "BadCancelTimerAttributes"
	case 6:
		return "BadRecordMarkerAttributes"
	case 7:
		return "BadCompleteWorkflowExecutionAttributes"
	case 8:
		return "BadFailWorkflowExecutionAttributes"
	case 9:
		return "BadCancelWorkflowExecutionAttributes"
	case 10:
		return "BadRequestCancelExternalWorkflowExecutionAttributes"
	case 11:
		return "BadContinueAsNewAttributes"
	case 12:
		return "StartTimerDuplicateId"
	case 13:
		return "ResetStickyTaskQueue"
	case 14:
		return "WorkflowWorkerUnhandledFailure"
	case 15:
		return "BadSignalWorkflowExecutionAttributes"
	case 16:
		return "BadStartChildExecutionAttributes"
	case 17:
		return "ForceCloseCommand"
	case 18:
		return "FailoverCloseCommand"
	case 19:
		return "BadSignalInputSize"
	case 20:
		return "ResetWorkflow"
	case 21:
		return "BadBinary"
	case 22:
		return "ScheduleActivityDuplicateId"
	case 23:
		return "BadSearchAttributes"
	case 24:
		return "NonDeterministicError"
	case 25:
		return "BadModifyWorkflowPropertiesAttributes"
	case 26:
		return "PendingChildWorkflowsLimitExceeded"
	case 27:
		return "PendingActivitiesLimitExceeded"
	case 28:
		return "PendingSignalsLimitExceeded"
	case 29:
		return "PendingRequestCancelLimitExceeded"
	case 30:
		return "BadUpdateWorkflowExecutionMessage"
	case 31:
		return "UnhandledUpdate"
	case 32:
		return "BadScheduleNexusOperationAttributes"
	case 33:
		return "PendingNexusOperationsLimitExceeded"
	case 34:
		return "BadRequestCancelNexusOperationAttributes"
	case 35:
		return "FeatureDisabled"
	case 36:
		return "GrpcMessageTooLarge"
	case 37:
		return "PayloadsTooLarge"
	case 38:
		return "ExternalStorageFailure"
	case 39:
		return "WorkflowPauseRequestedBeforeTaskStarted"
	case 40:
		return "RequestTooLarge"
	}
	return strconv.Itoa(int(x))
}
