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

const aboutAPI = "A whole Raft message-queue cluster in one process. Seed it, break it, watch it, repeat it. " +
	"Routes tagged `admin` are those of the admin API; every node has the routes tagged `node`."

const aboutAdmin = "Watches, breaks and heals the cluster. A change is complete when its answer arrives, and repeating it is safe. " +
	"`seq` in an answer is a place in the trace: pass it on as `since` to miss nothing in between. " +
	"Every GET route has HEAD, and every path OPTIONS."

const aboutNodes = "The Raft REST Message Queue that every node serves. Only the leader serves topics and messages. " +
	"A request that cannot be committed gets no answer until the client gives up. " +
	"A GET route that takes nothing away has HEAD, and every path OPTIONS."

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
		Servers: a.servers(adminURL),
		Schemas: schemas(),
		Parts: []apidoc.Part{
			{Name: nodePart, Doc: aboutNodes, Servers: nodes, Routes: describeNodes(), Lax: true},
			{Name: adminPart, Doc: aboutAdmin, Routes: a.describe()},
		},
	}
}

// servers are the places of the admin API: the cluster's and, but in a fork, those of forks.
func (a *handler) servers(adminURL string) []apidoc.Server {
	list := []apidoc.Server{{URL: adminURL, Doc: "the admin API"}}
	if a.prefix == "" {
		list = append(list, apidoc.Server{
			URL: adminURL + forksPath + "/{fork}", Doc: "a fork: all routes but those of forks",
			Variables: map[string]apidoc.Variable{"fork": {Default: "1", Doc: "the fork's number"}},
		})
	}
	return list
}

// ownURL is this API's, as the client knows it.
func (c *call) ownURL() string { return "http://" + c.r.Host + c.prefix }

// nodeURLs are those of the nodes that the cluster has now.
func (c *call) nodeURLs() []string {
	urls := c.host.URLs()
	return urls[:min(c.nodes(), len(urls))]
}
