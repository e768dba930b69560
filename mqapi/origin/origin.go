// Package origin tells requests that a user makes from those that a foreign
// web page makes through the user's browser. Every route of the nodes and of the
// admin API asks it first.
//
// A page can reach a loopback port in two ways. It can send the request across
// origins; then the browser says so in Origin or Sec-Fetch-Site. Or its host's
// name can be made to resolve to 127.0.0.1 (DNS rebinding), which makes it the
// same origin; then the Host header holds that name. Programs such as curl,
// Postman and suites send neither sign and pass.
package origin

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// ErrForeign is what every error of Check wraps.
var ErrForeign = errors.New("request from a foreign origin")

// Check returns an error, to be answered with 403, unless
//
//   - Host is missing, which no browser leaves out, or localhost, a loopback address,
//     or one of the allowed hosts, each a name or an address without a port, and
//   - Origin, if there is one, is "http://" and just that Host, and
//   - Sec-Fetch-Site, if there is one, is "same-origin" or "none".
func Check(r *http.Request, allowed ...string) error {
	if !isLocal(hostname(r.Host), allowed) {
		return fmt.Errorf("%w: Host is %q, want localhost or a loopback address", ErrForeign, r.Host)
	}
	for _, o := range r.Header["Origin"] {
		if !strings.EqualFold(o, "http://"+r.Host) {
			return fmt.Errorf("%w: Origin is %q, want none or %q", ErrForeign, o, "http://"+r.Host)
		}
	}
	for _, site := range r.Header["Sec-Fetch-Site"] {
		if site != "same-origin" && site != "none" {
			return fmt.Errorf("%w: Sec-Fetch-Site is %q, want none or \"same-origin\"", ErrForeign, site)
		}
	}
	return nil
}

// hostname is the host of a Host header, without port and brackets.
func hostname(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
}

func isLocal(host string, allowed []string) bool {
	if host == "" || strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	isAddr := err == nil
	if isAddr && addr.Unmap().IsLoopback() {
		return true
	}
	return slices.ContainsFunc(allowed, func(a string) bool {
		if strings.EqualFold(a, host) {
			return true
		}
		any, err := netip.ParseAddr(a)
		return err == nil && any.IsUnspecified() && (isAddr || !strings.Contains(host, "."))
	})
}
