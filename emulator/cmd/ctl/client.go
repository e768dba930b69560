package ctl

import (
	"errors"

	"rrmq.example/emulator/emulator/serve/api"
)

// ask sends a request and decodes the answer into a value, unless that is nil.
// With -json the answer goes to standard output as well.
func (c *call) ask(r api.Request, into any) error {
	body, err := c.fetch(r)
	if err != nil || into == nil {
		return err
	}
	return c.client.Decode(body, into)
}

// fetch sends a request and returns the answer's body. With -json the answer,
// a problem included, goes to standard output as well.
func (c *call) fetch(r api.Request) ([]byte, error) {
	body, err := c.read(r)
	if refusal, ok := errors.AsType[*api.Problem](err); ok {
		body = refusal.Raw
	}
	if c.json && body != nil {
		if _, err := c.out.Write(body); err != nil {
			return nil, err
		}
	}
	return body, err
}

// read is fetch without printing anything.
func (c *call) read(r api.Request) ([]byte, error) { return c.client.Fetch(c.ctx, r) }
