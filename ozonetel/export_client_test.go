package ozonetel

import "time"

// SetDrift replaces what tells how far the wall clock has run from the monotonic one.
func (cfg *Config) SetDrift(f func() time.Duration) { cfg.drift = f }
