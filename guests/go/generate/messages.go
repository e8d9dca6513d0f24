package main

// How a message looks in Go: the shape of the usual generated code (pointers, getters, a wrapper type for each case of a oneof), with
// an encoder and a decoder that are plain code.

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

var wellKnown = map[protoreflect.FullName]string{
	"google.protobuf.Duration":  "wire.Duration",
	"google.protobuf.Timestamp": "wire.Timestamp",
	"google.protobuf.Empty":     "wire.Empty",
}

// fields are those that are generated, in the order of their numbers.
func fields(m protoreflect.MessageDescriptor) []protoreflect.FieldDescriptor {
	var all []protoreflect.FieldDescriptor
	for i := range m.Fields().Len() {
		if field := m.Fields().Get(i); !skipped[field.FullName()] {
			all = append(all, field)
		}
	}
	return all
}

func (f *goFile) message(m protoreflect.MessageDescriptor) {
	f.imports["go.temporal.io/api/wire"] = ""
	name := goName(m)
	f.line("// %s is the message %s.", name, m.FullName())
	f.line("type %s struct {", name)
	oneofs := map[string]bool{}
	for _, field := range fields(m) {
		if oneof := field.ContainingOneof(); oneof != nil {
			if !oneofs[string(oneof.Name())] {
				oneofs[string(oneof.Name())] = true
				f.line("\t%s is%s_%s", goField(oneof.Name()), name, goField(oneof.Name()))
			}
			continue
		}
		f.line("\t%s %s", goField(field.Name()), f.fieldType(field))
	}
	f.line("}\n")
	for i := range m.Oneofs().Len() {
		f.oneof(name, m.Oneofs().Get(i))
	}
	f.getters(name, m)
	f.encoder(name, m)
	f.decoder(name, m)
}

func (f *goFile) oneof(name string, oneof protoreflect.OneofDescriptor) {
	kind := fmt.Sprintf("is%s_%s", name, goField(oneof.Name()))
	f.line("type %s interface{ %s() }\n", kind, kind)
	for i := range oneof.Fields().Len() {
		field := oneof.Fields().Get(i)
		if skipped[field.FullName()] {
			continue
		}
		f.line("// %s_%s is one case of %s.", name, goField(field.Name()), oneof.FullName())
		f.line("type %s_%s struct{ %s %s }\n", name, goField(field.Name()), goField(field.Name()), f.fieldType(field))
		f.line("func (*%s_%s) %s() {}\n", name, goField(field.Name()), kind)
	}
}

func (f *goFile) getters(name string, m protoreflect.MessageDescriptor) {
	for _, field := range fields(m) {
		kind, goname := f.fieldType(field), goField(field.Name())
		f.line("// Get%s returns the field, or its zero value.", goname)
		f.line("func (m *%s) Get%s() (v %s) {", name, goname, kind)
		if oneof := field.ContainingOneof(); oneof != nil {
			f.line("\tif m != nil {\n\t\tif c, is := m.%s.(*%s_%s); is {\n\t\t\treturn c.%s\n\t\t}\n\t}\n\treturn v\n}\n", goField(oneof.Name()), name, goname, goname)
			continue
		}
		f.line("\tif m != nil {\n\t\treturn m.%s\n\t}\n\treturn v\n}\n", goname)
	}
	for i := range m.Oneofs().Len() {
		oneof := goField(m.Oneofs().Get(i).Name())
		f.line("// Get%s returns the case that is set, nil if none is.", oneof)
		f.line("func (m *%s) Get%s() is%s_%s {\n\tif m != nil {\n\t\treturn m.%s\n\t}\n\treturn nil\n}\n", name, oneof, name, oneof, oneof)
	}
}

