// Package ozonetel asks Ozonetel CloudAgent for the Average Handling Time of an agent or
// a campaign. It is for getting that one figure without hurting the account it is asked
// through: one question per target at a time, never more requests than the allowance,
// few tokens, and an answer that is either a figure, "no calls", or an [Error] that says
// what to do about it. It also lists the account's campaigns, by name. It knows nothing of
// Slack, of storage, or of sentences for people.
//
// Below it are rooms that do not know each other: wire (what is sent and what an answer
// means), allowance (when a request may go), token (the credential), and what they share:
// fault (why there is no answer) and single (once for all who want it).
package ozonetel
