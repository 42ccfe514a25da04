// Package siege kills processes, takes their database away and fills its disk, and looks at what is left. It has tests
// only. Most of them need PostgreSQL or root, and have a build tag for it.
package siege

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary be a process that is killed.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"digestchild": digestChild, "alertchild": alertChild})
}
