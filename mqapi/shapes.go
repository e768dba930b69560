package mqapi

// The shapes of bodies in JSON.
type (
	topicBody struct {
		Topic string `json:"topic" bound:"topic" want:"a string, the topic's name" must:"true"`
	}
	newMessageBody struct {
		Topic   string `json:"topic" bound:"topic" want:"a string, the name of a topic" must:"true"`
		Message string `json:"message" want:"a string, any text" must:"true"`
	}

	successAnswer struct {
		Success bool `json:"success"`
	}
	topicsAnswer struct {
		Success bool     `json:"success"`
		Topics  []string `json:"topics" doc:"in order of creation"`
	}
	messageAnswer struct {
		Success bool   `json:"success"`
		Message string `json:"message" doc:"the oldest one, which is taken away"`
	}
	view struct {
		Topics      []topicView `json:"topics"`
		LastApplied uint64      `json:"lastApplied"`
	}
	topicView struct {
		Topic    string   `json:"topic"`
		Messages []string `json:"messages"`
	}
	errorAnswer struct {
		Error string `json:"error" doc:"the problem, and a right value"`
	}
)
