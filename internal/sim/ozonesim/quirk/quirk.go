// Package quirk names the ways in which the simulated account can differ from what
// ozonetel.md §1B says, one for each row of its §1C, and says of each what it does. What a
// quirk does to an answer is written where that answer is made, in package ozonesim.
package quirk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Quirk is one way to differ from the default behaviour of ozonetel.md §1B, named after
// its id in §1C. A quirk with several forms shows them in turn, one a request; [Quirk.As]
// picks one, written "status-case=SUCCESS".
//
// Quirks of one row that exclude each other may be on together: the first in the order
// of the sheet wins.
type Quirk string

// entry is one quirk as ozonetel.md §1C has it.
type entry struct {
	quirk Quirk
	doc   string
	forms []string // none: one form only
}

// sheet is ozonetel.md §1C, row by row.
var sheet []entry

func define(id Quirk, doc string, forms ...string) Quirk {
	sheet = append(sheet, entry{id, doc, forms})
	return id
}

// The quirks of ozonetel.md §1C, in its order; [Quirk.Doc] says what each does, and the words after it are its
// forms, in the order they are taken. [Limit] is §1B's own refusal, here so that it can be had without 50 requests.
var (
	MsgArray        = define("msg-array", "§1C row 1: the payload is the one element of an array")
	MsgString       = define("msg-string", "§1C row 1: message is the duration itself, as a string")
	MsgJSONString   = define("msg-jsonstring", "§1C row 1: message is a string that holds the payload as JSON")
	Flat            = define("flat", "§1C row 1: the payload's keys stand at the top level, beside status")
	DetailsEnvelope = define("details-envelope", "§1C row 1: the payload is in details, and message is success")
	AHTNull         = define("aht-null", "§1C row 2: no calls in the window is AHT null")
	AHTMissing      = define("aht-missing", "§1C row 2: no calls in the window is no AHT key")
	AHTEmpty        = define("aht-empty", "§1C row 2: no calls in the window is an empty AHT")
	AHTZero         = define("aht-zero", "§1C row 2: no calls in the window is 00:00:00, as by default")
	AHTNoDataError  = define("aht-nodata-error", "§1C row 2: no calls in the window is the error No Data Found")
	AHTLong         = define("aht-long", "§1C row 3: the duration is written in an odd way", "100:00:01", "00:90:00", "1:02:03", "27")
	AvgAll          = define("avg-all", "§1C row 4: the mean includes unanswered outbound attempts")
	StatusCase      = define("status-case", "§1C row 5: success is spelled another way", "Success", "SUCCESS", `"true"`, "true", "1")
	FailWords       = define("fail-words", "§1C row 6: a failure is spelled another way, or its text is the status",
		"failure", "fail", "Fail", "fails", `"false"`, "false", "0", "text", "no-message")
	Errors200        = define("errors-200", "§1C row 7: errors of the request and of credentials come as HTTP 200")
	Errors400        = define("errors-400", "§1C row 7: errors of the request and of credentials come as HTTP 400")
	Errors401        = define("errors-401", "§1C row 7: errors of the request and of credentials come as HTTP 401")
	Limit            = define("limit", "§1B: the request is refused for the limit although there is room")
	Limit200         = define("limit-200", "§1C row 8: a limit refusal is HTTP 200; with Next, the request is refused")
	Limit429Empty    = define("limit-429-empty", "§1C row 8: a limit refusal is 429 without a body; with Next, the request is refused")
	LimitHTML        = define("limit-html", "§1C row 8: a limit refusal is 429 in HTML; with Next, the request is refused")
	LimitShared      = define("limit-shared", "§1C row 9: another consumer eats so many of the allowance each minute (CDR: 1 of the 2)", "20")
	TokenRival       = define("token-rival", "§1C row 10: another consumer makes a token just before this request", "Token Expired", "Invalid Token")
	TokenExhausted   = define("token-exhausted", "§1C row 11: the ten tokens of the hour are gone; the HTTP code of the refusal", "200", "429")
	TokenAs200       = define("token-as-200", "§1C row 12: an expired or invalid token is refused with HTTP 200")
	MissingTokenLies = define("missing-token-lies", "§1C row 13: a missing token is refused with one of two texts",
		"Token Expired", "Token Should Not be Null or Empty.")
	WrongMode         = define("wrong-mode", "§1C row 14: the account is BASIC_AUTH and says Missing userName or apiKey to tokens")
	BasicNull         = define("basic-null", "§1C row 15: the account is BASIC_AUTH and says Api Key Should Not be Null or Empty.")
	BothCredsRefused  = define("both-creds-refused", "§1C row 16: apiKey and Authorization sent together are refused")
	RawToken          = define("raw-token", "§1C row 17: the token is accepted without the word Bearer and refused with it")
	TokenExtraMessage = define("token-extra-message", "§1C row 18: a granted token comes with a message that is not empty")
	PostOnly          = define("post-only", "§1C row 19: AHT answers POST with a JSON body only")
	QueryOnly         = define("query-only", "§1C row 19: AHT reads its question from the query string only")
	TextVariants      = define("text-variants", "§1C row 20: texts, content type or bytes around the JSON are off",
		"max-limit", "be-newline", "be-joined", "doubled-quotes", "text-html", "bom", "php-warning")
	HTML502        = define("html-502", "§1C row 21: a gateway answers 502 in HTML")
	Slow           = define("slow", "§1C row 21: the answer takes 20 s longer")
	Hang           = define("hang", "§1C row 21: no answer until the client leaves or the server closes")
	Reset          = define("reset", "§1C row 21: the connection is closed without an answer")
	TruncatedJSON  = define("truncated-json", "§1C row 21: half the JSON, either as all there is or against the promised length", "short", "cut")
	Empty200       = define("empty-200", "§1C row 21: HTTP 200 without a body")
	IDCase         = define("id-case", "§1C row 22: ids and names match in any case, with spaces around, or both (default: exactly)", "fold", "trim", "fold+trim")
	CampaignFilter = define("campaign-filter", "§1C row 23: campaignStatus returns all, the exact match, or needs a campaignName (default: all); outbound is all that dial",
		"exact", "mandatory", "all", "outbound")
	CDRTwoSchemas = define("cdr-two-schemas", "§1C row 24: today's CDR rows are typed and null-bearing, older ones all strings (default: all strings)")
	MutatingToday = define("mutating-today", "§1C row 25: calls in progress are in the CDR and change later (default: finished calls only)")
)

