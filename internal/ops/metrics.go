// Package ops is for whoever runs ahtbot: metrics in Prometheus format, health and
// readiness over HTTP, and the pseudonyms that keep people out of logs.
package ops

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics counts what happens. Its methods satisfy bot.Observer and feed ozonetel's
// Observe; no label ever holds a name, an id or a text.
type Metrics struct {
	Registry *prometheus.Registry

	commands  *prometheus.CounterVec
	reply     *prometheus.HistogramVec
	ack       prometheus.Histogram
	envelopes *prometheus.CounterVec
	socket    *prometheus.CounterVec
	requests  *prometheus.CounterVec
	upstream  *prometheus.HistogramVec
	slots     *prometheus.CounterVec
	alerts    *prometheus.CounterVec
}

var (
	ackBuckets   = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2, 3}
	replyBuckets = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 1.5, 3, 5, 10, 30, 60, 120}
)

// NewMetrics returns Metrics for a process of the given version.
func NewMetrics(version string) *Metrics {
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		commands: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ahtbot_commands_total", Help: "Questions answered, by the way they came and by outcome.",
		}, []string{"via", "outcome"}),
		reply: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "ahtbot_reply_seconds", Help: "Time from reading an envelope to its answer having been sent.", Buckets: replyBuckets,
		}, []string{"via"}),
		ack: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "ahtbot_ack_seconds", Help: "Time from reading an envelope to its acknowledgement being written to the socket.", Buckets: ackBuckets,
		}),
		envelopes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ahtbot_envelopes_total", Help: "Socket Mode envelopes, by what became of them.",
		}, []string{"outcome"}),
		socket: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ahtbot_socket_events_total", Help: "Socket Mode connections: hello (opened), renewed (before Slack asked), lost (without a word), refused (could not be opened), and why Slack ended one: disconnect_ and its reason.",
		}, []string{"event"}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ahtbot_upstream_requests_total", Help: "Requests to Ozonetel, by operation, class (person, background) and outcome.",
		}, []string{"op", "class", "outcome"}),
		upstream: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "ahtbot_upstream_seconds", Help: "Time a request to Ozonetel took.", Buckets: replyBuckets,
		}, []string{"op"}),
		slots: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ahtbot_digest_slots_total", Help: "Slots of digests that ended here: posted, unknown, skipped, failed.",
		}, []string{"outcome"}),
		alerts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ahtbot_alert_messages_total", Help: "What was told about alerts here: message (posted or edited) and line (in its thread).",
		}, []string{"kind"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "ahtbot_build_info", Help: "Always 1; the version is the label.", ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	m.Registry.MustRegister(m.commands, m.reply, m.ack, m.envelopes, m.socket, m.requests, m.upstream, m.slots, m.alerts, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Command counts a question answered.
func (m *Metrics) Command(via, outcome string, took time.Duration) {
	m.commands.WithLabelValues(via, outcome).Inc()
	m.reply.WithLabelValues(via).Observe(took.Seconds())
}

// Acked counts an acknowledgement written.
func (m *Metrics) Acked(took time.Duration) { m.ack.Observe(took.Seconds()) }

// Envelope counts an envelope received.
func (m *Metrics) Envelope(outcome string) { m.envelopes.WithLabelValues(outcome).Inc() }

// Socket counts an event of a connection's life.
func (m *Metrics) Socket(event string) { m.socket.WithLabelValues(event).Inc() }

// Request counts a request to the upstream.
func (m *Metrics) Request(op, class, outcome string, took time.Duration) {
	m.requests.WithLabelValues(op, class, outcome).Inc()
	m.upstream.WithLabelValues(op).Observe(took.Seconds())
}

// Slot counts a slot of a digest that ended.
func (m *Metrics) Slot(outcome string) { m.slots.WithLabelValues(outcome).Inc() }

// Alert counts what was told about an alert: its message, or else a line in the thread.
func (m *Metrics) Alert(message bool) {
	kind := "line"
	if message {
		kind = "message"
	}
	m.alerts.WithLabelValues(kind).Inc()
}
