package explain

import (
	"fmt"
	"strings"

	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// stood explains why a node became a candidate.
func (t *telling) stood(n *node) {
	term := t.r.State.Term
	why := "somebody let its election timer run out"
	if cause := t.find(t.r.Cause); cause == nil || cause.Kind != trace.Nemesis {
		why = t.whyStood(n)
	}
	t.say("§5.2", "node %d became a candidate of term %d and voted for itself: %s", n.id, term, why)
	t.value("term before", "%d", n.state.Term)
	t.value("term", "%d", term)
	if n.timer == raft.ElectionTimer {
		t.value("timer ran out at", "%s", millis(n.timerAt))
	}
	t.value("majority", "%d of %d", t.majority(), t.nodes)
}

// whyStood says why a node's election timer ran out.
func (t *telling) whyStood(n *node) string {
	switch {
	case n.state.Role == raft.Candidate && n.granted != nil:
		t.since(n.refused...)
		t.since(n.standsBy)
		return fmt.Sprintf("its election in term %d had no result in time, with %d of the %d votes that it needed",
			n.state.Term, n.votes(), t.majority())
	case n.state.Leader != raft.None && n.state.Leader != n.id:
		t.since(n.heardBy)
		return fmt.Sprintf("it heard nothing from node %d, its leader, up to the end of its election timeout%s",
			n.state.Leader, t.whySilent(n.state.Leader, n.id))
	case n.hadLeader != raft.None && n.hadLeader != n.id:
		return fmt.Sprintf("no leader of term %d called up to the end of its election timeout%s", n.state.Term, t.whySilent(n.hadLeader, n.id))
	}
	return "no leader called up to the end of its election timeout"
}

// whySilent says why node to hears nothing from node from, with a colon before it; "" if the
// records do not show it.
func (t *telling) whySilent(from, to raft.NodeID) string {
	if int(from) >= len(t.members) || int(to) >= len(t.members) {
		return ""
	}
	l := &t.members[from]
	switch {
	case l.down:
		t.since(l.downBy)
		return fmt.Sprintf(": node %d is down", from)
	case l.pausedBy != 0:
		t.since(l.pausedBy)
		return fmt.Sprintf(": node %d is paused", from)
	case t.cutBy(from, to) != 0:
		t.since(t.cutBy(from, to))
		return fmt.Sprintf(": nothing goes from node %d to node %d", from, to)
	case l.known && l.state.Role != raft.Leader:
		t.since(l.termBy)
		return fmt.Sprintf(": node %d does not lead any more", from)
	}
	for _, r := range t.rules {
		m := raft.Message{Type: raft.AppendEntriesRequest, From: from, To: to}
		if r.rule.Match.Matches(&m) && !r.rule.OnWrites() {
			t.since(r.by)
			return fmt.Sprintf(": the fault %q acts on its messages", r.rule.Name)
		}
	}
	return ""
}

// askedForVote explains a RequestVote.
func (t *telling) askedForVote(n *node) {
	m := &t.r.Message
	t.say("§5.2", "node %d, a candidate of term %d, asked node %d for its vote: it needs the votes of %d of %d nodes, its own included",
		n.id, m.Term, m.To, t.majority(), t.nodes)
	t.value("term", "%d", m.Term)
	t.value("candidate's last entry", "%s", end(m.LastLogIndex, m.LastLogTerm))
}

// decidedVote explains the answer to a RequestVote.
func (t *telling) decidedVote() {
	d := &t.last
	m, s, voter := d.msg, &d.before.state, t.r.Node
	if d.answer == nil || !d.before.known {
		t.partial = true
		t.say("§5.2, §5.4.1", "%s", t.r.Sentence())
		return
	}
	t.value("candidate's term", "%d", m.Term)
	t.value("voter's term", "%d", s.Term)
	t.value("voter's role", "%s", role(s.Role))
	t.value("voter's vote before", "%s", vote(s.VotedFor))
	t.value("candidate's last entry", "%s", end(m.LastLogIndex, m.LastLogTerm))
	t.value("voter's last entry", "%s", end(s.LastIndex, s.LastTerm))
	sections, reasons := t.whyNoVote(voter)
	switch {
	case d.answer.VoteGranted && len(reasons) > 0:
		t.say(sections[0], "node %d gave node %d its vote in term %d, although %s", voter, m.From, m.Term, strings.Join(reasons, ", and "))
	case d.answer.VoteGranted && s.VotedFor == m.From:
		t.since(d.before.votedBy)
		t.say("§5.2", "node %d gave node %d its vote in term %d once more: it had given it already, and a repeated request gets the same answer",
			voter, m.From, m.Term)
	case d.answer.VoteGranted:
		t.say("§5.2, §5.4.1", "node %d gave node %d its vote in term %d: it had not voted in this term, and the candidate's log is at least as up to date as its own",
			voter, m.From, m.Term)
	case len(reasons) > 0:
		t.say(sections[0], "node %d refused node %d its vote in term %d: %s", voter, m.From, m.Term, strings.Join(reasons, "; also, "))
	default:
		t.say("§5.2, §5.4.1", "node %d refused node %d its vote in term %d, although it had not voted and the candidate's log is up to date",
			voter, m.From, m.Term)
	}
}

// whyNoVote lists the reasons for which a voter has to refuse, with their sections.
func (t *telling) whyNoVote(voter raft.NodeID) (sections, reasons []string) {
	d := &t.last
	m, s := d.msg, &d.before.state
	add := func(section string, because uint64, format string, args ...any) {
		sections, reasons = append(sections, section), append(reasons, fmt.Sprintf(format, args...))
		t.since(because)
	}
	if m.Term < s.Term {
		add("§5.1", d.before.termBy, "the request is of term %d, and node %d is in term %d already", m.Term, voter, s.Term)
		return sections, reasons
	}
	switch {
	case s.Role == raft.Leader:
		add("§5.2", d.before.leadsBy, "node %d leads this term itself", voter)
	case s.Role == raft.Candidate:
		add("§5.2", d.before.standsBy, "node %d is a candidate of this term, and has voted for itself", voter)
	case s.VotedFor != raft.None && s.VotedFor != m.From:
		add("§5.2", d.before.votedBy, "node %d has already given its vote in this term to node %d", voter, s.VotedFor)
	}
	switch {
	case upToDate(m.LastLogTerm, m.LastLogIndex, s):
	case m.LastLogTerm != s.LastTerm:
		add("§5.4.1", d.before.log.source(s.LastIndex), "the candidate's log is not up to date: its last entry is of term %d, and that of node %d of the later term %d",
			m.LastLogTerm, voter, s.LastTerm)
	default:
		add("§5.4.1", d.before.log.source(s.LastIndex), "the candidate's log is not up to date: both end in term %d, and it has only %d of the %d entries of node %d",
			m.LastLogTerm, m.LastLogIndex, s.LastIndex, voter)
	}
	return sections, reasons
}

// gotVote explains the answer of a voter.
func (t *telling) gotVote(n *node) {
	m := &t.r.Message
	said := "did not give"
	if m.VoteGranted {
		said = "gave"
	}
	first := n.granted != nil && int(m.From) < len(n.granted) && n.granted[m.From] == 0 && n.refused[m.From] == 0
	switch {
	case m.Term < n.state.Term:
		t.say("§5.1", "node %d took the answer of node %d for its election in term %d, although it is in term %d now", n.id, m.From, m.Term, n.state.Term)
		t.since(n.termBy)
	case n.state.Role == raft.Leader:
		t.since(n.leadsBy)
		t.say("§5.2", "node %d %s node %d its vote, which changes nothing: node %d leads term %d already", m.From, said, n.id, n.id, n.state.Term)
	case n.state.Role == raft.Follower:
		t.since(n.heardBy)
		t.say("§5.2", "node %d %s node %d its vote, which changes nothing: node %d is no candidate any more", m.From, said, n.id, n.id)
	case n.granted == nil:
		t.partial = true
		t.say("§5.2", "%s", t.r.Sentence())
	case !first:
		t.since(n.granted[m.From], n.refused[m.From])
		t.say("§5.2", "node %d has answered node %d before in this term, and only the first answer counts", m.From, n.id)
	case m.VoteGranted:
		have := n.votes() + 1
		t.say("§5.2", "node %d gave node %d its vote for term %d: node %d now has %d of %d votes, %s", m.From, n.id, m.Term, n.id, have, t.nodes, t.enough(have))
		t.since(n.granted...)
	default:
		have := n.votes()
		t.say("§5.2, §5.4.1", "node %d refused node %d its vote for term %d: node %d has %d of %d votes, %s", m.From, n.id, m.Term, n.id, have, t.nodes, t.enough(have))
	}
	if m.VoteGranted && first && n.state.Role == raft.Candidate {
		t.value("votes", "%d", n.votes()+1)
	} else if n.granted != nil && n.state.Role == raft.Candidate {
		t.value("votes", "%d", n.votes())
	}
	t.value("majority", "%d of %d", t.majority(), t.nodes)
	t.value("term of the answer", "%d", m.Term)
	t.value("own term", "%d", n.state.Term)
}

// enough compares a number of votes with the majority.
func (t *telling) enough(votes int) string {
	if votes >= t.majority() {
		return "which is a majority"
	}
	return fmt.Sprintf("and a majority is %d", t.majority())
}

// elected explains an election that was won.
func (t *telling) elected(n *node) {
	var voters []int
	for j, seq := range n.granted {
		if seq != 0 {
			voters = append(voters, j)
		}
	}
	t.since(n.standsBy)
	t.since(n.granted...)
	switch {
	case n.granted == nil || !n.votesOK:
		t.partial = true
		t.say("§5.2", "node %d became the leader of term %d: a majority voted for it", n.id, t.r.State.Term)
	case len(voters) < t.majority():
		t.say("§5.2", "node %d made itself the leader of term %d with %d of %d votes, although a majority is %d", n.id, t.r.State.Term, len(voters), t.nodes, t.majority())
	default:
		t.say("§5.2", "node %d became the leader of term %d: %s voted for it, which is a majority", n.id, t.r.State.Term, ids(voters))
	}
	t.value("votes", "%d", len(voters))
	t.value("majority", "%d of %d", t.majority(), t.nodes)
}

// newTerm explains an UpdateTerm.
func (t *telling) newTerm(n *node) {
	m := &t.r.Message
	did := "and follows"
	switch n.state.Role {
	case raft.Leader:
		did = fmt.Sprintf("so it does not lead term %d any more", n.state.Term)
		t.since(n.leadsBy)
	case raft.Candidate:
		did = fmt.Sprintf("so it gave up its election in term %d", n.state.Term)
		t.since(n.standsBy)
	}
	if t.r.State.Role == raft.Leader {
		did = "and went on as a leader, although it has to follow"
	}
	t.say("§5.1", "node %d learned of term %d from node %d, which is higher than its own term %d, %s", n.id, m.Term, m.From, n.state.Term, did)
	t.value("term of the message", "%d", m.Term)
	t.value("own term", "%d", n.state.Term)
	t.value("role before", "%s", role(n.state.Role))
}

// droppedStale explains a DropStaleResponse.
func (t *telling) droppedStale(n *node) {
	m := &t.r.Message
	t.since(n.termBy)
	t.say("§5.1", "node %d ignored the answer of node %d: it belongs to term %d, which is over, and node %d is in term %d", n.id, m.From, m.Term, n.id, n.state.Term)
	t.value("term of the answer", "%d", m.Term)
	t.value("own term", "%d", n.state.Term)
}

// timerSet explains a SetTimer.
func (t *telling) timerSet(n *node) {
	timer, at, ok := t.r.Extra.Timer()
	cause := t.find(t.r.Cause)
	if !ok || cause == nil {
		t.partial = true
		return
	}
	if timer == raft.HeartbeatTimer {
		t.say("§5.2", "node %d leads, and sends its next heartbeats at %s", n.id, millis(at))
		for j, seq := range n.sent {
			if t.broken != nil && raft.NodeID(j) != n.id && seq < n.stepSeq {
				t.since(seq)
				t.add("it sent nothing to node %d this time", j)
			}
		}
		return
	}
	why := "it began to wait"
	change, _ := cause.Detail.(*fault.Change)
	switch {
	case change != nil && change.Kind != fault.Timeout:
		why = change.Told()
	case t.broken == electionRestarts:
		why = "its timer ran out during an election, which starts no other one"
	case r0(cause) == raft.Timeout, n.state.Role == raft.Candidate:
		why = "it stands for election"
	case r0(cause) == raft.HandleAppendEntriesRequest:
		why = fmt.Sprintf("it heard from node %d, its leader", cause.Message.From)
	case r0(cause) == raft.HandleRequestVoteRequest && n.stepRole == raft.Leader:
		why = "it does not lead any more"
	case r0(cause) == raft.HandleRequestVoteRequest && t.last.seq == cause.Seq && t.last.answer != nil && !t.last.answer.VoteGranted:
		why = fmt.Sprintf("node %d asked for its vote, which it refused", cause.Message.From)
	case r0(cause) == raft.HandleRequestVoteRequest:
		why = fmt.Sprintf("it gave its vote to node %d", cause.Message.From)
	case r0(cause) == raft.Restart:
		why = "it was up again"
	case n.stepRole == raft.Leader:
		why = "it does not lead any more"
	}
	t.say("Figure 2, followers; §5.2", "node %d set its election timer to run out at %s: %s", n.id, millis(at), why)
	t.value("election timeout", "%s", millis(at-t.r.Time))
}

// r0 is the action of a record.
func r0(r *trace.Record) raft.ActionKind { return raft.ActionKind(r.Kind) }
