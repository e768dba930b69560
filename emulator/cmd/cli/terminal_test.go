package cli

import (
	"bytes"
	"testing"

	"gotest.tools/v3/assert"
)

func TestColorsFollowTheFlagAndTheTerminal(t *testing.T) {
	for _, c := range []struct {
		name, color string
		terminal    bool
		env         map[string]string
		want        bool
	}{
		{"Terminal", "auto", true, nil, true},
		{"File", "auto", false, nil, false},
		{"NoColor", "auto", true, map[string]string{"NO_COLOR": "1"}, false},
		{"DumbTerminal", "auto", true, map[string]string{"TERM": "dumb"}, false},
		{"Always", "always", false, nil, true},
		{"AlwaysBeatsNoColor", "always", false, map[string]string{"NO_COLOR": "1"}, true},
		{"Never", "never", true, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := colors(c.color, c.terminal, func(name string) string { return c.env[name] })
			assert.Equal(t, got, c.want)
		})
	}
}

func TestWidth(t *testing.T) {
	t.Setenv("COLUMNS", "")
	assert.Equal(t, Width(&bytes.Buffer{}, 80), 80)
	t.Setenv("COLUMNS", "132")
	assert.Equal(t, Width(&bytes.Buffer{}, 80), 132)
	t.Setenv("COLUMNS", "wide")
	assert.Equal(t, Width(&bytes.Buffer{}, 80), 80)
}
