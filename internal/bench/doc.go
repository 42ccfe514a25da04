// Package bench measures ahtbot as it ships: the real binary, connected over real sockets
// to both simulators, which are other processes. The same commands go to a floor (the
// least a program can do, in folder floor) and to a plain slack-go bot in turn, so that
// every figure stands beside what the same machine does at the same hour. Nothing here
// fails because a machine is slow: benchmarks print, tests ask only that nothing is lost.
//
//	make bench                 everything, about 14 minutes
//	make bench TAGS=postgres   PostgreSQL's share too; without a server it fails
//	make bench SHORT=1         the same figures from shorter runs, two to four minutes
//	GOGC=50 make bench         Go's own variables reach every bot
//
// The figures of the allowance need hours, which pass in moments inside a synctest bubble.
// A benchmark cannot run in one, so they are tests named TestFigures… that print their
// table; make bench runs them with -v. Their clock is not the machine's, so they do fail
// when a question is lost, one is asked too often, or the allowance is exceeded. What a
// step of the ledger costs on each database are benchmarks of internal/store, and make
// bench runs those as well.
//
// It holds tests only and needs Linux, whose /proc tells what a process costs.
// docs/performance.md has the figures and what they mean.
package bench
