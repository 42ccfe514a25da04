//go:build race

package socket_test

// connectionRounds is how often connections are refreshed or cut in a test. The race detector takes
// twenty times as long for each, and what it looks for is in the first few.
const connectionRounds = 10
