package digest_test

import (
	"testing"

	"ahtbot/internal/digest"
)

func TestFiltersReadBack(t *testing.T) {
	for _, f := range []digest.Filter{digest.ShowAll, digest.ShowOffTarget, digest.ShowChanged, digest.ShowWithCalls} {
		text, _ := f.MarshalText()
		var got digest.Filter
		if err := got.UnmarshalText(text); err != nil || got != f {
			t.Errorf("%s reads back as %v, %v", text, got, err)
		}
	}
	var f digest.Filter
	if err := f.UnmarshalText([]byte("some")); err == nil {
		t.Errorf("an unknown filter reads as %v", f)
	}
}
