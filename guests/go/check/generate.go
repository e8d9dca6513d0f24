package main

// The file that each package with workflows gets besides: it registers workflows, names functions, and calls those that TinyGo can't call
// by reflection.

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/types"
	"sort"
	"strings"
)

// generated is one package's file while it is being written.
type generated struct {
	*source
	imports map[string]string
	body    strings.Builder
	seen    map[string]bool
}

// generate returns the file for a package, nil if it needs none.
func (p *project) generate(s *source, workflows []found) ([]byte, error) {
	g := &generated{source: s, imports: map[string]string{sdkPath + "/sundial": "sundial"}, seen: map[string]bool{}}
	for _, w := range workflows {
		if w.source == s {
			fmt.Fprintf(&g.body, "\tsundial.Workflow(sundial.Definition{Name: %q, Description: %q, Signals: %s, Queries: %s, Updates: %s}, %s)\n",
				w.name, w.description(), handlerList(w.signals), handlerList(w.queries), handlerList(w.updates), w.object.Name())
			g.adapter(w.object.Type().(*types.Signature))
		}
	}
	for _, file := range s.files {
		ast.Inspect(file, func(node ast.Node) bool {
			if expression, is := node.(ast.Expr); is {
				p.generateFor(g, expression)
			}
			return true
		})
	}
	if g.body.Len() == 0 {
		return nil, nil
	}
	return g.write()
}

func handlerList(names []string) string {
	if len(names) == 0 {
		return "nil"
	}
	var out strings.Builder
	out.WriteString("[]sundial.Handler{")
	for _, name := range names {
		fmt.Fprintf(&out, "{Name: %q}, ", name)
	}
	return out.String() + "}"
}

// generateFor looks at calls and composite values that take functions as values of any type.
func (p *project) generateFor(g *generated, e ast.Expr) {
	switch e := e.(type) {
	case *ast.CallExpr:
		signature, is := g.info.TypeOf(e.Fun).(*types.Signature)
		if !is {
			return
		}
		for i, argument := range e.Args {
			if takesAnything(parameter(signature, i)) {
				p.functionValue(g, argument)
			}
		}
	case *ast.CompositeLit:
		for _, element := range e.Elts {
			if pair, is := element.(*ast.KeyValueExpr); is && lastName(pair.Key) == "Validator" {
				p.functionValue(g, pair.Value)
			}
		}
	}
}

func parameter(signature *types.Signature, i int) types.Type {
	last := signature.Params().Len() - 1
	if signature.Variadic() && i >= last {
		if slice, is := signature.Params().At(last).Type().(*types.Slice); is {
			return slice.Elem()
		}
		return nil
	}
	if i > last {
		return nil
	}
	return signature.Params().At(i).Type()
}

func takesAnything(t types.Type) bool {
	if t == nil {
		return false
	}
	i, is := t.Underlying().(*types.Interface)
	return is && i.Empty()
}

func (p *project) functionValue(g *generated, e ast.Expr) {
	e = ast.Unparen(e)
	signature, is := g.info.TypeOf(e).(*types.Signature)
	if !is {
		return
	}
	if expression, name := g.reference(e); expression != "" {
		line := fmt.Sprintf("\tsundial.Name(%s, %q)\n", expression, p.nameOf(name))
		if !g.seen[line] {
			g.seen[line] = true
			g.body.WriteString(line)
		}
	}
	// Activities are called elsewhere.
	if signature.Params().Len() == 0 || !isNamed(signature.Params().At(0).Type(), "context", "Context") {
		g.adapter(signature)
	}
}

// reference is how a function or method of some package is written as a value that needs no variable.
func (g *generated) reference(e ast.Expr) (expression, name string) {
	var identifier *ast.Ident
	switch e := e.(type) {
	case *ast.Ident:
		identifier = e
	case *ast.SelectorExpr:
		identifier = e.Sel
	default:
		return "", ""
	}
	function, is := g.info.Uses[identifier].(*types.Func)
	if !is {
		return "", ""
	}
	receiver := function.Type().(*types.Signature).Recv()
	if receiver == nil {
		if function.Pkg() == g.types {
			return function.Name(), function.Name()
		}
		return g.packageName(function.Pkg()) + "." + function.Name(), function.Name()
	}
	switch t := types.Unalias(receiver.Type()).(type) {
	case *types.Pointer:
		return fmt.Sprintf("(*%s)(nil).%s", g.typeName(t.Elem()), function.Name()), function.Name()
	case *types.Named:
		if _, is := t.Underlying().(*types.Struct); is {
			return fmt.Sprintf("%s{}.%s", g.typeName(t), function.Name()), function.Name()
		}
	}
	return "", ""
}

