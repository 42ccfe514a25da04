package alertform_test

import (
	"strings"
	"testing"

	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
)

// A form opens within three seconds of a press, whatever its line: the worst of them takes some milliseconds.
func BenchmarkLongLinesOpenAForm(b *testing.B) {
	f, q := formOver(kept{}), request.Question{User: "U1", Place: "C1"}
	for _, piece := range []string{"a ", "5m ", "for ", "for x ", "clear ", "above ", "above 5m ", "tz a ", "active mon ", `"`, "in #a ", "10% over target ", "no ", "by "} {
		line := grammar.Normalise("add campaign " + strings.Repeat(piece, request.MaxLine/len(piece)))
		b.Run(strings.TrimSpace(piece), func(b *testing.B) {
			for b.Loop() {
				v, _ := f.Read(line, q)
				_ = f.Line(v, form.Begin("C1"), q).String()
			}
		})
	}
}
