package scenario

import (
	"context"
	"errors"
	"time"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// Errors of targets.
var (
	// ErrCannot means that this kind of target does not support the action. The scenario is
	// not observable then.
	ErrCannot = errors.New("this cannot be done to these nodes")
	// ErrRestless means that events follow each other without end and without time passing.
	ErrRestless = errors.New("the cluster does not settle: events go on without time passing")
)

// A View is the cluster at a moment. It is valid until the function that got it returns. A
// View that does not show everything is also a condition.Partial. One with a method Starting()
// bool says whether nodes still start that a change has started: the next step waits for them,
// and clients do not.
type View interface {
	condition.Cluster
	// Now is the target's time, from 0 on.
	Now() time.Duration
}

// A Look examines the cluster. settled means that nothing more happens at this time: the
// last change has had all its immediate effects. A Look returns true when it has found
// something to do. It must not call the Target.
type Look func(v View, settled bool) bool

// A Target is a cluster against which a scenario runs: it makes changes and can be
// observed. A single goroutine calls its methods.
type Target interface {
	// Watch lets the cluster run until look has something to do, or until the target's time
	// reaches until. If the time is until already, Watch lets the events of this time
	// happen.
	//
	// look is the same function in every call. The target calls it at the beginning, at the
	// end and after every change. Between two calls of Watch another goroutine may call it,
	// but never two at the same time. The error is the context's, ErrRestless, or describes
	// a failure of the target.
	Watch(ctx context.Context, until time.Duration, look Look) error
	// Change makes these changes, all at one time, up to the first one that is impossible;
	// it returns that one's error.
	Change(ctx context.Context, changes []fault.Change) error
	// Request sends these requests, all at one time. It returns when each has reached its
	// node or is known never to reach it.
	Request(ctx context.Context, calls []Call) error
	// Send delivers a message from outside, as if node m.From had sent it.
	Send(ctx context.Context, m raft.Message) error
	// Close stops the cluster and everything that the target started. It returns the first
	// error since the start.
	Close() error
}

// A Call is a client's request to a node.
type Call struct {
	Name    string // of the request in the scenario; "" if it has none
	To      raft.NodeID
	Command *machine.Command
	Timeout time.Duration // the client's timeout, in the target's time
	// Answered gets the answer, at most once; an AnswerLost when there is none. It must
	// return at once. Any goroutine may call it. A target that is closed first does not
	// call it.
	Answered func(condition.Answer)
}
