package condition_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// clusterWithDogs is a cluster of two whose queues have content.
func clusterWithDogs(t *testing.T) *world.World {
	t.Helper()
	f, err := fixture.Parse("dogs.toml", []byte(`
format = 1
unsafe = true
[[node]]
commit_index = 4
log = [
  { term = 1, op = "put_topic", topic = "dog" },
  { term = 1, op = "put_topic", topic = "a:b" },
  { term = 1, op = "put_message", topic = "dog", message = "x" },
  { term = 2, op = "put_message", topic = "dog", message = "y" },
  { term = 2, op = "get_message", topic = "a:b" },
]
[[node]]
term = 2
`))
	assert.NilError(t, err)
	return world.New(f.Config(), nil)
}

func TestLogAndCommands(t *testing.T) {
	w, env := clusterWithDogs(t), condition.Env{}
	checkIn(t, w, env, "log=0:1*3 2*2", true, "node 0 has 1*3 2*2")
	checkIn(t, w, env, "log=0:1*2 2*3", false, "node 0 has 1*3 2*2")
	checkIn(t, w, env, "log=0:1*3 2", false, "node 0 has 1*3 2*2")
	checkIn(t, w, env, "log=0,1:empty", false, "node 0 has 1*3 2*2, node 1 has an empty log")
	checkIn(t, w, env, "log=1:empty", true, "node 1 has an empty log")
	commands := `put_topic dog; put_topic "a:b"; put_message dog "x"; put_message dog "y"; get_message `
	checkIn(t, w, env, "commands=0:"+commands+`"a:b"`, true, "node 0 has put_topic dog; put_topic a:b; put_message dog \"x\"; put_message dog \"y\"; get_message a:b")
	checkIn(t, w, env, "commands=0:"+commands+`dog`, false, "node 0 has put_topic dog; put_topic a:b; put_message dog \"x\"; put_message dog \"y\"; get_message a:b")
	checkIn(t, w, env, "commands=1:empty", true, "node 1 has an empty log")
	checkIn(t, w, env, "last=0:=5", true, "node 0 has a log that ends at 5")
	checkIn(t, w, env, "last=0,1:5", false, "node 0 has a log that ends at 5, node 1 has a log that ends at 0")
}

func TestExplanationsOfLongLogsAreShort(t *testing.T) {
	w := load(t, "thousand_messages")
	until(t, w, "leader=unique")
	r := one(t, "commands=0:empty", condition.Env{}).Results(w)[0]
	assert.Assert(t, strings.Contains(r.Seen, "; and "), r.Seen)
	assert.Assert(t, len(r.Seen) < 1000)
}

func TestTopicsQueueAndPending(t *testing.T) {
	w, env := clusterWithDogs(t), condition.Env{}
	checkIn(t, w, env, `topics=0:dog, "a:b"`, true, `node 0 has the topics dog, "a:b"`)
	checkIn(t, w, env, `topics=0:"a:b", dog`, false, `node 0 has the topics dog, "a:b"`)
	checkIn(t, w, env, `topics=0:dog`, false, `node 0 has the topics dog, "a:b"`)
	checkIn(t, w, env, `topics=all:empty`, false, `node 0 has the topics dog, "a:b", node 1 has no topics`)
	checkIn(t, w, env, `topics=1:empty`, true, `node 1 has no topics`)
	checkIn(t, w, env, `queue=0:dog:["x", "y"]`, true, `node 0 holds ["x", "y"] in dog`)
	checkIn(t, w, env, `queue=0:dog:["y", "x"]`, false, `node 0 holds ["x", "y"] in dog`)
	checkIn(t, w, env, `queue=0:"a:b":[]`, true, `node 0 holds [] in "a:b"`)
	checkIn(t, w, env, `queue=0,1:"a:b":[]`, false, `node 0 holds [] in "a:b", node 1 has no topic "a:b"`)
	checkIn(t, w, env, `pending=0:dog:2`, true, `node 0 holds 2 messages in dog`)
	checkIn(t, w, env, `pending=0:dog:3`, false, `node 0 holds 2 messages in dog`)
	checkIn(t, w, env, `pending=1:dog:<3`, false, `node 1 has no topic dog`)
	change(t, w, fault.Change{Kind: fault.Crash, Node: 0})
	checkIn(t, w, env, `pending=0:dog:2`, false, `node 0 is down`)
	checkIn(t, w, env, `log=0:1*3 2*2`, true, `node 0 has 1*3 2*2`)
}

