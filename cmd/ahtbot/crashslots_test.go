//go:build !postgres

package main

// crashSlots is how many slots are posted while processes are killed: a look here, the
// whole of it where PostgreSQL is.
const crashSlots = 28
