package single

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gotest.tools/v3/assert"
	"gotest.tools/v3/poll"

	"rrmq.example/emulator/emulator/script/config"
	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/raft"
)

// addresses finds free ports.
func addresses(t *testing.T, n int) []config.Address {
	t.Helper()
	var list []config.Address
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		assert.NilError(t, err)
		defer l.Close()
		list = append(list, config.Address{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port})
	}
	return list
}

// options describe a node whose timers suit a test.
func options(all []config.Address, id int) Options {
	f := fixture.Fresh(len(all))
	f.Seed = uint64(id) + 1
	f.ElectionMin, f.ElectionMax, f.Heartbeat = 150*time.Millisecond, 300*time.Millisecond, 30*time.Millisecond
	return Options{Fixture: f, ID: raft.NodeID(id), Addresses: all}
}

func start(t *testing.T, o Options) *Node {
	t.Helper()
	n, err := Start(o)
	assert.NilError(t, err)
	t.Cleanup(n.Close)
	return n
}

// ask sends a request and returns the answer's body, or "" without an answer.
func ask(t *testing.T, method, url, body string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	assert.NilError(t, err)
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	data, _ := io.ReadAll(response.Body)
	return strings.TrimSpace(string(data))
}

// leader waits until a node leads, and returns its URL.
func leader(t *testing.T, all []config.Address) string {
	t.Helper()
	var found string
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		for _, url := range urls(all) {
			var s struct{ Role string }
			if json.Unmarshal([]byte(ask(t, "GET", url+"/status", "")), &s) == nil && s.Role == "Leader" {
				found = url
				return poll.Success()
			}
		}
		return poll.Continue("no leader")
	}, poll.WithTimeout(20*time.Second), poll.WithDelay(10*time.Millisecond))
	return found
}

const (
	success = `{"success": true}`
	dog     = `{"topic": "dog"}`
)

func TestNodesElectReplicateAndServe(t *testing.T) {
	for name, hasInternal := range map[string]bool{"OnePort": false, "InternalPort": true} {
		t.Run(name, func(t *testing.T) {
			all := addresses(t, 6)
			all, internal := all[:3], all[3:]
			for i := range all {
				o := options(all, i)
				if hasInternal {
					o.Internal = internal
				}
				start(t, o)
			}
			url := leader(t, all)
			assert.Equal(t, ask(t, "PUT", url+"/topic", dog), success)
			poll.WaitOn(t, func(poll.LogT) poll.Result {
				for _, url := range urls(all) {
					if got := ask(t, "GET", url+"/force-view-state-machine", ""); !strings.Contains(got, `"dog"`) {
						return poll.Continue("%s has %s", url, got)
					}
				}
				return poll.Success()
			}, poll.WithTimeout(20*time.Second))
		})
	}
}

// A node whose peers are not there answers every path, and runs for election.
func TestNodeStartsBeforeItsPeers(t *testing.T) {
	all := addresses(t, 3)
	n := start(t, options(all, 1))
	assert.DeepEqual(t, n.URLs(), urls(all))
	assert.Assert(t, ask(t, "GET", urls(all)[1]+"/", "") != "")
	poll.WaitOn(t, func(poll.LogT) poll.Result {
		if got := ask(t, "GET", urls(all)[1]+"/status", ""); !strings.Contains(got, "Candidate") {
			return poll.Continue("%s", got)
		}
		return poll.Success()
	}, poll.WithTimeout(20*time.Second))
}

func TestTakenPortIsAnError(t *testing.T) {
	all := addresses(t, 1)
	start(t, options(all, 0))
	_, err := Start(options(all, 0))
	assert.ErrorContains(t, err, "node 0 cannot have its port")
}

func TestDataKeepsLogTermAndVote(t *testing.T) {
	all := addresses(t, 1)
	o := options(all, 0)
	o.Data = filepath.Join(t.TempDir(), "data")
	n, err := Start(o)
	assert.NilError(t, err)
	url := leader(t, all)
	assert.Equal(t, ask(t, "PUT", url+"/topic", dog), success)
	before := ask(t, "GET", url+"/status", "")
	n.Close()
	start(t, o)
	url = leader(t, all)
	after := ask(t, "GET", url+"/status", "")
	assert.Assert(t, before != after, "the term is the old one: %s", after)
	// A new leader commits entries of earlier terms with its first own (§5.4.2).
	assert.Equal(t, ask(t, "GET", url+"/topic", ""), `{"success": true, "topics": ["dog"]}`)
}

