package oracle

import (
	"fmt"
	"time"
)

// A Rule is a rule that a trace can break: a conjunct of an action of raft.tla, or a
// departure from it that the package's documentation lists.
type Rule struct {
	Action string `json:"action"`          // of raft.tla, or a kind of record
	Says   string `json:"rule"`            // the conjunct
	Paper  string `json:"paper,omitempty"` // the section: "§5.4.1"; D is Ongaro's dissertation
}

// String is the rule in one line.
func (r Rule) String() string {
	if r.Paper == "" {
		return r.Action + ": " + r.Says
	}
	return r.Action + ": " + r.Says + " (" + r.Paper + ")"
}

// A Violation is the first record of a trace that no cluster of correct servers and
// clients could have made.
type Violation struct {
	Rule
	Seq  uint64 // of the record
	Time time.Duration
	Kind Kind
	Node int
	Want string // expected by the rule
	Got  string // in the record
}

// Error is the violation in one line.
func (v *Violation) Error() string {
	return fmt.Sprintf("record %d, %s: breaks %s: want %s, not %s", v.Seq, v.Kind, v.Rule, v.Want, v.Got)
}

// The rules that are not about one variable of raft.tla.
var (
	ruleBegins  = Rule{"trace", "begins with an Init record for each server", ""}
	ruleSeq     = Rule{"trace", "seq' = seq + 1", ""}
	ruleTime    = Rule{"trace", "time_ns' >= time_ns", ""}
	ruleStep    = Rule{"trace", "step' >= step", ""}
	ruleCause   = Rule{"trace", "the cause comes before the record and can lead to it", ""}
	ruleServer  = Rule{"trace", "node \\in Server", ""}
	ruleStart   = Rule{"Init", "each server begins as the run's fixture describes it", ""}
	ruleInState = Rule{"Init", "a state in which log, writes and role agree", "Figure 2"}

	ruleUp       = Rule{"trace", "only a server that is up and not paused takes a step", ""}
	ruleInFlight = Rule{"Receive(m)", "m \\in DOMAIN messages", "§5.1"}
	ruleDest     = Rule{"Receive(m)", "m.mdest = i", "§5.1"}
	ruleContent  = Rule{"Receive(m)", "m is as it was sent", "§5.1"}
	ruleType     = Rule{"Receive(m)", "the handler is for m.mtype", "§5.1"}
	ruleCut      = Rule{"Receive(m)", "no message passes a link that is cut", ""}
	ruleHeld     = Rule{"Receive(m)", "no message arrives that a fault holds", ""}
	ruleUnsent   = Rule{"Send(m)", "a message is sent only after the writes on which it depends are stored", "Figure 2; D §3.8"}
	ruleHandle   = Rule{"UpdateTerm(i, j, m)", "UNCHANGED messages, so that m can be processed further", "§5.1"}
	ruleReply    = Rule{"Reply(response, request)", "a request is answered at once, and once", "§5.1"}
	ruleApplied  = Rule{"Apply(i)", "commitIndex > lastApplied: apply log[lastApplied + 1], before the next step", "Figure 2, §5.3"}
	ruleSource   = Rule{"Send(m)", "m.msource = i /\\ m.mdest # i", "§5.1"}

	ruleTimeout   = Rule{"Timeout(i)", "state[i] \\in {Follower, Candidate}", "§5.2"}
	ruleAsks      = Rule{"RequestVote(i, j)", "state[i] = Candidate /\\ j \\notin votesResponded[i]", "§5.2"}
	ruleVoteSent  = Rule{"RequestVote(i, j)", "Send([mterm, mlastLogTerm, mlastLogIndex]) of the own term and log", "§5.2, §5.4.1"}
	ruleElected   = Rule{"BecomeLeader(i)", "state[i] = Candidate /\\ votesGranted[i] \\in Quorum", "§5.2"}
	ruleNewer     = Rule{"UpdateTerm(i, j, m)", "m.mterm > currentTerm[i]", "§5.1"}
	ruleNotNewer  = Rule{"Receive(m)", "UpdateTerm(i, j, m) comes first when m.mterm > currentTerm[i]", "§5.1"}
	ruleGranted   = Rule{"HandleRequestVoteRequest(i, j, m)", "mvoteGranted = grant: m.mterm = currentTerm[i] /\\ logOk /\\ votedFor[i] \\in {Nil, j}", "§5.2, §5.4.1"}
	ruleTally     = Rule{"HandleRequestVoteResponse(i, j, m)", "m.mterm = currentTerm[i]", "§5.1"}
	ruleStale     = Rule{"DropStaleResponse(i, j, m)", "m.mterm < currentTerm[i]", "§5.1"}
	ruleAnswered  = Rule{"HandleAppendEntriesResponse(i, j, m)", "m.mterm = currentTerm[i]", "§5.1"}
	ruleLeads     = Rule{"ClientRequest(i, v)", "state[i] = Leader", "§5.3, §8"}
	ruleRequested = Rule{"ClientRequest(i, v)", "v is the command of a client's request to i, appended once", "§5.3, §8"}
	ruleSends     = Rule{"AppendEntries(i, j)", "state[i] = Leader /\\ i # j", "§5.2, §5.3"}
	ruleEntries   = Rule{"AppendEntries(i, j)", "entries = SubSeq(log[i], nextIndex[i][j], lastEntry)", "§5.3"}
	ruleAppend    = Rule{"AppendEntries(i, j)", "mterm, mprevLogTerm and mcommitIndex are those of i", "§5.3"}
	ruleAgree     = Rule{"AdvanceCommitIndex(i)", "commitIndex' = Max(agreeIndexes), the highest index that a majority has stored", "§5.3, §5.4"}
	ruleOwnTerm   = Rule{"AdvanceCommitIndex(i)", "log[i][Max(agreeIndexes)].term = currentTerm[i]", "§5.4.2"}
	ruleAdvances  = Rule{"AdvanceCommitIndex(i)", "state[i] = Leader /\\ commitIndex' > commitIndex", "§5.3"}
	ruleLogOk     = Rule{"HandleAppendEntriesRequest(i, j, m)", "msuccess = (m.mterm = currentTerm[i] /\\ logOk)", "§5.1, §5.3"}
	ruleMatch     = Rule{"HandleAppendEntriesRequest(i, j, m)", "mmatchIndex = m.mprevLogIndex + Len(m.mentries)", "§5.3"}
	ruleHint      = Rule{"HandleAppendEntriesRequest(i, j, m)", "a rejection names an entry of log[i], not behind m.mprevLogIndex", "§5.3"}
	ruleResponse  = Rule{"HandleAppendEntriesRequest(i, j, m)", "the response repeats m.mprevLogIndex and has the term of i", "§5.1, §5.3"}

	rulePersist = Rule{"Persist(i)", "writes end in order, each with the term, the vote and the log that were to be stored", "Figure 2; D §3.8"}
	ruleRestart = Rule{"Restart(i)", "a server that is down and was asked to restart", "§5.1"}

	ruleDuplicate = Rule{"DuplicateMessage(m)", "m \\in DOMAIN messages, and a fault is in force", ""}
	ruleDrop      = Rule{"DropMessage(m)", "m \\in DOMAIN messages, and the reason is true", ""}
	ruleHold      = Rule{"HoldMessage(m)", "m \\in DOMAIN messages, and a fault is in force", ""}
	ruleRelease   = Rule{"ReleaseMessage(m)", "the fault holds m", ""}
	ruleFault     = Rule{"RuleEnded", "the fault is in force", ""}
	ruleChange    = Rule{"Nemesis", "a change that the server can undergo", ""}

	ruleNewRequest = Rule{"Request", "each request has an id of its own", "§8"}
	ruleOnce       = Rule{"Response", "a response answers a request made to this server, once", "§8"}
	ruleError      = Rule{"Response", "the reason for refusing a request is true", "§8"}
	ruleSuccess    = Rule{"Response", "a request succeeds when its entry is applied", "§5.3, §8"}
	ruleResult     = Rule{"Response", "the result is the message queue's, for the log up to the entry", "§5.3, Figure 2"}
)

