package postman

import (
	"fmt"
	"strconv"
	"strings"

	"rrmq.example/emulator/emulator/serve/apidoc"
)

// expect tests what the tables say of an answer, of the accepted type if one is named. If
// it is JSON, a is its value in all that follows.
func (t *tour) expect(answer *apidoc.Answer, accepted string) []string {
	lines := []string{statusTest(answer.Status)}
	if len(answer.Contents) == 0 {
		return lines
	}
	content := answer.Contents[0] // the one without an Accept
	for _, c := range answer.Contents {
		if c.Type == accepted {
			content = c
		}
	}
	lines = append(lines, test("is "+content.Type,
		`pm.expect(pm.response.headers.get("Content-Type")).to.include(`+quote(content.Type)+`)`))
	if !strings.HasSuffix(content.Type, "json") {
		return lines
	}
	lines = append(lines, "const a = pm.response.json();")
	if keys := t.keys(content.Of); len(keys) > 0 {
		lines = append(lines, test("has its keys", "pm.expect(a).to.include.all.keys("+strings.Join(keys, ", ")+")"))
	}
	return lines
}

// keys are those that a type always has in JSON, quoted.
func (t *tour) keys(of any) []string {
	s := t.schemas.Of(of)
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		s, _ = t.schemas.Named().Get(name)
	}
	var keys []string
	for _, key := range s.Required {
		keys = append(keys, quote(key))
	}
	return keys
}

// test is a line that tests what an expression does.
func test(name, expression string) string {
	return fmt.Sprintf("pm.test(%s, () => %s);", quote(name), expression)
}

// check adds a test. Its expression may use a, the answer.
func check(name, expression string) option {
	return func(d *draft) { d.tests = append(d.tests, test(name, expression)) }
}

// problem tests of which kind a problem is.
func problem(slug string) option {
	return check("is the problem "+slug, `pm.expect(a.type).to.eql(`+quote("/#"+slug)+`)`)
}

// keep sets a collection variable to what an expression gives.
func keep(name, expression string) option {
	return then("pm.collectionVariables.set(" + quote(name) + ", " + expression + ");")
}

// then adds lines after the request.
func then(lines ...string) option {
	return func(d *draft) { d.tests = append(d.tests, lines...) }
}

// get is an expression for a collection variable, which is a text.
func get(name string) string { return "pm.collectionVariables.get(" + quote(name) + ")" }

func quote(s string) string { return strconv.Quote(s) }

func number(n int) string { return strconv.Itoa(n) }

// keepLeader remembers who leads, and two others.
var keepLeader = then(
	"const count = Number("+get("nodes")+");",
	`["leader", "follower", "other"].forEach((who, i) => {`,
	"  const id = (a.leader + i) % count;",
	"  pm.collectionVariables.set(who, id);",
	`  pm.collectionVariables.set(who + "_url", pm.collectionVariables.get("node" + id));`,
	"});",
)

// settle adds a request that waits until somebody leads and all nodes agree.
func (t *tour) settle(name string, conditions ...string) {
	query := strings.Join(append([]string{"leader=unique", "queues_equal=all"}, conditions...), "&")
	t.ask(name, "GET /v1/wait", "/v1/wait?"+query+"&timeout_ms=20000", 200,
		check("every condition holds", "pm.expect(a.conditions.every((c) => c.holds)).to.be.true"), keepLeader)
}
