// Package ozonetel asks Ozonetel CloudAgent for the Average Handling Time of an agent or
// a campaign. It is for getting that one figure without hurting the account it is asked
// through: one question per target at a time, never more requests than the allowance,
// few tokens, and an answer that is either a figure, "no calls", or an [Error] that says
// what to do about it. It also lists the account's campaigns, by name. It knows nothing of
// Slack, of storage, or of sentences for people.
//
// The contract followed is ozonetel.md §1A. No public sample of an AHT answer exists, so
// decoding is tolerant of shape and strict about meaning.
package ozonetel
