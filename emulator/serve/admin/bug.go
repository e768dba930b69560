package admin

import "rrmq.example/emulator/emulator/sim/bugs"

type bugsAnswer struct {
	Bugs []*bugs.Bug `json:"bugs"`
}

func getBugs(*call) (any, error) { return bugsAnswer{bugs.All()}, nil }