func TestNodeWithoutDataForgets(t *testing.T) {
	all := addresses(t, 1)
	n, err := Start(options(all, 0))
	assert.NilError(t, err)
	assert.Equal(t, ask(t, "PUT", leader(t, all)+"/topic", dog), success)
	n.Close()
	start(t, options(all, 0))
	assert.Equal(t, ask(t, "GET", leader(t, all)+"/topic", ""), `{"success": true, "topics": []}`)
}

// Storage that fails must silence the node: it may not promise what is not stored.
func TestNodeEndsWhenItsStorageFails(t *testing.T) {
	all := addresses(t, 1)
	o := options(all, 0)
	o.Data = t.TempDir()
	n, err := Start(o)
	assert.NilError(t, err)
	url := leader(t, all)
	assert.NilError(t, n.disk.file.Close())
	go ask(t, "PUT", url+"/topic", dog)
	err = n.Run(t.Context())
	assert.ErrorIs(t, err, ErrData)
	for _, s := range n.servers {
		_ = s.Close()
	}
}

func TestDataFileIsReadAsItWasWritten(t *testing.T) {
	entry := func(term raft.Term, topic string) raft.Entry {
		return raft.Entry{Term: term, Command: queue.PutTopic.New(topic)}
	}
	dir := filepath.Join(t.TempDir(), "new", "dir")
	d, found, err := openDisk(dir, 3)
	assert.NilError(t, err)
	assert.Assert(t, found == nil)
	d.store(world.Stored{Hard: raft.HardState{Term: 1, VotedFor: 2}, Entries: [][]raft.Entry{{entry(1, "a"), entry(1, "b")}, {entry(1, "c")}}})
	d.store(world.Stored{Hard: raft.HardState{Term: 2, VotedFor: raft.None}, Kept: 1, Entries: [][]raft.Entry{{entry(2, "d")}}})
	assert.NilError(t, d.file.Close())
	file := dataFile(dir, 3)
	whole, err := os.ReadFile(file)
	assert.NilError(t, err)
	want := &state{raft.HardState{Term: 2, VotedFor: raft.None}, []raft.Entry{entry(1, "a"), entry(2, "d")}}

	// A process that was killed while it wrote has left half a line, which no message rests on.
	assert.NilError(t, os.WriteFile(file, append(whole, whole[:20]...), 0o666))
	d, found, err = openDisk(dir, 3)
	assert.NilError(t, err)
	assert.Equal(t, found.hard, want.hard)
	assert.DeepEqual(t, found.log, want.log)
	d.store(world.Stored{Hard: raft.HardState{Term: 5, VotedFor: 0}, Kept: 2})
	assert.NilError(t, d.file.Close())
	d, found, err = openDisk(dir, 3)
	assert.NilError(t, err)
	assert.Equal(t, found.hard, raft.HardState{Term: 5, VotedFor: 0})
	assert.DeepEqual(t, found.log, want.log)
	assert.NilError(t, d.file.Close())
}

func TestSpoiltDataIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"NoJSON":   "hello\n",
		"Gap":      `{"term": 1, "votedFor": -1, "kept": 3, "entries": []}` + "\n",
		"Vote":     `{"term": 1, "votedFor": -2, "kept": 0, "entries": []}` + "\n",
		"Stranger": `{"term": 1, "votedFor": 7, "kept": 0, "entries": []}` + "\n",
		"Entries":  `{"term": 1, "votedFor": -1, "kept": 0, "entries": [{}]}` + "\n",
		"NoList":   `{"term": 1, "votedFor": -1, "kept": 0}` + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			o := options(addresses(t, 1), 0)
			o.Data = t.TempDir()
			assert.NilError(t, os.WriteFile(dataFile(o.Data, 0), []byte(text), 0o666))
			_, err := Start(o)
			assert.ErrorIs(t, err, ErrData)
			assert.ErrorContains(t, err, "node-0.jsonl")
			kept, err := os.ReadFile(dataFile(o.Data, 0))
			assert.NilError(t, err)
			assert.Equal(t, string(kept), text, "a start that failed changed the data")
		})
	}
}
