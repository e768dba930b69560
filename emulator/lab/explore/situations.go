package explore

import (
	"rrmq.example/emulator/emulator/sim/trace"
	"rrmq.example/emulator/raft"
)

// A situation is something rare that a run may reach.
type situation uint8

// The situations.
const (
	truncated situation = iota
	longTruncated
	minorityOverwritten
	majorityOverwritten
	idempotentAppend
	tailKept
	missingEntries
	conflictingEntries
	hintSkips
	lateSuccess
	lateRejection
	staleResponse
	staleAppend
	splitVote
	voteRefusedLog
	voteRefusedGiven
	voteRefusedTerm
	voteRepeated
	lateVote
	candidateGivesWay
	candidateStepsDown
	leaderStepsDown
	twoLeaders
	reelected
	leaderRestarted
	leaderAlone
	oldLeaderAsked
	oldEntryWaits
	oldEntryCommitted
	bareMajority
	orphanCommitted
	unanswered
	leadershipLost
	writesLost
	voteLost
	numSituations
)

// situations has the name and the explanation of each.
var situations = [numSituations]struct{ name, help string }{
	truncated:           {"truncation", "a follower removed entries that conflict (§5.3)"},
	longTruncated:       {"long_divergence", "a follower removed more than five conflicting entries at once"},
	minorityOverwritten: {"minority_overwritten", "a removed entry was also on another node"},
	majorityOverwritten: {"majority_overwritten", "a removed entry had been on a majority without being committed (Figure 8 (d))"},
	idempotentAppend:    {"append_repeated", "an AppendEntries repeated entries of the log (§5.5)"},
	tailKept:            {"tail_kept", "an AppendEntries ended before the log's end, and the log kept the rest"},
	missingEntries:      {"entries_missing", "a follower's log was too short for an AppendEntries"},
	conflictingEntries:  {"entries_conflicting", "a follower's log had another entry at prevLogIndex"},
	hintSkips:           {"hint_skips", "a rejection took the leader back by more than one entry (end of §5.3)"},
	lateSuccess:         {"late_success", "a late success named fewer entries than the leader's matchIndex"},
	lateRejection:       {"late_rejection", "a late rejection was about entries below the leader's matchIndex"},
	staleResponse:       {"stale_response", "an answer of an earlier term was dropped (§5.1)"},
	staleAppend:         {"stale_append", "an AppendEntries of an earlier term was refused (§5.1)"},
	splitVote:           {"split_vote", "a candidate's election ran out of time (§5.2)"},
	voteRefusedLog:      {"vote_refused_log", "a vote was refused for a log not up to date (§5.4.1)"},
	voteRefusedGiven:    {"vote_refused_given", "a vote was refused because another candidate had it (§5.2)"},
	voteRefusedTerm:     {"vote_refused_term", "a vote was refused to a candidate of an earlier term (§5.1)"},
	voteRepeated:        {"vote_repeated", "a vote was given again to the same candidate"},
	lateVote:            {"late_vote", "a vote came when the election was over"},
	candidateGivesWay:   {"candidate_gives_way", "a candidate followed the leader of its term (§5.2)"},
	candidateStepsDown:  {"candidate_steps_down", "a candidate heard of a higher term (§5.1)"},
	leaderStepsDown:     {"leader_steps_down", "a leader heard of a higher term (§5.1)"},
	twoLeaders:          {"two_leaders", "two nodes led at once, in different terms"},
	reelected:           {"reelected", "a leader won again in a later term"},
	leaderRestarted:     {"leader_restarted", "a leader crashed and restarted"},
	leaderAlone:         {"leader_without_quorum", "a leader accepted a request without reaching a majority"},
	oldLeaderAsked:      {"old_leader_asked", "a leader accepted a request while another led a later term"},
	oldEntryWaits:       {"old_entry_waits", "a majority had an entry of an earlier term that was not committed (§5.4.2)"},
	oldEntryCommitted:   {"old_entry_committed", "an entry of an earlier term was committed with one of the leader's term (§5.4.2)"},
	bareMajority:        {"bare_majority", "an entry was committed with only a bare majority running"},
	orphanCommitted:     {"orphan_committed", "an entry of a leader that crashed before it could answer was committed later"},
	unanswered:          {"unanswered", "a leader crashed before it answered a request in its log"},
	leadershipLost:      {"leadership_lost", "a leader stepped down with an unanswered request in its log"},
	writesLost:          {"writes_lost", "a crash lost entries that were not written yet (D §3.8)"},
	voteLost:            {"vote_lost", "a crash lost a term or vote that was not written yet (D §3.8)"},
}

// actionKinds are the actions of raft.tla, the network's last.
var actionKinds = func() []trace.Kind {
	var all []trace.Kind
	for k := trace.Kind(0); k <= trace.Kind(raft.HandleAppendEntriesResponse); k++ {
		all = append(all, k)
	}
	return append(all, trace.DuplicateMessage, trace.DropMessage)
}()
