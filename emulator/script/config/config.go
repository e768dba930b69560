package config

import (
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"strings"

	"rrmq.example/emulator/emulator/script/fixture"
	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text/bounds"
	"rrmq.example/emulator/mqapi/queue"
	"rrmq.example/emulator/mqapi/wire"
	"rrmq.example/emulator/raft"
)

// A Config is the content of a config.json.
type Config struct {
	Fixture *fixture.Fixture // its BasePort means nothing
	// Addresses are those of the nodes, by id. CheckLoopback checks them.
	Addresses []Address
	// Internal are the addresses with internal_port, for the nodes among themselves; one
	// without a Port has none.
	Internal []Address
	// Notes say what was tolerated.
	Notes []source.Problem
}

// WriteNotes writes the notes, one a line.
func WriteNotes(out io.Writer, notes []source.Problem) {
	for _, n := range notes {
		fmt.Fprintf(out, "note: %s\n", n)
	}
}

// Parse reads a course's config.json:
//
//	{"addresses": [{"ip": "127.0.0.1", "port": 8567, "internal_port": 8568}, …]}
//
// A node's position in the list is its id; ip may begin with http://, and
// internal_port may be missing or anything. An address may also hold the start state of its node:
// role, term, voted_for, log, and next_index and match_index as lists over the
// other nodes in order, or over all nodes. The last two are ignored on nodes other
// than leaders. An entry of log is
//
//	{"term": 1, "index": 1, "command": {"endpoint": "topic", "method": "PUT", "body": {"topic": "dog"}}, "result": …}
//
// where index may be missing or count from 0, and result is ignored. Missing keys
// have the defaults of a fixture, and null counts as missing. The error is a
// source.Errors.
//
// Parse tolerates unknown keys, a key given twice (the last one counts), bytes that
// are not UTF-8, and values that a start of Raft would set right; correct.go has
// these. It notes them.
func Parse(file string, data []byte) (*Config, error) {
	p := source.NewForeign(file)
	v := source.ParseJSON(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), p) // some editors begin with a byte order mark
	if v == nil {
		return nil, p.Err()
	}
	f := fixture.Defaults()
	f.Name = fixture.BaseName(file)
	c := &Config{Fixture: f}
	c.Addresses, c.Internal = readConfig(v, f)
	if err := p.Err(); err != nil {
		return nil, err
	}
	c.Notes = p.Notes()
	return c, nil
}

func readConfig(v *source.Value, f *fixture.Fixture) (addresses, internal []Address) {
	s := v.Table(`an object with "addresses"`)
	list, ok := s.Items("addresses", `a list of objects such as {"ip": "127.0.0.1", "port": 8567}`)
	s.End()
	if !ok {
		if !s.Has("addresses") {
			v.Missing("addresses", `a list of objects such as {"ip": "127.0.0.1", "port": 8567}`)
		}
		return nil, nil
	}
	if len(list) == 0 || len(list) > world.MaxNodes {
		v.ReportKey("addresses", "has %d nodes, want 1 to %d", len(list), world.MaxNodes)
		return nil, nil
	}
	addresses, internal = make([]Address, len(list)), make([]Address, len(list))
	seen := map[Address]*source.Value{}
	nodes := fixture.NewNodeTables(len(list), queue.Type)
	for i, v := range list {
		a, port, ok := readNode(v, raft.NodeID(i), nodes, len(list))
		if before := seen[a]; ok && before != nil {
			v.Report("is %s, the address of %s as well, want one address for each node", a, before.Where())
		}
		seen[a] = v
		addresses[i], internal[i] = a, Address{Host: a.Host, Port: port}
	}
	nodes.Complete(f)
	nodes.Check(f)
	return addresses, internal
}

