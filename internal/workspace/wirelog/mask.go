package wirelog

import (
	"fmt"
	"hash/maphash"
	"regexp"
	"slices"
	"strings"
)

// masker takes secrets out of text. It works on the text as it is, so that the order of keys stays, and JSON that is cut
// short is masked as well. What stands for a secret ends in four digits that are the same for the same secret, so that a
// reader can tell which answer belongs to which question; they say nothing without this process's own seed.
type masker struct {
	seed  maphash.Seed
	known *strings.Replacer // secrets that were named
}

func newMasker(secrets []string) masker {
	m := masker{seed: maphash.MakeSeed()}
	var pairs []string
	for _, s := range secrets {
		if s != "" {
			pairs = append(pairs, s, m.mark(s))
		}
	}
	m.known = strings.NewReplacer(pairs...)
	return m
}

const secretKeys = `(?:token|api_?key|authorization|password|secret|client_secret|ticket|trigger_id)`

// rules find secrets: of the two groups of each the second is hidden. A rule is tried where one of its words, in lower case,
// is in the text.
var rules = []struct {
	words []string
	find  *regexp.Regexp
}{
	{keyWords, regexp.MustCompile(`(?i)("` + secretKeys + `"\s*:\s*")((?:[^"\\]|\\.)+)`)},                                                      // in JSON
	{keyWords, regexp.MustCompile(`(?i)(\\+"` + secretKeys + `\\+"\s*:\s*\\+")([^"\\]+)`)},                                                     // in JSON inside a string of JSON
	{[]string{"token=", "ticket=", "key=", "trigger_id="}, regexp.MustCompile(`(?i)(\b(?:token|ticket|api_?key|trigger_id)=)([^&\s"'\\<>]+)`)}, // in an address or a form
	{[]string{"bearer"}, regexp.MustCompile(`(?i)(\bbearer\s+)([^\s"'\\<>]+)`)},
	{[]string{"xox", "xapp-"}, regexp.MustCompile(`(xox[a-z](?:[.-]xox[a-z])?-|xapp-)([\w.-]+)`)},
	{[]string{"eyj"}, regexp.MustCompile(`()(eyJ[\w-]+(?:\.[\w-]*)*)`)},                                                                                   // a token of Ozonetel is a JWT
	{[]string{"commands", "actions", "workflows"}, regexp.MustCompile(`(\\*/(?:commands|actions|workflows)\\*/)(\w+\\*/\w+\\*/\w+|\w+\\*/\w+(?:\\*/)?)`)}, // the path of a response_url
	{[]string{"."}, regexp.MustCompile(`()(\b\d+\.\d+\.[0-9a-z]{16,})`)},                                                                                  // a trigger_id, wherever it is
}

var keyWords = []string{"token", "key", "authorization", "password", "secret", "ticket", "trigger_id"}

// mark is what stands for a secret.
func (m masker) mark(secret string) string {
	return fmt.Sprintf("•••%04x", maphash.String(m.seed, secret)&0xffff)
}

// text returns s without secrets.
func (m masker) text(s string) string {
	s = m.known.Replace(s)
	lower := strings.ToLower(s) // a mark that is put in holds none of the words
	for _, rule := range rules {
		if !slices.ContainsFunc(rule.words, func(word string) bool { return strings.Contains(lower, word) }) {
			continue
		}
		s = rule.find.ReplaceAllStringFunc(s, func(found string) string {
			parts := rule.find.FindStringSubmatch(found)
			if strings.HasPrefix(parts[2], "•••") {
				return found // an earlier rule was here
			}
			return parts[1] + m.mark(parts[2])
		})
	}
	return s
}
