package admin

import "rrmq.example/emulator/emulator/cmd/bugs"

type bugBody struct {
	Bug string `json:"bug" want:"the name of a bug that GET /v1/bugs lists, or an empty string for none" must:"true"`
}

type bugsAnswer struct {
	Bugs []bugs.Bug `json:"bugs"`
}

func getBugs(*call) (any, error) { return bugsAnswer{bugs.List()}, nil }
