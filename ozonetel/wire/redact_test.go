package wire_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ahtbot/ozonetel/wire"
)

func TestDetailsHoldNoSecretMarkupOrControl(t *testing.T) {
	for in, want := range map[string]string{
		"  x\r\ny\tz\x00\x1b[31m ":                 "x y z[31m",
		"see https://x.test/p?token=1&b=2 now":     "see https://x.test/p now",
		"<b>Fatal</b> error <br/> at <x":           "Fatal error at",
		"user SECRET said hi":                      "user […] said hi",
		"se\u200bcret":                             "[…]",
		"a%20b and a+b and a  b":                   "[…] and […] and […]",
		"x\u202ey":                                 "xy",
		"bearer eyJhbGciOi.eyJleHAi.sig-nature ok": "bearer […] ok",
	} {
		if got := wire.Redact(in, "secret", "a b", ""); got != want {
			t.Errorf("Redact(%q) = %q, want %q", in, got, want)
		}
	}
	if got := wire.Redact(strings.Repeat("é", 500)); utf8.RuneCountInString(got) != 120 || !utf8.ValidString(got) {
		t.Errorf("cut to %d characters", utf8.RuneCountInString(got))
	}
}
