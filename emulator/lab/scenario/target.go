package scenario

import (
	"context"
	"errors"
	"time"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/raft"
)

// Errors of targets.
var (
	// ErrCannot: the target is not of the kind to which this can be done. Then
	// the scenario is not observable.
	ErrCannot = errors.New("this cannot be done to these nodes")
	// ErrRestless: events follow upon each other without time passing, and no end
	// is in sight.
	ErrRestless = errors.New("the cluster does not come to rest")
)

// A View is the cluster as it is at a moment; good until the function that got
// it returns. One that does not show everything is a condition.Partial as well.
type View interface {
	condition.Observer
	// Now is the target's time, from 0 on.
	Now() time.Duration
}

// A Look looks at the cluster. settled tells that nothing more happens at this
// time: what was done has led to all that it leads to at once. A Look that
// returns true has found something to do. It must not call the Target.
type Look func(v View, settled bool) bool

// A Target is a cluster that a scenario is run against: do this, observe that.
// Its methods are called by one goroutine.
type Target interface {
	// Watch lets the cluster go on until look has something to do or until it is
	// the target's time until; if it is already, until what happens at this time
	// has happened. look is the same in every call. It is called at the beginning,
	// at the end, and whenever something has changed, also between two calls of
	// Watch, then by some other goroutine, but never by two at once. The error is
	// the context's, ErrRestless, or says what is wrong with the target.
	Watch(ctx context.Context, until time.Duration, look Look) error
	// Change makes these changes, all at one time, up to the first that cannot
	// be made; the error is that one's.
	Change(ctx context.Context, changes []fault.Change) error
	// Request sends these requests, all at one time, and returns when they have
	// reached their nodes or are known not to.
	Request(ctx context.Context, calls []Call) error
	// Send delivers a message from outside, as if node m.From had sent it.
	Send(ctx context.Context, m raft.Message) error
	// Close ends the cluster and everything that the target has begun. It says
	// what went wrong on the way.
	Close() error
}

// A Call is a client's request to a node.
type Call struct {
	To      raft.NodeID
	Command *machine.Command
	Timeout time.Duration // how long the client waits, in the target's time
	// Answered takes the answer, once; an AnswerLost when there is none. It must
	// return at once. It is called by whichever goroutine gets the answer, and not
	// at all when the target is closed before.
	Answered func(condition.Answer)
}
