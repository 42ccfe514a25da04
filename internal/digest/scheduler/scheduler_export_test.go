package scheduler

// PlanAll and Round let benchmarks run the parts of a loop without its sleep.
var (
	PlanAll = (*Scheduler).plan
	Round   = (*Scheduler).round
)
