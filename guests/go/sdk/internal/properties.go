package internal

// Memo and search attributes.

import (
	"errors"
	"fmt"
	"sort"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/internal/coresdk/commands"
)

// UpsertMemo adds to the memo; nil removes a field.
func UpsertMemo(ctx Context, memo map[string]interface{}) error {
	if len(memo) == 0 {
		return errors.New("memo is empty")
	}
	r := runOf(ctx)
	encoded, err := encodeMemo(memo, dataConverterOf(ctx))
	if err != nil {
		return err
	}
	r.command(commands.WorkflowCommand{Variant: &commands.WorkflowCommand_ModifyWorkflowProperties{
		ModifyWorkflowProperties: &commands.ModifyWorkflowProperties{UpsertedMemo: encoded}}})
	merged := &commonpb.Memo{Fields: merge(r.info.Memo.GetFields(), encoded.Fields)}
	r.info.Memo = merged
	return nil
}

func encodeMemo(memo map[string]interface{}, dc converter.DataConverter) (*commonpb.Memo, error) {
	if len(memo) == 0 {
		return nil, nil
	}
	fields := map[string]*commonpb.Payload{}
	for _, name := range sortedKeys(memo) {
		payload, err := dc.ToPayload(memo[name])
		if err != nil {
			return nil, fmt.Errorf("encode workflow memo error: %w", err)
		}
		fields[name] = payload
	}
	return &commonpb.Memo{Fields: fields}, nil
}

// UpsertSearchAttributes adds search attributes whose types the server knows.
func UpsertSearchAttributes(ctx Context, attributes map[string]interface{}) error {
	if len(attributes) == 0 {
		return errors.New("search attributes is empty")
	}
	if _, is := attributes["TemporalChangeVersion"]; is {
		return errors.New("TemporalChangeVersion is a reserved key that cannot be set, please use other key")
	}
	encoded, err := encodeSearchAttributes(attributes, SearchAttributes{})
	if err != nil {
		return err
	}
	runOf(ctx).upsertSearchAttributes(encoded)
	return nil
}

// UpsertTypedSearchAttributes adds and removes search attributes.
func UpsertTypedSearchAttributes(ctx Context, updates ...SearchAttributeUpdate) error {
	encoded, err := encodeTyped(NewSearchAttributes(updates...), true)
	if err != nil {
		return err
	}
	if len(encoded.GetIndexedFields()) > 0 {
		runOf(ctx).upsertSearchAttributes(encoded)
	}
	return nil
}

func (r *Run) upsertSearchAttributes(encoded *commonpb.SearchAttributes) {
	r.command(commands.WorkflowCommand{Variant: &commands.WorkflowCommand_UpsertWorkflowSearchAttributes{
		UpsertWorkflowSearchAttributes: &commands.UpsertWorkflowSearchAttributes{SearchAttributes: encoded}}})
	r.info.SearchAttributes = &commonpb.SearchAttributes{IndexedFields: merge(r.info.SearchAttributes.GetIndexedFields(), encoded.IndexedFields)}
}

// GetTypedSearchAttributes returns those that the run has, as far as their types are known.
func GetTypedSearchAttributes(ctx Context) SearchAttributes {
	return decodeTyped(runOf(ctx).info.SearchAttributes)
}

// encodeSearchAttributes takes either kind; search attributes never go through a data converter of the user's, since the server reads them.
func encodeSearchAttributes(untyped map[string]interface{}, typed SearchAttributes) (*commonpb.SearchAttributes, error) {
	if len(untyped) > 0 && typed.Size() > 0 {
		return nil, errors.New("cannot specify both SearchAttributes and TypedSearchAttributes")
	}
	if typed.Size() > 0 {
		return encodeTyped(typed, false)
	}
	if len(untyped) == 0 {
		return nil, nil
	}
	fields := map[string]*commonpb.Payload{}
	for _, name := range sortedKeys(untyped) {
		payload, err := converter.GetDefaultDataConverter().ToPayload(untyped[name])
		if err != nil {
			return nil, fmt.Errorf("encode search attribute [%s] error: %w", name, err)
		}
		fields[name] = payload
	}
	return &commonpb.SearchAttributes{IndexedFields: fields}, nil
}

func sortedKeys(m map[string]interface{}) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// merge returns a new map: workflow code may hold the old one. What was set to nothing is gone.
func merge(old, changes map[string]*commonpb.Payload) map[string]*commonpb.Payload {
	merged := map[string]*commonpb.Payload{}
	for key, value := range old {
		merged[key] = value
	}
	for key, value := range changes {
		if string(value.GetMetadata()[converter.MetadataEncoding]) == converter.MetadataEncodingNil {
			delete(merged, key)
		} else {
			merged[key] = value
		}
	}
	return merged
}
