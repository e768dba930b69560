package fault

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"rrmq.example/emulator/raft"
)

// A Key is one key of a T, which is a Rule or a Change: its name, its value, and the field
// of T with the value. All code that reads, writes or describes a T uses its keys.
type Key[T any] struct {
	// Name is the key in JSON, TOML and KEY=VALUE.
	Name string
	// Doc says in a few words what the key means.
	Doc string
	// Want describes a valid value, for errors: "a number of messages".
	Want string
	// Example is a value in the form of KEY=VALUE.
	Example string
	// Min and Max bound a whole number. Max also bounds one with decimals, which is from Low
	// on, or above 0 if that is 0.
	Min, Max int64
	Low      float64
	// OneIsTrue lets users write true for 1.
	OneIsTrue bool
	// Must says that the value is required. Only keys of changes use it.
	Must bool

	at func(*T) any
}

// At returns a pointer to v's value, as one of
//
//	*bool, *int, *uint64, *float64, *string, *time.Duration, Span,
//	*[]raft.NodeID, *[]Link, **Rule, Choice, Tri
func (k *Key[T]) At(v *T) any { return k.at(v) }

// A Span points to a shortest and a longest time.
type Span struct{ Min, Max *time.Duration }

// A Choice points to one of several words: its position among them from 1 on, 0 for none.
type Choice struct {
	Words []string
	Place *uint8
}

// A Tri points to yes (1), no (2) or neither (0).
type Tri struct{ Place *uint8 }

// Bounds of a rule's numbers.
const (
	// MaxCount is the largest number that every reader of JSON reads exactly.
	MaxCount = 1<<53 - 1
	// MaxTime bounds every time, so that sums of them stay far from overflow.
	MaxTime = 24 * time.Hour
)

// IsSet reports whether v has a value for the key.
func (k *Key[T]) IsSet(v *T) bool {
	switch at := k.at(v).(type) {
	case *bool:
		return *at
	case *int:
		return *at != 0
	case *uint64:
		return *at != 0
	case *float64:
		return *at != 0
	case *string:
		return *at != ""
	case *time.Duration:
		return *at != 0
	case Span:
		return *at.Min != 0 || *at.Max != 0
	case *[]raft.NodeID:
		return *at != nil
	case *[]Link:
		return *at != nil
	case **Rule:
		return *at != nil
	case Choice:
		return *at.Place != 0
	case Tri:
		return *at.Place != 0
	}
	panic(fmt.Sprintf("fault: key %s is kept as a %T", k.Name, k.at(v)))
}

// Clear removes v's value for the key.
func (k *Key[T]) Clear(v *T) {
	switch at := k.at(v).(type) {
	case *bool:
		*at = false
	case *int:
		*at = 0
	case *uint64:
		*at = 0
	case *float64:
		*at = 0
	case *string:
		*at = ""
	case *time.Duration:
		*at = 0
	case Span:
		*at.Min, *at.Max = 0, 0
	case *[]raft.NodeID:
		*at = nil
	case *[]Link:
		*at = nil
	case **Rule:
		*at = nil
	case Choice:
		*at.Place = 0
	case Tri:
		*at.Place = 0
	default:
		panic(fmt.Sprintf("fault: key %s is kept as a %T", k.Name, at))
	}
}

// Range describes a whole number for the key, with its bounds.
func (k *Key[T]) Range() string { return fmt.Sprintf("%s from %d to %d", k.Want, k.Min, k.Max) }

// problem says what is wrong with v's value by itself; "" if it is valid.
func (k *Key[T]) problem(v *T) string {
	switch at := k.at(v).(type) {
	case *int:
		if *at != 0 && (int64(*at) < k.Min || int64(*at) > k.Max) {
			return fmt.Sprintf("is %d, want %s", *at, k.Range())
		}
	case *uint64:
		if *at > uint64(k.Max) {
			return fmt.Sprintf("is %d, want %s", *at, k.Range())
		}
	case *float64:
		if !(*at >= 0 && *at <= float64(k.Max)) { // refuses NaN also
			return fmt.Sprintf("is %g, want a number above 0 and not above %d", *at, k.Max)
		}
	case *time.Duration:
		if *at < 0 || *at > MaxTime {
			return fmt.Sprintf("is %s, want milliseconds above 0, at most %s", millis(*at), millis(MaxTime))
		}
	case Span:
		return spanProblem(*at.Min, *at.Max)
	case Choice:
		if int(*at.Place) > len(at.Words) {
			return fmt.Sprintf("is unknown, want one of %s", join(at.Words))
		}
	case Tri:
		if *at.Place > 2 {
			return "is neither true nor false"
		}
	}
	return ""
}

func spanProblem(low, high time.Duration) string {
	switch {
	case low < 0 || high > MaxTime:
		return fmt.Sprintf("is [%s, %s], want milliseconds from 0 to %s", millis(low), millis(high), millis(MaxTime))
	case low > high:
		return fmt.Sprintf("is [%s, %s], want the smaller one first", millis(low), millis(high))
	}
	return ""
}

// millis writes a time in milliseconds, with as many decimals as necessary.
func millis(d time.Duration) string {
	return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', -1, 64)
}

func join(words []string) string {
	text := ""
	for i, w := range words {
		if i > 0 {
			text += ", "
		}
		text += w
	}
	return text
}

// A Problem is something wrong with the value for a key, or with the whole if Key is "".
type Problem struct{ Key, Message string }

// Problems has all problems of a rule or a change.
type Problems []Problem

// Error lists the problems.
func (p Problems) Error() string {
	text := ""
	for i, one := range p {
		if i > 0 {
			text += "; "
		}
		if one.Key != "" {
			text += one.Key + ": "
		}
		text += one.Message
	}
	return text
}

func (p *Problems) add(key, format string, args ...any) {
	*p = append(*p, Problem{key, fmt.Sprintf(format, args...)})
}

// err returns the problems as an error, or nil if there are none.
func (p Problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// nodes finds problems in a list of ids. nodes is the size of the cluster, or 0 if it is
// unknown.
func (p *Problems) nodes(key string, ids []raft.NodeID, nodes int) {
	if ids != nil && len(ids) == 0 {
		p.add(key, "is empty and matches nothing, leave it out to match any node")
	}
	for i, id := range ids {
		switch at := fmt.Sprintf("%s[%d]", key, i); {
		case id < 0 || nodes > 0 && int(id) >= nodes:
			p.add(at, "is %d, want a node's id%s", id, upTo(nodes))
		case slices.Contains(ids[:i], id):
			p.add(at, "names node %d twice, want each node once", id)
		}
	}
}

func upTo(nodes int) string {
	switch {
	case nodes <= 0:
		return ""
	case nodes == 1:
		return ": 0, the only one"
	}
	return fmt.Sprintf(" from 0 to %d", nodes-1)
}
