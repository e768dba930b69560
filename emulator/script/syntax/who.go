package syntax

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/script/source"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/emulator/text"
	"rrmq.example/emulator/emulator/text/bounds"
	"rrmq.example/emulator/raft"
)

// The words that stand for nodes. They mean the same in steps, conditions, rules, routes,
// commands and the Go API.
const (
	Leader    = "leader"    // the node that is up and leads the highest term
	Follower  = "follower"  // the lowest id that is up and does not lead
	Candidate = "candidate" // the lowest id that is up and a candidate
	Any       = "any"       // the lowest id that is up; for requests only
	All       = "all"       // every node; for what needs a node that is up: every node that is up
)

// RoleWords are the words for one node.
var RoleWords = []string{Leader, Follower, Candidate}

// NodeWords are the words that an action takes for nodes, beside ids.
var NodeWords = append(slices.Clone(RoleWords), All)

// IsRole reports whether a word stands for a node by its role.
func IsRole(word string) bool { return slices.Contains(RoleWords, word) }

// reserved are words with a meaning of their own, which no name may be.
var reserved = []string{Leader, Follower, Candidate, Any, All, "none", "unique"}

// Reserved returns the words with a meaning of their own.
func Reserved() []string { return slices.Clone(reserved) }

// IsName reports whether a scenario may give a node this name: a letter, then letters,
// digits, _ and -, and no reserved word.
func IsName(name string) bool {
	return IsRequest(name) && !strings.Contains(name, ".") && (name[0] < '0' || name[0] > '9') && name[0] != '-' &&
		!slices.ContainsFunc(reserved, func(r string) bool { return strings.EqualFold(r, name) })
}

// IsRequest reports whether a scenario may give a client request this name: letters,
// digits, _, - and dots.
func IsRequest(name string) bool {
	return IsPlain(name) && name != "" && bounds.Member.Wrong(name) == ""
}

// IsPlain reports whether a text has letters, digits, _, - and dots only.
func IsPlain(s string) bool {
	for _, c := range []byte(s) {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '.') {
			return false
		}
	}
	return true
}

// A Who names nodes: one by its ID or by a Name, or all of them. A Name is one of the words
// above or one that a scenario gave to a node; a Resolver says which node that is.
type Who struct {
	ID   raft.NodeID
	Name string // "": ID counts
}

// Named returns the Who of a word or name.
func Named(name string) Who { return Who{ID: raft.None, Name: name} }

// WhoOf returns nodes by their ids.
func WhoOf(ids ...raft.NodeID) []Who {
	var list []Who
	for _, id := range ids {
		list = append(list, Who{ID: id})
	}
	return list
}

// String names the node.
func (w Who) String() string {
	if w.Name != "" {
		return w.Name
	}
	return "node " + NodeName(w.ID)
}

// FormatWho writes a node as ReadOne reads it.
func FormatWho(w Who) string {
	if w.Name != "" {
		return source.Quote(w.Name)
	}
	return NodeName(w.ID)
}

// FormatWhos writes a list.
func FormatWhos(list []Who) string { return "[" + source.Join(list, FormatWho) + "]" }

// FormatSelector writes nodes as ReadSelector reads them: without brackets if it is one.
func FormatSelector(list []Who) string {
	if len(list) == 1 {
		return FormatWho(list[0])
	}
	return FormatWhos(list)
}

// ParseWho reads one node from a text: an id, a word for one node or, where names are
// possible, a name. It says in words what is wrong.
func ParseWho(word string) (Who, string) {
	n, err := strconv.ParseUint(word, 10, 31)
	switch {
	case err == nil && n < world.MaxNodes && (word == "0" || word[0] != '0'):
		return Who{ID: raft.NodeID(n)}, ""
	case IsName(word) || IsRole(word):
		return Named(word), ""
	}
	return Who{}, text.QuoteShort(word, 80) + " is no node's id, nor is it all or a name"
}

// ParseSelector reads nodes from a text without names of scenarios: an id, leader, follower
// or candidate, several of these with commas between them, or all. It says in words what
// is wrong.
func ParseSelector(s string) ([]Who, string) {
	if s == All {
		return []Who{Named(All)}, ""
	}
	var list []Who
	for word := range strings.SplitSeq(s, ",") {
		w, wrong := ParseWho(word)
		switch {
		case word == All:
			return nil, "all stands for every node, want it alone"
		case wrong != "" || w.Name != "" && !IsRole(w.Name):
			want := text.Meant(word, NodeWords)
			if want == "" {
				want = "want an id, " + text.Or(quoted(NodeWords))
			}
			return nil, fmt.Sprintf("%s is no node's id, %s", text.QuoteShort(word, 40), want)
		case slices.Contains(list, w):
			return nil, fmt.Sprintf("%s is named twice, want each node once", w)
		}
		list = append(list, w)
	}
	return list, ""
}

// A Scope says what may be named where a text names nodes.
type Scope struct {
	// Nodes is the size of the cluster.
	Nodes int
	// Names are those that a scenario's earlier steps give to nodes; nil outside of one.
	Names func() []string
}

// want says what may be written for one node.
func (s Scope) want(words []string) string {
	list := quoted(words)
	if s.Names != nil {
		list = append(list, "a name that a let step gives")
	}
	return WantNode(s.Nodes) + ", " + text.Or(list)
}

func quoted(words []string) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = strconv.Quote(w)
	}
	return list
}

// known are the words and names that may be written.
func (s Scope) known(words []string) []string {
	if s.Names == nil {
		return words
	}
	return append(slices.Clone(words), s.Names()...)
}

// ReadOne reads one node.
func (s Scope) ReadOne(v *source.Value) (Who, bool) {
	if v.Is(All) {
		v.Report(`is "all", want one node`)
		return Who{}, false
	}
	return s.read(v, RoleWords)
}

func (s Scope) read(v *source.Value, words []string) (Who, bool) {
	if id, isID := v.Int(); isID {
		if id >= 0 && id < int64(s.Nodes) {
			return Who{ID: raft.NodeID(id)}, true
		}
		v.Wrong("%s", WantNode(s.Nodes))
		return Who{}, false
	}
	name, isName := v.Text()
	known := s.known(words)
	switch {
	case isName && slices.Contains(known, name):
		return Named(name), true
	case isName && s.Names != nil && IsName(name):
		v.Report("is %s, but no earlier step gives a node this name%s", v.Show(), v.Hint(name, known))
	case isName && text.Meant(name, known) != "":
		v.Report("is %s, %s", v.Show(), text.Meant(name, known))
	default:
		v.Wrong("%s", s.want(words))
	}
	return Who{}, false
}

// ReadSelector reads one node or a list, each at most once, or "all". It returns the place
// of each as well.
func (s Scope) ReadSelector(v *source.Value) ([]Who, []*source.Value) {
	items := v.ListOrOne()
	if len(items) == 0 {
		v.Report("is an empty list, want %s", s.want(NodeWords))
	}
	var list []Who
	var places []*source.Value
	seen := map[Who]bool{}
	for _, item := range items {
		w, ok := s.read(item, NodeWords)
		switch {
		case !ok:
		case seen[w]:
			item.Report("names %s twice, want each node once", w)
		case w.Name == All && len(items) > 1:
			item.Report(`is "all", which stands for every node, want it alone`)
		default:
			seen[w] = true
			list, places = append(list, w), append(places, item)
		}
	}
	return list, places
}