// adapter writes how functions of a type are called. Types that can't be written here, since they are declared within a function, have none:
// the SDK says so when such a function is called.
func (g *generated) adapter(signature *types.Signature) {
	results := signature.Results()
	last := results.Len() - 1
	if last < 0 || last > 1 || !isError(results.At(last).Type()) || signature.TypeParams().Len() > 0 || !canBeWritten(signature, map[types.Type]bool{}) {
		return
	}
	plain := types.NewSignatureType(nil, nil, nil, signature.Params(), signature.Results(), signature.Variadic())
	kind := g.typeName(plain)
	if g.seen[kind] {
		return
	}
	g.seen[kind] = true
	var arguments []string
	fmt.Fprintf(&g.body, "\tsundial.Call((%s)(nil), func(function interface{}, in *sundial.Arguments) ([]interface{}, error) {\n", kind)
	n := 0
	for i := range signature.Params().Len() {
		t := signature.Params().At(i).Type()
		if i == 0 && isContext(t) {
			arguments = append(arguments, "in.Context")
			continue
		}
		name := fmt.Sprintf("argument%d", n)
		fmt.Fprintf(&g.body, "\t\tvar %s %s\n\t\tin.Decode(%d, &%s)\n", name, g.typeName(t), n, name)
		if signature.Variadic() && i == signature.Params().Len()-1 {
			name += "..."
		}
		arguments = append(arguments, name)
		n++
	}
	g.body.WriteString("\t\tif err := in.Err(); err != nil {\n\t\t\treturn nil, err\n\t\t}\n")
	callText := fmt.Sprintf("function.(%s)(%s)", kind, strings.Join(arguments, ", "))
	if last == 0 {
		fmt.Fprintf(&g.body, "\t\treturn nil, %s\n\t})\n", callText)
		return
	}
	fmt.Fprintf(&g.body, "\t\tresult, err := %s\n\t\treturn []interface{}{result}, err\n\t})\n", callText)
}

// canBeWritten says whether a type has a name at package level, as far down as names go.
func canBeWritten(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return true
	}
	seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		return t.Obj().Pkg() == nil || t.Obj().Parent() == t.Obj().Pkg().Scope()
	case *types.Alias:
		return t.Obj().Pkg() == nil || t.Obj().Parent() == t.Obj().Pkg().Scope()
	case *types.TypeParam:
		return false
	case *types.Pointer:
		return canBeWritten(t.Elem(), seen)
	case *types.Slice:
		return canBeWritten(t.Elem(), seen)
	case *types.Array:
		return canBeWritten(t.Elem(), seen)
	case *types.Map:
		return canBeWritten(t.Key(), seen) && canBeWritten(t.Elem(), seen)
	case *types.Signature:
		return tupleCanBeWritten(t.Params(), seen) && tupleCanBeWritten(t.Results(), seen)
	case *types.Struct:
		for i := range t.NumFields() {
			if !canBeWritten(t.Field(i).Type(), seen) {
				return false
			}
		}
	}
	return true
}

func tupleCanBeWritten(tuple *types.Tuple, seen map[types.Type]bool) bool {
	for i := range tuple.Len() {
		if !canBeWritten(tuple.At(i).Type(), seen) {
			return false
		}
	}
	return true
}

// typeName writes a type as this file has to. The SDK's own types are written by their public names.
func (g *generated) typeName(t types.Type) string {
	text := types.TypeString(t, func(pkg *types.Package) string {
		if pkg == g.types {
			return ""
		}
		return g.packageName(pkg)
	})
	return text
}

func (g *generated) packageName(pkg *types.Package) string {
	path := pkg.Path()
	if path == internalPath {
		// Of the SDK's own types, handlers and workflow functions take the context; aliases keep their public names.
		path = workflowPath
	}
	if name := g.imports[path]; name != "" {
		return name
	}
	name := fmt.Sprintf("p%d", len(g.imports))
	g.imports[path] = name
	return name
}

func (g *generated) write() ([]byte, error) {
	var out strings.Builder
	fmt.Fprintf(&out, "// Code generated by sundial build. DO NOT EDIT.\n\npackage %s\n\nimport (\n", g.types.Name())
	var paths []string
	for path := range g.imports {
		paths = append(paths, path)
	}
	sort.Strings(paths)
	for _, path := range paths {
		fmt.Fprintf(&out, "\t%s %q\n", g.imports[path], path)
	}
	fmt.Fprintf(&out, ")\n\nfunc init() {\n%s}\n", g.body.String())
	return format.Source([]byte(out.String()))
}
