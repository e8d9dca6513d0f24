// Package converter turns values into payloads and back. It owns the interfaces and the order in which encodings are tried, which are
// those of Temporal's Go SDK: nil, bytes, then JSON. It knows nothing of workflows.
package converter

import (
	"errors"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
)

// What a payload's metadata says.
const (
	MetadataEncoding          = "encoding"
	MetadataEncodingBinary    = "binary/plain"
	MetadataEncodingJSON      = "json/plain"
	MetadataEncodingNil       = "binary/null"
	MetadataEncodingProto     = "binary/protobuf"
	MetadataEncodingProtoJSON = "json/protobuf"
	MetadataMessageType       = "messageType"
)

// Why a value can't be converted.
var (
	ErrMetadataIsNotSet              = errors.New("metadata is not set")
	ErrEncodingIsNotSet              = errors.New("payload encoding metadata is not set")
	ErrEncodingIsNotSupported        = errors.New("payload encoding is not supported")
	ErrUnableToEncode                = errors.New("unable to encode")
	ErrUnableToDecode                = errors.New("unable to decode")
	ErrUnableToSetValue              = errors.New("unable to set value")
	ErrUnableToFindConverter         = errors.New("unable to find converter")
	ErrValueNotImplementProtoMessage = errors.New("value doesn't implement proto.Message")
	ErrValuePtrIsNotPointer          = errors.New("not a pointer type")
)

// PayloadConverter knows one encoding. ToPayload answers nil for a value that it does not take.
type PayloadConverter interface {
	ToPayload(value interface{}) (*commonpb.Payload, error)
	FromPayload(payload *commonpb.Payload, valuePtr interface{}) error
	ToString(payload *commonpb.Payload) string
	Encoding() string
}

// DataConverter turns any number of values into payloads and back.
type DataConverter interface {
	ToPayload(value interface{}) (*commonpb.Payload, error)
	FromPayload(payload *commonpb.Payload, valuePtr interface{}) error
	ToPayloads(value ...interface{}) (*commonpb.Payloads, error)
	FromPayloads(payloads *commonpb.Payloads, valuePtrs ...interface{}) error
	ToString(input *commonpb.Payload) string
	ToStrings(input *commonpb.Payloads) []string
}

// EncodedValue is a value that is decoded when it is asked for.
type EncodedValue interface {
	HasValue() bool
	Get(valuePtr interface{}) error
}

// EncodedValues are values that are decoded when they are asked for.
type EncodedValues interface {
	HasValues() bool
	Get(valuePtr ...interface{}) error
}

// RawValue is a payload that is passed on as it is.
type RawValue struct{ payload *commonpb.Payload }

// NewRawValue wraps a payload.
func NewRawValue(payload *commonpb.Payload) RawValue { return RawValue{payload} }

// Payload returns what it wraps.
func (v RawValue) Payload() *commonpb.Payload { return v.payload }

// CompositeDataConverter tries one payload converter after another.
type CompositeDataConverter struct{ converters []PayloadConverter }

// NewCompositeDataConverter tries them in this order; the last should take everything.
func NewCompositeDataConverter(payloadConverters ...PayloadConverter) DataConverter {
	return &CompositeDataConverter{payloadConverters}
}

// Further converters of the default one, which generated code adds when a program needs them. They come before JSON.
var further []PayloadConverter

// AddDefault puts a converter before JSON in the default data converter.
func AddDefault(c PayloadConverter) {
	further = append(further, c)
	standard = newDefault()
}

var standard = newDefault()

func newDefault() DataConverter {
	all := append([]PayloadConverter{NewNilPayloadConverter(), NewByteSlicePayloadConverter()}, further...)
	return NewCompositeDataConverter(append(all, NewJSONPayloadConverter())...)
}

// GetDefaultDataConverter is what workflows and activities use unless they say otherwise.
func GetDefaultDataConverter() DataConverter { return standard }

// ToPayload implements DataConverter.
func (c *CompositeDataConverter) ToPayload(value interface{}) (*commonpb.Payload, error) {
	if raw, is := value.(RawValue); is {
		return raw.payload, nil
	}
	for _, one := range c.converters {
		if payload, err := one.ToPayload(value); err != nil || payload != nil {
			return payload, err
		}
	}
	return nil, fmt.Errorf("value: %v of type: %T: %w", value, value, ErrUnableToFindConverter)
}

// FromPayload implements DataConverter.
func (c *CompositeDataConverter) FromPayload(payload *commonpb.Payload, valuePtr interface{}) error {
	if payload == nil {
		return nil
	}
	if raw, is := valuePtr.(*RawValue); is {
		raw.payload = payload
		return nil
	}
	encoding, err := encodingOf(payload)
	if err != nil {
		return err
	}
	if one := c.of(encoding); one != nil {
		return one.FromPayload(payload, valuePtr)
	}
	return fmt.Errorf("unable to find converter for encoding %q: %w", encoding, ErrEncodingIsNotSupported)
}

// ToPayloads implements DataConverter.
func (c *CompositeDataConverter) ToPayloads(values ...interface{}) (*commonpb.Payloads, error) {
	if len(values) == 0 {
		return nil, nil
	}
	all := &commonpb.Payloads{}
	for i, value := range values {
		payload, err := c.ToPayload(value)
		if err != nil {
			return nil, fmt.Errorf("values[%d]: %w", i, err)
		}
		all.Payloads = append(all.Payloads, payload)
	}
	return all, nil
}

// FromPayloads implements DataConverter.
func (c *CompositeDataConverter) FromPayloads(payloads *commonpb.Payloads, valuePtrs ...interface{}) error {
	for i, payload := range payloads.GetPayloads() {
		if i >= len(valuePtrs) {
			break
		}
		if err := c.FromPayload(payload, valuePtrs[i]); err != nil {
			return fmt.Errorf("payload item %d: %w", i, err)
		}
	}
	return nil
}

// ToString implements DataConverter.
func (c *CompositeDataConverter) ToString(payload *commonpb.Payload) string {
	if payload == nil {
		return ""
	}
	encoding, err := encodingOf(payload)
	if err != nil {
		return err.Error()
	}
	if one := c.of(encoding); one != nil {
		return one.ToString(payload)
	}
	return fmt.Sprintf("encoding %q: %v", encoding, ErrEncodingIsNotSupported)
}

// ToStrings implements DataConverter.
func (c *CompositeDataConverter) ToStrings(payloads *commonpb.Payloads) []string {
	var all []string
	for _, payload := range payloads.GetPayloads() {
		all = append(all, c.ToString(payload))
	}
	return all
}

func (c *CompositeDataConverter) of(encoding string) PayloadConverter {
	for _, one := range c.converters {
		if one.Encoding() == encoding {
			return one
		}
	}
	return nil
}

func encodingOf(payload *commonpb.Payload) (string, error) {
	if payload.GetMetadata() == nil {
		return "", ErrMetadataIsNotSet
	}
	encoding, is := payload.Metadata[MetadataEncoding]
	if !is {
		return "", ErrEncodingIsNotSet
	}
	return string(encoding), nil
}

func newPayload(encoding string, data []byte) *commonpb.Payload {
	return &commonpb.Payload{Metadata: map[string][]byte{MetadataEncoding: []byte(encoding)}, Data: data}
}
