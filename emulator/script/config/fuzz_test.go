package config

import (
	"errors"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/world"
)

// checkErrors: an error is an Errors in which every problem says something.
func checkErrors(t *testing.T, err error) {
	t.Helper()
	var problems source.Errors
	assert.Assert(t, errors.As(err, &problems), "%v", err)
	assert.Assert(t, len(problems) > 0)
	assert.ErrorIs(t, err, source.ErrInvalid)
	for _, p := range problems {
		assert.Assert(t, p.Message != "")
		assert.Assert(t, p.File == "" || p.Line > 0 || strings.HasPrefix(p.Message, "and "), "%v", p)
	}
}

// checkFixture: what was read can be written, read again and run.
func checkFixture(t *testing.T, f *fixture.Fixture) {
	t.Helper()
	if len(f.Nodes) > 50 {
		return // takes too long
	}
	text := f.TOML()
	if len(text) <= source.MaxSize {
		again, err := fixture.Parse("again.toml", text)
		assert.NilError(t, err, string(text))
		assert.Equal(t, string(again.TOML()), string(text))
	}
	w := world.New(f.Config(), nil)
	for range 1000 {
		if !w.Step() {
			break
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"", "{}", `{"addresses": []}`, `{"addresses": [{"ip": "127.0.0.1", "port": 8567, "internal_port": 8568}, {"ip": "http://localhost/", "port": 1}]}`,
		`{"addresses": [{"ip": "::1", "port": 1, "role": "Leader", "term": 6, "voted_for": 0, "next_index": [1], "match_index": [0],
		"log": [{"term": 1, "index": 1, "command": {"endpoint": "topic", "method": "PUT", "body": {"topic": "dog"}}, "result": null}]},
		{"ip": "[::1]", "port": 2, "log": [{"term": 1, "command": {"endpoint": "message", "method": "GET", "body": {"topic": "dog"}}}]}]}`,
		`{"addresses": [{"ip": "a", "ip": "b"}]} x`, `[[[[[[[[[[[[[[[[[[[[`, `{"a": 1e999}`, `{"addresses": null}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Parse("config.json", []byte(text))
		if err != nil {
			checkErrors(t, err)
			return
		}
		assert.Equal(t, len(got.Addresses), len(got.Fixture.Nodes))
		_ = CheckLoopback(got.Addresses)
		checkFixture(t, got.Fixture)
	})
}
