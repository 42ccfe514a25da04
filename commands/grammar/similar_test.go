package grammar

import "testing"

// oneSlip is slips for one, found another way.
func TestOneSlipIsOneOfSlips(t *testing.T) {
	words := []string{"", "a"}
	for range 5 { // all words of up to six letters out of two, and what one more letter does
		for _, w := range words[max(0, len(words)-40):] {
			words = append(words, w+"a", w+"b")
		}
	}
	words = append(words, "reminders", "remidners", "remindres", "eminders", "reminderss", "rwminders", "erminders", "remnders")
	for _, a := range words {
		for _, b := range words {
			if got, want := oneSlip([]rune(a), []rune(b)), Slips(a, b) == 1; got != want {
				t.Fatalf("%q, %q: one slip %v, but slips says %d", a, b, got, Slips(a, b))
			}
		}
	}
}
