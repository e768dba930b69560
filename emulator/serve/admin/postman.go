package admin

import "rrmq.example/emulator/emulator/serve/apidoc/postman"

func getPostman(c *call) (any, error) {
	admin, nodes := c.ownURL(), c.nodeURLs()
	data, err := postman.Collection(c.document(admin, nodes), admin, nodes)
	return plain{jsonType, data}, err
}
