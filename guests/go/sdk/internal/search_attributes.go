package internal

// Typed search attributes: keys that know their type, and sets of values.

import (
	"fmt"
	"sort"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/converter"
)

// SearchAttributeKey is a name with a type.
type SearchAttributeKey interface {
	GetName() string
	GetValueType() enumspb.IndexedValueType
}

// SearchAttributeUpdate sets or removes one value.
type SearchAttributeUpdate func(*SearchAttributes)

// SearchAttributes is a set of values by key.
type SearchAttributes struct {
	values map[SearchAttributeKey]interface{}
}

// NewSearchAttributes makes a set.
func NewSearchAttributes(updates ...SearchAttributeUpdate) SearchAttributes {
	s := SearchAttributes{values: map[SearchAttributeKey]interface{}{}}
	for _, update := range updates {
		update(&s)
	}
	return s
}

// Size is the number of values, those that are to be removed among them.
func (s SearchAttributes) Size() int { return len(s.values) }

// ContainsKey says whether there is a value.
func (s SearchAttributes) ContainsKey(key SearchAttributeKey) bool {
	_, is := s.values[key]
	return is
}

// GetUntypedValues returns a copy of the set.
func (s SearchAttributes) GetUntypedValues() map[SearchAttributeKey]interface{} {
	all := map[SearchAttributeKey]interface{}{}
	for key, value := range s.values {
		all[key] = value
	}
	return all
}

// Copy is an update that sets all of these values.
func (s SearchAttributes) Copy() SearchAttributeUpdate {
	return func(to *SearchAttributes) {
		for key, value := range s.values {
			to.values[key] = value
		}
	}
}

type key struct {
	name      string
	valueType enumspb.IndexedValueType
}

// GetName implements SearchAttributeKey.
func (k key) GetName() string { return k.name }

// GetValueType implements SearchAttributeKey.
func (k key) GetValueType() enumspb.IndexedValueType { return k.valueType }

func setValue(k SearchAttributeKey, v interface{}) SearchAttributeUpdate {
	return func(s *SearchAttributes) { s.values[k] = v }
}

func getValue[T any](s SearchAttributes, k SearchAttributeKey) (v T, ok bool) {
	v, ok = s.values[k].(T)
	return v, ok
}

// The kinds of keys.
type (
	SearchAttributeKeyString      struct{ key }
	SearchAttributeKeyKeyword     struct{ key }
	SearchAttributeKeyBool        struct{ key }
	SearchAttributeKeyInt64       struct{ key }
	SearchAttributeKeyFloat64     struct{ key }
	SearchAttributeKeyTime        struct{ key }
	SearchAttributeKeyKeywordList struct{ key }
)

// NewSearchAttributeKeyString makes a key for text that is searched by words.
func NewSearchAttributeKeyString(name string) SearchAttributeKeyString {
	return SearchAttributeKeyString{key{name, enumspb.INDEXED_VALUE_TYPE_TEXT}}
}

// NewSearchAttributeKeyKeyword makes a key for text that is searched as a whole.
func NewSearchAttributeKeyKeyword(name string) SearchAttributeKeyKeyword {
	return SearchAttributeKeyKeyword{key{name, enumspb.INDEXED_VALUE_TYPE_KEYWORD}}
}

// NewSearchAttributeKeyBool makes a key for booleans.
func NewSearchAttributeKeyBool(name string) SearchAttributeKeyBool {
	return SearchAttributeKeyBool{key{name, enumspb.INDEXED_VALUE_TYPE_BOOL}}
}

// NewSearchAttributeKeyInt64 makes a key for integers.
func NewSearchAttributeKeyInt64(name string) SearchAttributeKeyInt64 {
	return SearchAttributeKeyInt64{key{name, enumspb.INDEXED_VALUE_TYPE_INT}}
}

// NewSearchAttributeKeyFloat64 makes a key for floats.
func NewSearchAttributeKeyFloat64(name string) SearchAttributeKeyFloat64 {
	return SearchAttributeKeyFloat64{key{name, enumspb.INDEXED_VALUE_TYPE_DOUBLE}}
}

// NewSearchAttributeKeyTime makes a key for moments.
func NewSearchAttributeKeyTime(name string) SearchAttributeKeyTime {
	return SearchAttributeKeyTime{key{name, enumspb.INDEXED_VALUE_TYPE_DATETIME}}
}

// NewSearchAttributeKeyKeywordList makes a key for lists of keywords.
func NewSearchAttributeKeyKeywordList(name string) SearchAttributeKeyKeywordList {
	return SearchAttributeKeyKeywordList{key{name, enumspb.INDEXED_VALUE_TYPE_KEYWORD_LIST}}
}

// ValueSet sets a value.
func (k SearchAttributeKeyString) ValueSet(v string) SearchAttributeUpdate { return setValue(k, v) }

// ValueUnset removes the value.
func (k SearchAttributeKeyString) ValueUnset() SearchAttributeUpdate { return setValue(k, nil) }

// ValueSet sets a value.
func (k SearchAttributeKeyKeyword) ValueSet(v string) SearchAttributeUpdate { return setValue(k, v) }

// ValueUnset removes the value.
func (k SearchAttributeKeyKeyword) ValueUnset() SearchAttributeUpdate { return setValue(k, nil) }

// ValueSet sets a value.
func (k SearchAttributeKeyBool) ValueSet(v bool) SearchAttributeUpdate { return setValue(k, v) }

