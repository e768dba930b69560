package room

import "rrmq.example/emulator/emulator/grade/room/process"

// startPlain runs a command in the grader's own network.
func startPlain(c Command, l Limits) (*Process, error) {
	return process.Start(c, process.Options{Limits: l})
}
