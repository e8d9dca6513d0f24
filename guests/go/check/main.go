// Command check prepares a Go project for becoming a component, on the author's machine and by the author's own Go. It finds the workflow
// functions, says what in them would not replay, and writes a copy of the project with what a component needs besides.
//
//	check report DIR -sdk FOLDER -api FOLDER                            the problems, one a line; fails if there are any
//	check stage DIR -sdk FOLDER -api FOLDER -out FOLDER -compiler NAME  the copy; answers with JSON
//
// It owns nothing of how the copy is compiled: that is `sundial build`.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
)

// answer is what `stage` prints.
type answer struct {
	// Folder of the copy, where the compiler is to run.
	Folder string `json:"folder"`
	// Package to compile, relative to it.
	Package string `json:"package"`
	// Folder that the copy was made of: compilers' messages name files below Folder.
	Source   string    `json:"source"`
	Problems []problem `json:"problems"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) < 2 {
		return errors.New("usage: check report DIR -sdk FOLDER -api FOLDER | check stage DIR -sdk FOLDER -api FOLDER -out FOLDER -compiler go|tinygo")
	}
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	sdk := flags.String("sdk", "", "folder of the module that takes the place of go.temporal.io/sdk")
	api := flags.String("api", "", "folder of the module that takes the place of go.temporal.io/api")
	out := flags.String("out", "", "folder for the copy")
	compiler := flags.String("compiler", "go", "go or tinygo")
	if err := flags.Parse(arguments[2:]); err != nil {
		return err
	}
	if *out == "" {
		scratch, err := os.MkdirTemp("", "check")
		if err != nil {
			return err
		}
		defer os.RemoveAll(scratch)
		*out = scratch
	}
	p, err := load(arguments[1], *sdk, *api, *out)
	if err != nil {
		return err
	}
	problems := p.problems(*compiler)
	switch arguments[0] {
	case "report":
		for _, one := range problems {
			fmt.Println(one)
		}
		if len(problems) > 0 {
			return fmt.Errorf("%d places would not replay", len(problems))
		}
		return nil
	case "stage":
		result := answer{Source: p.root, Problems: problems}
		if len(problems) == 0 {
			if result.Folder, result.Package, err = p.stage(*out, *compiler); err != nil {
				return err
			}
		}
		return json.NewEncoder(os.Stdout).Encode(result)
	default:
		return fmt.Errorf("unknown command %s", strings.Join(arguments, " "))
	}
}
