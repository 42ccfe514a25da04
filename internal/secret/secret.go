// Package secret holds settings that must be read by nobody: tokens, keys, and addresses with a password in them.
package secret

import "log/slog"

// Text is a text that prints nowhere, whatever the verb or the encoder. The value is inside a function, because fmt
// prints the unexported fields of a struct as they are, without asking their String. The zero Text is empty.
type Text struct{ value func() string }

// New returns value as a Text.
func New(value string) Text { return Text{func() string { return value }} }

// Reveal returns the value, for the one call that needs it.
func (t Text) Reveal() string {
	if t.value == nil {
		return ""
	}
	return t.value()
}

const hidden = "[secret]"

// String returns a placeholder, as everything does that prints.
func (Text) String() string { return hidden }

// GoString returns the placeholder.
func (Text) GoString() string { return hidden }

// LogValue returns the placeholder.
func (Text) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText keeps encoders out; its error is nil, as encoding.TextMarshaler has it.
func (Text) MarshalText() ([]byte, error) { return []byte(hidden), nil }
