package request

import (
	"fmt"
	"slices"
	"testing"
	"testing/quick"
	"time"
	"unicode/utf8"

	"ahtbot/commands/grammar"
)

// book is Names that stand still, and count how often a name was wanted.
type book struct {
	names  []string
	wanted int
}

func (b *book) Campaigns() ([]string, time.Time) { return b.names, time.Time{} }
func (b *book) Want()                            { b.wanted++ }

// floorNames are a floor's campaigns, two of them alike but for an underscore.
var floorNames = []string{
	"Collections North", "Collections_South", "Inbound_912240000001", "KYC.Reminders", "Night Desk Global", "Payment_Reminders_Prog",
	"Men’s Wear", "Retention West", "Sales Outbound", "Sales_Outbound", "Survey_2026", "Welcome-Calls", "ÉTÉ", "शिकायत सेवा",
}

func TestANameIsTakenForTheOneItIsMeantAs(t *testing.T) {
	for typed, want := range map[string]struct {
		name    string // empty: not known
		closest []string
	}{
		"Sales Outbound":         {"Sales Outbound", nil},
		"Sales_Outbound":         {"Sales_Outbound", nil},
		"sales outbound":         {"Sales Outbound", nil},
		"SALES_OUTBOUND":         {"Sales_Outbound", nil},
		"Sales-Outbound":         {"", []string{"Sales Outbound", "Sales_Outbound"}}, // either
		"salesoutbound":          {"", []string{"Sales Outbound", "Sales_Outbound"}},
		"collections north":      {"Collections North", nil},
		"Collections_North":      {"Collections North", nil},
		"collections–north":      {"Collections North", nil},
		"welcomecalls":           {"Welcome-Calls", nil},
		"welcome\u00a0calls":     {"Welcome-Calls", nil},
		"\uff33urvey\uff3f2026":  {"Survey_2026", nil}, // full width
		"night\u3000desk global": {"Night Desk Global", nil},
		"été":                    {"ÉTÉ", nil},
		"men's wear":             {"Men’s Wear", nil}, // as every typed quote is read
		"शिकायत_सेवा":            {"शिकायत सेवा", nil},
		"Colections":             {"", []string{"Collections North", "Collections_South"}},
		"collectoins north":      {"", []string{"Collections North", "Collections_South"}},
		"Survey_2025":            {"", []string{"Survey_2026"}},
		"surv":                   {"", []string{"Survey_2026"}},
		"Reminders":              {"", []string{"KYC.Reminders", "Payment_Reminders_Prog"}},
		"Payment Reminders":      {"", []string{"Payment_Reminders_Prog", "KYC.Reminders"}},
		"sales":                  {"", []string{"Sales Outbound", "Sales_Outbound"}},
		"North":                  {"", []string{"Collections North"}},
		"xyzzy":                  {"", nil},
		"S":                      {"", nil},
		"___":                    {"", nil},
		"9122400":                {"", nil}, // digits inside a word say nothing
	} {
		b := &book{names: floorNames}
		got := Recognise(typed, b)
		exact := Recognised{Name: want.name, Known: true}
		if want.name == "" {
			exact = Recognised{Name: typed}
		}
		if got.Name != exact.Name || got.Known != exact.Known || !slices.Equal(got.Closest, want.closest) || (b.wanted == 1) == got.Known {
			t.Errorf("%q is taken for %+v (wanted %d times), want %+v, closest %q", typed, got, b.wanted, exact, want.closest)
		}
	}
}

func TestWithNothingToCompareWithEveryNameIsKnown(t *testing.T) {
	if got := Recognise("anything", nil); got.Name != "anything" || !got.Known {
		t.Errorf("without names: %+v", got)
	}
	if got := Recognise("anything", &book{}); got.Known || got.Name != "anything" || len(got.Closest) > 0 {
		t.Errorf("with an empty list: %+v", got)
	}
}

func TestAtMostThreeAreOfferedTheNearestFirst(t *testing.T) {
	var names []string
	for i := range 50 {
		names = append(names, fmt.Sprintf("Floor_%02d", i))
	}
	got := Recognise("Floor_0", &book{names: names}).Closest
	if want := []string{"Floor_00", "Floor_01", "Floor_02"}; !slices.Equal(got, want) {
		t.Errorf("offered %q, want %q", got, want)
	}
}

// sound checks what holds for every name and every list.
func sound(t *testing.T, typed string, names []string) {
	t.Helper()
	got := Recognise(typed, &book{names: names})
	again := Recognise(typed, &book{names: names})
	if got.Name != again.Name || got.Known != again.Known || !slices.Equal(got.Closest, again.Closest) {
		t.Fatalf("%q is taken for %+v and for %+v", typed, got, again)
	}
	exact := slices.Contains(names, typed)
	switch {
	case exact && (got.Name != typed || !got.Known):
		t.Errorf("%q is there, and taken for %+v", typed, got)
	case got.Known && !slices.Contains(names, got.Name), got.Known && len(got.Closest) > 0, !got.Known && got.Name != typed:
		t.Errorf("%q is taken for %+v", typed, got)
	case len(got.Closest) > grammar.MostClosest:
		t.Errorf("%q has %d closest", typed, len(got.Closest))
	}
	for _, c := range got.Closest {
		if !slices.Contains(names, c) {
			t.Errorf("%q is near %q, which is no name", typed, c)
		}
	}
}

func TestRecognisingIsSound(t *testing.T) {
	if err := quick.Check(func(typed string, names []string, pick uint8) bool {
		slices.Sort(names)
		names = slices.Compact(names)
		sound(t, typed, names)
		if len(names) > 0 {
			sound(t, names[int(pick)%len(names)], names)
		}
		return !t.Failed()
	}, nil); err != nil {
		t.Error(err)
	}
}

func FuzzRecognise(f *testing.F) {
	for _, seed := range [][2]string{
		{"Sales Outbound", "sales_outbound"},
		{"Colections", "Collections North"},
		{"é", "É"},
		{"ß", "SS"},
		{"", ""},
		{"\xff", "\ufffd"},
		{"\uff33", "s"},
		{"---", "___"},
		{"İ", "i"},
		{"aaaa", "aaab"},
		{"\u200b", " "},
	} {
		f.Add(seed[0], seed[1], seed[1]+" x")
	}
	f.Fuzz(func(t *testing.T, typed, one, two string) {
		if utf8.RuneCountInString(typed) > 300 || len(one)+len(two) > 2000 {
			return
		}
		names := []string{one, two}
		slices.Sort(names)
		sound(t, typed, slices.Compact(names))
	})
}

func BenchmarkRecognise(b *testing.B) {
	names := make([]string, 5000)
	for i := range names {
		names[i] = fmt.Sprintf("%s_%s_%04d", []string{"Collections", "Sales Outbound", "Retention", "Reminders"}[i%4], []string{"North", "South", "West"}[i%3], i)
	}
	slices.Sort(names)
	for name, typed := range map[string]string{"exact": names[4000], "case": "reminders_south_4999", "unknown": "Colections Nroth 17", "far": "xyzzy"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Recognise(typed, &book{names: names})
			}
		})
	}
}
