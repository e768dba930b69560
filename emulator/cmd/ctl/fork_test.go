package ctl_test

import (
	"fmt"
	"strings"
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/cmd/cli"
)

func TestFork(t *testing.T) {
	t.Parallel()
	s := start(t, "fresh_3")
	s.ok("wait", "leader=unique")
	assert.Equal(t, s.ok("forks"), "no forks\n")
	assert.Assert(t, strings.HasPrefix(s.ok("fork", "24"), "fork 1 begins after event "))
	s.ok("-fork", "1", "crash", "leader,0")
	s.ok("-fork", "1", "clock", "advance", "3s")
	assert.Assert(t, strings.Contains(s.ok("-fork", "1", "status"), "down"))
	assert.Assert(t, !strings.Contains(s.ok("status"), "down"))
	list := s.ok("forks")
	assert.Assert(t, strings.HasPrefix(list, "fork  from event"), list)
	assert.Assert(t, strings.Contains(list, "virtual, at 3"), list)
	s.run("fork", "soon").fails(cli.Usage, `SEQ "soon": want the number of an event, or now`)
	s.run("fork", "999999").fails(cli.Usage, "the newest record is")
	for range 7 {
		s.ok("fork")
	}
	s.run("fork", "now").fails(cli.Usage, "end one: emulator ctl forks end FORK")
	for id := range 8 {
		s.ok("forks", "end", fmt.Sprint(id+1))
	}
	s.run("-fork", "1", "status").fails(cli.Usage, "no such fork: 1; emulator ctl forks lists")
	assert.Assert(t, strings.Contains(s.ok("fixture", "save", "-seq", "9"), "format = 1"))
	s.run("fixture", "save", "-seq", "soon").fails(cli.Usage, `SEQ is "soon", want a whole number from 1 on`)
}