// A variable is a field of State, with its name in raft.tla and in a trace.
type variable uint8

const (
	varRole variable = iota
	varTerm
	varVotedFor
	varLeader
	varCommit
	varApplied
	varLog
)

var variables = [...]struct{ tla, key string }{
	{"state", "role"}, {"currentTerm", "term"}, {"votedFor", "voted_for"}, {"leader", "leader"},
	{"commitIndex", "commit_index"}, {"lastApplied", "last_applied"}, {"log", "last_index, last_term"},
}

// crashed stands for a Nemesis record of a crash, the only change that alters a server's
// state.
const crashed = numKinds

// changes says what each kind of record does to the variables. A kind leaves every other
// variable as it is.
var changes = map[Kind]map[variable]string{
	Timeout: {
		varRole: "state' = Candidate", varTerm: "currentTerm' = currentTerm + 1",
		varVotedFor: "votedFor' = i, its own vote", varLeader: "no leader of the new term is known",
	},
	BecomeLeader: {varRole: "state' = Leader", varLeader: "a leader knows itself"},
	ClientRequest: {
		varLog: "log' = Append(log[i], [term |-> currentTerm[i], value |-> v])",
	},
	AdvanceCommitIndex: {varCommit: "commitIndex' = Max(agreeIndexes)"},
	UpdateTerm: {
		varRole: "state' = Follower", varTerm: "currentTerm' = m.mterm", varVotedFor: "votedFor' = Nil",
		varLeader: "no leader of the new term is known",
	},
	HandleRequestVoteRequest: {
		varVotedFor: "grant: votedFor' = j if m.mterm = currentTerm[i] /\\ logOk /\\ votedFor[i] \\in {Nil, j}",
	},
	HandleAppendEntriesRequest: {
		varRole: "state' = Follower, if m.mterm = currentTerm[i] and i is a Candidate", varLeader: "leader' = j, if m.mterm = currentTerm[i]",
		varCommit: "commitIndex' = max(commitIndex, min(m.mcommitIndex, last new entry))",
		varLog:    "log' = what agrees with m.mentries, then the rest of them; nothing else is removed",
	},
	Restart: {
		varRole: "state' = Follower", varTerm: "UNCHANGED currentTerm, as it is stored", varVotedFor: "UNCHANGED votedFor, as it is stored",
		varCommit: "commitIndex' = 0", varApplied: "lastApplied' = 0", varLog: "UNCHANGED log, as it is stored",
	},
	crashed: {
		varRole: "a crash leaves a Follower", varTerm: "a crash leaves currentTerm as it is stored", varVotedFor: "a crash leaves votedFor as it is stored",
		varCommit: "a crash leaves commitIndex = 0", varApplied: "a crash leaves lastApplied = 0", varLog: "a crash leaves the log as it is stored",
	},
	Apply: {varApplied: "lastApplied' = commitIndex"},
}