func TestExplanationsOfFullQueuesAreShort(t *testing.T) {
	w := load(t, "thousand_messages")
	until(t, w, "leader=unique")
	w.RunUntil(w.Now() + time.Second)
	topic := w.Queue(0).Items[0].Name
	r := one(t, "queue=0:"+topic+":[]", condition.Env{}).Results(w)[0]
	assert.Assert(t, strings.HasSuffix(r.Seen, "more"), r.Seen)
	assert.Assert(t, len(r.Seen) < 1000)
}

func put(topic string) *machine.Command { return queue.PutTopic.New(topic) }

// A Watch that is asked all the time gives the same results as a new one, whatever
// happens to logs and queues.
func TestAKeptWatchSaysTheSameAsANewOne(t *testing.T) {
	w := load(t, "fresh_3")
	text := "logs_equal=all queues_equal=all entries_once=all log=1*3 topics=all:a,b,c pending=all:a:0"
	kept := condition.NewWatch(parse(t, text), 0)
	compare := func() {
		now := condition.NewWatch(parse(t, text), 0)
		assert.DeepEqual(t, kept.Results(w), now.Results(w))
	}
	run := func(d time.Duration) {
		for end := w.Now() + d; w.Now() < end && w.Step(); {
			compare()
		}
	}
	until(t, w, "leader=unique")
	for round := range 12 {
		leader, _ := syntax.Find(w, syntax.Leader)
		w.Do(leader, put(strconv.Itoa(round)), nil)
		run(120 * time.Millisecond)
		switch round % 4 {
		case 0:
			change(t, w, fault.Change{Kind: fault.Isolate, Node: leader})
		case 1:
			change(t, w, fault.Change{Kind: fault.Heal})
		case 2:
			change(t, w, fault.Change{Kind: fault.Crash, Node: leader, Wipe: round == 6})
		case 3:
			change(t, w, fault.Change{Kind: fault.Heal})
		}
		compare()
		run(500 * time.Millisecond)
	}
	w = load(t, "missing_and_extra_entries")
	run(500 * time.Millisecond)
	w = load(t, "figure_7")
	run(500 * time.Millisecond)
}

// Entries that come from outside may replace others of the same index and term.
func TestEntriesMayBeReplacedByOthersOfTheSameTerm(t *testing.T) {
	w := load(t, "fresh_3")
	send := func(term raft.Term, entries ...raft.Entry) {
		t.Helper()
		w.RPC(raft.Message{Type: raft.AppendEntriesRequest, From: 0, To: 1, Term: term, Entries: entries}, nil)
		w.RunUntil(w.Now())
	}
	same := put("same")
	watch := condition.NewWatch(parse(t, "entries_once=1"), 0)
	send(1, raft.Entry{Term: 1, Command: put("a")}, raft.Entry{Term: 1, Command: same})
	assert.Assert(t, watch.Holds(w))
	send(1, raft.Entry{Term: 1, Command: put("a")}, raft.Entry{Term: 1, Command: same}, raft.Entry{Term: 1, Command: same})
	assert.Assert(t, !watch.Holds(w))
	assert.Equal(t, watch.Results(w)[0].Seen, `node 1 has the same put_topic same at index 2 and at index 3`)
	// All of it is replaced, at once.
	send(2, raft.Entry{Term: 2, Command: put("a")}, raft.Entry{Term: 2, Command: put("b")}, raft.Entry{Term: 2, Command: same})
	assert.Assert(t, watch.Holds(w))
	assert.Equal(t, watch.Results(w)[0].Seen, `node 1 has 3 entries`)
}
