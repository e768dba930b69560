package text_test

import (
	"flag"
	"io"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/text"
)

func TestFlag(t *testing.T) {
	set := flag.NewFlagSet("x", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.String("bugs", "", "")
	set.Duration("check-timeout", time.Second, "")
	set.Int("runs", 1, "")
	set.Uint64("seed", 1, "")
	set.Bool("json", false, "")
	for _, c := range []struct{ name, written, want string }{
		{"OK", "-bugs=a", ""},
		{"Unknown", "-bug=a", "flag provided but not defined: -bug; did you mean -bugs?"},
		{"Far", "-nothing", "flag provided but not defined: -nothing"},
		{"Time", "-check-timeout=3", `invalid value "3" for flag -check-timeout: want a time such as 10s or 1m30s`},
		{"Number", "-runs=x", `invalid value "x" for flag -runs: want a number`},
		{"Seed", "-seed=-1", `invalid value "-1" for flag -seed: want a number from 0 on`},
		{"Bool", "-json=7", `invalid boolean value "7" for -json: parse error`},
		{"Help", "-h", "flag: help requested"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := text.Flag(set, set.Parse([]string{c.written}))
			if c.want == "" {
				assert.NilError(t, err)
				return
			}
			assert.Error(t, err, c.want)
		})
	}
	assert.ErrorIs(t, text.Flag(set, set.Parse([]string{"-h"})), flag.ErrHelp)
}
