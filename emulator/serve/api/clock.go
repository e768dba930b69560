package api

// A ClockAnswer shows the clock.
type ClockAnswer struct {
	Place
	ClockState
}

// A ClockState is how the clock stands.
type ClockState struct {
	Mode    string  `json:"mode" enum:"real|virtual"`
	Paused  bool    `json:"paused" doc:"events happen only by step and advance"`
	Speed   float64 `json:"speed" doc:"world time per wall time"`
	NextMS  *Millis `json:"next_in_ms" doc:"null: no event is due"`
	Waiting int     `json:"waiting" doc:"the number of events to come"`
	Steps   uint64  `json:"steps" doc:"the number of events taken"`
}

// A RunBody says how fast the clock runs.
type RunBody struct {
	Speed *float64 `json:"speed" min:"0" max:"1000" want:"a number from 0 to 1000; without it, the mode's own: 1 for real time, 0 for virtual"`
}

// A StepBody says how many events to take.
type StepBody struct {
	Events int `json:"events" min:"1" max:"1000000" want:"a whole number from 1 to 1000000"`
}

// An AdvanceBody says how far to move the clock.
type AdvanceBody struct {
	MS float64 `json:"ms" min:"0" max:"86400000" want:"a number of milliseconds from 0 to 86400000" must:"true"`
}
