package main

// What a project's own worker registers: names that differ from the functions', and functions that are not exported. It is read from the
// source alone, since the worker is not compiled.

import (
	"go/ast"
	"go/parser"
	"path/filepath"
	"strconv"
	"strings"
)

func (p *project) readRegistrations(one *listed) {
	for _, name := range one.GoFiles {
		if file, err := parser.ParseFile(p.files, filepath.Join(one.Dir, name), nil, parser.SkipObjectResolution); err == nil {
			p.findRegistrations(file)
		}
	}
}

func (p *project) findRegistrations(file *ast.File) {
	ast.Inspect(file, func(node ast.Node) bool {
		call, is := node.(*ast.CallExpr)
		if !is || len(call.Args) == 0 {
			return true
		}
		selector, is := call.Fun.(*ast.SelectorExpr)
		if !is || !strings.HasPrefix(selector.Sel.Name, "Register") {
			return true
		}
		function := lastName(call.Args[0])
		switch selector.Sel.Name {
		case "RegisterWorkflow":
			p.registered[function] = true
		case "RegisterWorkflowWithOptions":
			p.registered[function] = true
			p.rename(function, call)
		case "RegisterActivityWithOptions":
			p.rename(function, call)
		}
		return true
	})
}

// rename reads the Name of options that are written out.
func (p *project) rename(function string, call *ast.CallExpr) {
	if function == "" || len(call.Args) < 2 {
		return
	}
	options, is := call.Args[1].(*ast.CompositeLit)
	if !is {
		return
	}
	for _, element := range options.Elts {
		pair, is := element.(*ast.KeyValueExpr)
		if !is || lastName(pair.Key) != "Name" {
			continue
		}
		if literal, is := pair.Value.(*ast.BasicLit); is {
			if name, err := strconv.Unquote(literal.Value); err == nil && name != "" {
				p.renamed[function] = name
			}
		}
	}
}

// lastName is the last identifier of a name: Fn of pkg.Fn.
func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	default:
		return ""
	}
}

// nameOf is what Temporal calls a function.
func (p *project) nameOf(function string) string {
	if name := p.renamed[function]; name != "" {
		return name
	}
	return function
}
