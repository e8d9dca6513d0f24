// Command generate writes the messages and enums of guests/go from Temporal's .proto files.
//
//	go run . PROTOS_FOLDER
//
// The folder is that of the crate temporalio-protos, which the host is built with: the one source of the protocol on both sides.
// It owns which messages are taken; messages.go and enums.go own how each looks in Go.
package main

import (
	"bytes"
	"context"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"sort"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// What is generated, and everything that it refers to.
var roots = []protoreflect.FullName{
	"coresdk.workflow_activation.WorkflowActivation",
	"coresdk.workflow_completion.WorkflowActivationCompletion",
	"temporal.api.common.v1.DataBlob",
	"temporal.api.common.v1.Header",
	"temporal.api.failure.v1.MultiOperationExecutionAborted",
}

// Fields that nothing here reads or writes. Decoding passes over them.
var skipped = map[protoreflect.FullName]bool{
	"coresdk.workflow_commands.WorkflowCommand.event_group_markers":                     true,
	"coresdk.workflow_commands.StartChildWorkflowExecution.versioning_override":         true,
	"coresdk.workflow_completion.WorkflowActivationCompletion.payload_download_metrics": true,
	"coresdk.workflow_completion.WorkflowActivationCompletion.payload_upload_metrics":   true,
	"temporal.api.common.v1.Payload.external_payloads":                                  true,
}

// Where a proto package goes: folder below guests/go, import path, Go package.
type place struct{ folder, path, name string }

var places = map[protoreflect.FullName]place{
	"temporal.api.common.v1":      {"api/common/v1", "go.temporal.io/api/common/v1", "common"},
	"temporal.api.enums.v1":       {"api/enums/v1", "go.temporal.io/api/enums/v1", "enums"},
	"temporal.api.failure.v1":     {"api/failure/v1", "go.temporal.io/api/failure/v1", "failure"},
	"temporal.api.sdk.v1":         {"api/sdk/v1", "go.temporal.io/api/sdk/v1", "sdk"},
	"temporal.api.update.v1":      {"api/update/v1", "go.temporal.io/api/update/v1", "update"},
	"coresdk.workflow_activation": {"sdk/internal/coresdk/activation", "go.temporal.io/sdk/internal/coresdk/activation", "activation"},
	"coresdk.workflow_commands":   {"sdk/internal/coresdk/commands", "go.temporal.io/sdk/internal/coresdk/commands", "commands"},
	"coresdk.workflow_completion": {"sdk/internal/coresdk/completion", "go.temporal.io/sdk/internal/coresdk/completion", "completion"},
	"coresdk.activity_result":     {"sdk/internal/coresdk/activityresult", "go.temporal.io/sdk/internal/coresdk/activityresult", "activityresult"},
	"coresdk.child_workflow":      {"sdk/internal/coresdk/child", "go.temporal.io/sdk/internal/coresdk/child", "child"},
	"coresdk.common":              {"sdk/internal/coresdk/corecommon", "go.temporal.io/sdk/internal/coresdk/corecommon", "corecommon"},
	"coresdk.nexus":               {"sdk/internal/coresdk/nexus", "go.temporal.io/sdk/internal/coresdk/nexus", "nexus"},
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run . PROTOS_FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(protos string) error {
	compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
		ImportPaths: []string{filepath.Join(protos, "local"), filepath.Join(protos, "api_upstream")},
	})}
	enumFiles, err := filepath.Glob(filepath.Join(protos, "api_upstream/temporal/api/enums/v1/*.proto"))
	if err != nil {
		return err
	}
	names := []string{
		"temporal/sdk/core/workflow_activation/workflow_activation.proto",
		"temporal/sdk/core/workflow_completion/workflow_completion.proto",
		"temporal/api/common/v1/message.proto",
		"temporal/api/failure/v1/message.proto",
	}
	for _, file := range enumFiles {
		names = append(names, "temporal/api/enums/v1/"+filepath.Base(file))
	}
	files, err := compiler.Compile(context.Background(), names...)
	if err != nil {
		return err
	}

	wanted := &selection{messages: map[protoreflect.FullName]protoreflect.MessageDescriptor{}, enums: map[protoreflect.FullName]protoreflect.EnumDescriptor{}}
	for _, name := range roots {
		descriptor, err := files.AsResolver().FindDescriptorByName(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		wanted.message(descriptor.(protoreflect.MessageDescriptor))
	}
	// A workflow author may name any of Temporal's enums.
	for _, file := range files {
		if file.Package() == "temporal.api.enums.v1" {
			for i := range file.Enums().Len() {
				wanted.enum(file.Enums().Get(i))
			}
		}
	}
	return wanted.write()
}

