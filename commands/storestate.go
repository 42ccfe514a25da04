package commands

import "context"

// refuseChange returns the refusal of cmd when it changes something and the store can't keep
// that, before anybody is told of it; nil when it may be done.
func (h *Handler) refuseChange(ctx context.Context, cmd Command) (*Reply, error) {
	if h.Keeps == nil || !keeps(cmd) {
		return nil, nil //nolint:nilnil // no refusal and no error is what lets it be done
	}
	err := h.Keeps(ctx)
	if err == nil {
		return nil, nil //nolint:nilnil // the same
	}
	r := unchanged(err)
	return &r, err
}

// slowness is why people wait for their turn, as a sentence's beginning that ends in a full
// stop; empty when it is Ozonetel's limit alone.
func (h *Handler) slowness() string {
	if h.Health == nil {
		return ""
	}
	switch s := h.Health(); {
	case s.Degraded || s.StoreCause != "":
		return cantKeep(s.StoreCause) + ", so I ask Ozonetel less often."
	case s.Back:
		return "My store could not keep anything and has just come back, so I hold back for a minute."
	default:
		return ""
	}
}
