package main

import "log/slog"

// secret is a setting that prints nowhere, whatever the verb or the encoder. The value is
// inside a function, because fmt prints the unexported fields of a struct as they are,
// without asking their String. The zero secret is empty.
type secret struct{ value func() string }

func newSecret(value string) secret { return secret{func() string { return value }} }

// reveal is the value, for the one call that needs it.
func (s secret) reveal() string {
	if s.value == nil {
		return ""
	}
	return s.value()
}

const hidden = "[secret]"

func (secret) String() string       { return hidden }
func (secret) GoString() string     { return hidden }
func (secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText keeps encoders out; its error is nil, as encoding.TextMarshaler has it.
func (secret) MarshalText() ([]byte, error) { return []byte(hidden), nil } //nolint:unparam // the interface's shape
