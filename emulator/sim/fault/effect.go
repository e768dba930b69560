package fault

import (
	"strings"
	"time"
)

// An Effect is one way in which a rule harms the messages or writes that it matches. It has
// the effect's key in a rule and everything that readers of rules need. The function that
// carries it out stands in package world, in the table of effects.
type Effect struct {
	Key[Rule]
	// OnWrites says that the effect is on a node's writes, not on messages.
	OnWrites bool
	// Alone says why no other effect makes sense beside this one; "" if others do.
	Alone string
	// Keeps says that the rule keeps messages and releases them later.
	Keeps bool
	// Pace returns the time that a message of a link takes to pass, while the others on its
	// link wait. Without Pace, kept messages wait until the rule ends.
	Pace func(*Rule) time.Duration
	// Explored describes what exploration does with the effect, and Draw sets a random
	// value in a rule. Exploration leaves out an effect without Draw.
	Explored string
	Draw     func(Dice, *Rule)
}

// Word returns the effect's name without its unit.
func (e *Effect) Word() string { return strings.TrimSuffix(e.Name, "_ms") }

// maxDuplicates is the greatest number of copies that one rule makes of a message.
const maxDuplicates = 100

// maxThrottle is the greatest number of messages a second of a throttle.
const maxThrottle = 1_000_000

// effects has all effects, in the order in which they are written and explained, and in
// which one rule applies them.
var effects = []Effect{
	{
		Key: Key[Rule]{
			Name: "drop", Doc: "lose them",
			at: func(r *Rule) any { return &r.Drop },
		},
		Alone:    "a dropped message has no further fate",
		Explored: "some messages are lost",
		Draw:     func(_ Dice, r *Rule) { r.Drop = true },
	},
	{
		Key: Key[Rule]{
			Name: "delay_ms", Doc: "delay each by a time drawn from [min, max]", Example: "5,20",
			at: func(r *Rule) any { return Span{&r.DelayMin, &r.DelayMax} },
		},
		Explored: "some messages take longer",
		Draw: func(d Dice, r *Rule) { // all alike, or some much longer than others
			r.DelayMax = d.Span(2*time.Millisecond, 800*time.Millisecond)
			r.DelayMin = one(d, 0, r.DelayMax/2, r.DelayMax).Round(time.Millisecond)
		},
	},
	{
		Key: Key[Rule]{
			Name: "duplicate", Doc: "send this many more copies of each", Example: "1",
			Want: "a number of extra copies", Min: 1, Max: maxDuplicates, OneIsTrue: true,
			at: func(r *Rule) any { return &r.Duplicate },
		},
		Explored: "some messages arrive more than once",
		Draw: func(d Dice, r *Rule) { // at much later times
			r.Duplicate = one(d, 1, 1, 1, 2, 3)
			if d.Chance(0.7) {
				r.DelayMax = d.Span(2*time.Millisecond, 500*time.Millisecond)
			}
		},
	},
	{
		Key: Key[Rule]{
			Name: "reorder", Doc: "let the next one on the link overtake",
			at: func(r *Rule) any { return &r.Reorder },
		},
		Explored: "some messages overtake others",
		Draw:     func(_ Dice, r *Rule) { r.Reorder = true },
	},
	{
		Key: Key[Rule]{
			Name: "hold", Doc: "keep them until the rule ends",
			at: func(r *Rule) any { return &r.Hold },
		},
		Alone: "a held message leaves when the rule ends", Keeps: true,
		Explored: "some messages are held, and released later",
		Draw:     func(_ Dice, r *Rule) { r.Hold = true },
	},
	{
		Key: Key[Rule]{
			Name: "throttle", Doc: "let this many a second pass on each link; the rest queue", Example: "10",
			Want: "a number of messages a second", Min: 1, Max: maxThrottle,
			at: func(r *Rule) any { return &r.Throttle },
		},
		Alone: "a throttled message leaves when its turn has come", Keeps: true,
		Pace:     func(r *Rule) time.Duration { return time.Second / time.Duration(r.Throttle) },
		Explored: "some links carry few messages a second",
		Draw:     func(d Dice, r *Rule) { r.Throttle = one(d, 2, 5, 10, 20, 50, 200) },
	},
	{
		Key: Key[Rule]{
			Name: "slow_disk_ms", Doc: "let each write of a node take a time drawn from [min, max], even past the end of the fault", Example: "5,20",
			at: func(r *Rule) any { return Span{&r.SlowDiskMin, &r.SlowDiskMax} },
		},
		OnWrites: true,
		Explored: "the writes of some nodes take longer",
		Draw: func(d Dice, r *Rule) { // all alike, or some much longer than others
			r.SlowDiskMax = d.Span(time.Millisecond, 300*time.Millisecond)
			r.SlowDiskMin = one(d, 0, r.SlowDiskMax/2, r.SlowDiskMax).Round(time.Millisecond)
		},
	},
}

