package main

import "log/slog"

// secret is a setting that prints nowhere, whatever the verb or the encoder.
type secret string

const hidden = "[secret]"

func (secret) String() string               { return hidden }
func (secret) GoString() string             { return hidden }
func (secret) LogValue() slog.Value         { return slog.StringValue(hidden) }
func (secret) MarshalText() ([]byte, error) { return []byte(hidden), nil } //nolint:unparam // the shape encoding.TextMarshaler asks for
