package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// stage is one FROM of a Dockerfile.
type stage struct {
	Name  string `json:"name"`
	Base  string `json:"base"`
	Steps []step `json:"steps"`
}

// step is one instruction. Fields that the tests look at are filled for the instructions that have them.
type step struct {
	// The instruction's name in lower case.
	Kind string `json:"kind"`
	// The line as it stands in the file, joined.
	Text string `json:"text"`
	// COPY: what is copied, to where, and the stage or image that it comes from.
	Sources     []string `json:"sources,omitempty"`
	Destination string   `json:"destination,omitempty"`
	From        string   `json:"from,omitempty"`
	Owner       string   `json:"owner,omitempty"`
	// COPY from the context: the sources that the ignore file keeps out.
	Ignored []string `json:"ignored,omitempty"`
	// RUN, ENTRYPOINT, CMD: the words, or one line for the shell.
	Command []string `json:"command,omitempty"`
	Shell   bool     `json:"shell,omitempty"`
	// ENV.
	Variables map[string]string `json:"variables,omitempty"`
	// USER, WORKDIR, STOPSIGNAL.
	Value string `json:"value,omitempty"`
}

// image takes a Dockerfile apart. The ignore file is that of the context.
func image(dockerfile, root string) ([]stage, error) {
	file, err := os.Open(dockerfile)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	parsed, err := parser.Parse(file)
	if err != nil {
		return nil, err
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return nil, err
	}
	ignore, err := ignored(filepath.Join(root, ".dockerignore"))
	if err != nil {
		return nil, err
	}
	result := make([]stage, 0, len(stages))
	for _, found := range stages {
		taken := stage{Name: found.Name, Base: found.BaseName}
		for _, command := range found.Commands {
			one, err := describe(command, root, ignore)
			if err != nil {
				return nil, err
			}
			taken.Steps = append(taken.Steps, one)
		}
		result = append(result, taken)
	}
	return result, nil
}

func ignored(file string) (*patternmatcher.PatternMatcher, error) {
	reader, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	patterns, err := ignorefile.ReadAll(reader)
	if err != nil {
		return nil, err
	}
	return patternmatcher.New(patterns)
}

func describe(command instructions.Command, root string, ignore *patternmatcher.PatternMatcher) (step, error) {
	one := step{Kind: strings.ToLower(command.Name())}
	if text, ok := command.(fmt.Stringer); ok {
		one.Text = text.String()
	}
	switch found := command.(type) {
	case *instructions.CopyCommand:
		one.Sources, one.Destination, one.From, one.Owner = found.SourcePaths, found.DestPath, found.From, found.Chown
		if found.From != "" {
			break
		}
		for _, source := range found.SourcePaths {
			isOut, err := ignore.MatchesOrParentMatches(filepath.Clean(source))
			if err != nil {
				return one, err
			}
			if _, err := os.Stat(filepath.Join(root, source)); err != nil {
				return one, err
			}
			if isOut {
				one.Ignored = append(one.Ignored, source)
			}
		}
	case *instructions.RunCommand:
		one.Command, one.Shell = found.CmdLine, found.PrependShell
	case *instructions.EntrypointCommand:
		one.Command, one.Shell = found.CmdLine, found.PrependShell
	case *instructions.CmdCommand:
		one.Command, one.Shell = found.CmdLine, found.PrependShell
	case *instructions.EnvCommand:
		one.Variables = map[string]string{}
		for _, pair := range found.Env {
			one.Variables[pair.Key] = pair.Value
		}
	case *instructions.UserCommand:
		one.Value = found.User
	case *instructions.WorkdirCommand:
		one.Value = found.Path
	case *instructions.StopSignalCommand:
		one.Value = found.Signal
	}
	return one, nil
}
