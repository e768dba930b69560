package scenario

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	"rrmq.example/emulator/emulator/script/condition"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/mqapi"
	"rrmq.example/emulator/mqapi/wire"
)

// An httpClient sends requests to nodes over HTTP.
type httpClient struct{ client *http.Client }

// newHTTPClient returns a client that opens a connection for each request: a crash may
// close a connection that is used again, and net/http would then send a GET a second time
// by itself.
func newHTTPClient() *httpClient {
	return &httpClient{&http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (c *httpClient) close() { c.client.CloseIdleConnections() }

// do makes a node carry out a command. It returns the answer, and the id that the node gave
// to the request.
func (c *httpClient) do(ctx context.Context, base string, command *machine.Command) (condition.Answer, string) {
	lost := condition.Answer{Status: condition.AnswerLost}
	var dialled atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { dialled.Store(true) }})
	method, path, body := wire.Request(command)
	response, err := c.send(ctx, method, base+path, body)
	if err != nil {
		lost.Unsent = !dialled.Load()
		return lost, ""
	}
	defer response.Body.Close()
	var answer struct {
		Success bool
		Message *string
		Topics  *[]string
	}
	id := response.Header.Get(mqapi.HeaderRequestID)
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return lost, id
	}
	switch {
	case !answer.Success:
		return condition.Answer{Status: condition.AnswerRefused, Unsure: response.StatusCode >= 500}, id
	case answer.Message != nil:
		return condition.Answer{Status: condition.AnswerOK, Message: *answer.Message, HasMessage: true}, id
	case answer.Topics != nil:
		return condition.Answer{Status: condition.AnswerOK, Topics: *answer.Topics, HasTopics: true}, id
	}
	return condition.Answer{Status: condition.AnswerOK}, id
}

// rpc delivers a message. The error is errRefused when the node says that no node could
// send the message; a node that does not answer causes no error.
func (c *httpClient) rpc(ctx context.Context, base string, from int, message []byte) error {
	response, err := c.send(ctx, http.MethodPost, fmt.Sprintf("%s/rpc/%d", base, from), message)
	if err != nil {
		return nil
	}
	defer response.Body.Close()
	if response.StatusCode >= 400 && response.StatusCode < 500 {
		return fmt.Errorf("%w: %s", errRefused, response.Header.Get(mqapi.HeaderError))
	}
	_, _ = io.Copy(io.Discard, response.Body)
	return nil
}

func (c *httpClient) send(ctx context.Context, method, url string, body []byte) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return c.client.Do(request)
}
