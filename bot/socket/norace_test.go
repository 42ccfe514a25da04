//go:build !race

package socket_test

// connectionRounds is how often connections are refreshed or cut in a test.
const connectionRounds = 100
