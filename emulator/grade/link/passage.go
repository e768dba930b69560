package link

import (
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
)

// A Fate is what became of a message.
type Fate uint8

// The fates of a message.
const (
	Passed Fate = iota // all of it, or its beginning, was handed to the receiver
	Lost               // by a rule
	Broken             // the connection ended before it passed
)

// A Passage is a message that a link saw: a request or an answer or, if the traffic is not
// HTTP, the first bytes of a connection in one direction.
type Passage struct {
	From, To int // the sender and the receiver of the message
	Internal bool
	HTTP     bool
	Copy     bool               // sent again by a rule
	Kind     fault.MatchKind    // RequestKind or ResponseKind
	Type     fault.MatchType    // AnyType if it was not recognized
	Entries  fault.MatchEntries // of a request that was recognized as AppendEntries
	Method   string             // of the request; of an answer also
	Path     string             // of the request; of an answer also
	Status   int                // of an answer
	// Came is when the Net had read the message, and Went when its fate was known.
	Came, Went time.Time
	Fate       Fate
	Held       bool          // by a cut or a rule
	Delay      time.Duration // by rules
	Copies     int           // sent again, each on a connection of its own
	Rules      []string      // the names of those that acted on it
}
