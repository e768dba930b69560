package fault

import (
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/text/bounds"
	"rrmq.example/emulator/raft"
)

// Validate reports all problems of a rule that do not depend on the cluster. They are
// Problems, each with its key and the right value.
func (r *Rule) Validate() error { return r.problems(0).err() }

// ValidateIn is Validate for a cluster of this many nodes.
func (r *Rule) ValidateIn(nodes int) error { return r.problems(nodes).err() }

// problems returns the problems of a rule. nodes is the size of the cluster, or 0 if it is
// unknown.
func (r *Rule) problems(nodes int) Problems {
	var p Problems
	if r.Name == "" {
		p.add("name", "is missing, want a name by which the rule can be deleted")
	} else if wrong := bounds.Fault.Wrong(r.Name); wrong != "" {
		p.add("name", "%s", wrong)
	}
	for i := range matchKeys {
		k := &matchKeys[i]
		key := "match." + k.Name
		if ids, ok := k.At(r).(*[]raft.NodeID); ok {
			p.nodes(key, *ids, nodes)
		}
		p.value(&k.Key, key, r)
	}
	for i := range effects {
		p.value(&effects[i].Key, effects[i].Name, r)
	}
	for i := range limits {
		p.value(&limits[i], limits[i].Name, r)
	}
	if len(p) == 0 {
		p.effects(r)
		p.match(r)
	}
	return p
}

func (p *Problems) value(k *Key[Rule], key string, r *Rule) {
	if problem := k.problem(r); problem != "" {
		p.add(key, "%s", problem)
	}
}

// effects reports effects that contradict each other, and a rule without effects.
func (p *Problems) effects(r *Rule) {
	does := r.Does()
	if len(does) == 0 {
		p.add("", "does nothing, want one or more of %s", join(effectNames()))
		return
	}
	for i, e := range does {
		if e.OnWrites != does[0].OnWrites {
			p.add(e.Name, "acts on %s and %s on %s, want two rules", target(e.OnWrites), does[0].Name, target(does[0].OnWrites))
			return
		}
		if e.Alone == "" || len(does) == 1 {
			continue
		}
		other := does[0]
		if i == 0 {
			other = does[1]
		}
		p.add(other.Name, "contradicts %s: %s, want one of the two", e.Name, e.Alone)
		return
	}
}

func effectNames() []string {
	names := make([]string, len(effects))
	for i := range effects {
		names[i] = effects[i].Name
	}
	return names
}

func target(writes bool) string {
	if writes {
		return "a node's writes"
	}
	return "messages"
}

// match reports a match that matches no message and no write.
func (p *Problems) match(r *Rule) {
	m := &r.Match
	for i := range matchKeys {
		if k := &matchKeys[i]; k.OnWrites != r.OnWrites() && k.IsSet(r) {
			p.add("match."+k.Name, "is about %s, and the rule acts on %s, want it left out", target(k.OnWrites), target(r.OnWrites()))
		}
	}
	if len(m.From) == 1 && len(m.To) == 1 && m.From[0] == m.To[0] {
		p.add("match", "matches nothing: node %d sends no messages to itself", m.From[0])
	}
	if m.Entries != AnyEntries && (m.Type == RequestVoteType || m.Kind == ResponseKind) {
		p.add("match.entries", "matches nothing: only requests of type append_entries carry entries")
	}
}

// String writes a rule's keys as KEY=VALUE, without its name: from=0 drop count=3.
func (r *Rule) String() string {
	var words []string
	for i := range matchKeys {
		words = appendWord(words, &matchKeys[i].Key, r)
	}
	for i := range effects {
		words = appendWord(words, &effects[i].Key, r)
	}
	for i := range limits {
		words = appendWord(words, &limits[i], r)
	}
	text := ""
	for i, w := range words {
		if i > 0 {
			text += " "
		}
		text += w
	}
	return text
}

func appendWord(words []string, k *Key[Rule], r *Rule) []string {
	if !k.IsSet(r) {
		return words
	}
	value := ""
	switch at := k.At(r).(type) {
	case *bool:
		return append(words, k.Name)
	case *int:
		value = fmt.Sprint(*at)
	case *uint64:
		value = fmt.Sprint(*at)
	case *float64:
		value = fmt.Sprint(*at)
	case Span:
		value = millis(*at.Min) + "," + millis(*at.Max)
	case *[]raft.NodeID:
		for i, id := range *at {
			if i > 0 {
				value += ","
			}
			value += fmt.Sprint(id)
		}
	case Choice:
		value = at.Words[*at.Place-1]
	case Tri:
		value = fmt.Sprint(*at.Place == 1)
	case *time.Duration:
		value = millis(*at)
	}
	return append(words, k.Name+"="+value)
}
