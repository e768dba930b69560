package api

// A RoutesAnswer lists the routes of the admin API.
type RoutesAnswer struct {
	Routes []RouteInfo `json:"routes"`
}

// A RouteInfo describes a route.
type RouteInfo struct {
	Method string      `json:"method"`
	Path   string      `json:"path" doc:"a segment {name} is a parameter"`
	Doc    string      `json:"doc" doc:"one line"`
	Query  []QueryInfo `json:"query,omitempty" doc:"the keys that the query may have"`
	// Body is an example.
	Body any `json:"body,omitempty" doc:"an example of a body"`
}

// A QueryInfo describes a key of a query.
type QueryInfo struct {
	Name string `json:"name"`
	Doc  string `json:"doc"`
}

// The kinds of sources.
const (
	LiveSource = "live" // a cluster that runs
	FileSource = "file" // a recorded trace
)

// A SourceAnswer tells the page where its records come from.
type SourceAnswer struct {
	Kind string `json:"kind" enum:"live|file"`
	Name string `json:"name,omitempty" doc:"the file's name; with kind file"`
	Runs int    `json:"runs,omitempty" doc:"the number of runs in the file; with kind file"`
	// RunList has the runs in the order of the file.
	RunList []SourceRun `json:"run_list,omitempty" doc:"the runs; with kind file"`
}

// A SourceRun is a run of a recorded trace.
type SourceRun struct {
	Name    string `json:"name" doc:"of its fixture"`
	Clock   string `json:"clock" doc:"real or virtual"`
	Format  int    `json:"format" doc:"of the trace"`
	Records uint64 `json:"records" doc:"their number"`
	Note    string `json:"note,omitempty" doc:"what is remarkable about its end, as that it is cut short"`
}
