package main

// Schedules by the SDK's client, and worker deployments with versions that are current and ramp.

import (
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/deployment/v1"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

func schedules(s *scene) {
	s.work(baskets)
	handle := must(s.ScheduleClient().Create(s, client.ScheduleOptions{
		ID: s.name,
		Spec: client.ScheduleSpec{
			Intervals: []client.ScheduleIntervalSpec{{Every: 6 * time.Hour, Offset: time.Hour}},
			Calendars: []client.ScheduleCalendarSpec{{
				Hour: []client.ScheduleRange{{Start: 8, End: 18, Step: 2}}, DayOfWeek: []client.ScheduleRange{{Start: 1, End: 5}},
				Comment: "office hours",
			}},
			Jitter: time.Second, TimeZoneName: "Europe/Berlin",
		},
		Action: &client.ScheduleWorkflowAction{
			ID: s.name + "-run", Workflow: basket, TaskQueue: s.name, Memo: map[string]any{"note": "memo"},
			WorkflowRunTimeout: time.Hour, StaticSummary: "a scheduled one",
		},
		Overlap: enums.SCHEDULE_OVERLAP_POLICY_BUFFER_ALL, Paused: true, Note: "not yet", CatchupWindow: time.Hour,
		RemainingActions: 9, Memo: map[string]any{"of": "the schedule"},
	}))
	describe := func(label string) *workflowservice.DescribeScheduleResponse {
		answer := must(s.WorkflowService().DescribeSchedule(s, &workflowservice.DescribeScheduleRequest{
			Namespace: s.namespace, ScheduleId: s.name,
		}))
		// Its times depend on when it was asked.
		answer.Info.FutureActionTimes = nil
		s.message(label, answer)
		return answer
	}
	describe("new")
	_, err := s.ScheduleClient().Create(s, client.ScheduleOptions{
		ID: s.name, Action: &client.ScheduleWorkflowAction{Workflow: basket, TaskQueue: s.name}, Paused: true,
	})
	s.failure("created again", err)
	check(handle.Trigger(s, client.ScheduleTriggerOptions{}))
	var started string
	s.eventually("it started a run", func() bool {
		info := must(handle.Describe(s)).Info
		if len(info.RunningWorkflows) == 1 {
			started = info.RunningWorkflows[0].WorkflowID
		}
		return started != ""
	})
	s.signal(started, "end", nil)
	s.eventually("it saw the run's end", func() bool { return len(must(handle.Describe(s)).Info.RunningWorkflows) == 0 })
	describe("triggered")
	check(handle.Unpause(s, client.ScheduleUnpauseOptions{Note: "go on"}))
	check(handle.Pause(s, client.SchedulePauseOptions{Note: "stop"}))
	check(handle.Update(s, client.ScheduleUpdateOptions{
		DoUpdate: func(input client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
			schedule := input.Description.Schedule
			schedule.Spec = &client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: time.Hour}}}
			schedule.Policy.Overlap = enums.SCHEDULE_OVERLAP_POLICY_SKIP
			return &client.ScheduleUpdate{Schedule: &schedule}, nil
		},
	}))
	s.eventually("it is updated", func() bool {
		return len(must(handle.Describe(s)).Schedule.Spec.Calendars) == 0
	})
	describe("updated")
	run := s.GetWorkflow(s, started, "")
	s.value("its id", len(started) > len(s.name+"-run-"))
	s.result("result", run)
	check(handle.Delete(s))
	_, err = handle.Describe(s)
	s.failure("described after it was deleted", err)
}

// versioned tells on which version it ends.
func versioned(ctx workflow.Context) (string, error) {
	for range 2 {
		workflow.GetSignalChannel(ctx, "step").Receive(ctx, nil)
	}
	return workflow.GetInfo(ctx).GetCurrentBuildID(), nil
}

func byVersion(a, b *deployment.WorkerDeploymentInfo_WorkerDeploymentVersionSummary) int {
	return strings.Compare(a.GetDeploymentVersion().GetBuildId(), b.GetDeploymentVersion().GetBuildId())
}

func versions(s *scene) {
	deploy := func(build string) {
		s.work(func(r worker.Registry) {
			for name, behavior := range map[string]workflow.VersioningBehavior{
				"pinned": workflow.VersioningBehaviorPinned, "upgraded": workflow.VersioningBehaviorAutoUpgrade,
			} {
				r.RegisterWorkflowWithOptions(versioned, workflow.RegisterOptions{Name: name, VersioningBehavior: behavior})
			}
		}, func(options *worker.Options) {
			options.Identity = "worker of " + build
			options.DeploymentOptions = worker.DeploymentOptions{
				UseVersioning: true, Version: worker.WorkerDeploymentVersion{DeploymentName: s.name, BuildID: build},
			}
		})
	}
	handle := s.WorkerDeploymentClient().GetHandle(s.name)
	current := func(build string) {
		s.eventually("the server has heard of "+build, func() bool {
			_, err := handle.DescribeVersion(s, client.WorkerDeploymentDescribeVersionOptions{BuildID: build})
			return err == nil
		})
		// It is refused until all pollers of the version were heard of.
		s.eventually(build+" is current", func() bool {
			_, err := handle.SetCurrentVersion(s, client.WorkerDeploymentSetCurrentVersionOptions{BuildID: build, Identity: "operator"})
			return err == nil
		})
	}
	deploy("one")
	current("one")
	kinds := []string{"pinned", "upgraded"}
	runs := map[string]client.WorkflowRun{}
	for _, kind := range kinds {
		runs[kind] = s.start("-"+kind, kind)
		s.signal(runs[kind].GetID(), "step", nil)
		s.idle(runs[kind].GetID())
	}
	deploy("two")
	current("two")
	for _, kind := range kinds {
		s.signal(runs[kind].GetID(), "step", nil)
		s.result(kind, runs[kind])
		s.happenings(kind+": history", runs[kind])
		s.described(kind+": description", runs[kind])
	}
	_, err := handle.SetRampingVersion(s, client.WorkerDeploymentSetRampingVersionOptions{BuildID: "two", Percentage: 10})
	s.failure("the current one ramps", err)
	must(handle.SetRampingVersion(s, client.WorkerDeploymentSetRampingVersionOptions{BuildID: "one", Percentage: 10, Identity: "operator"}))
	described := must(s.WorkflowService().DescribeWorkerDeployment(s, &workflowservice.DescribeWorkerDeploymentRequest{
		Namespace: s.namespace, DeploymentName: s.name,
	}))
	slices.SortFunc(described.WorkerDeploymentInfo.VersionSummaries, byVersion)
	s.message("deployment", described)
}
