package ctl

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rrmq.example/emulator/emulator/cmd/cli"
	"rrmq.example/emulator/emulator/serve/api"
	"rrmq.example/emulator/emulator/sim/machine"
	"rrmq.example/emulator/emulator/sim/machines"
	"rrmq.example/emulator/raft"
)

// queue is the machine that the commands ask.
var queue = machines.Default()

// giving names the queue's operation that gives a result of a shape.
func giving(shape machine.Shape) string {
	i := slices.IndexFunc(queue.Ops, func(op *machine.Operation) bool { return op.Gives == shape })
	return queue.Ops[i].Name
}

// A request is a command that asks a node as its clients do.
type request struct {
	node    string
	timeout time.Duration
}

// requests are emulator ctl put, get and topics.
func (o *options) requests() []*cli.Command {
	return []*cli.Command{
		o.request(cli.Command{
			Name: "put", Operands: "TOPIC [MESSAGE]", Min: 1, Max: 2,
			Summary:  "put a message at the end of a topic, or create a topic",
			About:    "Puts a message at the end of a topic, as a client does; without MESSAGE it creates the topic.",
			Examples: cli.Examples{{"emulator ctl put dog", "create a topic"}, {"emulator ctl put dog wuff", "put a message"}},
		}, func(args []string) api.RequestBody {
			if len(args) == 1 {
				return api.RequestBody{Op: queue.Creator().Name, Topic: &args[0]}
			}
			return api.RequestBody{Op: queue.Writer().Name, Topic: &args[0], Message: &args[1]}
		}),
		o.request(cli.Command{
			Name: "get", Operands: "TOPIC", Min: 1, Max: 1,
			Summary:  "take the oldest message of a topic",
			About:    "Takes the oldest message of a topic, as a client does, and prints it.",
			Examples: cli.Examples{{"emulator ctl get dog", "take a message"}, {"emulator ctl get dog -node 2", "ask node 2, leader or not"}},
		}, func(args []string) api.RequestBody {
			return api.RequestBody{Op: giving(machine.Text), Topic: &args[0]}
		}),
		o.request(cli.Command{
			Name:     "topics",
			Summary:  "list the topics",
			About:    "Lists the topics in the order of their creation, as a client does, a line each.",
			Examples: cli.Examples{{"emulator ctl topics", "ask the leader"}},
		}, func([]string) api.RequestBody { return api.RequestBody{Op: giving(machine.List)} }),
	}
}

// request completes a command that asks a node.
func (o *options) request(c cli.Command, body func(args []string) api.RequestBody) *cli.Command {
	var r request
	c.About += `

Without -node it asks the leader, and then the next leader if that one no longer leads. With -node it asks that
node only, and shows its refusal.`
	c.Flags = []*cli.Flag{
		cli.String(&r.node, "node", "", "ask the node with this `ID` only"),
		cli.Timeout(&r.timeout, 5*time.Second, "wait at most `TIME` for an answer, up to 1m of real time").Between(float64(time.Millisecond), float64(time.Minute)),
	}
	c.Exit = cli.Codes{cli.Failed: "the node refused", cli.Undecided: "no answer, or an uncertain one; interrupted"}
	return o.command(c, func(c *call) error {
		b := body(c.Args)
		b.Follow, b.TimeoutMS = r.node == "", float64(r.timeout)/float64(time.Millisecond)
		node := r.node
		if node == "" {
			node = "leader"
		}
		var a api.RequestAnswer
		if err := c.ask(long(api.Send(http.MethodPost, "/v1/nodes/"+url.PathEscape(node)+"/request", b)), &a); err != nil {
			return err
		}
		return c.answer(&a)
	})
}

// answer shows what a client saw. A refusal and a missing answer are errors.
func (c *call) answer(a *api.RequestAnswer) error {
	node := "node " + a.Node.Or("?")
	switch {
	case a.Answer == "none":
		return cli.Undecidedf("%s: %s", node, a.Reason)
	case a.Answer == "unknown":
		return cli.Undecidedf("%s answered %d: %s", node, *a.Status, a.Reason)
	case a.Answer != "ok":
		hint := ""
		if raft.NodeID(a.Leader) != raft.None && a.Leader != a.Node {
			hint = "; it takes node " + a.Leader.Or("") + " for the leader"
		}
		return cli.Failedf("%s answered %d: %s%s", node, *a.Status, a.Reason, hint)
	case c.json:
		return nil
	}
	body, _ := a.Body.(map[string]any)
	var text strings.Builder
	switch message, topics := body["message"], body["topics"]; {
	case message != nil:
		text.WriteString(line(fmt.Sprint(message)))
	case topics != nil:
		list, _ := topics.([]any)
		for _, topic := range list {
			text.WriteString(line(fmt.Sprint(topic)))
		}
	default:
		fmt.Fprintf(&text, "%s: done", node)
		if a.Index != nil {
			fmt.Fprintf(&text, ", entry %d", *a.Index)
		}
		fmt.Fprintf(&text, "; seq %d\n", a.Seq)
	}
	_, err := c.out.Write([]byte(text.String()))
	return err
}

// line is a text on a line of its own: in quotes if it would not be one line as it is, or
// if a terminal could obey it.
func line(s string) string {
	if quoted := strconv.Quote(s); s == "" || quoted[1:len(quoted)-1] != strings.ReplaceAll(s, `"`, `\"`) {
		return quoted + "\n"
	}
	return s + "\n"
}