func (f *goFile) encoder(name string, m protoreflect.MessageDescriptor) {
	f.line("// AppendTo appends the encoded message.")
	f.line("func (m *%s) AppendTo(b []byte) []byte {\n\tif m == nil {\n\t\treturn b\n\t}", name)
	for _, field := range fields(m) {
		number := int(field.Number())
		goname := goField(field.Name())
		value := "m." + goname
		switch {
		case field.ContainingOneof() != nil:
			f.line("\tif c, is := m.%s.(*%s_%s); is {", goField(field.ContainingOneof().Name()), name, goname)
			f.line("\t\tb = %s\n\t}", appendAlways(field, number, "c."+goname))
		case field.IsMap():
			f.imports["sort"] = ""
			f.line("\tif len(%s) > 0 {\n\t\tkeys := make([]string, 0, len(%s))\n\t\tfor k := range %s {\n\t\t\tkeys = append(keys, k)\n\t\t}\n\t\tsort.Strings(keys)", value, value, value)
			f.line("\t\tfor _, k := range keys {\n\t\t\tb = wire.AppendEntry(b, %d, k, func(b []byte) []byte { return %s })\n\t\t}\n\t}", number, appendAlways(field.MapValue(), 2, value+"[k]"))
		case field.IsList():
			f.line("\tfor _, v := range %s {\n\t\tb = %s\n\t}", value, appendAlways(field, number, "v"))
		case field.Message() != nil:
			f.line("\tif %s != nil {\n\t\tb = wire.AppendMessage(b, %d, %s)\n\t}", value, number, value)
		case field.Kind() == protoreflect.StringKind || field.Kind() == protoreflect.BytesKind:
			f.line("\tif len(%s) > 0 {\n\t\tb = %s\n\t}", value, appendAlways(field, number, value))
		default:
			f.line("\tb = %s", appendNonZero(field, number, value))
		}
	}
	f.line("\treturn b\n}\n")
}

// appendNonZero writes a scalar as proto3 does: not at all if it is zero.
func appendNonZero(field protoreflect.FieldDescriptor, number int, value string) string {
	switch field.Kind() {
	case protoreflect.BoolKind:
		return fmt.Sprintf("wire.AppendBool(b, %d, %s)", number, value)
	case protoreflect.DoubleKind:
		return fmt.Sprintf("wire.AppendDouble(b, %d, %s)", number, value)
	case protoreflect.FloatKind:
		return fmt.Sprintf("wire.AppendFloat(b, %d, %s)", number, value)
	default:
		return fmt.Sprintf("wire.AppendUint(b, %d, %s)", number, asUint(field, value))
	}
}

// appendAlways writes a value even if it is zero: elements, map values and cases of a oneof.
func appendAlways(field protoreflect.FieldDescriptor, number int, value string) string {
	switch field.Kind() {
	case protoreflect.MessageKind:
		return fmt.Sprintf("wire.AppendMessage(b, %d, %s)", number, value)
	case protoreflect.StringKind:
		return fmt.Sprintf("wire.AppendString(b, %d, %s)", number, value)
	case protoreflect.BytesKind:
		return fmt.Sprintf("wire.AppendBytes(b, %d, %s)", number, value)
	case protoreflect.BoolKind:
		return fmt.Sprintf("wire.AppendVarint(wire.AppendTag(b, %d, wire.Varint), wire.Bit(%s))", number, value)
	default:
		return fmt.Sprintf("wire.AppendVarint(wire.AppendTag(b, %d, wire.Varint), %s)", number, asUint(field, value))
	}
}

// asUint extends the sign of 32-bit integers, as the wire format asks.
func asUint(field protoreflect.FieldDescriptor, value string) string {
	switch field.Kind() {
	case protoreflect.Uint64Kind:
		return value
	case protoreflect.Int32Kind, protoreflect.EnumKind:
		return "uint64(int64(" + value + "))"
	default:
		return "uint64(" + value + ")"
	}
}

func (f *goFile) decoder(name string, m protoreflect.MessageDescriptor) {
	f.line("// Decode adds the fields in b.")
	f.line("func (m *%s) Decode(b []byte) error {\n\tr := wire.Read(b)\n\tfor {\n\t\tnumber, kind, ok := r.Next()\n\t\tif !ok {\n\t\t\treturn r.Err()\n\t\t}", name)
	f.line("\t\tswitch number<<3 | kind {")
	for _, field := range fields(m) {
		goname := goField(field.Name())
		f.line("\t\tcase %d<<3 | wire.%s:", field.Number(), wireKind(field))
		switch {
		case field.ContainingOneof() != nil:
			f.line("\t\t\tc := &%s_%s{}", name, goname)
			f.line("\t\t\t%s", f.take(field, "c."+goname))
			f.line("\t\t\tm.%s = c", goField(field.ContainingOneof().Name()))
		case field.IsMap():
			f.line("\t\t\tif m.%s == nil {\n\t\t\t\tm.%s = %s{}\n\t\t\t}\n\t\t\tk, value := r.Entry()", goname, goname, f.fieldType(field))
			f.line("\t\t\t%s", f.mapValue(field.MapValue(), "m."+goname+"[k]"))
		case field.IsList():
			if wireKind(field) == "Bytes" {
				f.line("\t\t\tvar v %s\n\t\t\t%s\n\t\t\tm.%s = append(m.%s, v)", f.elementType(field), f.take(field, "v"), goname, goname)
				continue
			}
			f.line("\t\t\tm.%s = append(m.%s, %s(r.Varint()))", goname, goname, f.elementType(field))
			f.line("\t\tcase %d<<3 | wire.Bytes:", field.Number())
			f.line("\t\t\tpacked := wire.Read(r.Bytes())\n\t\t\tfor packed.More() {\n\t\t\t\tm.%s = append(m.%s, %s(packed.Varint()))\n\t\t\t}\n\t\t\tr.Fail(packed.Err())", goname, goname, f.elementType(field))
		default:
			f.line("\t\t\t%s", f.take(field, "m."+goname))
		}
	}
	f.line("\t\tdefault:\n\t\t\tr.Skip(kind)\n\t\t}\n\t}\n}\n")
}

