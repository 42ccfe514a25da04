package settings

import (
	"crypto/x509"
	"os"

	"ahtbot/internal/proxy"
)

// proxies reads which proxy leads where. The lower-case names are read where the others are not set, as by most programs.
func (f *faults) proxies(env environment) proxy.Rules {
	name, except := "HTTPS_PROXY", env.NoProxy
	address := f.secret(name, env.Proxy, env.ProxyFile).Reveal()
	if address == "" {
		name, address = "https_proxy", os.Getenv("https_proxy")
	}
	if except == "" {
		except = os.Getenv("no_proxy")
	}
	rules, err := proxy.New(address, except)
	if err != nil {
		f.add(name, "%v: write it as %s", err, proxy.Written)
	}
	return rules
}

// certFile looks whether there are certificates in a file: Go itself passes over one it can't use.
func (f *faults) certFile(path string) {
	if path == "" {
		return
	}
	text, err := os.ReadFile(path)
	switch {
	case err != nil:
		f.add("SSL_CERT_FILE", "cannot be read (%s): check the path and its permissions", plainCause(err))
	case !x509.NewCertPool().AppendCertsFromPEM(text):
		f.add("SSL_CERT_FILE", "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----): convert it with openssl x509 -inform der")
	}
}