// sections are the sections of the paper about each kind.
var sections = map[Kind]string{
	Timeout: "§5.2", RequestVote: "§5.2", BecomeLeader: "§5.2", ClientRequest: "§5.3", AdvanceCommitIndex: "§5.3, §5.4",
	AppendEntries: "§5.3", UpdateTerm: "§5.1", HandleRequestVoteRequest: "§5.2, §5.4.1", HandleRequestVoteResponse: "§5.2",
	DropStaleResponse: "§5.1", HandleAppendEntriesRequest: "§5.3", HandleAppendEntriesResponse: "§5.3",
	Restart: "Figure 2, persistent state", crashed: "Figure 2, persistent state", Apply: "Figure 2, §5.3",
}

// parameters returns a kind's action with its parameters in raft.tla.
func parameters(k Kind) string {
	switch k {
	case Restart, Timeout, BecomeLeader, AdvanceCommitIndex, Apply, Persist:
		return k.String() + "(i)"
	case ClientRequest:
		return "ClientRequest(i, v)"
	case RequestVote, AppendEntries:
		return k.String() + "(i, j)"
	case DuplicateMessage, DropMessage, HoldMessage, ReleaseMessage:
		return k.String() + "(m)"
	}
	if k == crashed {
		return Nemesis.String()
	}
	if k.isAction() {
		return k.String() + "(i, j, m)"
	}
	return k.String()
}

// ruleOf returns the rule about a kind of record and a variable.
func ruleOf(k Kind, v variable) Rule {
	r := Rule{Action: parameters(k), Says: changes[k][v], Paper: sections[k]}
	if r.Says == "" {
		r.Says = "UNCHANGED " + variables[v].tla
	}
	return r
}
