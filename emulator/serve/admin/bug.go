package admin

import "rrmq.example/emulator/emulator/cmd/bugs"

type bugsAnswer struct {
	Bugs []bugs.Bug `json:"bugs"`
}

func getBugs(*call) (any, error) { return bugsAnswer{bugs.List()}, nil }
