package commands

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"ahtbot/commands/form"
	"ahtbot/commands/grammar"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// somebody is people of whom U1 is a member, U2 a guest, and nobody else is known from memory.
type somebody struct{ request.People }

func (somebody) Known(id string) (request.Person, bool) {
	return request.Person{ID: id, Guest: id == "U2"}, id == "U1" || id == "U2"
}

// nameList are the campaigns of the account, sorted.
type nameList []string

func (n nameList) Campaigns() ([]string, time.Time) { return n, time.Time{} }

func suggester(names ...string) *Handler {
	return NewHandler(request.Config{People: somebody{}, Names: nameList(slices.Sorted(slices.Values(names)))})
}

var suggestedAt = time.Date(2026, 11, 22, 8, 35, 0, 0, time.UTC)

func asker(user string) request.Question { return request.Question{User: user, At: suggestedAt} }

// labelsOf are what is read of options.
func labelsOf(options []form.Option) (all []string) {
	for _, o := range options {
		all = append(all, o.Label)
	}
	return all
}

func campaignTarget(tb testing.TB, name string) aht.Target {
	tb.Helper()
	t, err := aht.NewTarget(aht.KindCampaign, name)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

func TestTypingFindsCampaigns(t *testing.T) {
	h := suggester("Collections North", "Collections_South", "Sales", "Sales Outbound", "Outbound Renewals", "Renewals-Sales", "विक्रय दक्षिण")
	h.Asked.Add("U1", campaignTarget(t, "Outbound Renewals"), suggestedAt.Add(-time.Hour))
	h.Asked.Add("U9", campaignTarget(t, "Sales Outbound"), suggestedAt)
	h.Watched = func(person string) []aht.Target {
		return map[string][]aht.Target{"U1": {campaignTarget(t, "Outbound Renewals"), campaignTarget(t, "Collections_South")}}[person]
	}
	for typed, want := range map[string][]string{
		"":              {"Outbound Renewals", "Collections_South", "Collections North", "Renewals-Sales", "Sales", "Sales Outbound", "विक्रय दक्षिण"},
		"sales":         {"Sales", "Sales Outbound", "Renewals-Sales", "Use “sales” as typed"},
		"Sales":         {"Sales", "Sales Outbound", "Renewals-Sales"},
		"  Sales ":      {"Sales", "Sales Outbound", "Renewals-Sales"},
		"collections s": {"Collections_South", "Use “collections s” as typed"},
		"outbound sal":  {"Sales Outbound", "Use “outbound sal” as typed"},
		"outb":          {"Outbound Renewals", "Sales Outbound", "Use “outb” as typed"},
		"NORTH":         {"Collections North", "Use “NORTH” as typed"},
		"tions":         {"Collections_South", "Collections North", "Use “tions” as typed"},
		"colect":        {"Collections_South", "Collections North", "Use “colect” as typed"},
		"दक्ष":          {"विक्रय दक्षिण", "Use “दक्ष” as typed"},
		"xyzzy":         {"Use “xyzzy” as typed"},
		"_":             {"Outbound Renewals", "Collections_South", "Collections North", "Renewals-Sales", "Sales", "Sales Outbound", "विक्रय दक्षिण", "Use “_” as typed"},
	} {
		if got := labelsOf(h.Suggest(asker("U1"), "campaign", typed)); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

func TestNamesAreSuggestedToMembersAlone(t *testing.T) {
	h := suggester("Sales")
	outside := asker("U1")
	outside.Outside = true
	for who, q := range map[string]request.Question{"a guest": asker("U2"), "nobody known": asker("U3"), "of another workspace": outside, "no one": {}} {
		if got := h.Suggest(q, "campaign", "Sal"); got != nil {
			t.Errorf("%s reads %q", who, labelsOf(got))
		}
	}
	h.Names = nil
	if got := h.Suggest(asker("U1"), "campaign", "Sal"); got != nil {
		t.Errorf("without names: %q", labelsOf(got))
	}
}

// A name is chosen whole, however long, and no two are read as one.
func TestNoNameIsCutIntoAnother(t *testing.T) {
	head, tail := strings.Repeat("North ", 20), strings.Repeat(" South", 19)
	names := []string{head + "A" + tail, head + "B" + tail, head + "B" + strings.Repeat(" x", 5) + tail, strings.Repeat("ब", 255), strings.Repeat("ब", 254) + "द", "short"}
	for i := range 4 {
		names = append(names, strings.Repeat("w", 100)+fmt.Sprint(i)+strings.Repeat("w", 150))
	}
	h := suggester(names...)
	for _, typed := range []string{"", "nor", "w", "ब", strings.Repeat("North ", 40), strings.Repeat("z", 150), "z\x01"} {
		options := h.Suggest(asker("U1"), "campaign", typed)
		labels, values := map[string]bool{}, map[string]bool{}
		for _, o := range options {
			name, known := form.CampaignName(o.Value, names)
			if !known || !slices.Contains(names, name) && name != strings.TrimSpace(typed) {
				t.Errorf("%.20q: %q stands for %q", typed, o.Value, name)
			}
			if labels[o.Label] || values[o.Value] || utf8.RuneCountInString(o.Label) > 75 || utf8.RuneCountInString(o.Value) > 150 {
				t.Errorf("%.20q: %q is there twice, or too long", typed, o.Label)
			}
			labels[o.Label], values[o.Value] = true, true
		}
		if typed == "" && len(options) != len(names) {
			t.Errorf("%d options for %d names", len(options), len(names))
		}
	}
}

func TestSuggestionsAreFewAndWhatWasTypedIsLast(t *testing.T) {
	var names []string
	for i := range 300 {
		names = append(names, fmt.Sprintf("Sales %03d", i))
	}
	h := suggester(names...)
	if got := h.Suggest(asker("U1"), "campaign", "sal"); len(got) != mostFound+1 || got[mostFound].Label != "Use “sal” as typed" || got[0].Label != "Sales 000" {
		t.Errorf("%d options, the last %+v", len(got), got[len(got)-1])
	}
	if got := h.Suggest(asker("U1"), "campaign", "_"); len(got) != 100 || got[99].Label != "Use “_” as typed" {
		t.Errorf("%d options, the last %+v", len(got), got[len(got)-1])
	}
	if got := h.Suggest(asker("U1"), "campaign", ""); len(got) != 100 || got[99].Label != "Sales 099" {
		t.Errorf("%d options, the last %+v", len(got), got[len(got)-1])
	}
}

// Suggestions are in one order: without one of the names the others stay as they are, a name that is known by memory alone is
// where it would be as one of the account's, each is there once, and the very name that was typed is first.
func TestSuggestionsHaveOneOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) string { return names(t, 3) }), 1, 40, rapid.ID).Draw(t, "names")
		own := slices.Clone(all[:rapid.IntRange(0, min(3, len(all))).Draw(t, "own")])
		typed := rapid.SampledFrom([]string{"", names(t, 2), string([]rune(all[0])[:1])}).Draw(t, "typed")
		slices.Sort(all)
		got := suggested(typed, own, grammar.NewIndex(all))
		if strange := suggested(typed, own, grammar.NewIndex(slices.DeleteFunc(slices.Clone(all), func(n string) bool { return slices.Contains(own, n) }))); !slices.Equal(strange, got) {
			t.Fatalf("%q: %q, or %q when one's own are not the account's", typed, got, strange)
		}
		once := map[string]bool{}
		for _, name := range got {
			if once[name] || !slices.Contains(all, name) {
				t.Fatalf("%q is there twice, or nowhere", name)
			}
			once[name] = true
		}
		for _, name := range all {
			if without := suggested(typed, remove(own, name), grammar.NewIndex(remove(all, name))); len(remove(got, name)) > 0 && !slices.Equal(without, remove(got, name)) {
				t.Fatalf("%q without %q: %q, with it %q", typed, name, without, got)
			}
		}
		if i := slices.Index(got, typed); grammar.HasLetters(typed) && slices.Contains(all, typed) && (i < 0 || !sameSolid(got[:i], typed)) {
			t.Fatalf("%q is at %d of %q", typed, i, got)
		}
	})
}

