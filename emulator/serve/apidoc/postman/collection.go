package postman

import (
	"errors"
	"fmt"

	"rrmq.example/emulator/emulator/serve/apidoc"
)

// A collection is one of Postman's, as far as it is needed here.
type collection struct {
	Info      info       `json:"info"`
	Items     []*folder  `json:"item"`
	Variables []variable `json:"variable"`
}

type info struct {
	ID     string `json:"_postman_id"`
	Name   string `json:"name"`
	Doc    string `json:"description"`
	Schema string `json:"schema"`
}

type folder struct {
	Name  string `json:"name"`
	Doc   string `json:"description"`
	Items []item `json:"item"`
}

type item struct {
	Name    string  `json:"name"`
	Events  []event `json:"event"`
	Request request `json:"request"`
}

type event struct {
	Listen string `json:"listen"`
	Script script `json:"script"`
}

type script struct {
	Type  string   `json:"type"`
	Lines []string `json:"exec"`
}

type request struct {
	Method  string   `json:"method"`
	Headers []header `json:"header"`
	Body    *body    `json:"body,omitempty"`
	URL     string   `json:"url"`
	Doc     string   `json:"description,omitempty"`
}

type header struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

type body struct {
	Mode    string      `json:"mode"`
	Raw     string      `json:"raw"`
	Options bodyOptions `json:"options"`
}

type bodyOptions struct {
	Raw struct {
		Language string `json:"language"`
	} `json:"raw"`
}

type variable struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

const (
	schemaURL = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
	// id is the collection's own, so that importing it again replaces it.
	id = "5d1c1f7e-3a0b-4a53-9c0f-8a2b6f1d7e10"
)

const about = "Requests to every route of the nodes and of the admin API, with tests. Run the whole collection in its order " +
	"(Run collection, or newman); it heals the cluster, breaks it in many ways, and leaves it healed. " +
	"A single request works as well once those in Start have been sent."

// Collection makes the collection for an API that is found at these URLs.
func Collection(api *apidoc.API, admin string, nodes []string) ([]byte, error) {
	t := newTour(api)
	for _, f := range folders {
		f(t)
	}
	if len(t.errs) > 0 {
		return nil, errors.Join(t.errs...)
	}
	c := &collection{
		Info:      info{id, api.Title, about, schemaURL},
		Items:     t.folders,
		Variables: []variable{{"admin", admin}},
	}
	for i, url := range nodes {
		c.Variables = append(c.Variables, variable{fmt.Sprintf("node%d", i), url})
	}
	return apidoc.Write(c)
}