// All returns every quirk, in the order of the sheet.
func All() []Quirk {
	var all []Quirk
	for _, e := range sheet {
		all = append(all, e.quirk)
	}
	return all
}

// Parse reads a quirk as written: an id of the sheet, or id=form.
func Parse(s string) (Quirk, error) {
	q := Quirk(strings.TrimSpace(s))
	e, ok := q.inSheet()
	if !ok {
		return "", fmt.Errorf("unknown quirk %q", s)
	}
	form := q.Form()
	known := form == "" || slices.Contains(e.forms, form)
	if n, err := strconv.Atoi(form); e.quirk == LimitShared && err == nil && n >= 0 {
		known = true
	}
	if !known {
		return "", fmt.Errorf("quirk %s has no form %q; it has %s", e.quirk, form, strings.Join(e.forms, ", "))
	}
	return q, nil
}

// Doc says in one line what the quirk does, and which row of ozonetel.md it comes from.
func (q Quirk) Doc() string {
	e, _ := q.inSheet()
	return e.doc
}

// Forms returns the variants of the quirk that As accepts; none when it has only one.
// [LimitShared] takes any number of requests a minute.
func (q Quirk) Forms() []string {
	e, _ := q.inSheet()
	return slices.Clone(e.forms)
}

// As returns the quirk held to one of its Forms.
func (q Quirk) As(form string) Quirk { return q.ID() + "=" + Quirk(form) }

// ID returns the quirk without the form it is held to.
func (q Quirk) ID() Quirk {
	id, _, _ := strings.Cut(string(q), "=")
	return Quirk(id)
}

// Form returns the form the quirk is held to; empty: each of its Forms in turn.
func (q Quirk) Form() string {
	_, form, _ := strings.Cut(string(q), "=")
	return form
}

func (q Quirk) inSheet() (entry, bool) {
	i := slices.IndexFunc(sheet, func(e entry) bool { return e.quirk == q.ID() })
	if i < 0 {
		return entry{}, false
	}
	return sheet[i], true
}
