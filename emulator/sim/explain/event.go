package explain

import (
	"fmt"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// event explains the record.
func (t *telling) event() {
	n := t.node(t.r)
	if n == nil {
		t.clusterEvent()
		return
	}
	if !n.known && t.r.Kind != trace.Init {
		t.partial = true
	}
	switch raft.ActionKind(t.r.Kind) {
	case raft.Restart:
		t.restarted(n)
	case raft.Timeout:
		t.stood(n)
	case raft.RequestVote:
		t.askedForVote(n)
	case raft.BecomeLeader:
		t.elected(n)
	case raft.ClientRequest:
		t.took(n)
	case raft.AdvanceCommitIndex:
		t.committed(n)
	case raft.AppendEntries:
		t.sentEntries(n)
	case raft.UpdateTerm:
		t.newTerm(n)
	case raft.DropStaleResponse:
		t.droppedStale(n)
	case raft.HandleRequestVoteRequest, raft.HandleAppendEntriesRequest:
		t.decided()
	case raft.HandleRequestVoteResponse:
		t.gotVote(n)
	case raft.HandleAppendEntriesResponse:
		t.gotAnswer(n)
	default:
		t.nodeEvent(n)
	}
}

// nodeEvent explains a record of a node that is no action of raft.tla.
func (t *telling) nodeEvent(n *node) {
	switch t.r.Kind {
	case trace.Init:
		t.began()
	case trace.Reply:
		if t.last.seq == t.r.Cause && t.last.seq != 0 {
			t.decided()
		} else {
			t.partial = true
			t.say("", "%s", t.r.Sentence())
		}
	case trace.Persist:
		t.stored(n)
	case trace.Apply:
		t.applied(n)
	case trace.Request:
		t.asked(n)
	case trace.Response:
		t.answered(n)
	case trace.SetTimer:
		t.timerSet(n)
	case trace.Nemesis:
		t.changed(n)
	default:
		t.network()
	}
}

// clusterEvent explains a record of the whole cluster.
func (t *telling) clusterEvent() {
	switch t.r.Kind {
	case trace.Nemesis:
		t.changed(nil)
	case trace.RuleEnded:
		t.ruleEnded()
	default:
		t.network()
	}
}

// decided explains how a node handled a request, at the record of the handling and at that of
// the answer.
func (t *telling) decided() {
	if t.last.msg.Type == raft.RequestVoteRequest {
		t.decidedVote()
	} else {
		t.decidedEntries()
	}
}

// ids lists nodes: "node 1", "nodes 0 and 2".
func ids[N ~int | ~int32](list []N) string {
	words := make([]string, len(list))
	for i, id := range list {
		words[i] = fmt.Sprint(id)
	}
	switch len(words) {
	case 0:
		return "no node"
	case 1:
		return "node " + words[0]
	}
	return "nodes " + strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// entries names entries by their indices.
func entries(first, last raft.Index) string {
	if first == last {
		return fmt.Sprintf("entry %d", first)
	}
	return fmt.Sprintf("entries %d to %d", first, last)
}

// end names the end of a log.
func end(index raft.Index, term raft.Term) string {
	if index == 0 {
		return "empty"
	}
	return fmt.Sprintf("index %d, term %d", index, term)
}

// vote names a node's vote.
func vote(id raft.NodeID) string {
	if id == raft.None {
		return "none"
	}
	return fmt.Sprintf("node %d", id)
}

func role(r raft.Role) string { return strings.ToLower(r.String()) }

func millis(d time.Duration) string {
	return fmt.Sprintf("%.3f ms", float64(d)/float64(time.Millisecond))
}
