package transport

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Request is a request as it came.
type Request struct {
	At     time.Time
	Method string
	URL    url.URL // what was asked for: path and query
	Header http.Header
	Body   []byte // of a longer one the first 256 KiB
}

// Answer is what became of a request.
type Answer struct {
	After  time.Duration // since the request came
	Status int           // of HTTP; 101: the connection is a WebSocket now; 0: it ended without an answer
	Header http.Header
	Body   []byte // of a longer one the first 256 KiB
}

// Heard hears of a request when it comes, and returns what hears the answer; that is called once. Neither may wait, nor
// change what it is given.
type Heard func(Request) func(Answer)

// Frame is one text frame of a WebSocket.
type Frame struct {
	At      time.Time
	Conn    int  // which connection, counted from 1 in the order they came
	FromApp bool // the app sent it; else it goes to the app
	Data    []byte
}

// maxWatched is how many bytes of a body are heard.
const maxWatched = 256 << 10

// Watch returns h with somebody who hears what it is asked and what it answers. With nobody it is h itself.
func Watch(h http.Handler, heard Heard) http.Handler {
	if heard == nil {
		return h
	}
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		at := time.Now()
		body, _ := io.ReadAll(io.LimitReader(r.Body, maxWatched)) // who reads on meets the same error
		r.Body = readBody{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
		told := heard(Request{At: at, Method: r.Method, URL: *r.URL, Header: r.Header, Body: body})
		w := &watched{ResponseWriter: rw, told: func(a Answer) { a.After = time.Since(at); told(a) }}
		w.upgrade = r.Header.Get("Upgrade") != ""
		defer w.end() // also when the handler gives the connection up by a panic
		h.ServeHTTP(w, r)
		w.finished = r.Context().Err() == nil // else nobody was left to answer
	})
}

// readBody is a body of which a part was read already.
type readBody struct {
	io.Reader
	io.Closer
}

// watched is a ResponseWriter that remembers what was written.
type watched struct {
	http.ResponseWriter
	told     func(Answer)
	upgrade  bool // the client wants a WebSocket
	finished bool // the handler returned, and the client was still there
	taken    bool // it took the connection over, and that was told
	status   int
	body     bytes.Buffer
}

// WriteHeader notes the status, and passes it on.
func (w *watched) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write notes what fits, and passes everything on.
func (w *watched) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	w.body.Write(p[:min(len(p), maxWatched-w.body.Len())])
	return w.ResponseWriter.Write(p)
}

// Unwrap is for [http.ResponseController].
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Hijack hands the connection over: to a WebSocket, or to be closed.
func (w *watched) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	w.taken = true
	status := 0
	if w.upgrade {
		status = http.StatusSwitchingProtocols
	}
	w.told(Answer{Status: status})
	return conn, buffered, nil
}

// end tells the answer, unless the connection was taken over. A handler that returned without a word is an empty 200, as
// net/http makes it.
func (w *watched) end() {
	if w.taken {
		return
	}
	if w.finished && w.status == 0 {
		w.status = http.StatusOK
	}
	w.told(Answer{Status: w.status, Header: w.Header(), Body: w.body.Bytes()})
}
