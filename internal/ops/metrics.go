// Package ops is for whoever runs ahtbot: metrics in Prometheus format, health and
// readiness over HTTP, and the pseudonyms that keep people out of logs.
package ops

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"
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
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	register := promauto.With(registry)
	register.NewGauge(prometheus.GaugeOpts{
		Name: "ahtbot_build_info", Help: "Always 1; the version is the label.", ConstLabels: prometheus.Labels{"version": version},
	}).Set(1)
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return register.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	replies := func(name, help, label string) *prometheus.HistogramVec {
		return register.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: replyBuckets}, []string{label})
	}
	return &Metrics{
		Registry: registry,
		commands: counter("ahtbot_commands_total", "Questions answered, by the way they came and by outcome.", "via", "outcome"),
		reply:    replies("ahtbot_reply_seconds", "Time from reading an envelope to its answer having been sent.", "via"),
		ack: register.NewHistogram(prometheus.HistogramOpts{
			Name: "ahtbot_ack_seconds", Help: "Time from reading an envelope to its acknowledgement being written to the socket.", Buckets: ackBuckets,
		}),
		envelopes: counter("ahtbot_envelopes_total", "Socket Mode envelopes, by what became of them.", "outcome"),
		socket:    counter("ahtbot_socket_events_total", "Socket Mode connections: hello (opened), renewed (before Slack asked), lost (without a word), refused (could not be opened), and why Slack ended one: disconnect_ and its reason.", "event"),
		requests:  counter("ahtbot_upstream_requests_total", "Requests to Ozonetel, by operation, class (person, background) and outcome.", "op", "class", "outcome"),
		upstream:  replies("ahtbot_upstream_seconds", "Time a request to Ozonetel took.", "op"),
		slots:     counter("ahtbot_digest_slots_total", "Slots of digests that ended here: posted, unknown, skipped, failed.", "outcome"),
		alerts:    counter("ahtbot_alert_messages_total", "What was told about alerts here: message (posted or edited) and line (in its thread).", "kind"),
	}
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
