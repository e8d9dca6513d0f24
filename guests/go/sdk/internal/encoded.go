package internal

// Values whose decoding waits until somebody asks: results, details of errors, memos.

import (
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
)

// EncodedValue is one value, or none.
type EncodedValue struct {
	value     *commonpb.Payloads
	converter converter.DataConverter
}

// NewEncodedValue wraps payloads; nil means the default data converter.
func NewEncodedValue(value *commonpb.Payloads, dc converter.DataConverter) converter.EncodedValue {
	return &EncodedValue{value, orDefault(dc)}
}

// HasValue says whether there is one.
func (v *EncodedValue) HasValue() bool { return len(v.value.GetPayloads()) > 0 }

// Get decodes it.
func (v *EncodedValue) Get(valuePtr interface{}) error {
	if !v.HasValue() {
		return ErrNoData
	}
	return v.converter.FromPayloads(v.value, valuePtr)
}

// EncodedValues are some values, or none.
type EncodedValues struct {
	values    *commonpb.Payloads
	converter converter.DataConverter
}

// NewEncodedValues wraps payloads; nil means the default data converter.
func NewEncodedValues(values *commonpb.Payloads, dc converter.DataConverter) *EncodedValues {
	return &EncodedValues{values, orDefault(dc)}
}

// HasValues says whether there are any.
func (v *EncodedValues) HasValues() bool { return len(v.values.GetPayloads()) > 0 }

// Get decodes them.
func (v *EncodedValues) Get(valuePtr ...interface{}) error {
	if !v.HasValues() {
		return ErrNoData
	}
	return v.converter.FromPayloads(v.values, valuePtr...)
}

// plainValues are details that this program made itself.
type plainValues []interface{}

func (v plainValues) HasValues() bool { return len(v) > 0 }

// Get goes through the encoding, so that a caller sees what another process would.
func (v plainValues) Get(valuePtr ...interface{}) error {
	if !v.HasValues() {
		return ErrNoData
	}
	if len(valuePtr) > len(v) {
		return ErrTooManyArg
	}
	dc := converter.GetDefaultDataConverter()
	payloads, err := dc.ToPayloads(v...)
	if err != nil {
		return err
	}
	return dc.FromPayloads(payloads, valuePtr...)
}

func errorDetails(details []interface{}) converter.EncodedValues {
	if len(details) == 1 {
		if encoded, is := details[0].(*EncodedValues); is {
			return encoded
		}
	}
	return plainValues(details)
}

func getDetails(details converter.EncodedValues, into []interface{}) error {
	if details == nil || !details.HasValues() {
		return ErrNoData
	}
	return details.Get(into...)
}

// detailPayloads are the details as a failure carries them. Those that can't be encoded are left out: an error must reach its reader.
func detailPayloads(details converter.EncodedValues, dc converter.DataConverter) *commonpb.Payloads {
	switch d := details.(type) {
	case *EncodedValues:
		return d.values
	case plainValues:
		payloads, err := dc.ToPayloads(d...)
		if err != nil {
			return nil
		}
		return payloads
	default:
		return nil
	}
}

func orDefault(dc converter.DataConverter) converter.DataConverter {
	if dc == nil {
		return converter.GetDefaultDataConverter()
	}
	return dc
}
