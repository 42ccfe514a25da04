package aht

import "time"

// Link says which agent a person is: the Slack name they are asked by, and the id that
// Ozonetel knows them by. It is about one person, and goes to no list and no log.
type Link struct {
	User  string // Slack id of the person
	Agent Target // of [KindAgent]
	Proof Proof
	By    string    // Slack id of who made it
	At    time.Time // when
}

// Proof is what a [Link] rested on when it was made; a greater one is worth more.
type Proof uint8

// The proofs.
const (
	Said    Proof = iota // the word of somebody who is no admin
	Mailed               // the agent id was the person's e-mail address, by Slack's word
	Vouched              // an admin's word
)
