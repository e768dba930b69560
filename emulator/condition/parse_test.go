package condition_test

import (
	"testing"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/condition"
	"rrmq.example/emulator/emulator/world"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"LeaderUnique", "leader=unique", "leader=unique"},
		{"LeaderNone", "leader=none", "leader=none"},
		{"LeaderID", "leader=2", "leader=2"},
		{"Role", "role=2:Follower", "role=2:Follower"},
		{"RoleOfSeveral", "role=0,1:leader", "role=0,1:Leader"},
		{"RoleOfAll", "role=Candidate", "role=Candidate"},
		{"RoleOfAllByName", "role=all:candidate", "role=Candidate"},
		{"Term", "term=2:5", "term=2:5"},
		{"Committed", "committed=12", "committed=12"},
		{"CommittedOfSome", "committed=0,1:12", "committed=0,1:12"},
		{"Applied", "applied=all:0", "applied=0"},
		{"LogsEqual", "logs_equal=0,1", "logs_equal=0,1"},
		{"QueuesEqual", "queues_equal=all", "queues_equal=all"},
		{"Event", "event=becomeleader", "event=BecomeLeader"},
		{"EventOfSome", "event=Restart:1,3", "event=Restart:1,3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			parsed, err := condition.ParseText(c.text)
			assert.NilError(t, err)
			assert.Equal(t, parsed.String(), c.want)
			again, err := condition.ParseText(parsed.String())
			assert.NilError(t, err)
			assert.Equal(t, again.String(), c.want)
		})
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"NoValue", "leader", `invalid condition "leader": want KEY=VALUE, such as leader=unique`},
		{"UnknownKey", "comitted=3", `invalid condition "comitted=3": there is no key "comitted", did you mean committed?`},
		{"StrangeKey", "x=3", `there is no key "x", want one of leader, role, term, committed, applied, logs_equal, queues_equal, event`},
		{"Leader", "leader=one", `invalid condition "leader=one": "one" is none of these; want leader=unique, none or a node's id, such as leader=unique`},
		{"TwoLeaders", "leader=0,1", `"0,1" is none of these`},
		{"Role", "role=2:Folower", `"Folower" is no role, did you mean Follower?; want role=NODES:ROLE`},
		{"RoleNode", "role=x:Follower", `"x" is no node's id, nor is it all`},
		{"RoleNone", "role=", `"" is no role`},
		{"Number", "committed=0:many", `"many" is no whole number from 0 on`},
		{"Negative", "applied=-1", `"-1" is no whole number from 0 on`},
		{"NodeTwice", "term=1,1:3", `node 1 is named twice`},
		{"NodeTooLarge", "term=99999:3", `"99999" is no node's id`},
		{"NodeOctal", "term=01:3", `"01" is no node's id`},
		{"Alone", "logs_equal=0", `one node has nobody to be equal with`},
		{"EmptyID", "logs_equal=0,", `"" is no node's id`},
		{"Event", "event=BecomesLeader", `there is no event "BecomesLeader", did you mean BecomeLeader?`},
		{"EventNode", "event=Apply:a", `"a" is no node's id`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := condition.ParseText(c.text)
			assert.ErrorIs(t, err, condition.ErrInvalid)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestCheck(t *testing.T) {
	c, err := condition.ParseText("logs_equal=0,3")
	assert.NilError(t, err)
	assert.NilError(t, c.Check(4))
	assert.Error(t, c.Check(3), `invalid condition "logs_equal=0,3": node 3 does not exist, the cluster has nodes 0 to 2`)
	assert.ErrorContains(t, c.Check(1), "the cluster has node 0 only")
}

func TestExamples(t *testing.T) {
	for _, k := range condition.Keys() {
		t.Run(k.Name, func(t *testing.T) {
			assert.Assert(t, condition.IsKey(k.Name))
			c, err := condition.Parse(k.Name, k.Example)
			assert.NilError(t, err)
			assert.Equal(t, c.String(), k.Name+"="+k.Example)
		})
	}
	assert.Assert(t, !condition.IsKey("since"))
}

// The kinds of records that a condition knows are all that there are.
func TestAllEvents(t *testing.T) {
	for k := range world.RuleEnded + 1 {
		parsed, err := condition.ParseEvent(k.String())
		assert.NilError(t, err)
		assert.Equal(t, parsed, k)
	}
	assert.Equal(t, (world.RuleEnded + 1).String(), "invalid kind")
}

func FuzzParse(f *testing.F) {
	for _, k := range condition.Keys() {
		f.Add(k.Name + "=" + k.Example)
	}
	f.Add("role=0,1,2:")
	f.Add("event=:")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := condition.ParseText(text)
		if err != nil {
			assert.ErrorIs(t, err, condition.ErrInvalid)
			return
		}
		again, err := condition.ParseText(c.String())
		assert.NilError(t, err)
		assert.Equal(t, again.String(), c.String())
	})
}
