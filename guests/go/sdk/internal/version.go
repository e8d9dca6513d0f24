package internal

// GetVersion and the recording of side effects. The core SDK has no markers of its own for either, but it has patch markers: an id that is
// written to history at once and announced before the task that wrote it is replayed. So
//
//   - version 3 of change "x" is the patch "x-3", which is also what Temporal's Go SDK puts into TemporalChangeVersion; a change that
//     was met while replaying and has no patch is DefaultVersion;
//   - the n-th side effect's value is the patch "side-effect/n/encoding/value".
//
// Values should be small: history holds them, and up to 2 KB of them are listed in TemporalChangeVersion.

import (
	"encoding/base64"
	"fmt"
	"sort"
	"strconv"
	"strings"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/internal/coresdk/commands"
)

// Version is a version of a change.
type Version int

// DefaultVersion is that of runs which passed a change before it was made.
const DefaultVersion Version = -1

// GetVersion says which version of a change this run takes: the newest for a new run, always the same for one run.
func GetVersion(ctx Context, changeID string, minSupported, maxSupported Version) Version {
	r := runOf(ctx)
	version, known := r.versions[changeID]
	if !known {
		version = r.recordedVersion(changeID)
		if !r.isReplaying && version == DefaultVersion {
			version = maxSupported
		}
		if version != DefaultVersion {
			r.patch(fmt.Sprintf("%s-%d", changeID, version))
		}
		r.versions[changeID] = version
	}
	if version < minSupported {
		panic(fmt.Sprintf("Workflow code removed support of version %v. for \"%v\" changeID. The oldest supported version is %v", version, changeID, minSupported))
	}
	if version > maxSupported {
		panic(fmt.Sprintf("Workflow code is too old to support version %v for \"%v\" changeID. The maximum supported version is %v", version, changeID, maxSupported))
	}
	return version
}

// recordedVersion looks for the change among the patches that history announced. More than one can fit if an id ends in a number; the
// longest id wins by being exact: what follows it must be a number and nothing else.
func (r *Run) recordedVersion(changeID string) Version {
	found := DefaultVersion
	for _, patch := range r.sortedPatches() {
		number, is := strings.CutPrefix(patch, changeID+"-")
		if !is {
			continue
		}
		if version, err := strconv.Atoi(number); err == nil {
			found = Version(version)
		}
	}
	return found
}

func (r *Run) sortedPatches() []string {
	all := make([]string, 0, len(r.patches))
	for patch := range r.patches {
		all = append(all, patch)
	}
	sort.Strings(all)
	return all
}

func (r *Run) patch(id string) {
	r.command(commands.WorkflowCommand{Variant: &commands.WorkflowCommand_SetPatchMarker{
		SetPatchMarker: &commands.SetPatchMarker{PatchId: id}}})
}

// SideEffectOptions are the optional parts of a side effect.
type SideEffectOptions struct{ Summary string }

// MutableSideEffectOptions are the optional parts of a mutable side effect.
type MutableSideEffectOptions struct{ Summary string }

// SideEffect calls f once and keeps its value in history, where each replay finds it.
func SideEffect(ctx Context, f func(ctx Context) interface{}) converter.EncodedValue {
	r := runOf(ctx)
	r.mustChange()
	r.sideEffects++
	prefix := fmt.Sprintf("side-effect/%d/", r.sideEffects)
	dc := dataConverterOf(ctx)
	payload := r.recordedValue(prefix)
	if payload == nil {
		payload = r.evaluate(dc, r.sideEffect(ctx, f))
	}
	r.patch(prefix + writeValue(payload))
	return valueOf(payload, dc)
}

type mutableValue struct {
	calls   int
	payload *commonpb.Payload
}

// MutableSideEffect calls f each time, but keeps its value only if equals says that it differs from the last one.
func MutableSideEffect(ctx Context, id string, f func(ctx Context) interface{}, equals func(a, b interface{}) bool) converter.EncodedValue {
	r := runOf(ctx)
	r.mustChange()
	dc := dataConverterOf(ctx)
	value := r.mutable[id]
	if value == nil {
		value = &mutableValue{}
		r.mutable[id] = value
	}
	value.calls++
	prefix := fmt.Sprintf("mutable-side-effect/%s/%d/", id, value.calls)
	recorded := r.recordedValue(prefix)
	switch {
	case recorded != nil:
		value.payload = recorded
		r.patch(prefix + writeValue(recorded))
	case !r.isReplaying || value.payload == nil:
		fresh := r.sideEffect(ctx, f)
		if value.payload == nil || !r.same(value.payload, fresh, dc, equals) {
			value.payload = r.evaluate(dc, fresh)
			r.patch(prefix + writeValue(value.payload))
		}
	}
	return valueOf(value.payload, dc)
}

// same decodes the last value into the type of the new one, so that equals compares like with like.
func (r *Run) same(last *commonpb.Payload, fresh interface{}, dc converter.DataConverter, equals func(a, b interface{}) bool) bool {
	before := newLike(fresh)
	if err := dc.FromPayload(last, before.pointer); err != nil {
		return false
	}
	return equals(before.value(), fresh)
}

// sideEffect calls f where it may have random numbers: no replay calls it again.
func (r *Run) sideEffect(ctx Context, f func(ctx Context) interface{}) interface{} {
	r.host.SideEffect(true)
	defer r.host.SideEffect(false)
	return f(ctx)
}

func (r *Run) evaluate(dc converter.DataConverter, value interface{}) *commonpb.Payload {
	payload, err := dc.ToPayload(value)
	if err != nil {
		panic(err)
	}
	return payload
}

func (r *Run) recordedValue(prefix string) *commonpb.Payload {
	for _, patch := range r.sortedPatches() {
		if text, is := strings.CutPrefix(patch, prefix); is {
			return readValue(text)
		}
	}
	return nil
}

func valueOf(payload *commonpb.Payload, dc converter.DataConverter) converter.EncodedValue {
	return NewEncodedValue(&commonpb.Payloads{Payloads: []*commonpb.Payload{payload}}, dc)
}

// writeValue writes JSON as it is, so that people can read it in history, and everything else in base64.
func writeValue(payload *commonpb.Payload) string {
	if encoding := string(payload.GetMetadata()[converter.MetadataEncoding]); encoding == converter.MetadataEncodingJSON {
		return "json:" + string(payload.GetData())
	}
	return "payload:" + base64.RawStdEncoding.EncodeToString(payload.AppendTo(nil))
}

func readValue(text string) *commonpb.Payload {
	if data, is := strings.CutPrefix(text, "json:"); is {
		return &commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(converter.MetadataEncodingJSON)}, Data: []byte(data)}
	}
	data, err := base64.RawStdEncoding.DecodeString(strings.TrimPrefix(text, "payload:"))
	payload := &commonpb.Payload{}
	if err != nil || payload.Decode(data) != nil {
		return nil
	}
	return payload
}
