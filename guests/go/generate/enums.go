package main

// How an enum looks in Go: Temporal's own Go names, and String in the short form that Temporal's Go API prints.

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

func (f *goFile) enum(e protoreflect.EnumDescriptor) {
	f.imports["strconv"] = ""
	name := goName(e)
	f.line("// %s is the enum %s.", name, e.FullName())
	f.line("type %s int32\n\nconst (", name)
	values := e.Values()
	prefix := enumPrefix(e)
	for i := range values.Len() {
		value := values.Get(i)
		f.line("\t%s %s = %d", valueName(e, value), name, value.Number())
	}
	f.line(")\n")
	f.line("// String returns the value's short name.")
	f.line("func (x %s) String() string {\n\tswitch x {", name)
	seen := map[protoreflect.EnumNumber]bool{}
	for i := range values.Len() {
		value := values.Get(i)
		if seen[value.Number()] {
			continue
		}
		seen[value.Number()] = true
		f.line("\tcase %d:\n\t\treturn %q", value.Number(), camel(strings.TrimPrefix(string(value.Name()), prefix)))
	}
	f.line("\t}\n\treturn strconv.Itoa(int(x))\n}\n")
}

// valueName is Temporal's: the value alone in its own API, with the enum before it where several enums of one package share names.
func valueName(e protoreflect.EnumDescriptor, value protoreflect.EnumValueDescriptor) string {
	if strings.HasPrefix(string(e.FullName()), "temporal.api.") || strings.HasPrefix(string(value.Name()), enumPrefix(e)) {
		return string(value.Name())
	}
	return goName(e) + "_" + string(value.Name())
}

// enumPrefix is the enum's name in the style of its values, with an underscore after it.
func enumPrefix(e protoreflect.EnumDescriptor) string {
	var out strings.Builder
	for i, r := range string(e.Name()) {
		if i > 0 && r >= 'A' && r <= 'Z' {
			out.WriteByte('_')
		}
		out.WriteRune(r)
	}
	return strings.ToUpper(out.String()) + "_"
}

func camel(name string) string {
	var out strings.Builder
	for _, word := range strings.Split(strings.ToLower(name), "_") {
		if word != "" {
			out.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return out.String()
}
