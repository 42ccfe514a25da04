package bench

import (
	"testing"
	"time"

	"ahtbot/commands"
	"ahtbot/commands/request"
	"ahtbot/internal/aht"
)

// The parts of an answer that need no socket. Decoding upstream answers has its benchmark
// in package ozonetel, drawing blocks belongs to package bot.

func BenchmarkParse(b *testing.B) {
	for _, text := range []string{"agent 42", `campaign "Sales Outbound"`, "agent <mailto:asha.k@example.com|asha.k@example.com>", "agnt 42", "help"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = commands.Parse(text) // mistakes are part of it
			}
		})
	}
}

// BenchmarkNow is what a command costs before its acknowledgement: read, checked, and
// worded, with everything at hand.
func BenchmarkNow(b *testing.B) {
	now := time.Date(2026, 11, 20, 8, 35, 0, 0, time.UTC)
	h := commands.NewHandler(request.Config{
		Memory: remembered{now}, People: everybody{}, MaxAge: time.Hour, Zone: time.FixedZone("IST", 19800),
	})
	for _, text := range []string{"agent 42", `campaign "Sales Outbound"`, "agnt 42", "help"} {
		b.Run(text, func(b *testing.B) {
			q := request.Question{User: "U1", Text: text, At: now.Add(20 * time.Second), Ref: "abcdef", Channel: true}
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := h.Now(q); !ok {
					b.Fatal("not known")
				}
			}
		})
	}
}

// remembered is a memory that holds a reading of everything.
type remembered struct{ at time.Time }

func (m remembered) Latest(t aht.Target) (aht.Reading, bool) {
	return aht.Reading{Target: t, At: m.at, Mean: 272 * time.Second}, true
}

func (m remembered) Before(t aht.Target, _ time.Time) (aht.Reading, bool) {
	return aht.Reading{Target: t, At: m.at.Add(-2 * time.Hour), Mean: 251 * time.Second}, true
}

// everybody is known, and nobody has to be asked about.
type everybody struct{ request.People }

func (everybody) Known(id string) (request.Person, bool) { return request.Person{ID: id}, true }
