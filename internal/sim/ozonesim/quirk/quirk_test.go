package quirk_test

import (
	"testing"

	"ahtbot/internal/sim/ozonesim/quirk"
)

func TestOnlyQuirksThatExistAreRead(t *testing.T) {
	for in, want := range map[string]quirk.Quirk{
		"html-502": quirk.HTML502, " status-case=SUCCESS ": quirk.StatusCase.As("SUCCESS"), "limit-shared=49": "limit-shared=49",
	} {
		if got, err := quirk.Parse(in); err != nil || got != want {
			t.Errorf("Parse(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "html-503", "status-case=OK", "html-502=x", "limit-shared=many"} {
		if got, err := quirk.Parse(in); err == nil {
			t.Errorf("Parse(%q) = %q", in, got)
		}
	}
}