func remove(all []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(n string) bool { return n == name })
}

// sameSolid reports whether all of names differ from name in case and what separates words alone.
func sameSolid(names []string, name string) bool {
	solid := func(s string) string {
		return strings.Map(func(r rune) rune {
			if strings.ContainsRune(" _-–\u200d", r) {
				return -1
			}
			return r
		}, strings.ToLower(s))
	}
	return !slices.ContainsFunc(names, func(n string) bool { return solid(n) != solid(name) })
}

// BenchmarkSuggest is what is typed, letter by letter, among as many names as are known at most: of a floor, and all alike.
func BenchmarkSuggest(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	words := []string{"Sales", "Outbound", "Collections", "North", "South", "Renewals", "Premium", "Winter", "Trial", "Gold", "KYC", "Mumbai"}
	var floor, alike []string
	for i := range 5000 {
		floor = append(floor, fmt.Sprintf("%s_%s %s-%04d", words[r.IntN(len(words))], words[r.IntN(len(words))], words[r.IntN(len(words))], i))
		alike = append(alike, fmt.Sprintf("Campaign %04d of the whole floor", i))
	}
	for _, c := range []struct {
		names []string
		typed string
	}{{floor, ""}, {floor, "s"}, {floor, "sal"}, {floor, "colections nor"}, {floor, "xyzzy"}, {alike, "campaign"}, {alike, "campaign 12"}} {
		h := suggester(c.names...)
		b.Run("typed "+c.typed, func(b *testing.B) {
			for b.Loop() {
				h.Suggest(asker("U1"), "campaign", c.typed)
			}
		})
	}
}
