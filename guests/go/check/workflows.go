package main

// Which functions are workflows, what they declare, and what code they reach.

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"sort"
	"strings"
)

// declared is a function or method of the project with its body.
type declared struct {
	*source
	object *types.Func
	syntax *ast.FuncDecl
}

// found is a workflow function.
type found struct {
	declared
	name                      string
	signals, queries, updates []string
}

func (p *project) functions() map[*types.Func]declared {
	all := map[*types.Func]declared{}
	for _, s := range p.sources {
		for _, file := range s.files {
			for _, declaration := range file.Decls {
				if syntax, is := declaration.(*ast.FuncDecl); is && syntax.Body != nil {
					if object, is := s.info.Defs[syntax.Name].(*types.Func); is {
						all[object] = declared{s, object, syntax}
					}
				}
			}
		}
	}
	return all
}

// workflows are the exported functions that take a workflow context first and return an error last, and those that are registered.
func (p *project) workflows() []found {
	var all []found
	functions := p.functions()
	for object, function := range functions {
		signature := object.Type().(*types.Signature)
		name := object.Name()
		if signature.Recv() != nil || signature.TypeParams().Len() > 0 || !isWorkflow(signature) {
			continue
		}
		if !object.Exported() && !p.registered[name] {
			continue
		}
		if !contains(function.Imports, workflowPath) || !p.isBelowFolder(function.listed) {
			continue
		}
		w := found{declared: function, name: p.nameOf(name)}
		w.handlers(p.reach([]*types.Func{object}, functions))
		all = append(all, w)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].name < all[j].name })
	return all
}

func isWorkflow(signature *types.Signature) bool {
	results := signature.Results()
	return signature.Params().Len() > 0 && isContext(signature.Params().At(0).Type()) &&
		results.Len() >= 1 && results.Len() <= 2 && isError(results.At(results.Len()-1).Type())
}

func isContext(t types.Type) bool { return isNamed(t, internalPath, "Context") }

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

func isNamed(t types.Type, path, name string) bool {
	named, is := types.Unalias(t).(*types.Named)
	return is && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == path && named.Obj().Name() == name
}

// reach are the functions of the project that these refer to, but for what is only handed to an activity: that runs elsewhere.
func (p *project) reach(from []*types.Func, functions map[*types.Func]declared) []declared {
	seen := map[*types.Func]bool{}
	var all []declared
	for len(from) > 0 {
		object := from[0]
		from = from[1:]
		function, own := functions[object.Origin()]
		if !own || seen[function.object] {
			continue
		}
		seen[function.object] = true
		all = append(all, function)
		inspectWorkflowCode(function, func(node ast.Node) {
			if identifier, is := node.(*ast.Ident); is {
				if used, is := function.info.Uses[identifier].(*types.Func); is {
					from = append(from, used)
				}
			}
		})
	}
	return all
}

// inspectWorkflowCode visits a function's body without what runs elsewhere (activities) or is recorded (side effects).
func inspectWorkflowCode(function declared, visit func(ast.Node)) {
	ast.Inspect(function.syntax.Body, func(node ast.Node) bool {
		if node == nil {
			return true
		}
		visit(node)
		call, is := node.(*ast.CallExpr)
		if !is {
			return true
		}
		skipped := -1
		switch workflowCall(function.info, call) {
		case "ExecuteActivity", "ExecuteLocalActivity", "SideEffect":
			skipped = 1
		case "MutableSideEffect", "SideEffectWithOptions":
			skipped = 2
		case "MutableSideEffectWithOptions":
			skipped = 3
		default:
			return true
		}
		for i, argument := range call.Args {
			if i != skipped {
				inspectWorkflowCode(declared{function.source, function.object, &ast.FuncDecl{Body: &ast.BlockStmt{List: []ast.Stmt{&ast.ExprStmt{X: argument}}}}}, visit)
			}
		}
		return false
	})
}

// workflowCall is the name of the function of package workflow that is called, if it is one.
func workflowCall(info *types.Info, call *ast.CallExpr) string {
	path, name := callee(info, call)
	if path == workflowPath {
		return name
	}
	return ""
}

// callee is the package and name of the function that is called.
func callee(info *types.Info, call *ast.CallExpr) (path, name string) {
	fun := ast.Unparen(call.Fun)
	switch indexed := fun.(type) {
	case *ast.IndexExpr:
		fun = indexed.X
	case *ast.IndexListExpr:
		fun = indexed.X
	}
	var identifier *ast.Ident
	switch fun := fun.(type) {
	case *ast.Ident:
		identifier = fun
	case *ast.SelectorExpr:
		identifier = fun.Sel
	default:
		return "", ""
	}
	if object := info.Uses[identifier]; object != nil && object.Pkg() != nil {
		return object.Pkg().Path(), object.Name()
	}
	return "", ""
}

// handlers reads the names of signals, queries and updates that are constants.
func (w *found) handlers(code []declared) {
	for _, function := range code {
		inspectWorkflowCode(function, func(node ast.Node) {
			call, is := node.(*ast.CallExpr)
			if !is || len(call.Args) < 2 {
				return
			}
			value := function.info.Types[call.Args[1]].Value
			if value == nil || value.Kind() != constant.String {
				return
			}
			name := constant.StringVal(value)
			switch workflowCall(function.info, call) {
			case "GetSignalChannel", "GetSignalChannelWithOptions":
				w.signals = add(w.signals, name)
			case "SetQueryHandler", "SetQueryHandlerWithOptions":
				w.queries = add(w.queries, name)
			case "SetUpdateHandler", "SetUpdateHandlerWithOptions":
				w.updates = add(w.updates, name)
			}
		})
	}
}

func add(all []string, one string) []string {
	if one == "" || contains(all, one) {
		return all
	}
	all = append(all, one)
	sort.Strings(all)
	return all
}

// description is the first sentence of a function's comment.
func (w *found) description() string {
	text := strings.Join(strings.Fields(w.syntax.Doc.Text()), " ")
	if end := strings.Index(text, ". "); end >= 0 {
		text = text[:end+1]
	}
	return text
}

// position is where a node is, as people read it.
func (p *project) position(at token.Pos) token.Position { return p.files.Position(at) }
