package main

// A project as the go command sees it, with go.temporal.io/sdk and /api replaced by those of guests/go, and type-checked.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

const (
	sdkPath      = "go.temporal.io/sdk"
	apiPath      = "go.temporal.io/api"
	workflowPath = sdkPath + "/workflow"
	internalPath = sdkPath + "/internal"
)

// goModule is a module as `go list` and `go mod edit` write it.
type goModule struct {
	Path, Version string
	Main          bool
	Dir           string
	Replace       *goModule
}

// listed is a package as `go list` writes it.
type listed struct {
	ImportPath, Name, Dir, Export string
	Standard                      bool
	GoFiles, EmbedFiles, Imports  []string
	Module                        *goModule
	Error                         *struct{ Err string }
}

type goMod struct {
	Module  struct{ Path string }
	Go      string
	Require []struct{ Path, Version string }
	Replace []struct {
		Old, New struct{ Path, Version string }
	}
}

// source is a package of the project itself.
type source struct {
	*listed
	files []*ast.File
	types *types.Package
	info  *types.Info
}

// project is what was found in a folder.
type project struct {
	folder, root, sdk, api string
	module                 goMod
	sum                    string
	files                  *token.FileSet
	packages               map[string]*listed
	// Packages of the project that hold workflows, or that those use; by path.
	sources []*source
	// Names of functions that are registered under another one.
	renamed map[string]string
	// Functions that are registered as workflows somewhere.
	registered map[string]bool
}

func load(folder, sdk, api, scratch string) (*project, error) {
	for _, path := range []*string{&folder, &sdk, &api} {
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return nil, err
		}
		*path = absolute
	}
	p := &project{folder: folder, sdk: sdk, api: api, files: token.NewFileSet(), packages: map[string]*listed{}, renamed: map[string]string{}, registered: map[string]bool{}}
	if err := p.readModule(scratch); err != nil {
		return nil, err
	}
	modfile := filepath.Join(scratch, "analysis.mod")
	output, err := p.command("list", "-mod=mod", "-modfile="+modfile, "-e", "-deps", "-export", "-trimpath", "-json=ImportPath,Name,Dir,Export,Standard,GoFiles,EmbedFiles,Imports,Module,Error", "./...")
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(output))
	for {
		one := &listed{}
		if err := decoder.Decode(one); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		p.packages[one.ImportPath] = one
	}
	if sum, err := os.ReadFile(filepath.Join(scratch, "analysis.sum")); err == nil {
		p.sum = string(sum)
	}
	return p, p.check()
}

// readModule writes a go.mod for looking at the project: the author's, with our two modules in place of Temporal's.
func (p *project) readModule(scratch string) error {
	output, err := p.command("env", "GOMOD")
	if err != nil {
		return err
	}
	file := strings.TrimSpace(string(output))
	if file == "" || file == os.DevNull {
		return fmt.Errorf("%s is in no Go module; run: go mod init NAME", p.folder)
	}
	p.root = filepath.Dir(file)
	if output, err = p.command("mod", "edit", "-json"); err != nil {
		return err
	}
	if err := json.Unmarshal(output, &p.module); err != nil {
		return err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "module %s\n\ngo %s\n", p.module.Module.Path, p.module.Go)
	for _, r := range p.module.Require {
		fmt.Fprintf(&text, "require %s %s\n", r.Path, r.Version)
	}
	p.replacements(&text)
	if err := os.WriteFile(filepath.Join(scratch, "analysis.mod"), []byte(text.String()), 0o644); err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(p.root, "go.sum"))
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.WriteFile(filepath.Join(scratch, "analysis.sum"), sum, 0o644)
}

// replacements are the author's, with absolute paths, and ours.
func (p *project) replacements(text *strings.Builder) {
	for _, r := range p.module.Replace {
		if r.Old.Path == sdkPath || r.Old.Path == apiPath {
			continue
		}
		to := r.New.Path
		if r.New.Version == "" && !filepath.IsAbs(to) {
			to = filepath.Join(p.root, to)
		}
		fmt.Fprintf(text, "replace %s %s => %s %s\n", r.Old.Path, r.Old.Version, to, r.New.Version)
	}
	fmt.Fprintf(text, "replace %s => %s\nreplace %s => %s\n", sdkPath, p.sdk, apiPath, p.api)
}

func (p *project) command(arguments ...string) ([]byte, error) {
	command := exec.Command("go", arguments...)
	command.Dir = p.folder
	command.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=", "GOWORK=off")
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", arguments[0], err, stderr.String())
	}
	return output, nil
}

// check type-checks the packages with workflows and those of the project that they use.
func (p *project) check() error {
	wanted := map[string]bool{}
	for path, one := range p.packages {
		if p.isOwn(one) && contains(one.Imports, workflowPath) && p.isBelowFolder(one) {
			p.want(path, wanted)
		}
	}
	for path, one := range p.packages {
		if p.isOwn(one) && !wanted[path] {
			p.readRegistrations(one)
		}
	}
	var paths []string
	for path := range wanted {
		paths = append(paths, path)
	}
	sort.Strings(paths)
	imports := importer.ForCompiler(p.files, "gc", func(path string) (io.ReadCloser, error) {
		one := p.packages[path]
		if one == nil || one.Export == "" {
			return nil, fmt.Errorf("no compiled package %s", path)
		}
		return os.Open(one.Export)
	})
	for _, path := range paths {
		s, err := p.checkPackage(p.packages[path], imports)
		if err != nil {
			return err
		}
		p.sources = append(p.sources, s)
		for _, file := range s.files {
			p.findRegistrations(file)
		}
	}
	return nil
}

func (p *project) want(path string, wanted map[string]bool) {
	one := p.packages[path]
	if one == nil || !p.isOwn(one) || wanted[path] {
		return
	}
	wanted[path] = true
	for _, imported := range one.Imports {
		p.want(imported, wanted)
	}
}

func (p *project) isOwn(one *listed) bool { return one.Module != nil && one.Module.Main }

func (p *project) isBelowFolder(one *listed) bool {
	return one.Dir == p.folder || strings.HasPrefix(one.Dir, p.folder+string(filepath.Separator))
}

func (p *project) checkPackage(one *listed, imports types.Importer) (*source, error) {
	s := &source{listed: one, info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Instances: map[*ast.Ident]types.Instance{},
	}}
	for _, name := range one.GoFiles {
		file, err := parser.ParseFile(p.files, filepath.Join(one.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		s.files = append(s.files, file)
	}
	var found []string
	config := types.Config{Importer: imports, Error: func(err error) { found = append(found, err.Error()) }}
	var err error
	s.types, err = config.Check(one.ImportPath, p.files, s.files, s.info)
	if err != nil {
		return nil, errors.New(strings.Join(found, "\n"))
	}
	return s, nil
}

func contains(all []string, wanted string) bool {
	for _, one := range all {
		if one == wanted {
			return true
		}
	}
	return false
}