func (f *goFile) take(field protoreflect.FieldDescriptor, to string) string {
	switch field.Kind() {
	case protoreflect.MessageKind:
		return fmt.Sprintf("%s = &%s{}\n\t\t\tr.Fail(%s.Decode(r.Bytes()))", to, f.typeName(field.Message()), to)
	case protoreflect.StringKind:
		return to + " = string(r.Bytes())"
	case protoreflect.BytesKind:
		return to + " = append([]byte{}, r.Bytes()...)"
	case protoreflect.BoolKind:
		return to + " = r.Varint() != 0"
	case protoreflect.DoubleKind:
		return to + " = r.Double()"
	case protoreflect.FloatKind:
		return to + " = r.Float()"
	case protoreflect.Uint64Kind:
		return to + " = r.Varint()"
	default:
		return fmt.Sprintf("%s = %s(r.Varint())", to, f.elementType(field))
	}
}

func (f *goFile) mapValue(value protoreflect.FieldDescriptor, to string) string {
	switch value.Kind() {
	case protoreflect.MessageKind:
		return fmt.Sprintf("v := &%s{}\n\t\t\tr.Fail(v.Decode(value))\n\t\t\t%s = v", f.typeName(value.Message()), to)
	case protoreflect.StringKind:
		return to + " = string(value)"
	default:
		return to + " = append([]byte{}, value...)"
	}
}

func wireKind(field protoreflect.FieldDescriptor) string {
	switch field.Kind() {
	case protoreflect.MessageKind, protoreflect.StringKind, protoreflect.BytesKind:
		return "Bytes"
	case protoreflect.DoubleKind:
		return "Fixed64"
	case protoreflect.FloatKind:
		return "Fixed32"
	default:
		return "Varint"
	}
}

func (f *goFile) fieldType(field protoreflect.FieldDescriptor) string {
	switch {
	case field.IsMap():
		return "map[string]" + f.elementType(field.MapValue())
	case field.IsList():
		return "[]" + f.elementType(field)
	default:
		return f.elementType(field)
	}
}

func (f *goFile) elementType(field protoreflect.FieldDescriptor) string {
	switch field.Kind() {
	case protoreflect.MessageKind:
		return "*" + f.typeName(field.Message())
	case protoreflect.EnumKind:
		return f.typeName(field.Enum())
	case protoreflect.BytesKind:
		return "[]byte"
	case protoreflect.DoubleKind:
		return "float64"
	case protoreflect.FloatKind:
		return "float32"
	default:
		return field.Kind().String()
	}
}

// typeName is the type as this file has to write it.
func (f *goFile) typeName(d protoreflect.Descriptor) string {
	if name := wellKnown[d.FullName()]; name != "" {
		return name
	}
	at := places[d.ParentFile().Package()]
	if at == f.place {
		return goName(d)
	}
	alias := at.name + "pb"
	f.imports[at.path] = alias
	return alias + "." + goName(d)
}

// goName joins the names of nested types, as the usual generator does.
func goName(d protoreflect.Descriptor) string {
	name := string(d.Name())
	if parent, nested := d.Parent().(protoreflect.MessageDescriptor); nested {
		return goName(parent) + "_" + name
	}
	return name
}

// goField is the usual generator's name for a field.
func goField(name protoreflect.Name) string {
	var out strings.Builder
	for _, word := range strings.Split(string(name), "_") {
		if word != "" {
			out.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return out.String()
}
