package converter

// The three encodings that every program has: nothing, bytes, JSON.

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"

	commonpb "go.temporal.io/api/common/v1"
)

// NilPayloadConverter takes nil: untyped, and nil pointers. A nil slice or map is JSON's null, as in Temporal's SDK.
type NilPayloadConverter struct{}

// NewNilPayloadConverter makes one.
func NewNilPayloadConverter() *NilPayloadConverter { return &NilPayloadConverter{} }

// ToPayload implements PayloadConverter.
func (*NilPayloadConverter) ToPayload(value interface{}) (*commonpb.Payload, error) {
	if isNil(value) {
		return newPayload(MetadataEncodingNil, nil), nil
	}
	return nil, nil
}

// FromPayload sets what valuePtr points to to its zero value.
func (*NilPayloadConverter) FromPayload(_ *commonpb.Payload, valuePtr interface{}) error {
	v := reflect.ValueOf(valuePtr)
	if v.Kind() != reflect.Ptr || v.IsNil() {
		return fmt.Errorf("type: %T: %w", valuePtr, ErrValuePtrIsNotPointer)
	}
	v.Elem().Set(reflect.Zero(v.Elem().Type()))
	return nil
}

// ToString implements PayloadConverter.
func (*NilPayloadConverter) ToString(*commonpb.Payload) string { return "nil" }

// Encoding implements PayloadConverter.
func (*NilPayloadConverter) Encoding() string { return MetadataEncodingNil }

func isNil(value interface{}) bool {
	v := reflect.ValueOf(value)
	return value == nil || (v.Kind() == reflect.Ptr && v.IsNil())
}

// ByteSlicePayloadConverter takes []byte.
type ByteSlicePayloadConverter struct{}

// NewByteSlicePayloadConverter makes one.
func NewByteSlicePayloadConverter() *ByteSlicePayloadConverter { return &ByteSlicePayloadConverter{} }

// ToPayload implements PayloadConverter.
func (*ByteSlicePayloadConverter) ToPayload(value interface{}) (*commonpb.Payload, error) {
	if data, is := value.([]byte); is {
		return newPayload(MetadataEncodingBinary, data), nil
	}
	return nil, nil
}

// FromPayload implements PayloadConverter.
func (*ByteSlicePayloadConverter) FromPayload(payload *commonpb.Payload, valuePtr interface{}) error {
	switch to := valuePtr.(type) {
	case *[]byte:
		*to = payload.GetData()
		return nil
	case *interface{}:
		*to = payload.GetData()
		return nil
	}
	v := reflect.ValueOf(valuePtr)
	if v.Kind() != reflect.Ptr {
		return fmt.Errorf("type: %T: %w", valuePtr, ErrValuePtrIsNotPointer)
	}
	if e := v.Elem(); e.Kind() == reflect.Slice && e.Type().Elem().Kind() == reflect.Uint8 {
		e.SetBytes(payload.GetData())
		return nil
	}
	return fmt.Errorf("type %T: %w", valuePtr, ErrUnableToSetValue)
}

// ToString implements PayloadConverter.
func (*ByteSlicePayloadConverter) ToString(payload *commonpb.Payload) string {
	return base64.RawStdEncoding.EncodeToString(payload.GetData())
}

// Encoding implements PayloadConverter.
func (*ByteSlicePayloadConverter) Encoding() string { return MetadataEncodingBinary }

// JSONPayloadConverter takes everything that encoding/json takes.
type JSONPayloadConverter struct{}

// NewJSONPayloadConverter makes one.
func NewJSONPayloadConverter() *JSONPayloadConverter { return &JSONPayloadConverter{} }

// ToPayload implements PayloadConverter.
func (*JSONPayloadConverter) ToPayload(value interface{}) (*commonpb.Payload, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnableToEncode, err)
	}
	return newPayload(MetadataEncodingJSON, data), nil
}

// FromPayload implements PayloadConverter.
func (*JSONPayloadConverter) FromPayload(payload *commonpb.Payload, valuePtr interface{}) error {
	if err := json.Unmarshal(payload.GetData(), valuePtr); err != nil {
		return fmt.Errorf("%w: %w", ErrUnableToDecode, err)
	}
	return nil
}

// ToString implements PayloadConverter.
func (*JSONPayloadConverter) ToString(payload *commonpb.Payload) string {
	return string(payload.GetData())
}

// Encoding implements PayloadConverter.
func (*JSONPayloadConverter) Encoding() string { return MetadataEncodingJSON }
