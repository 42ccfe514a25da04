package proxysim

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"sync"
	"time"
)

// AuthorityName is what the proxy's certificates say they are signed by.
const AuthorityName = "Company Inspection CA"

// authority signs a certificate for every host asked for.
type authority struct {
	root *tls.Certificate
	pem  []byte

	mu     sync.Mutex
	serial int64
	leaves map[string]*tls.Certificate
}

func newAuthority() (*authority, error) {
	a := &authority{leaves: map[string]*tls.Certificate{}}
	now := time.Now()
	root := &x509.Certificate{
		Subject: pkix.Name{CommonName: AuthorityName}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	made, err := a.sign(root)
	if err != nil {
		return nil, err
	}
	a.root = made
	a.pem = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made.Certificate[0]})
	return a, nil
}

// sign makes a key and c for it, signed here, or by itself while there is no root; mu is held.
func (a *authority) sign(c *x509.Certificate) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	a.serial++
	c.SerialNumber = big.NewInt(a.serial)
	parent, signer := c, any(key)
	if a.root != nil {
		parent, signer = a.root.Leaf, a.root.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}

// leaf is a certificate for host, signed here.
func (a *authority) leaf(host string) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if made := a.leaves[host]; made != nil {
		return made, nil
	}
	c := &x509.Certificate{
		Subject: pkix.Name{CommonName: host}, NotBefore: a.root.Leaf.NotBefore, NotAfter: a.root.Leaf.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		c.IPAddresses = []net.IP{ip}
	} else {
		c.DNSNames = []string{host}
	}
	made, err := a.sign(c)
	if err == nil {
		a.leaves[host] = made
	}
	return made, err
}

// serverFor is how TLS to host ends here. HTTP/1.1 only: what follows is passed on as it is.
func (a *authority) serverFor(host string) (*tls.Config, error) {
	cert, err := a.leaf(host)
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}, nil
}
