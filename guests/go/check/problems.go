package main

// What in workflow code would not replay: each place with its file, its line, and what to use instead. A line with the comment
// `//workflowcheck:ignore` is passed over, as by Temporal's own tool.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"sort"
	"strings"
)

// problem is one such place.
type problem struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Function string `json:"function"`
	// What is refused: a function, or a kind of statement.
	What string `json:"what"`
	// Instead is a clause that says why, and what to use.
	Instead string `json:"instead"`
}

func (p problem) String() string {
	return fmt.Sprintf("%s:%d:%d: %s is refused in %s: %s", p.File, p.Line, p.Column, p.What, p.Function, p.Instead)
}

// What a workflow has not, and what to use instead: the words that authors read in every language.
const (
	noClock       = "a workflow has no clock; use workflow.Now(ctx), which comes from history"
	noSleep       = "a workflow does not block; use workflow.Sleep or workflow.NewTimer, which are durable timers"
	noRandomness  = "a workflow has no randomness of its own; use workflow.SideEffect, whose result is kept in history"
	noFiles       = "a workflow has no files; pass the data as input, or read and write it in an activity"
	noEnvironment = "a workflow has no environment; pass settings as workflow input or memo"
	noNetwork     = "a workflow has no network; make the call in an activity"
	noProcesses   = "a workflow starts no processes; do it in an activity"
	noExit        = "a workflow does not exit; return its result, or fail with an error"
	noThreads     = "a workflow has one thread; use workflow.Go, child workflows, and activities for work that blocks"
	noChannels    = "a workflow has one thread; use workflow.NewChannel and workflow.NewSelector"
	noLocks       = "a workflow has one thread; use workflow.NewMutex, workflow.NewWaitGroup or workflow.Await"
	noStdin       = "a workflow has no input stream; use workflow input, signals or updates"
	noOutput      = "a workflow does not print; use workflow.GetLogger(ctx)"
	noSystem      = "a workflow has no operating system; do it in an activity"
	noOrder       = "its order differs from run to run; use for _, key := range workflow.DeterministicKeys(m)"
)

// Functions and variables that a workflow must not use: all of a package ("*"), or some. The first that fits counts.
var refused = []struct{ path, names, instead string }{
	{"time", "Now Since Until", noClock},
	{"time", "Sleep After AfterFunc Tick NewTimer NewTicker", noSleep},
	{"math/rand", "*", noRandomness},
	{"math/rand/v2", "*", noRandomness},
	{"crypto/rand", "*", noRandomness},
	{"github.com/google/uuid", "New NewString NewRandom NewUUID NewV6 NewV7", noRandomness},
	{"github.com/pborman/uuid", "New NewRandom NewUUID", noRandomness},
	{"os", "Args Clearenv Environ ExpandEnv Getenv Hostname LookupEnv Setenv Unsetenv", noEnvironment},
	{"os", "Stdin", noStdin},
	{"os", "Stderr Stdout", noOutput},
	{"os", "Exit", noExit},
	{"os", "FindProcess Getpid Getppid StartProcess", noProcesses},
	{"os", "*", noFiles},
	{"os/exec", "*", noProcesses},
	{"os/signal", "*", "a workflow has no operating system; use workflow.GetSignalChannel"},
	{"net", "*", noNetwork},
	{"net/http", "*", noNetwork},
	{"io/ioutil", "ReadFile WriteFile ReadDir TempDir TempFile", noFiles},
	{"syscall", "*", noSystem},
	{"sync", "Mutex RWMutex WaitGroup Cond", noLocks},
	{"fmt", "Print Println Printf", noOutput},
	{"fmt", "Scan Scanln Scanf", noStdin},
	{"runtime", "Gosched NumGoroutine GC", "a workflow does not see its runtime; use workflow.Go and workflow.Await"},
}

// problems are those of all code that workflows reach.
func (p *project) problems(compiler string) []problem {
	all := []problem{}
	functions := p.functions()
	var from []*types.Func
	for _, w := range p.workflows() {
		from = append(from, w.object)
	}
	for _, function := range p.reach(from, functions) {
		ignored := p.ignoredLines(function)
		inspectWorkflowCode(function, func(node ast.Node) {
			what, instead := p.look(function, node)
			at := token.Position{}
			if what != "" {
				at = p.position(node.Pos())
			}
			if what == "" || ignored[at.Line] || ignored[p.position(function.syntax.Pos()).Line] {
				return
			}
			file := at.Filename
			if relative, err := filepath.Rel(p.folder, file); err == nil {
				file = relative
			}
			all = append(all, problem{file, at.Line, at.Column, function.object.Name(), what, instead})
		})
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := all[i], all[j]
		if a.File != b.File {
			return a.File < b.File
		}
		return a.Line < b.Line || (a.Line == b.Line && a.Column < b.Column)
	})
	return all
}

