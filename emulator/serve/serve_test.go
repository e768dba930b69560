package serve_test

import (
	"net/http"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/config"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/serve"
)

func TestReadyNamesPortsThatListenUntilClose(t *testing.T) {
	f := fixture.Fresh(3)
	f.BasePort = 0
	s, err := serve.Start(serve.Options{Fixture: f, Admin: "127.0.0.1:0"})
	assert.NilError(t, err)
	r := s.Ready()
	assert.Equal(t, r.Event, "ready")
	assert.Equal(t, r.Admin, s.AdminURL())
	assert.Equal(t, len(r.Nodes), 3)
	urls := []string{r.Admin + "/v1/cluster", r.Nodes[0] + "/status", r.Nodes[2] + "/status"}
	for _, url := range urls {
		response, err := http.Get(url)
		assert.NilError(t, err)
		assert.NilError(t, response.Body.Close())
		assert.Equal(t, response.StatusCode, http.StatusOK, url)
	}
	assert.NilError(t, s.Close())
	http.DefaultClient.CloseIdleConnections()
	for _, url := range urls {
		_, err := http.Get(url)
		assert.ErrorContains(t, err, "refused")
	}
}

func TestStartRefusesAddresses(t *testing.T) {
	remote := []config.Address{{Host: "192.0.2.1", Port: 8567}}
	for _, c := range []struct {
		name string
		o    serve.Options
		want string
	}{
		{"RemoteNode", serve.Options{Addresses: remote, Admin: "127.0.0.1:0"}, "-allow-remote"},
		{"RemoteAdmin", serve.Options{Admin: "192.0.2.1:0"}, "is not a loopback address"},
		{"NoPort", serve.Options{Admin: "localhost"}, `the admin API's "localhost"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Fixture = fixture.Fresh(1)
			c.o.Fixture.BasePort = 0
			_, err := serve.Start(c.o)
			assert.ErrorIs(t, err, serve.ErrAddress)
			assert.ErrorContains(t, err, c.want)
		})
	}
}