// readNode reads one of the addresses with its internal port, and reports whether it is
// sound.
func readNode(v *source.Value, id raft.NodeID, all *fixture.NodeTables, nodes int) (a Address, internal int, sound bool) {
	n := all.Open(id, v)
	s := v.Table(`an object such as {"ip": "127.0.0.1", "port": 8567}`)
	a = readAddress(s)
	sound = s.Sound()
	if v := s.Get("internal_port"); v != nil {
		if port, ok := v.Int(); ok && port >= 1 && port <= 65535 {
			internal = int(port)
		}
	}
	if i, ok := s.ChoiceFold("role", syntax.Roles); ok { // /status writes a role with a capital
		n.Config.Role = raft.Role(i)
	}
	n.ReadTerm(s)
	if !hasNoVote(s, n.Config.Role, id, nodes) {
		n.ReadVote(s, nodes)
	}
	if list, ok := s.Items("log", "a list of entries"); ok && all.Room(v.At("log"), len(list)) {
		for i, e := range list {
			n.Config.Log = append(n.Config.Log, readEntry(e, i+1))
		}
	}
	correctTerm(n, s)
	if s.Allow("next_index", "match_index"); n.Config.Role == raft.Leader {
		last := raft.Index(len(n.Config.Log))
		n.Config.NextIndex = readOtherNodes(s, "next_index", id, nodes, func(_ int, i int64) (int64, string) {
			return nextIndex(i, last)
		})
		n.Config.MatchIndex = readOtherNodes(s, "match_index", id, nodes, func(j int, i int64) (int64, string) {
			next := last + 1
			if n.Config.NextIndex != nil {
				next = n.Config.NextIndex[j]
			}
			return matchIndex(i, next)
		})
	}
	s.End()
	n.Close(s)
	return a, internal, sound
}

func readAddress(s *source.Table) Address {
	var a Address
	for _, key := range []string{"ip", "port"} {
		if !s.Has(key) {
			s.Missing(key, `both "ip" and "port"`)
		}
	}
	if s.Text("ip", &a.Host) {
		v := s.At("ip")
		a.Host = strings.TrimSuffix(strings.TrimPrefix(a.Host, "http://"), "/")
		a.Host = strings.TrimSuffix(strings.TrimPrefix(a.Host, "["), "]")
		if v.Within(bounds.Host) && !isHost(a.Host) {
			v.Wrong(`a host, such as "127.0.0.1" or "http://127.0.0.1"`)
		}
	}
	if port, ok := s.Int("port", "a port", 1, 65535); ok {
		a.Port = int(port)
	}
	return a
}

// isHost reports whether s is an IP address or looks like a name.
func isHost(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	for _, c := range []byte(s) {
		if !isNameByte(c) && c != '.' {
			return false
		}
	}
	return s != ""
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-'
}

// readEntry reads an item of log, at an index.
func readEntry(v *source.Value, index int) raft.Entry {
	s := v.Table("an entry: an object with term, index and command")
	term, hasTerm := syntax.ReadTerm(s, "term")
	if v := s.Get("index"); v != nil && v.Is(int64(index)-1) {
		v.Note("is %s, read as %d, the entry's place in the list", v.Show(), index)
	} else {
		s.Int("index", "the entry's place in the list,", int64(index), int64(index))
	}
	s.Get("result")
	cmd := &machine.Command{}
	command := s.Get("command")
	if command != nil {
		cmd = readCommand(command)
	}
	s.End()
	if s.Sound() && (!hasTerm || command == nil) {
		key := "term"
		if hasTerm {
			key = "command"
		}
		v.Missing(key, "term and command")
	}
	return raft.Entry{Term: term, Command: cmd}
}

// prefixed are words with a slash before each.
func prefixed(words []string) []string {
	paths := make([]string, len(words))
	for i, w := range words {
		paths[i] = "/" + w
	}
	return paths
}

// readCommand reads a command in the format of /rpc.
func readCommand(v *source.Value) *machine.Command {
	endpoints, methods := wire.Endpoints(), wire.Methods()
	o := syntax.Operation{Machine: queue.Type}
	s := v.Table(`an object such as {"endpoint": "topic", "method": "PUT", "body": {"topic": "dog"}}`)
	words := endpoints
	if path, ok := s.At("endpoint").Text(); ok && strings.HasPrefix(path, "/") {
		words = prefixed(endpoints) // as in the node's API
	}
	endpoint, ok1 := s.Choice("endpoint", words)
	method, ok2 := s.ChoiceFold("method", methods)
	body := s.Get("body")
	s.End()
	op := wire.Op(endpoints[endpoint], methods[method])
	switch {
	case !s.Sound():
	case !(ok1 && ok2):
		v.Report("has no endpoint or no method, want both")
	case op == nil:
		v.Report("is no request: endpoint %q has no method %q", endpoints[endpoint], methods[method])
	}
	at := v
	if body != nil {
		b := body.Table("an object with topic and message")
		o.ReadArguments(b)
		b.End()
		at = body
	}
	if s.Sound() {
		o.Is(op)
		o.CheckForeign(at)
	}
	return &o.Command
}
