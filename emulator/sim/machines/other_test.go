package machines_test

import (
	"bytes"
	"errors"
	"strconv"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/machines"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// A counter is a machine that has nothing in common with a queue: no names, and one number.
type counter struct{ n int }

var (
	add  = &machine.Operation{Name: "add", Args: []machine.Arg{{Key: "amount"}}, Access: machine.Writes}
	read = &machine.Operation{Name: "read", Access: machine.Reads, Gives: machine.Text, Key: "value"}

	counterType = &machine.Type{
		Name: "counter", Ops: []*machine.Operation{add, read},
		New: func() machine.Machine { return &counter{} },
	}
)

func (c *counter) Apply(cmd *machine.Command) machine.Result {
	r := c.Foresee(cmd)
	if r.OK && cmd.Op == add {
		amount, _ := strconv.Atoi(cmd.Args[0])
		c.n += amount
	}
	return r
}

func (c *counter) Foresee(cmd *machine.Command) machine.Result {
	switch {
	case cmd.Is("add"):
		_, err := strconv.Atoi(cmd.Args[0])
		return machine.Result{OK: err == nil}
	case cmd.Is("read"):
		return machine.Result{OK: true, Text: strconv.Itoa(c.n)}
	}
	return machine.Result{}
}

func (c *counter) Equal(other machine.Machine) bool {
	o, ok := other.(*counter)
	return ok && *o == *c
}

func (c *counter) Freeze() machine.Frozen {
	same := *c
	return &same
}

func (c *counter) View(lastApplied raft.Index) machine.View {
	return machine.View{Items: []machine.Item{{Name: "n", Values: []string{strconv.Itoa(c.n)}}}, LastApplied: lastApplied}
}

func (c *counter) Snapshot() []byte { return strconv.AppendInt(nil, int64(c.n), 10) }

func (c *counter) Restore(snapshot []byte) (err error) {
	c.n, err = strconv.Atoi(string(snapshot))
	return err
}

const counting = `
format = 1
machine = "counter"

[cluster]
nodes = 3

[[node]]
role = "leader"
term = 2
log = [{ term = 1, op = "add", amount = "40" }]
commit_index = 1
match_index = { 1 = 1, 2 = 1 }

[[node]]
term = 2
log_terms = "1"

[[node]]
term = 2
log_terms = "1"

[[step]]
at_ms = 10
request = { name = "r", op = "add", amount = "2", to = 0 }

[[expect]]
that = ["commands=1:add 40; add 2; read", "queues_equal=all"]
`

// A fixture, a world, its trace and conditions use only the machine's type: another machine
// only has to be listed.
func TestAnotherMachineIsReplicated(t *testing.T) {
	machines.All = append(machines.All, counterType)
	defer func() { machines.All = machines.All[:len(machines.All)-1] }()

	f, err := fixture.Parse("counting.toml", []byte(counting))
	assert.NilError(t, err)
	again, err := fixture.Parse("again.toml", f.TOML())
	assert.NilError(t, err)
	assert.DeepEqual(t, again.TOML(), f.TOML())

	var recorded []byte
	w := world.New(f.Config(), func(r *trace.Record) { recorded = append(r.AppendJSON(recorded), '\n') })
	ask := func(c machine.Command) (reply machine.Reply) {
		w.Do(0, &c, func(r machine.Reply) { reply = r })
		w.RunUntil(w.Now() + 200*time.Millisecond)
		return reply
	}
	request := f.Scenario.Steps[0].Action.(play.Request)
	assert.DeepEqual(t, request.Command, add.With("2"))
	assert.DeepEqual(t, ask(request.Command).Result, machine.Result{OK: true})
	assert.DeepEqual(t, ask(read.With()).Result, machine.Result{OK: true, Text: "42"})
	_, err = w.Change(fault.Change{Kind: fault.Crash, Node: 1})
	assert.NilError(t, err)
	_, err = w.Change(fault.Change{Kind: fault.Restart, Node: 1})
	assert.NilError(t, err)
	w.RunUntil(w.Now() + time.Second)
	for id := range raft.NodeID(3) {
		assert.DeepEqual(t, w.Queue(id).Items, []machine.Item{{Name: "n", Values: []string{"42"}}})
	}
	watch := condition.NewWatch(f.Scenario.Expects[0].That, 0)
	assert.Assert(t, watch.Holds(w), condition.Unmet(watch.Results(w)))
	assert.Assert(t, bytes.Contains(recorded, []byte(`"command":{"op":"add","amount":"2"}`)))
	assert.Assert(t, bytes.Contains(recorded, []byte(`"ok":true,"value":"42"`)))

	var repeated []byte
	twin := world.New(f.Config(), func(r *trace.Record) { repeated = append(r.AppendJSON(repeated), '\n') })
	for line := range bytes.Lines(recorded) {
		in, err := trace.DecodeInput(line, counterType)
		if errors.Is(err, trace.ErrNotInput) {
			continue
		}
		assert.NilError(t, err)
		assert.NilError(t, twin.Repeat(&in))
	}
	twin.RunUntil(w.Now())
	assert.Equal(t, string(repeated), string(recorded))
}

// A fixture with a queue's operations is refused for a counter, and the error lists the
// counter's.
func TestAnotherMachineRefusesOtherOps(t *testing.T) {
	machines.All = append(machines.All, counterType)
	defer func() { machines.All = machines.All[:len(machines.All)-1] }()

	text := bytes.ReplaceAll([]byte(counting), []byte(`op = "add", amount = "40"`), []byte(`op = "put_topic", topic = "dog"`))
	_, err := fixture.Parse("counting.toml", text)
	assert.ErrorContains(t, err, `is "put_topic", want one of "add" or "read"`)
}