func (p *project) ignoredLines(function declared) map[int]bool {
	lines := map[int]bool{}
	for _, file := range function.files {
		if file.FileStart > function.syntax.Pos() || file.FileEnd < function.syntax.Pos() {
			continue
		}
		for _, group := range file.Comments {
			for _, comment := range group.List {
				if strings.HasPrefix(comment.Text, "//workflowcheck:ignore") {
					line := p.position(comment.Pos()).Line
					lines[line] = true
					// A comment on a line of its own is about the next one.
					if p.position(comment.Pos()).Column == 1 || comment.Pos() == group.Pos() {
						lines[line+1] = true
					}
				}
			}
		}
	}
	return lines
}

// look says what is wrong with one node.
func (p *project) look(function declared, node ast.Node) (what, instead string) {
	info := function.info
	switch node := node.(type) {
	case *ast.RangeStmt:
		switch info.TypeOf(node.X).Underlying().(type) {
		case *types.Map:
			if !collectsSortedKeys(function, node) {
				return "a range over a map", noOrder
			}
		case *types.Chan:
			return "a receive from a native channel", noChannels
		}
	case *ast.GoStmt:
		return "a go statement", noThreads
	case *ast.SendStmt:
		return "a send to a native channel", noChannels
	case *ast.SelectStmt:
		return "a select of native channels", noChannels
	case *ast.UnaryExpr:
		if node.Op == token.ARROW {
			return "a receive from a native channel", noChannels
		}
	case *ast.SelectorExpr:
		return p.lookAtName(function, node)
	}
	return "", ""
}

func (p *project) lookAtName(function declared, selector *ast.SelectorExpr) (what, instead string) {
	object := function.info.Uses[selector.Sel]
	if object == nil || object.Pkg() == nil {
		return "", ""
	}
	// Methods and fields of values are as good as whoever made the value.
	if _, isMethod := function.info.Selections[selector]; isMethod {
		return "", ""
	}
	path, name := object.Pkg().Path(), object.Name()
	if path == "maps" && (name == "Keys" || name == "Values" || name == "All") && !isSorted(function, selector) {
		return "maps." + name, noOrder
	}
	if _, constant := object.(*types.Const); constant {
		return "", ""
	}
	for _, r := range refused {
		if r.path == path && (r.names == "*" && refusesWhole(object) || contains(strings.Fields(r.names), name)) {
			return object.Pkg().Name() + "." + name, r.instead
		}
	}
	return "", ""
}

// refusesWhole leaves types and errors of a refused package alone: they do nothing by themselves. A generator with a seed of one's own
// is no randomness either.
func refusesWhole(object types.Object) bool {
	switch object := object.(type) {
	case *types.TypeName:
		return false
	case *types.Var:
		return !isError(object.Type())
	default:
		name := object.Name()
		return name != "NewSource" && name != "NewPCG" && name != "NewChaCha8" && !(name == "New" && strings.HasPrefix(object.Pkg().Path(), "math/rand"))
	}
}

// collectsSortedKeys says whether a range over a map only gathers what the same function then sorts, or only deletes.
func collectsSortedKeys(function declared, loop *ast.RangeStmt) bool {
	if len(loop.Body.List) != 1 {
		return false
	}
	switch statement := loop.Body.List[0].(type) {
	case *ast.AssignStmt:
		if len(statement.Rhs) != 1 || !isBuiltin(function, statement.Rhs[0], "append") {
			return false
		}
	case *ast.ExprStmt:
		return isBuiltin(function, statement.X, "delete")
	default:
		return false
	}
	sorted := false
	ast.Inspect(function.syntax.Body, func(node ast.Node) bool {
		if call, is := node.(*ast.CallExpr); is && call.Pos() > loop.End() {
			path, name := callee(function.info, call)
			sorted = sorted || path == "sort" || (path == "slices" && strings.HasPrefix(name, "Sort"))
		}
		return true
	})
	return sorted
}

func isBuiltin(function declared, e ast.Expr, name string) bool {
	call, is := e.(*ast.CallExpr)
	if !is {
		return false
	}
	identifier, is := call.Fun.(*ast.Ident)
	if !is {
		return false
	}
	builtin, is := function.info.Uses[identifier].(*types.Builtin)
	return is && builtin.Name() == name
}

// isSorted says whether a walk over a map is the argument of slices.Sorted and the like.
func isSorted(function declared, walk *ast.SelectorExpr) bool {
	sorted := false
	ast.Inspect(function.syntax.Body, func(node ast.Node) bool {
		if call, is := node.(*ast.CallExpr); is && call.Pos() < walk.Pos() && walk.End() < call.End() {
			path, name := callee(function.info, call)
			sorted = sorted || (path == "slices" && strings.HasPrefix(name, "Sorted"))
		}
		return true
	})
	return sorted
}
