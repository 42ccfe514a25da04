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

// The quirks of ozonetel.md §1C, in its order; [Quirk.Doc] says what each does. [Limit]
// is §1B's own refusal, here so that it can be had without 50 requests.
const (
	MsgArray          Quirk = "msg-array"
	MsgString         Quirk = "msg-string"
	MsgJSONString     Quirk = "msg-jsonstring"
	Flat              Quirk = "flat"
	DetailsEnvelope   Quirk = "details-envelope"
	AHTNull           Quirk = "aht-null"
	AHTMissing        Quirk = "aht-missing"
	AHTEmpty          Quirk = "aht-empty"
	AHTZero           Quirk = "aht-zero"
	AHTNoDataError    Quirk = "aht-nodata-error"
	AHTLong           Quirk = "aht-long"
	AvgAll            Quirk = "avg-all"
	StatusCase        Quirk = "status-case"
	FailWords         Quirk = "fail-words"
	Errors200         Quirk = "errors-200"
	Errors400         Quirk = "errors-400"
	Errors401         Quirk = "errors-401"
	Limit             Quirk = "limit"
	Limit200          Quirk = "limit-200"
	Limit429Empty     Quirk = "limit-429-empty"
	LimitHTML         Quirk = "limit-html"
	LimitShared       Quirk = "limit-shared"
	TokenRival        Quirk = "token-rival"
	TokenExhausted    Quirk = "token-exhausted"
	TokenAs200        Quirk = "token-as-200"
	MissingTokenLies  Quirk = "missing-token-lies"
	WrongMode         Quirk = "wrong-mode"
	BasicNull         Quirk = "basic-null"
	BothCredsRefused  Quirk = "both-creds-refused"
	RawToken          Quirk = "raw-token"
	TokenExtraMessage Quirk = "token-extra-message"
	PostOnly          Quirk = "post-only"
	QueryOnly         Quirk = "query-only"
	TextVariants      Quirk = "text-variants"
	HTML502           Quirk = "html-502"
	Slow              Quirk = "slow"
	Hang              Quirk = "hang"
	Reset             Quirk = "reset"
	TruncatedJSON     Quirk = "truncated-json"
	Empty200          Quirk = "empty-200"
	IDCase            Quirk = "id-case"
	CampaignFilter    Quirk = "campaign-filter"
	CDRTwoSchemas     Quirk = "cdr-two-schemas"
	MutatingToday     Quirk = "mutating-today"
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

// entry is one quirk as ozonetel.md §1C has it.
type entry struct {
	quirk Quirk
	doc   string
	forms []string // in the order they are taken; none: one form only
}

// sheet is ozonetel.md §1C, row by row.
var sheet = []entry{
	{MsgArray, "§1C row 1: the payload is the one element of an array", nil},
	{MsgString, "§1C row 1: message is the duration itself, as a string", nil},
	{MsgJSONString, "§1C row 1: message is a string that holds the payload as JSON", nil},
	{Flat, "§1C row 1: the payload's keys stand at the top level, beside status", nil},
	{DetailsEnvelope, "§1C row 1: the payload is in details, and message is success", nil},
	{AHTNull, "§1C row 2: no calls in the window is AHT null", nil},
	{AHTMissing, "§1C row 2: no calls in the window is no AHT key", nil},
	{AHTEmpty, "§1C row 2: no calls in the window is an empty AHT", nil},
	{AHTZero, "§1C row 2: no calls in the window is 00:00:00, as by default", nil},
	{AHTNoDataError, "§1C row 2: no calls in the window is the error No Data Found", nil},
	{AHTLong, "§1C row 3: the duration is written in an odd way", []string{"100:00:01", "00:90:00", "1:02:03", "27"}},
	{AvgAll, "§1C row 4: the mean includes unanswered outbound attempts", nil},
	{StatusCase, "§1C row 5: success is spelled another way", []string{"Success", "SUCCESS", `"true"`, "true", "1"}},
	{FailWords, "§1C row 6: a failure is spelled another way, or its text is the status", []string{
		"failure", "fail", "Fail", "fails", `"false"`, "false", "0", "text", "no-message",
	}},
	{Errors200, "§1C row 7: errors of the request and of credentials come as HTTP 200", nil},
	{Errors400, "§1C row 7: errors of the request and of credentials come as HTTP 400", nil},
	{Errors401, "§1C row 7: errors of the request and of credentials come as HTTP 401", nil},
	{Limit, "§1B: the request is refused for the limit although there is room", nil},
	{Limit200, "§1C row 8: a limit refusal is HTTP 200; with Next, the request is refused", nil},
	{Limit429Empty, "§1C row 8: a limit refusal is 429 without a body; with Next, the request is refused", nil},
	{LimitHTML, "§1C row 8: a limit refusal is 429 in HTML; with Next, the request is refused", nil},
	{LimitShared, "§1C row 9: another consumer eats so many of the allowance each minute (CDR: 1 of the 2)", []string{"20"}},
	{TokenRival, "§1C row 10: another consumer makes a token just before this request", []string{"Token Expired", "Invalid Token"}},
	{TokenExhausted, "§1C row 11: the ten tokens of the hour are gone; the HTTP code of the refusal", []string{"200", "429"}},
	{TokenAs200, "§1C row 12: an expired or invalid token is refused with HTTP 200", nil},
	{MissingTokenLies, "§1C row 13: a missing token is refused with one of two texts", []string{
		"Token Expired", "Token Should Not be Null or Empty.",
	}},
	{WrongMode, "§1C row 14: the account is BASIC_AUTH and says Missing userName or apiKey to tokens", nil},
	{BasicNull, "§1C row 15: the account is BASIC_AUTH and says Api Key Should Not be Null or Empty.", nil},
	{BothCredsRefused, "§1C row 16: apiKey and Authorization sent together are refused", nil},
	{RawToken, "§1C row 17: the token is accepted without the word Bearer and refused with it", nil},
	{TokenExtraMessage, "§1C row 18: a granted token comes with a message that is not empty", nil},
	{PostOnly, "§1C row 19: AHT answers POST with a JSON body only", nil},
	{QueryOnly, "§1C row 19: AHT reads its question from the query string only", nil},
	{TextVariants, "§1C row 20: texts, content type or bytes around the JSON are off", []string{
		"max-limit", "be-newline", "be-joined", "doubled-quotes", "text-html", "bom", "php-warning",
	}},
	{HTML502, "§1C row 21: a gateway answers 502 in HTML", nil},
	{Slow, "§1C row 21: the answer takes 20 s longer", nil},
	{Hang, "§1C row 21: no answer until the client leaves or the server closes", nil},
	{Reset, "§1C row 21: the connection is closed without an answer", nil},
	{TruncatedJSON, "§1C row 21: half the JSON, either as all there is or against the promised length", []string{"short", "cut"}},
	{Empty200, "§1C row 21: HTTP 200 without a body", nil},
	{IDCase, "§1C row 22: ids and names match in any case, with spaces around, or both (default: exactly)", []string{
		"fold", "trim", "fold+trim",
	}},
	{CampaignFilter, "§1C row 23: campaignStatus returns all, the exact match, or needs a campaignName (default: all); outbound is all that dial", []string{
		"exact", "mandatory", "all", "outbound",
	}},
	{CDRTwoSchemas, "§1C row 24: today's CDR rows are typed and null-bearing, older ones all strings (default: all strings)", nil},
	{MutatingToday, "§1C row 25: calls in progress are in the CDR and change later (default: finished calls only)", nil},
}
