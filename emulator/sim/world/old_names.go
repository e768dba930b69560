package world

import "rrmq.example/emulator/emulator/sim/trace"

// The names under which package trace's types stood here.
type (
	Record        = trace.Record
	Kind          = trace.Kind
	Trace         = trace.Ring
	ClientRequest = trace.Call
)

// The kinds that callers still name here.
const (
	Init          = trace.Init
	ResumeMessage = trace.ResumeMessage
	Request       = trace.Request
	Response      = trace.Response
	Nemesis       = trace.Nemesis
	RuleEnded     = trace.RuleEnded
)
