package workspace

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"mime"
	"net/http"
	"path"
)

// files are the page's own: no bundle, nothing that a tool writes.
//
//go:embed web
var files embed.FS

func (p *Page) serveShell(rw http.ResponseWriter, r *http.Request) { serveFile(rw, r, "index.html") }

func (p *Page) serveFile(rw http.ResponseWriter, r *http.Request) {
	serveFile(rw, r, r.PathValue("name"))
}

// serveFile answers an embedded file. A browser keeps it and asks each time whether it has changed, which it has with another ahtbot
// on the same port.
func serveFile(rw http.ResponseWriter, r *http.Request, name string) {
	content, err := files.ReadFile(path.Join("web", name))
	if err != nil {
		refuse(rw, http.StatusNotFound, "There is no such page. Open / instead.")
		return
	}
	sum := sha256.Sum256(content)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:9]) + `"`
	h := rw.Header()
	h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		rw.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = rw.Write(content) // the browser may be gone
}
