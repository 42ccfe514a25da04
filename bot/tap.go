package bot

import (
	"encoding/binary"
	"net"
	"strings"
)

// tap watches what is written to the socket and reports each acknowledgement, because
// slack-go's AckCtx returns when a frame is queued, not when it is written. It changes
// nothing on its way.
type tap struct {
	net.Conn
	wrote func(envelope string)
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