// ValueUnset removes the value.
func (k SearchAttributeKeyBool) ValueUnset() SearchAttributeUpdate { return setValue(k, nil) }

// ValueSet sets a value.
func (k SearchAttributeKeyInt64) ValueSet(v int64) SearchAttributeUpdate { return setValue(k, v) }

// ValueUnset removes the value.
func (k SearchAttributeKeyInt64) ValueUnset() SearchAttributeUpdate { return setValue(k, nil) }

// ValueSet sets a value.
func (k SearchAttributeKeyFloat64) ValueSet(v float64) SearchAttributeUpdate { return setValue(k, v) }

// ValueUnset removes the value.
func (k SearchAttributeKeyFloat64) ValueUnset() SearchAttributeUpdate { return setValue(k, nil) }

// ValueSet sets a value.
func (k SearchAttributeKeyTime) ValueSet(v time.Time) SearchAttributeUpdate { return setValue(k, v) }

// ValueUnset removes the value.
func (k SearchAttributeKeyTime) ValueUnset() SearchAttributeUpdate { return setValue(k, nil) }

// ValueSet sets a value; the list is copied.
func (k SearchAttributeKeyKeywordList) ValueSet(v []string) SearchAttributeUpdate {
	return setValue(k, append([]string(nil), v...))
}

// ValueUnset removes the value.
func (k SearchAttributeKeyKeywordList) ValueUnset() SearchAttributeUpdate { return setValue(k, nil) }

// GetString returns a value.
func (s SearchAttributes) GetString(k SearchAttributeKeyString) (string, bool) {
	return getValue[string](s, k)
}

// GetKeyword returns a value.
func (s SearchAttributes) GetKeyword(k SearchAttributeKeyKeyword) (string, bool) {
	return getValue[string](s, k)
}

// GetBool returns a value.
func (s SearchAttributes) GetBool(k SearchAttributeKeyBool) (bool, bool) { return getValue[bool](s, k) }

// GetInt64 returns a value.
func (s SearchAttributes) GetInt64(k SearchAttributeKeyInt64) (int64, bool) {
	return getValue[int64](s, k)
}

// GetFloat64 returns a value.
func (s SearchAttributes) GetFloat64(k SearchAttributeKeyFloat64) (float64, bool) {
	return getValue[float64](s, k)
}

// GetTime returns a value.
func (s SearchAttributes) GetTime(k SearchAttributeKeyTime) (time.Time, bool) {
	return getValue[time.Time](s, k)
}

// GetKeywordList returns a value.
func (s SearchAttributes) GetKeywordList(k SearchAttributeKeyKeywordList) ([]string, bool) {
	return getValue[[]string](s, k)
}

// encodeTyped writes the values with their types. Removals only make sense for a run that has values.
func encodeTyped(s SearchAttributes, removals bool) (*commonpb.SearchAttributes, error) {
	keys := make([]SearchAttributeKey, 0, len(s.values))
	for k := range s.values {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i].GetName() < keys[j].GetName() })
	fields := map[string]*commonpb.Payload{}
	for _, k := range keys {
		value := s.values[k]
		if value == nil && !removals {
			continue
		}
		if _, twice := fields[k.GetName()]; twice {
			return nil, fmt.Errorf("search attribute %q has two types", k.GetName())
		}
		payload, err := converter.GetDefaultDataConverter().ToPayload(value)
		if err != nil {
			return nil, err
		}
		payload.Metadata["type"] = []byte(k.GetValueType().String())
		fields[k.GetName()] = payload
	}
	return &commonpb.SearchAttributes{IndexedFields: fields}, nil
}

func decodeTyped(encoded *commonpb.SearchAttributes) SearchAttributes {
	s := NewSearchAttributes()
	for name, payload := range encoded.GetIndexedFields() {
		decodeOne(s, name, payload)
	}
	return s
}

func decodeOne(s SearchAttributes, name string, payload *commonpb.Payload) {
	switch string(payload.GetMetadata()["type"]) {
	case enumspb.INDEXED_VALUE_TYPE_TEXT.String():
		decodeValue[string](s, NewSearchAttributeKeyString(name), payload)
	case enumspb.INDEXED_VALUE_TYPE_KEYWORD.String():
		decodeValue[string](s, NewSearchAttributeKeyKeyword(name), payload)
	case enumspb.INDEXED_VALUE_TYPE_BOOL.String():
		decodeValue[bool](s, NewSearchAttributeKeyBool(name), payload)
	case enumspb.INDEXED_VALUE_TYPE_INT.String():
		decodeValue[int64](s, NewSearchAttributeKeyInt64(name), payload)
	case enumspb.INDEXED_VALUE_TYPE_DOUBLE.String():
		decodeValue[float64](s, NewSearchAttributeKeyFloat64(name), payload)
	case enumspb.INDEXED_VALUE_TYPE_DATETIME.String():
		decodeValue[time.Time](s, NewSearchAttributeKeyTime(name), payload)
	case enumspb.INDEXED_VALUE_TYPE_KEYWORD_LIST.String():
		decodeValue[[]string](s, NewSearchAttributeKeyKeywordList(name), payload)
	}
}

func decodeValue[T any](s SearchAttributes, k SearchAttributeKey, payload *commonpb.Payload) {
	var value T
	if converter.GetDefaultDataConverter().FromPayload(payload, &value) == nil {
		s.values[k] = value
	}
}