// selection is what has to be written.
type selection struct {
	messages map[protoreflect.FullName]protoreflect.MessageDescriptor
	enums    map[protoreflect.FullName]protoreflect.EnumDescriptor
}

func (s *selection) message(m protoreflect.MessageDescriptor) {
	if s.messages[m.FullName()] != nil || wellKnown[m.FullName()] != "" {
		return
	}
	s.messages[m.FullName()] = m
	for _, field := range fields(m) {
		switch {
		case field.IsMap():
			if value := field.MapValue(); value.Message() != nil {
				s.message(value.Message())
			}
		case field.Message() != nil:
			s.message(field.Message())
		case field.Enum() != nil:
			s.enum(field.Enum())
		}
	}
}

func (s *selection) enum(e protoreflect.EnumDescriptor) { s.enums[e.FullName()] = e }

func (s *selection) write() error {
	files := map[place]*goFile{}
	file := func(d protoreflect.Descriptor) (*goFile, error) {
		at, known := places[d.ParentFile().Package()]
		if !known {
			return nil, fmt.Errorf("%s: no place for package %s", d.FullName(), d.ParentFile().Package())
		}
		if files[at] == nil {
			files[at] = newGoFile(at)
		}
		return files[at], nil
	}
	for _, name := range sorted(s.enums) {
		f, err := file(s.enums[name])
		if err != nil {
			return err
		}
		f.enum(s.enums[name])
	}
	for _, name := range sorted(s.messages) {
		f, err := file(s.messages[name])
		if err != nil {
			return err
		}
		f.message(s.messages[name])
	}
	for at, f := range files {
		source, err := format.Source(f.source())
		if err != nil {
			return fmt.Errorf("%s: %w\n%s", at.path, err, f.source())
		}
		folder := filepath.Join("..", at.folder)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, at.name+".pb.go"), source, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func sorted[V any](m map[protoreflect.FullName]V) []protoreflect.FullName {
	var names []protoreflect.FullName
	for name := range m {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool { return names[i] < names[j] })
	return names
}

// goFile is one package's generated file while it is being written.
type goFile struct {
	place
	imports map[string]string
	body    bytes.Buffer
}

func newGoFile(at place) *goFile { return &goFile{place: at, imports: map[string]string{}} }

func (f *goFile) line(format string, arguments ...any) {
	fmt.Fprintf(&f.body, format+"\n", arguments...)
}

func (f *goFile) source() []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "// Code generated from Temporal's .proto files by guests/go/generate. DO NOT EDIT.\n\n")
	fmt.Fprintf(&out, "// Package %s holds the messages and enums of its part of Temporal's protocol, and how they are encoded. It decides nothing.\npackage %s\n\nimport (\n", f.name, f.name)
	var paths []string
	for path := range f.imports {
		paths = append(paths, path)
	}
	sort.Strings(paths)
	for _, path := range paths {
		fmt.Fprintf(&out, "\t%s %q\n", f.imports[path], path)
	}
	fmt.Fprintf(&out, ")\n\n")
	out.Write(f.body.Bytes())
	return out.Bytes()
}
