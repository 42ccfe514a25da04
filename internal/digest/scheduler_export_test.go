package digest

// PlanAll and Round let benchmarks run the parts of a loop without its sleep.
var (
	PlanAll = (*Loop).plan
	Round   = (*Loop).round
)
