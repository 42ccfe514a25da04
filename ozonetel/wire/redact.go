package wire

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDetail bounds Error.Detail, in characters.
const maxDetail = 120

const placeholder = "[…]"

var (
	jwtForm   = regexp.MustCompile(`eyJ[A-Za-z0-9_=-]{4,}(\.[A-Za-z0-9_=-]*){0,2}`)
	tagForm   = regexp.MustCompile(`<[^>]*>?`)
	queryForm = regexp.MustCompile(`([a-z]+://[^\s?"]*)\?[^\s"]*`)
)

// redact makes text from outside fit for the operator's log: one line of at most
// [maxDetail] characters without control characters, markup, query strings, anything that
// looks like a token, or any of the secrets in whatever letter case. It cuts last, so no
// half of a secret is left over.
func redact(text string, secrets ...string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co):
			if unicode.IsSpace(r) {
				return ' '
			}
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, text)
	hide := secretReplacer(secrets)
	text = hide(strings.Join(strings.Fields(text), " "))
	text = jwtForm.ReplaceAllString(text, placeholder)
	text = queryForm.ReplaceAllString(text, "$1")
	text = hide(tagForm.ReplaceAllString(text, " "))
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, ">", " ")), " ")
	if r := []rune(text); len(r) > maxDetail {
		text = string(r[:maxDetail-1]) + "…"
	}
	return text
}

// secretReplacer returns a function that replaces every secret, also as it looks when escaped for
// a URL or for HTML. Longer ones go first, so that one inside another leaves nothing.
func secretReplacer(secrets []string) func(string) string {
	var forms []string
	for _, s := range secrets {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		forms = append(forms, s, strings.Join(strings.Fields(s), " "), url.QueryEscape(s), url.PathEscape(s), html.EscapeString(s))
	}
	if len(forms) == 0 {
		return func(s string) string { return s }
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	for i, f := range forms {
		forms[i] = regexp.QuoteMeta(f)
	}
	form, err := regexp.Compile(`(?i)` + strings.Join(slices.Compact(forms), "|"))
	if err != nil { // cannot happen with quoted text; then rather no words at all
		return func(string) string { return placeholder }
	}
	return func(s string) string { return form.ReplaceAllLiteralString(s, placeholder) }
}
