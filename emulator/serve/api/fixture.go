package api

import "rrmq.example/emulator/emulator/script/fixture"

// A FixturesAnswer lists the embedded fixtures.
type FixturesAnswer struct {
	Fixtures []fixture.Info `json:"fixtures"`
}

// A FixtureBody names an embedded fixture.
type FixtureBody struct {
	Name string `json:"name" want:"the name of an embedded fixture, as GET /v1/fixtures lists them" must:"true"`
}

// A VersionAnswer says what program answers.
type VersionAnswer struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Go      string `json:"go"`
}
