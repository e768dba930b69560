package admin

import (
	"strconv"

	"rrmq.example/emulator/emulator/serve/apidoc"
)

// The parts of the two APIs.
const (
	nodePart  = "node"
	adminPart = "admin"
)

const aboutAPI = "A whole Raft message-queue cluster in one process, to be seeded, broken, watched and repeated. " +
	"What is tagged `admin` is asked of the admin API, what is tagged `node` of any node."

const aboutAdmin = "Watches, breaks and heals the cluster. A change has happened when its answer comes; repeating it is safe. " +
	"`seq` in an answer is a place in the trace: handed on as `since`, nothing is missed in between. " +
	"HEAD is there wherever GET is, and OPTIONS everywhere."

const aboutNodes = "The Raft REST Message Queue that every node serves. Topics and messages are the leader's. " +
	"A request that cannot be committed has no answer until the client gives up. " +
	"HEAD is there wherever GET takes nothing away, and OPTIONS everywhere."

func getOpenAPI(c *call) (any, error) {
	data, err := apidoc.OpenAPI(c.document(c.ownURL(), c.nodeURLs()))
	return plain{jsonType, data}, err
}

// document is what to describe, found at these URLs.
func (a *handler) document(adminURL string, nodeURLs []string) *apidoc.API {
	nodes := make([]apidoc.Server, len(nodeURLs))
	for i, url := range nodeURLs {
		nodes[i] = apidoc.Server{URL: url, Doc: "node " + strconv.Itoa(i)}
	}
	return &apidoc.API{
		Title: "Emulator", Version: a.options.Version, Doc: aboutAPI,
		Servers: []apidoc.Server{{URL: adminURL, Doc: "the admin API"}},
		Schemas: schemas(),
		Parts: []apidoc.Part{
			{Name: nodePart, Doc: aboutNodes, Servers: nodes, Routes: describeNodes(), Lax: true},
			{Name: adminPart, Doc: aboutAdmin, Routes: a.describe()},
		},
	}
}

// ownURL is this API's, as the client knows it.
func (c *call) ownURL() string { return "http://" + c.r.Host }

// nodeURLs are those of the nodes that the cluster has now.
func (c *call) nodeURLs() []string {
	urls := c.host.URLs()
	return urls[:min(c.nodes(), len(urls))]
}
