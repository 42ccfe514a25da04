package ops

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Figures are how the process stands at a moment: what /aht status tells people, for the
// metrics.
type Figures struct {
	Connections       int           // Slack connections open
	Allowance         int           // requests in any 60 s that the account may send
	Usable            int           // of those, how many this process uses now
	Used              int           // sent in the last 60 s
	Background        int           // of those, for digests and polling
	Refused           int           // of those, refused for the limit
	Waiting           int           // people's questions waiting for their turn
	WaitingBackground int           // background questions waiting
	Held              time.Duration // over zero: refused for the limit, nothing is sent for this long
	Opening           time.Duration // over zero: the ledger is new or larger, background work waits this long
	TokenAge          time.Duration // zero: there is no token
	TokensThisHour    int
	Rival             bool          // something else takes the token away, or the hour's are spent
	AuthRefused       bool          // the upstream refuses our credentials
	AuthRest          time.Duration // until they are tried again; zero: with the next question
	LastReading       time.Time     // zero: none since the start
	StoreAway         bool
	StoreCause        string         // why it is away; empty: it is not, or nobody knows
	StoreTimes        map[string]int // how often it went away, by cause; has every cause there is
	StoreRoom         int64          // bytes its disk has left; negative: not known
	Unkept            int            // readings that wait for it
	NotKept           int            // readings since the start that the store did not keep
	Watched           int            // campaigns read for alerts and digests
	Interval          time.Duration  // planned between two readings of one
	Reached           time.Duration  // lately; zero: not known
}

// figure is one of them as a metric.
type figure struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	of   func(Figures) float64
}

func gauge(name, help string, of func(Figures) float64) figure {
	return figure{prometheus.NewDesc(name, help, nil, nil), prometheus.GaugeValue, of}
}

func count(of func(Figures) int) func(Figures) float64 {
	return func(f Figures) float64 { return float64(of(f)) }
}

func boolean(of func(Figures) bool) func(Figures) float64 {
	return func(f Figures) float64 {
		if of(f) {
			return 1
		}
		return 0
	}
}

var figures = []figure{
	gauge("ahtbot_socket_connections", "Socket Mode connections open now.", count(func(f Figures) int { return f.Connections })),
	gauge("ahtbot_upstream_allowance", "Requests a minute the Ozonetel account may send.", count(func(f Figures) int { return f.Allowance })),
	gauge("ahtbot_upstream_ceiling", "Of the allowance, how many requests this process uses now.", count(func(f Figures) int { return f.Usable })),
	gauge("ahtbot_upstream_used", "Requests sent to Ozonetel in the last 60 seconds.", count(func(f Figures) int { return f.Used })),
	gauge("ahtbot_upstream_used_background", "Of those, for digests and polling.", count(func(f Figures) int { return f.Background })),
	gauge("ahtbot_upstream_used_refused", "Of those, refused by Ozonetel for its limit.", count(func(f Figures) int { return f.Refused })),
	gauge("ahtbot_upstream_waiting", "People's questions waiting for their turn to be sent.", count(func(f Figures) int { return f.Waiting })),
	gauge("ahtbot_upstream_waiting_background", "Background questions waiting for their turn.", count(func(f Figures) int { return f.WaitingBackground })),
	gauge("ahtbot_upstream_held_seconds", "How long nothing is sent because Ozonetel refused for its limit.", func(f Figures) float64 { return f.Held.Seconds() }),
	gauge("ahtbot_upstream_opening_seconds", "How long background work waits because the database or the allowance is new.", func(f Figures) float64 { return f.Opening.Seconds() }),
	gauge("ahtbot_token_age_seconds", "Age of the sign-in to Ozonetel in use; 0 without one.", func(f Figures) float64 { return f.TokenAge.Seconds() }),
	gauge("ahtbot_token_issues", "Sign-ins to Ozonetel in the last hour, of all processes; at most nine.", count(func(f Figures) int { return f.TokensThisHour })),
	gauge("ahtbot_token_rival", "1 while something else takes our sign-in away, or the hour's are spent.", boolean(func(f Figures) bool { return f.Rival })),
	gauge("ahtbot_auth_refused", "1 while Ozonetel refuses our credentials.", boolean(func(f Figures) bool { return f.AuthRefused })),
	gauge("ahtbot_auth_rest_seconds", "How long nothing is asked because Ozonetel refuses our credentials; then one question finds out.", func(f Figures) float64 { return f.AuthRest.Seconds() }),
	gauge("ahtbot_last_reading_timestamp_seconds", "When the last reading came; 0 when none has.", func(f Figures) float64 {
		if f.LastReading.IsZero() {
			return 0
		}
		return float64(f.LastReading.UnixMilli()) / 1000
	}),
	gauge("ahtbot_readings_waiting", "Readings that wait for a database that is away.", count(func(f Figures) int { return f.Unkept })),
	gauge("ahtbot_store_away", "1 while the database can't be written.", boolean(func(f Figures) bool { return f.StoreAway })),
	gauge("ahtbot_poll_targets", "Campaigns that are read for alerts and digests.", count(func(f Figures) int { return f.Watched })),
	gauge("ahtbot_poll_interval_seconds", "Planned time between two readings of a watched campaign.", func(f Figures) float64 { return f.Interval.Seconds() }),
	gauge("ahtbot_poll_reached_seconds", "The same as it was lately; 0 when it is not known.", func(f Figures) float64 { return f.Reached.Seconds() }),
	{
		prometheus.NewDesc("ahtbot_readings_not_kept_total", "Readings that the database did not keep.", nil, nil),
		prometheus.CounterValue, count(func(f Figures) int { return f.NotKept }),
	},
}

// The metrics of the store that have a label, or are not always there.
var (
	storeCause = prometheus.NewDesc("ahtbot_store_away_cause", "1 for the cause for which the database is away.", []string{"cause"}, nil)
	storeTimes = prometheus.NewDesc("ahtbot_store_away_total", "How often the database went away, by cause.", []string{"cause"}, nil)
	storeRoom  = prometheus.NewDesc("ahtbot_store_room_bytes", "Room left on the disk of the database file.", nil, nil)
)

// collector collects figures, all of one moment.
type collector func() Figures

func (collector) Describe(descs chan<- *prometheus.Desc) {
	for _, f := range figures {
		descs <- f.desc
	}
	descs <- storeCause
	descs <- storeTimes
	descs <- storeRoom
}

func (w collector) Collect(metrics chan<- prometheus.Metric) {
	now := w()
	for _, f := range figures {
		metrics <- prometheus.MustNewConstMetric(f.desc, f.kind, f.of(now))
	}
	for cause, times := range now.StoreTimes {
		is := 0.0
		if cause == now.StoreCause {
			is = 1
		}
		metrics <- prometheus.MustNewConstMetric(storeCause, prometheus.GaugeValue, is, cause)
		metrics <- prometheus.MustNewConstMetric(storeTimes, prometheus.CounterValue, float64(times), cause)
	}
	if now.StoreRoom >= 0 {
		metrics <- prometheus.MustNewConstMetric(storeRoom, prometheus.GaugeValue, float64(now.StoreRoom))
	}
}

// Watch adds the figures that read returns whenever somebody asks for the metrics. read
// must be fast and safe to call from any goroutine. Watch may be called once.
func (m *Metrics) Watch(read func() Figures) { m.Registry.MustRegister(collector(read)) }
