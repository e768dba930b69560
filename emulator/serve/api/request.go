package api

// A RequestBody is a client's request to a node.
type RequestBody struct {
	Op      string  `json:"op" doc:"the operation" must:"true" want:"a text"`
	Topic   *string `json:"topic" doc:"for operations that take a topic" want:"a text"`
	Message *string `json:"message" doc:"for operations that take a message" want:"a text"`
	// Follow sends the request on to the leader that a node names instead of an answer.
	Follow    bool    `json:"follow" doc:"ask the leader that a node names, instead of giving its refusal" want:"true or false"`
	TimeoutMS float64 `json:"timeout_ms" min:"1" max:"60000" want:"a number of milliseconds from 1 to 60000"`
}

// A RequestAnswer is what the client saw.
type RequestAnswer struct {
	Place
	Node   NodeRef `json:"node" doc:"the node that was asked, the last one"`
	Answer string  `json:"answer" enum:"ok|refused|unknown|none" doc:"refused: it was not carried out; unknown: the node does not know whether it will be; none: no answer came, and it may be carried out all the same"`
	Status *int    `json:"status" doc:"of HTTP; null: no answer came"`
	// Body is the node's own.
	Body      any     `json:"body" doc:"the node's answer; null: no answer came"`
	Reason    string  `json:"reason" doc:"why the node refused, or why no answer came"`
	Leader    NodeRef `json:"leader" doc:"the leader that the answer names"`
	Index     *uint64 `json:"index" doc:"the request's entry in the log; null: it has none"`
	RequestID string  `json:"request_id" doc:"names the request in the trace; empty: no answer came"`
	WallMS    Millis  `json:"wall_ms" doc:"how long the client waited, in real time"`
}
