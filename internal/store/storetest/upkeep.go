package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"ahtbot/internal/aht"
	"ahtbot/internal/store"
)

var upkeepClaims = []claim{
	{"four open an empty database at once, and all serve", four(func(t trial, stores []store.Store) {
		for _, s := range stores {
			must(t, s.Ping(t.Context()))
			version, release, err := s.Schema(t.Context())
			must(t, err)
			if version < 1 || release != Release {
				t.Errorf("schema %d by %q, want one by %s", version, release, Release)
			}
			must(t, s.Resize(t.Context(), 1, true))
		}
	})},
	{"what is kept is there after a restart", sized(1, true, func(t trial, s store.Store) {
		take(t, s, "a", 0, minute)
		who := target(t, aht.KindAgent, "42")
		kept := keep(t, s, who, 1, noon)
		must(t, s.Close())
		s = t.open()
		refuse(t, s, 0, minute, 50*time.Second, minute)
		one(t, kept)(s.LatestReading(t.Context(), who))
	})},
	{"a closed store is away", alone(func(t trial, s store.Store) {
		must(t, s.Close())
		AllUnavailable(t.T, s)
	})},
	{"who cancels is told so, and not that the store is away", alone(func(t trial, s store.Store) {
		why := errors.New("changed my mind")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(why)
		_, _, err := s.Take(ctx, "a", false, 0, minute)
		if !errors.Is(err, why) || errors.Is(err, store.ErrUnavailable) {
			t.Errorf("error %v, want the cause alone", err)
		}
	})},
	{"who has no time left is told that the store is away", alone(func(t trial, s store.Store) {
		ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
		defer cancel()
		err := s.Settle(ctx, 0, "a", minute)
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("error %v, want a deadline and ErrUnavailable", err)
		}
	})},
}

// AllUnavailable fails t unless every call says in time that the store is unavailable.
func AllUnavailable(t *testing.T, s store.Store) {
	t.Helper()
	ReadsUnavailable(t, s)
	WritesUnavailable(t, s)
}

// ReadsUnavailable is [AllUnavailable] for the calls that change nothing.
func ReadsUnavailable(t *testing.T, s store.Store) {
	t.Helper()
	var who aht.Target
	Unavailable(t, "Used", func(ctx context.Context) error { _, _, err := s.Used(ctx); return err })
	Unavailable(t, "LoadToken", func(ctx context.Context) error { _, _, _, _, err := s.LoadToken(ctx, account); return err })
	Unavailable(t, "LatestReading", func(ctx context.Context) error { _, _, err := s.LatestReading(ctx, who); return err })
	Unavailable(t, "ReadingsBetween", func(ctx context.Context) error { _, err := s.ReadingsBetween(ctx, who, noon, noon, 1); return err })
	Unavailable(t, "RecentReadings", func(ctx context.Context) error { _, err := s.RecentReadings(ctx, noon, 1); return err })
	Unavailable(t, "Link", func(ctx context.Context) error { _, _, err := s.Link(ctx, "U1"); return err })
	Unavailable(t, "AskCounts", func(ctx context.Context) error { _, err := s.AskCounts(ctx, noon, 1); return err })
	Unavailable(t, "StandingDigests", func(ctx context.Context) error { _, err := s.StandingDigests(ctx); return err })
	Unavailable(t, "DigestByID", func(ctx context.Context) error { _, _, err := s.DigestByID(ctx, 1); return err })
	Unavailable(t, "DueDigests", func(ctx context.Context) error { _, err := s.DueDigests(ctx, noon, 1); return err })
	Unavailable(t, "OpenRuns", func(ctx context.Context) error { _, err := s.OpenRuns(ctx, 1); return err })
	Unavailable(t, "LastRuns", func(ctx context.Context) error { _, err := s.LastRuns(ctx, 1, 1); return err })
	Unavailable(t, "MissedRuns", func(ctx context.Context) error { _, err := s.MissedRuns(ctx, 1, noon, 1); return err })
	Unavailable(t, "DigestChanges", func(ctx context.Context) error { _, err := s.DigestChanges(ctx, 1, 1); return err })
	Unavailable(t, "Schema", func(ctx context.Context) error { _, _, err := s.Schema(ctx); return err })
}

// WritesUnavailable is [AllUnavailable] for the calls that change something.
func WritesUnavailable(t *testing.T, s store.Store) {
	t.Helper()
	who := target(trial{T: t}, aht.KindAgent, "42")
	Unavailable(t, "Ping", s.Ping)
	Unavailable(t, "Take", func(ctx context.Context) error { _, _, err := s.Take(ctx, "a", false, 0, minute); return err })
	Unavailable(t, "Settle", func(ctx context.Context) error { return s.Settle(ctx, 0, "a", minute) })
	Unavailable(t, "HoldAll", func(ctx context.Context) error { return s.HoldAll(ctx, minute) })
	Unavailable(t, "Resize", func(ctx context.Context) error { return s.Resize(ctx, 9, false) })
	Unavailable(t, "LeaseToken", func(ctx context.Context) error {
		_, _, err := s.LeaseToken(ctx, account, "a", 0, 9, minute)
		return err
	})
	Unavailable(t, "StoreToken", func(ctx context.Context) error { _, err := s.StoreToken(ctx, account, "a", 0, nil, noon); return err })
	Unavailable(t, "ReleaseToken", func(ctx context.Context) error { return s.ReleaseToken(ctx, account, "a", 0, true) })
	Unavailable(t, "KeepReading", func(ctx context.Context) error { return s.KeepReading(ctx, who, time.Second, noon, noon) })
	Unavailable(t, "PruneReadings", func(ctx context.Context) error { _, err := s.PruneReadings(ctx, noon, 1); return err })
	Unavailable(t, "Forget", func(ctx context.Context) error { _, err := s.Forget(ctx, who); return err })
	Unavailable(t, "SetLink", func(ctx context.Context) error {
		_, err := s.SetLink(ctx, aht.Link{User: "U1", Agent: who})
		return err
	})
	Unavailable(t, "DropLink", func(ctx context.Context) error { _, err := s.DropLink(ctx, "U1"); return err })
	Unavailable(t, "AddDigest", func(ctx context.Context) error { _, err := s.AddDigest(ctx, digest(noon), "made"); return err })
	Unavailable(t, "ChangeDigest", func(ctx context.Context) error {
		_, _, err := s.ChangeDigest(ctx, digest(noon), noon, "U1", "edited")
		return err
	})
	Unavailable(t, "PlanSlots", func(ctx context.Context) error { _, err := s.PlanSlots(ctx, store.SlotPlan{Digest: 1}); return err })
	Unavailable(t, "ClaimRun", func(ctx context.Context) error { _, _, err := s.ClaimRun(ctx, 1, "x", "a", minute); return err })
	Unavailable(t, "KeepRun", func(ctx context.Context) error { _, err := s.KeepRun(ctx, store.RunRow{}, minute, true); return err })
	Unavailable(t, "Claim", func(ctx context.Context) error { _, _, err := s.Claim(ctx, "k", "a", minute); return err })
	Unavailable(t, "Unclaim", func(ctx context.Context) error { return s.Unclaim(ctx, "k", "a") })
	Unavailable(t, "FirstDelivery", func(ctx context.Context) error { _, err := s.FirstDelivery(ctx, "k", minute); return err })
	Unavailable(t, "Heartbeat", func(ctx context.Context) error { _, _, err := s.Heartbeat(ctx, "a"); return err })
	Unavailable(t, "Goodbye", func(ctx context.Context) error { return s.Goodbye(ctx, "a") })
}
