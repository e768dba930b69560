package origin

import (
	"net/http"
	"testing"

	"gotest.tools/v3/assert"
)

func TestCheckRefusesForeignOrigins(t *testing.T) {
	const host = "127.0.0.1:8567"
	for name, c := range map[string]struct {
		host   string
		header http.Header
		ok     bool
	}{
		"Program":            {host, nil, true},
		"Localhost":          {"localhost:8567", nil, true},
		"LocalhostUpperCase": {"LOCALHOST:8567", nil, true},
		"NoPort":             {"localhost", nil, true},
		"OtherLoopback":      {"127.8.9.10:80", nil, true},
		"IPv6":               {"[::1]:8567", nil, true},
		"IPv6NoPort":         {"[::1]", nil, true},
		"MappedIPv4":         {"[::ffff:127.0.0.1]:80", nil, true},
		"Allowed":            {"lab.example:8567", nil, true},
		"AllowedUpperCase":   {"Lab.Example", nil, true},
		"NoHost":             {"", nil, true},
		"ForeignName":        {"evil.example:8567", nil, false},
		"LooksLocal":         {"localhost.evil.example", nil, false},
		"LooksLoopback":      {"127.0.0.1.evil.example", nil, false},
		"ForeignAddress":     {"192.168.0.7:8567", nil, false},
		"AnyAddress":         {"0.0.0.0:8567", nil, false},
		"OddAddress":         {"0x7f.1", nil, false},

		"OwnOrigin":          {host, http.Header{"Origin": {"http://127.0.0.1:8567"}}, true},
		"OwnOriginUpperCase": {"localhost:80", http.Header{"Origin": {"HTTP://LOCALHOST:80"}}, true},
		"ForeignOrigin":      {host, http.Header{"Origin": {"http://evil.example"}}, false},
		"OtherPort":          {host, http.Header{"Origin": {"http://127.0.0.1:3000"}}, false},
		"OtherScheme":        {host, http.Header{"Origin": {"https://127.0.0.1:8567"}}, false},
		"OtherLoopbackName":  {host, http.Header{"Origin": {"http://localhost:8567"}}, false},
		"NullOrigin":         {host, http.Header{"Origin": {"null"}}, false},
		"EmptyOrigin":        {host, http.Header{"Origin": {""}}, false},
		"TwoOrigins":         {host, http.Header{"Origin": {"http://" + host, "http://evil.example"}}, false},

		"SameOrigin":    {host, http.Header{"Sec-Fetch-Site": {"same-origin"}}, true},
		"TypedByUser":   {host, http.Header{"Sec-Fetch-Site": {"none"}}, true},
		"SameSite":      {host, http.Header{"Sec-Fetch-Site": {"same-site"}}, false},
		"CrossSite":     {host, http.Header{"Sec-Fetch-Site": {"cross-site"}}, false},
		"UnknownSite":   {host, http.Header{"Sec-Fetch-Site": {"new-kind-of-site"}}, false},
		"ReboundOrigin": {"evil.example:8567", http.Header{"Origin": {"http://evil.example:8567"}, "Sec-Fetch-Site": {"same-origin"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			err := Check(&http.Request{Host: c.host, Header: c.header}, "lab.example")
			if c.ok {
				assert.NilError(t, err)
			} else {
				assert.ErrorIs(t, err, ErrForeign)
			}
		})
	}
}

// A server that listens on all addresses answers for each of them.
func TestCheckAllowsAddressesOfAServerOnAll(t *testing.T) {
	for host, ok := range map[string]bool{
		"192.168.0.7:8567": true, "[fe80::1]:8567": true, "0.0.0.0:8567": true, "emulator:8567": true,
		"evil.example:8567": false, "192.168.0.7.evil.example": false, "emulator.": false,
	} {
		for _, all := range []string{"0.0.0.0", "::"} {
			err := Check(&http.Request{Host: host}, all)
			assert.Equal(t, err == nil, ok, "%s with %s", host, all)
		}
	}
}