// Effects lists the effects of rules, in order.
func Effects() []Effect { return effects }

// Does lists the effects of the rule, in order.
func (r *Rule) Does() []*Effect {
	var does []*Effect
	for i := range effects {
		if effects[i].IsSet(r) {
			does = append(does, &effects[i])
		}
	}
	return does
}

// OnWrites reports whether the rule is about writes, not messages.
func (r *Rule) OnWrites() bool {
	does := r.Does()
	return len(does) > 0 && does[0].OnWrites
}

// Pace returns the time that a message takes to pass the rule, while others on its link
// wait; 0 means that the rule has no pace.
func (r *Rule) Pace() time.Duration {
	for i := range effects {
		if e := &effects[i]; e.Pace != nil && e.IsSet(r) {
			return e.Pace(r)
		}
	}
	return 0
}

// Keeps reports whether the rule may keep messages.
func (r *Rule) Keeps() bool {
	for _, e := range r.Does() {
		if e.Keeps {
			return true
		}
	}
	return false
}

// limits has the keys that say how often a rule acts, and until when.
var limits = []Key[Rule]{
	{
		Name: "skip", Doc: "let this many pass first", Example: "2",
		Want: "a number of messages", Min: 0, Max: MaxCount,
		at: func(r *Rule) any { return &r.Skip },
	},
	{
		Name: "count", Doc: "act on this many; without it on all", Example: "3",
		Want: "a number of messages (leave it out for no limit)", Min: 1, Max: MaxCount,
		at: func(r *Rule) any { return &r.Count },
	},
	{
		Name: "probability", Doc: "act with this probability, above 0 and up to 1", Example: "0.5", Max: 1,
		at: func(r *Rule) any { return &r.Probability },
	},
	{
		Name: "until_ms", Doc: "end at this time of the cluster", Example: "5000",
		at: func(r *Rule) any { return &r.Until },
	},
}

// Limits lists the keys that say how often a rule acts, and until when.
func Limits() []Key[Rule] { return limits }

// A MatchKey is one key of a rule's match.
type MatchKey struct {
	Key[Rule]
	// OnWrites says that the key chooses writes, not messages.
	OnWrites bool
}

// The words of a Match; a missing word matches any.
var (
	matchTypes = []string{"request_vote", "append_entries"}
	matchKinds = []string{"request", "response"}
)

// MatchTypes returns the words for a message's RPC.
func MatchTypes() []string { return matchTypes }

// MatchKinds returns the words for a message's direction.
func MatchKinds() []string { return matchKinds }

// matchKeys has the keys that choose messages or writes.
var matchKeys = []MatchKey{
	{Key: Key[Rule]{
		Name: "from", Doc: "their senders", Example: "0,1",
		at: func(r *Rule) any { return &r.Match.From },
	}},
	{Key: Key[Rule]{
		Name: "to", Doc: "their receivers", Example: "2",
		at: func(r *Rule) any { return &r.Match.To },
	}},
	{Key: Key[Rule]{
		Name: "type", Doc: "their RPC", Example: matchTypes[1],
		at: func(r *Rule) any { return Choice{matchTypes, (*uint8)(&r.Match.Type)} },
	}},
	{Key: Key[Rule]{
		Name: "kind", Doc: "requests or responses", Example: matchKinds[0],
		at: func(r *Rule) any { return Choice{matchKinds, (*uint8)(&r.Match.Kind)} },
	}},
	{Key: Key[Rule]{
		Name: "entries", Doc: "true: those with entries; false: heartbeats", Example: "true",
		at: func(r *Rule) any { return Tri{(*uint8)(&r.Match.Entries)} },
	}},
	{Key: Key[Rule]{
		Name: "node", Doc: "the nodes of a rule on writes", Example: "2",
		at: func(r *Rule) any { return &r.Match.Node },
	}, OnWrites: true},
}

// MatchKeys lists the keys of a rule's match, in order.
func MatchKeys() []MatchKey { return matchKeys }

// RuleKey returns a key of a rule, or of its match; nil for an unknown name.
func RuleKey(name string) (k *Key[Rule], ofMatch bool) {
	for i := range matchKeys {
		if matchKeys[i].Name == name {
			return &matchKeys[i].Key, true
		}
	}
	for i := range effects {
		if effects[i].Name == name {
			return &effects[i].Key, false
		}
	}
	for i := range limits {
		if limits[i].Name == name {
			return &limits[i], false
		}
	}
	return nil, false
}

// A Dice draws for exploration.
type Dice interface {
	// Between draws a number from lo to hi.
	Between(lo, hi int) int
	// Span draws whole milliseconds from lo to hi, short times as often as long ones.
	Span(lo, hi time.Duration) time.Duration
	// Chance is true with probability p.
	Chance(p float64) bool
}

// one draws one of a list.
func one[T any](d Dice, list ...T) T { return list[d.Between(0, len(list)-1)] }
