package grammar

// Slips counts the typing slips between two words: letters dropped, added, changed, or
// two neighbours swapped (optimal string alignment distance).
func Slips(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 2*len(y)+2 { // far longer: not a slip, and not worth the table
		return len(x) - len(y)
	}
	var before []int
	last := make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
