package explore

import (
	"errors"
	"fmt"
	"time"

	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/script/syntax"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/world"
	"rrmq.example/emulator/raft"
)

// errNobody: a request to the leader when nobody leads.
var errNobody = errors.New("nobody leads")

// perform does to a world what a step of an explored schedule does, with all that it
// leads to at once. The error is that it cannot be done.
func perform(w *world.World, action play.Action) error {
	var err error
	switch a := action.(type) {
	case nil:
	case play.Request:
		to := a.To.ID
		if a.To.Name == syntax.Leader {
			to = w.Leader()
		}
		if to == raft.None {
			return errNobody
		}
		for range a.Times {
			w.Do(to, &machine.Command{Op: a.Command.Op, Args: [2]string{a.Command.Args[0], a.Command.Args[1]}}, nil)
		}
	default:
		stage := stageOf(w, w.Now())
		changes, ok, wrong := stage.Changes(action)
		if !ok || wrong != nil {
			panic(fmt.Sprintf("explore: an action of type %T: %v", action, wrong))
		}
		for _, c := range changes {
			_, wrong := w.Change(c)
			err = errors.Join(err, wrong)
		}
	}
	w.RunUntil(w.Now())
	return err
}

// stageOf is where an action of an explored schedule is done.
func stageOf(w syntax.Cluster, now time.Duration) play.Stage {
	return play.Stage{Now: now, Resolver: syntax.Resolver{Cluster: w}}
}
