package bot

import (
	"bytes"
	"encoding/binary"
	"net"
	"regexp"
	"strings"
)

// tap watches a socket: it reports each acknowledgement written, because slack-go's AckCtx
// returns when a frame is queued, and why Slack ends the connection, which slack-go does
// not tell (slack.md §0.2). It changes nothing on its way.
type tap struct {
	net.Conn
	wrote func(envelope string)
	told  func(reason string)
}

// What Slack's farewell looks like (slack.md §1.2). What people type can't look like it:
// inside JSON text a quote is escaped.
var (
	disconnect = []byte(`"disconnect"`)
	farewell   = regexp.MustCompile(`"type":\s*"disconnect"`)
	reasonOf   = regexp.MustCompile(`"reason":\s*"([a-z_]{1,40})"`)
)

// Read passes on what came, and reports a farewell in it. Slack's is a small frame of its
// own and arrives in one piece; one that does not goes unreported.
func (t *tap) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	if bytes.Contains(p[:n], disconnect) && farewell.Match(p[:n]) {
		if m := reasonOf.FindSubmatch(p[:n]); m != nil {
			t.told(string(m[1]))
		}
	}
	return n, err
}

// Write passes p on and then reports the envelope it acknowledges, if it does.
func (t *tap) Write(p []byte) (int, error) {
	n, err := t.Conn.Write(p)
	if err == nil {
		if id := acknowledged(p); id != "" {
			t.wrote(id)
		}
	}
	return n, err
}

// ackPrefix is how slack-go begins every acknowledgement.
const ackPrefix = `{"envelope_id":"`

// acknowledged returns the envelope id in one masked text frame (RFC 6455 §5.2), as
// gorilla/websocket writes it: a whole frame at a time. Anything else gives "".
func acknowledged(frame []byte) string {
	const finalText, masked = 0x81, 0x80
	if len(frame) < 6 || frame[0] != finalText || frame[1]&masked == 0 {
		return ""
	}
	header := 2
	switch size := frame[1] &^ masked; size {
	case 126:
		header += 2
	case 127:
		header += 8
	}
	if len(frame) < header+4+len(ackPrefix) {
		return ""
	}
	key, body := binary.LittleEndian.Uint32(frame[header:]), frame[header+4:]
	var head [128]byte
	n := min(len(body), len(head))
	for i := range n {
		head[i] = body[i] ^ byte(key>>(8*(i%4)))
	}
	text := string(head[:n])
	if !strings.HasPrefix(text, ackPrefix) {
		return ""
	}
	id, _, found := strings.Cut(text[len(ackPrefix):], `"`)
	if !found {
		return ""
	}
	return id
}
