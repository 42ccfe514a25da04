package aht_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"ahtbot/internal/aht"
)

func TestTargetIsOneNamedAgentOrCampaign(t *testing.T) {
	got, err := aht.NewTarget(aht.KindCampaign, "  Sales Outbound ")
	if err != nil || got.Name() != "Sales Outbound" || got.Kind() != aht.KindCampaign {
		t.Errorf("NewTarget = %v, %v; want the trimmed campaign", got, err)
	}
	for _, c := range []struct {
		kind aht.Kind
		name string
		want aht.NameFault
	}{
		{0, "x", aht.NameKindless},
		{aht.KindAgent, " \t", aht.NameEmpty},
		{aht.KindAgent, strings.Repeat("é", 256), aht.NameLong},
		{aht.KindCampaign, "a\x00b", aht.NameUnreadable},
		{aht.KindCampaign, "a\xffb", aht.NameUnreadable},
	} {
		_, err := aht.NewTarget(c.kind, c.name)
		var ne *aht.NameError
		if !errors.As(err, &ne) || ne.Fault != c.want {
			t.Errorf("NewTarget(%v, %q) = %v, want fault %v", c.kind, c.name, err, c.want)
		}
	}
	if _, err := aht.NewTarget(aht.KindAgent, strings.Repeat("é", 255)); err != nil {
		t.Errorf("255 characters refused: %v", err)
	}
}

func TestAgentNamesDoNotPrint(t *testing.T) {
	who, err := aht.NewTarget(aht.KindAgent, "asha@example.com")
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "target", who)
	for _, s := range []string{fmt.Sprintf("%v %+v %s", who, who, who), log.String()} {
		if strings.Contains(s, "asha") {
			t.Errorf("an agent's name prints: %s", s)
		}
	}
}

func TestDurationsAreReadAndWrittenAsDocumented(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"5m": 5 * time.Minute, "4m30s": 270 * time.Second, "300s": 5 * time.Minute, "5:00": 5 * time.Minute,
		"00:05:00": 5 * time.Minute, "4M 32S": 272 * time.Second, "1h": time.Hour, "100:00:01": 100*time.Hour + time.Second,
		"90m": 90 * time.Minute, "5 min": 5 * time.Minute, "2 hours": 2 * time.Hour, "1 hr 5 mins 30 seconds": 3930 * time.Second, "45 secs": 45 * time.Second, "1 minute": time.Minute, "1h 02m 05s": 3725 * time.Second,
		"4m30": 270 * time.Second, "4m5": 245 * time.Second, "1h30": 90 * time.Minute, "1h 30m 15": 5415 * time.Second, "4.5m": 270 * time.Second,
		"4,5 min": 270 * time.Second, "4.33m": 260 * time.Second, "0.5h": 30 * time.Minute, "1h 4.5m": 3870 * time.Second, "4 min 30 s": 270 * time.Second, "4 min. 30 sec.": 270 * time.Second,
		"270 sec": 270 * time.Second, "4 minutes and 30 seconds": 270 * time.Second, "5:00 min": 5 * time.Minute, "1:30h": 90 * time.Minute,
		"४m ३०s": 270 * time.Second, "４m３０": 270 * time.Second, "\u0664:\u0663\u0660": 270 * time.Second, "4\u202fmin\u00a030\u2009s": 270 * time.Second,
	} {
		if got, err := aht.ParseDuration(in); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v; want %v", in, got, err, want)
		}
	}
	for _, in := range []string{"", "5", "m", "5:60", "4m60", "4m30x", "1:02:03 min", "4.5m30s", "4.5", "1.5h30", "1.m", ".5m", "4.5s", "1e3m", "and", "-5m", "5m5m", "5 mi", "5 minutess", "min", "2 days", "a:b", "1001h", "999999h999999m"} {
		if got, err := aht.ParseDuration(in); !errors.Is(err, aht.ErrDuration) {
			t.Errorf("ParseDuration(%q) = %v, %v; want ErrDuration", in, got, err)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "0s", -5: "0s", 32 * time.Second: "32s", 272 * time.Second: "4m 32s", 3725 * time.Second: "1h 02m 05s",
		59*time.Second + 500*time.Millisecond: "1m 00s", 100 * time.Hour: "100h 00m 00s",
	} {
		if got := aht.FormatDuration(d); got != want {
			t.Errorf("FormatDuration(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestANumberWithoutAUnitIsTheCallersToRead(t *testing.T) {
	for in, want := range map[string]int{"270": 270, " 5 ": 5, "２７０": 270, "0": 0, "007": 7} {
		if got, ok := aht.ParseNumber(in); !ok || got != want {
			t.Errorf("ParseNumber(%q) = %d, %v; want %d", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "-5", "+5", "5m", "4.5", "1234567", "x"} {
		if got, ok := aht.ParseNumber(in); ok {
			t.Errorf("ParseNumber(%q) = %d; want none", in, got)
		}
	}
}

func FuzzDurationRoundTrip(f *testing.F) {
	for _, s := range []string{"5m", "1:2:3", "4m 32s", "99:59", "4m30", "1h30", "4.5m", "4,33 min", "5:00 min", "1:30h", "४m ३०", "4 min and 30 sec."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := aht.ParseDuration(s)
		if err != nil {
			return
		}
		if again, err := aht.ParseDuration(aht.FormatDuration(d)); err != nil || again != d {
			t.Errorf("%q is %v, written %q, read back %v, %v", s, d, aht.FormatDuration(d), again, err)
		}
	})
}

func TestReadingOfZeroIsNoCalls(t *testing.T) {
	now := time.Date(2026, 11, 22, 14, 5, 0, 0, time.UTC)
	r := aht.Reading{At: now}
	if !r.NoCalls() || (aht.Reading{Mean: time.Second}).NoCalls() {
		t.Error("zero must read as no calls, and only zero")
	}
	if r.Age(now.Add(time.Minute)) != time.Minute || r.Age(now.Add(-time.Minute)) != 0 {
		t.Error("age counts forward only")
	}
}
