//go:build !race

package ozonetel_test

const underRace = false
