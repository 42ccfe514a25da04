// Package bench measures ahtbot as it ships: the real binary, connected over real sockets
// to both simulators, which are other processes. The same commands go to a floor (the
// least a program can do, in folder floor) and to a plain slack-go bot in turn, so that
// every figure stands beside what the same machine does at the same hour. Nothing here
// fails because a machine is slow: benchmarks print, tests ask only that nothing is lost.
//
//	make bench              everything, about 13 minutes
//	make bench SHORT=1      the same figures from shorter runs, about a minute
//	GOGC=50 make bench      Go's own variables reach every bot
//
// It holds tests only and needs Linux, whose /proc tells what a process costs.
// docs/performance.md has the figures and what they mean.
package bench
