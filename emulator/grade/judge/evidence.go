package judge

import (
	"time"

	"rrmq.example/emulator/emulator/check/history"
	"rrmq.example/emulator/emulator/lab/scenario"
	"rrmq.example/emulator/emulator/script/course"
	"rrmq.example/emulator/emulator/script/play"
	"rrmq.example/emulator/emulator/sim/fault"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/raft"
)

// Evidence is what a run has shown from outside. All times count from the start of the
// scenario; those of the start of the nodes are negative.
type Evidence struct {
	Course   *course.Course
	Scenario *play.Scenario
	Paper    string // the section of the fixture
	Nodes    int
	// Polls are the answers to GET /status of each node, in the order of their times.
	Polls [][]Poll
	// Calls are the requests of clients, by their beginnings.
	Calls []Call
	// Changes are the faults and what undid them, by their beginnings.
	Changes []Change
	// Ends are the nodes that ended by themselves.
	Ends []End
	// Unready are the nodes that did not start.
	Unready []End
	// End is the time at which the scenario ended.
	End time.Duration
	// Bypassed says why messages may have passed by the grader's links; "" if none did.
	Bypassed string
	// OwnAddress says which node tells its peers an address that they cannot know it by; ""
	// if none does.
	OwnAddress string
	// Datagrams says which node has sent UDP to another one, which nothing carries; "" for none.
	Datagrams string
	// Unrecognized is a type of messages that a rule was about, although no message was
	// recognized as one; "" if there is none.
	Unrecognized string
	// Late is the longest time by which the grader itself was late.
	Late time.Duration
	// Crowd is the mean number of tasks that wanted each of the machine's cores; 0 if it is
	// not known.
	Crowd float64
	// Fault is the grader's own failure; nil for none.
	Fault error
	// Links says how the grader stood between the nodes, and Counts what the links carried.
	Links  string
	Counts []scenario.LinkCount
	// Output has the last lines that each node printed.
	Output [][]string
}

// A Poll is one answer to GET /status.
type Poll struct {
	Begin, End time.Duration
	Role       raft.Role
	Term       raft.Term
	// Wrong says what is wrong with an answer that is no role and term; "" if nothing is.
	Wrong string
}

// A Call is one request of a client, with everything that came back.
type Call struct {
	Name       string // of the request in the scenario; "" if it has none
	Client     int
	Node       int
	Command    machine.Command
	Begin, End time.Duration // End is the client's: its answer, or when it gave up
	Outcome    history.Outcome
	Result     machine.Result // if it is Done
	// Said is the answer in words, or why there was none.
	Said   string
	Status int // of HTTP; 0 without an answer
	// Declined means that the body says that there was no success.
	Declined bool
	// Wrong says what is wrong with the body of the answer; "" if nothing is. Certain means
	// that no moment excuses it: a success with other keys or types than the course's.
	Wrong   string
	Certain bool
}

// NoObject begins Wrong where a body is no JSON object.
const NoObject = "no JSON object"

// A Change is a fault, or what undid one. It is in force from End on. Between Begin and End
// it may or may not be.
type Change struct {
	Begin, End time.Duration
	fault.Change
}

// An End is the end of a node's process that nobody asked for.
type End struct {
	Node int
	Port int // of a node that did not start
	At   time.Duration
	Exit string // in words: "exit status 1"; "" while it runs
	// Killed means that a SIGKILL ended it that the grader did not send.
	Killed bool
	// Said is what a node that did not start did instead of answering; "" if unknown.
	Said string
	// Listens has the ports on which such a node listens.
	Listens []int
}
